#include "parser/export/pooler_config.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

struct Read {
  std::vector<ExportRow> rows;
  ExportCounts counts;
};

Read read(std::string_view bytes) {
  Read result;
  result.counts = read_export(bytes, [&result](ExportKind kind, const ExportRow& row) {
    EXPECT_EQ(kind, ExportKind::kPoolerConfig);
    result.rows.push_back(row);
  });
  return result;
}

constexpr std::string_view kConfig =
    "; the pooler of the shop\n"
    "\n"
    "[databases]\n"
    "shop = host=10.0.0.1 dbname=shop_production user=app password='it''s = secret' pool_size=8\n"
    "reports = host=10.0.0.2 port=5433 reserve_pool=2 pool_mode=session\r\n"
    "# shop_old = host=10.0.0.3 pool_size=99\n"
    "[PgBouncer]\n"
    "default_pool_size = 25\n"
    "reserve_pool_size=5\n"
    "pool_mode = transaction\n"
    "admin_users = postgres\n"
    "nonsense\n";

TEST(PoolerConfig, TellsTheSizeOfEveryPool) {
  const Read config = read(kConfig);
  ASSERT_EQ(config.rows.size(), 3U);
  EXPECT_EQ(config.counts.rows, 3U);
  EXPECT_EQ(config.counts.unparsed, 1U);
  const ExportRow& any = config.rows[0];
  EXPECT_EQ(any.get("name"), "*");
  EXPECT_EQ(any.get("pool_size"), "25");
  EXPECT_EQ(any.get("reserve_pool"), "5");
  EXPECT_EQ(any.get("pool_mode"), "transaction");
  const ExportRow& reports = config.rows[1];
  EXPECT_EQ(reports.get("database"), "reports");
  EXPECT_EQ(reports.get("pool_size"), "25");
  EXPECT_EQ(reports.get("reserve_pool"), "2");
  EXPECT_EQ(reports.get("pool_mode"), "session");
  const ExportRow& shop = config.rows[2];
  EXPECT_EQ(shop.get("database"), "shop_production");
  EXPECT_EQ(shop.get("force_user"), "app");
  EXPECT_EQ(shop.get("pool_size"), "8");
}

TEST(PoolerConfig, KnowsThePoolersOwnDefaults) {
  const Read config = read("[pgbouncer]\nlisten_port = 6432\n");
  ASSERT_EQ(config.rows.size(), 1U);
  EXPECT_EQ(config.rows[0].get("pool_size"), "20");
  EXPECT_EQ(config.rows[0].get("pool_mode"), "session");
}

TEST(PoolerConfig, IsRecognisedByItsFirstSection) {
  EXPECT_EQ(recognise_export("\n;x\n[databases]\n"), ExportKind::kPoolerConfig);
  EXPECT_EQ(recognise_export("%include other.ini\n[pgbouncer]\n"), ExportKind::kPoolerConfig);
  EXPECT_FALSE(is_pooler_config("[mysqld]\nport = 3306\n"));
  EXPECT_FALSE(is_pooler_config("2026-03-13 07:00:00 UTC [1] LOG:  x\n[databases]\n"));
  EXPECT_FALSE(is_pooler_config(""));
  EXPECT_FALSE(is_pooler_config("[databases"));
}

TEST(PoolerConfig, BearsWhatIsBroken) {
  const Read config = read(
      "[databases]\n"
      "a = dbname='never ends pool_size=3\n"
      "b = pool_size\n"
      "= pool_size=4\n"
      "c = pool_size = 6 dbname = c1\n"
      "[\n");
  ASSERT_EQ(config.rows.size(), 5U);  // *, an empty name, a, b, c
  EXPECT_EQ(config.rows[2].get("pool_size"), "20");
  EXPECT_EQ(config.rows[3].get("pool_size"), "20");
  EXPECT_EQ(config.rows[4].get("pool_size"), "6");
  EXPECT_EQ(config.rows[4].get("database"), "c1");
  EXPECT_EQ(config.counts.unparsed, 1U);
}

}  // namespace
}  // namespace pgcounsel
