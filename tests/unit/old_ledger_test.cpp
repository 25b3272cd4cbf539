// Ledgers that earlier versions wrote: read as they are, and brought up by whoever writes.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/unit/ledger_file.h"

namespace pgcounsel {
namespace {

using namespace std::chrono_literals;

// ---- Version 1, which knew neither details of events nor poolers nor exports

class OldLedger : public Ledger {
 protected:
  OldLedger() {
    fill();
    expected_ = query_hours();
    std::string drops;
    std::istringstream lines(sql(path_, "SELECT name FROM sqlite_master WHERE type = 'table'"));
    for (std::string name; std::getline(lines, name);) {
      const bool is_old = kTables.find(" " + name + " ") != std::string_view::npos;
      if (!is_old && !name.starts_with("sqlite_")) drops += "DROP TABLE " + name + "; ";
    }
    EXPECT_FALSE(drops.empty());
    sql(path_, drops + "PRAGMA user_version = 1");
  }
  std::string query_hours() const {
    return sql(path_, "SELECT fingerprint, calls, total FROM query_hour ORDER BY 1");
  }

  static constexpr std::string_view kTables =
      " property server source warning seen_minute ingest session_fragment statement query_hour "
      "transaction_class hold_hour pool_hour dimension_day error_hour event_hour connection_hour "
      "session_second log_hour restart finding ";
  std::string expected_;
};

TEST_F(OldLedger, IsReadWithoutAChange) {
  const std::string before = read_file(path_);
  ASSERT_EQ(::chmod(path_.c_str(), 0444), 0);
  const Unprivileged nobody(scratch_);
  const auto store = Store::open_for_reading(path_);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ(workload_of(*store).totals.statements, 31U);
  EXPECT_NE(render_markdown(report_of(*store)).find("52 from"), std::string::npos);
  EXPECT_EQ(read_file(path_), before);
}

TEST_F(OldLedger, BecomesANewOneWhenSomethingIsWritten) {
  {
    Store store = opened();
    EXPECT_EQ(take(store, {log_}).duplicates, 52U);  // it still knows what it read
    EXPECT_EQ(workload_of(store).totals.statements, 31U);
  }
  EXPECT_EQ(sql(path_, "PRAGMA user_version"), std::to_string(kLedgerVersion) + "\n");
  EXPECT_EQ(sql(path_, "SELECT count(*) FROM error_minute"), "0\n");
  EXPECT_EQ(query_hours(), expected_);
}

// ---- Version 2, in which the holds of an hour were one blob of its pool

class LedgerOfVersion2 : public Ledger {
 protected:
  LedgerOfVersion2() {
    fill();
    traces_ = traces(opened());
    EXPECT_FALSE(traces_.empty());
    sql(path_,
        "UPDATE pool_hour AS p SET trace = (SELECT holds FROM hold_trace AS t WHERE "
        "t.server = p.server AND t.hour = p.hour AND t.database = p.database AND t.user = p.user "
        "ORDER BY piece LIMIT 1); "
        "DROP TABLE hold_trace; DROP TABLE pool_session_hour; DROP TABLE event_mark_minute; "
        "DROP TABLE named_pool_size; DROP TABLE session_port_hour; DROP TABLE database_sample; "
        "DROP TABLE lock_hour; DROP TABLE deadlock_hour; DROP TABLE long_hold; DROP TABLE "
        "plan_hour; "
        "DROP TABLE plan_day; DROP TABLE plan_unread_hour; PRAGMA user_version = 2");
  }
  static std::map<PoolKey, std::vector<TracedHold>> traces(const Store& store) {
    const auto known = store.known_hours("default");
    auto found = store.trace("default", **known);
    EXPECT_TRUE(found.has_value());
    return *std::move(found);
  }
  std::map<PoolKey, std::vector<TracedHold>> traces_;
};

TEST_F(LedgerOfVersion2, ShowsItsTraces) {
  const auto store = Store::open_for_reading(path_);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ(traces(*store), traces_);
}

TEST_F(LedgerOfVersion2, KeepsItsTracesWhenItBecomesANewOne) {
  {
    Store store = opened();
    take(store, {log_});
    EXPECT_EQ(traces(store), traces_);
  }
  EXPECT_EQ(sql(path_, "SELECT count(*) FROM pool_hour WHERE trace IS NOT NULL"), "0\n");
}

// ---- Version 6, which did not know what a pooler calls the pools of which it knew the sizes

class LedgerOfVersion6 : public Ledger {
 protected:
  LedgerOfVersion6() {
    fill();
    sql(path_,
        "CREATE TABLE pool_size (server INTEGER NOT NULL REFERENCES server, source INTEGER NOT "
        "NULL, database TEXT NOT NULL, user TEXT NOT NULL, time INTEGER NOT NULL, size INTEGER NOT "
        "NULL, reserve INTEGER NOT NULL, mode TEXT NOT NULL, PRIMARY KEY (server, source, "
        "database, user)) WITHOUT ROWID; "
        "INSERT INTO pool_size SELECT id, 0, 'shop', 'web', 7, 12, 3, 'transaction' FROM server; "
        "DROP TABLE named_pool_size; DROP TABLE session_port_hour; DROP TABLE plan_hour; "
        "DROP TABLE plan_day; DROP TABLE plan_unread_hour; PRAGMA user_version = 6");
  }
  static std::map<PoolSizeKey, PoolSize> sizes(const Store& store) {
    const auto view = store.view("default", **store.known_hours("default"));
    EXPECT_TRUE(view.has_value());
    return view ? view->samples.sizes : std::map<PoolSizeKey, PoolSize>{};
  }
  const std::map<PoolSizeKey, PoolSize> expected_{
      {{PoolSizeSource::kConfig, "shop", "web"}, {Time{Micros{7}}, 12, 3, "transaction"}}};
};

TEST_F(LedgerOfVersion6, ShowsItsSizes) {
  const auto store = Store::open_for_reading(path_);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_EQ(sizes(*store), expected_);
}

TEST_F(LedgerOfVersion6, KeepsItsSizesWhenItBecomesANewOne) {
  {
    Store store = opened();
    EXPECT_EQ(sizes(store), expected_);
  }
  EXPECT_EQ(sql(path_, "PRAGMA user_version"), std::to_string(kLedgerVersion) + "\n");
  EXPECT_EQ(sql(path_, "SELECT count(*) FROM sqlite_master WHERE name = 'pool_size'"), "0\n");
}

TEST_F(LedgerOfVersion2, HasTheTablesOfANewOneWhenItBecomesOne) {
  constexpr const char* kSchema = "SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name";
  { Store store = opened(); }
  const std::string fresh = scratch_.path("fresh.db");
  { ASSERT_TRUE(Store::open_for_writing(fresh, 0ms).has_value()); }
  EXPECT_EQ(sql(path_, kSchema), sql(fresh, kSchema));
  EXPECT_NE(sql(path_, kSchema).find("TABLE seen_minute"), std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
