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
