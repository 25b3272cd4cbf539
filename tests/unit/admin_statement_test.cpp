#include "parser/sql/admin_statement.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

TEST(AdminStatement, IsToldFromTheFirstWords) {
  struct Case {
    std::string_view sql;
    AdminStatement expected;
  };
  const Case cases[] = {
      {"create index concurrently i on t (a)", AdminStatement::kCreate},
      {"CREATE OR REPLACE FUNCTION f() RETURNS int", AdminStatement::kCreate},
      {"CREATE TEMP TABLE t AS SELECT 1", AdminStatement::kNone},
      {"create local temporary table t (a int)", AdminStatement::kNone},
      {"/* migration 7 */ ALTER TABLE t ADD COLUMN a int", AdminStatement::kAlter},
      {"DROP INDEX i", AdminStatement::kDrop},
      {"REINDEX TABLE t", AdminStatement::kReindex},
      {"CLUSTER t", AdminStatement::kCluster},
      {"TRUNCATE t", AdminStatement::kTruncate},
      {"REFRESH MATERIALIZED VIEW v", AdminStatement::kRefresh},
      {"VACUUM (ANALYZE) t", AdminStatement::kVacuum},
      {"analyse t", AdminStatement::kAnalyze},
      {"BEGIN; DROP TABLE t; COMMIT", AdminStatement::kDrop},
      {"SELECT 'x; DROP TABLE t'", AdminStatement::kNone},
      {"SELECT \"drop\" FROM t", AdminStatement::kNone},
      {"INSERT INTO t (created) VALUES (1)", AdminStatement::kNone},
      {"EXPLAIN ANALYZE SELECT 1", AdminStatement::kNone},
      {"", AdminStatement::kNone},
      {";;;", AdminStatement::kNone},
      {"CREATE", AdminStatement::kCreate},
      {std::string_view("ALTER\0TABLE", 11), AdminStatement::kAlter}};
  for (const Case& entry : cases)
    EXPECT_EQ(admin_statement_of(entry.sql), entry.expected) << entry.sql;
}

TEST(AdminStatement, OnlyCreatesWhatIsMissing) {
  for (const std::string_view sql :
       {"create table if not exists t (a int)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE INDEX IF NOT EXISTS i ON t (a); CREATE INDEX IF NOT EXISTS j ON t (b);",
        "BEGIN; CREATE TABLE IF NOT EXISTS t (a int); SELECT 1; COMMIT"}) {
    EXPECT_TRUE(only_creates_missing(sql)) << sql;
  }
  for (const std::string_view sql :
       {"CREATE TABLE t (a int)", "CREATE INDEX IF NOT EXISTS i ON t (a); DROP INDEX j",
        "DROP INDEX j; CREATE INDEX IF NOT EXISTS i ON t (a)", "DROP INDEX IF EXISTS i",
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int", "CREATE TABLE \"if\" (a int)",
        "CREATE INDEX IF NOT EXISTS i ON t (a); CREATE INDEX j ON t (b)", "CREATE",
        "CREATE INDEX IF", "SELECT 1", "CREATE TEMP TABLE IF NOT EXISTS t (a int)", ""}) {
    EXPECT_FALSE(only_creates_missing(sql)) << sql;
  }
}

TEST(AdminStatement, ChangesTheSchemaUnlessItOnlyLooksAfterTables) {
  EXPECT_TRUE(changes_schema(AdminStatement::kDrop));
  EXPECT_FALSE(changes_schema(AdminStatement::kVacuum));
  EXPECT_FALSE(changes_schema(AdminStatement::kAnalyze));
  EXPECT_FALSE(changes_schema(AdminStatement::kNone));
  EXPECT_EQ(name_of(AdminStatement::kAnalyze), "ANALYZE");
  EXPECT_EQ(name_of(AdminStatement::kNone), "");
}

}  // namespace
}  // namespace pgcounsel
