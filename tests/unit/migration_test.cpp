#include "advisors/sql/migration.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "advisors/sql/ddl_locks.h"
#include "analyzer/workload.h"
#include "tests/page/review_of_sql.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{.rule = "seen",
                          .remedy = "none",
                          .verify = "none",
                          .rollback = "none",
                          .because = "it is a test"};

// Says of each ALTER TABLE what is known at it.
void tell(const DdlContext& context, Findings& findings) {
  if (!context.root.is("AlterTableStmt")) return;
  const MigrationState& state = context.state;
  std::string text = relation_path(context.root["relation"]);
  text += state.is_new(context.root["relation"]) ? " new" : " old";
  if (state.in_transaction()) text += state.in_transaction_of_tool() ? " tool" : " begun";
  if (state.has_lock_timeout()) text += " timeout";
  if (!state.held().table.empty()) text += " holds " + state.held().table;
  add_finding(findings, context, kWords, {}, text, text);
}

std::vector<std::string> told(std::string_view sql, std::string_view schema = {}) {
  const auto review = review_of_sql(sql, schema);
  const Workload workload;
  std::vector<std::string> titles;
  for (const Finding& finding : review_ddl(Brief{workload, review.get()}, tell)) {
    titles.push_back(finding.title);
  }
  return titles;
}

using Titles = std::vector<std::string>;

TEST(Migration, KnowsWhatTheFileMade) {
  EXPECT_EQ(told("ALTER TABLE t ADD a int"), Titles{"t old"});
  EXPECT_EQ(told("CREATE TABLE t (); ALTER TABLE t ADD a int"), Titles{"t new"});
  EXPECT_EQ(told("CREATE TABLE s.t (); ALTER TABLE t ADD a int"), Titles{"t new"});
  EXPECT_EQ(told("CREATE TABLE t (); ALTER TABLE s.t ADD a int"), Titles{"s.t new"});
  EXPECT_EQ(told("CREATE TABLE s.t (); ALTER TABLE u.t ADD a int"), Titles{"u.t old"});
  EXPECT_EQ(told("SELECT 1 AS a INTO t; ALTER TABLE t ADD b int"), Titles{"t new"});
  EXPECT_EQ(told("CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ADD b int"), Titles{"t new"});
  EXPECT_EQ(told("CREATE TABLE t (); ALTER TABLE t RENAME TO u; ALTER TABLE u ADD a int"),
            Titles{"u new"});
  EXPECT_EQ(told("CREATE SCHEMA s CREATE TABLE t (a int); ALTER TABLE s.t ADD b int"),
            Titles{"s.t new"});
  EXPECT_EQ(told("ALTER TABLE t ADD a int; CREATE TABLE t ()"), Titles{"t old"});
  EXPECT_EQ(told("ALTER TABLE pg_temp.t ADD a int"), Titles{"pg_temp.t new"});
}

TEST(Migration, TakesATableOfAnotherFileForNewWhereTheDatabaseIsKnown) {
  EXPECT_EQ(told("CREATE TABLE t (); ALTER TABLE t ADD a int", "CREATE TABLE u ()"),
            Titles{"t new"});
  EXPECT_EQ(told("ALTER TABLE t ADD a int", "CREATE TABLE u ()"), Titles{"t old"});
}

TEST(Migration, FollowsTransactions) {
  EXPECT_EQ(told("BEGIN; ALTER TABLE t ADD a int; COMMIT; ALTER TABLE t ADD b int"),
            (Titles{"t old begun", "t old"}));
  EXPECT_EQ(told("START TRANSACTION; ROLLBACK; ALTER TABLE t ADD a int"), Titles{"t old"});
  EXPECT_EQ(told("BEGIN; SAVEPOINT s; ROLLBACK TO s; RELEASE s; ALTER TABLE t ADD a int"),
            Titles{"t old begun"});
  EXPECT_EQ(told("BEGIN; COMMIT AND CHAIN; ALTER TABLE t ADD a int"), Titles{"t old begun"});
  EXPECT_EQ(told("COMMIT; END; ALTER TABLE t ADD a int"), Titles{"t old"});
}

TEST(Migration, FollowsTimeouts) {
  EXPECT_EQ(told("SET lock_timeout = '5s'; ALTER TABLE t ADD a int"), Titles{"t old timeout"});
  EXPECT_EQ(told("SET lock_timeout TO 2000; RESET lock_timeout; ALTER TABLE t ADD a int"),
            Titles{"t old"});
  EXPECT_EQ(told("SET lock_timeout = 0; ALTER TABLE t ADD a int"), Titles{"t old"});
  EXPECT_EQ(told("SET lock_timeout = '5s'; RESET ALL; ALTER TABLE t ADD a int"), Titles{"t old"});
  EXPECT_EQ(told("SELECT set_config('lock_timeout', '5s', false); ALTER TABLE t ADD a int"),
            Titles{"t old timeout"});
  EXPECT_EQ(told("BEGIN; SET LOCAL lock_timeout = '5s'; COMMIT; ALTER TABLE t ADD a int"),
            Titles{"t old"});
}

TEST(Migration, KnowsWhatTheTransactionHolds) {
  EXPECT_EQ(told("BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; COMMIT; BEGIN; ALTER "
                 "TABLE v ADD a int"),
            (Titles{"t old begun", "u old begun holds t", "v old begun"}));
  EXPECT_EQ(told("BEGIN; CREATE TABLE t (); TRUNCATE t; CREATE INDEX ON w (a); ALTER TABLE u ADD a "
                 "int"),
            Titles{"u old begun"});
}

TEST(Migration, TakesADumpForNew) {
  EXPECT_EQ(told("SET statement_timeout = 0; SET lock_timeout = 0; SELECT "
                 "pg_catalog.set_config('search_path', '', false); ALTER TABLE t ADD a int"),
            Titles{"t new"});
}

// Takes time linear in the number of statements.
TEST(Migration, WalksOverLongFiles) {
  std::string sql;
  for (int i = 0; i < 20'000; ++i) sql += "ALTER TABLE t ADD a int;\n";
  EXPECT_EQ(told(sql).size(), 20'000U);
}

}  // namespace
}  // namespace pgcounsel
