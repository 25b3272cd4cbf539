#include "advisors/sql/ddl_locks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {
namespace {

// `orders SHARE, shops ACCESS EXCLUSIVE`
std::string locks(std::string_view sql) {
  const auto tree = SyntaxTree::parse(sql);
  if (!tree) return "no statement";
  std::string text;
  for (const TableLock& lock : locks_of(tree->root())) {
    if (!text.empty()) text += ", ";
    text += relation_path(lock.table) + " " + std::string(name_of(lock.mode));
  }
  return text;
}

struct Case {
  std::string_view sql, locks;
};

// Of version 15: nearly all were seen in pg_locks of a server, those with CONCURRENTLY, VACUUM FULL, INHERITS,
// ATTACH of a default partition, SET SCHEMA and DROP TABLE stand in its documentation.
TEST(DdlLocks, AreThoseOfAServer) {
  const Case cases[] = {
      {"CREATE INDEX ON t (a)", "t SHARE"},
      {"CREATE INDEX CONCURRENTLY ON t (a)", "t SHARE UPDATE EXCLUSIVE"},
      {"ALTER TABLE t ADD COLUMN z int", "t ACCESS EXCLUSIVE"},
      {"ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "t ACCESS EXCLUSIVE"},
      {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
       "t SHARE ROW EXCLUSIVE, p SHARE ROW EXCLUSIVE"},
      {"ALTER TABLE t ADD COLUMN z int REFERENCES s.p",
       "t ACCESS EXCLUSIVE, s.p SHARE ROW EXCLUSIVE"},
      {"ALTER TABLE t VALIDATE CONSTRAINT c", "t SHARE UPDATE EXCLUSIVE"},
      {"ALTER TABLE t VALIDATE CONSTRAINT c, ALTER a SET NOT NULL", "t ACCESS EXCLUSIVE"},
      {"ALTER TABLE t SET (fillfactor = 70)", "t SHARE UPDATE EXCLUSIVE"},
      {"ALTER TABLE t ALTER a SET STATISTICS 500", "t SHARE UPDATE EXCLUSIVE"},
      {"ALTER TABLE t DISABLE TRIGGER ALL", "t SHARE ROW EXCLUSIVE"},
      {"ALTER TABLE t RENAME a TO b", "t ACCESS EXCLUSIVE"},
      {"ALTER TABLE t RENAME TO u", "t ACCESS EXCLUSIVE"},
      {"ALTER INDEX i RENAME TO j", ""},
      {"ALTER TABLE t SET SCHEMA s", "t ACCESS EXCLUSIVE"},
      {"ALTER TABLE t ENABLE ROW LEVEL SECURITY", "t ACCESS EXCLUSIVE"},
      {"CREATE POLICY p ON t USING (true)", "t ACCESS EXCLUSIVE"},
      {"CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
       "t SHARE ROW EXCLUSIVE"},
      {"CREATE RULE r AS ON UPDATE TO t DO NOTHING", "t ACCESS EXCLUSIVE"},
      {"CLUSTER t USING i", "t ACCESS EXCLUSIVE"},
      {"VACUUM FULL t", "t ACCESS EXCLUSIVE"},
      {"VACUUM t", ""},
      {"REINDEX TABLE t", "t SHARE"},
      {"REINDEX TABLE CONCURRENTLY t", "t SHARE UPDATE EXCLUSIVE"},
      {"TRUNCATE t, u", "t ACCESS EXCLUSIVE, u ACCESS EXCLUSIVE"},
      {"DROP TABLE s.t, u", "s.t ACCESS EXCLUSIVE, u ACCESS EXCLUSIVE"},
      {"DROP VIEW v", ""},
      {"CREATE TABLE n (t_id bigint REFERENCES t)", "t SHARE ROW EXCLUSIVE"},
      {"CREATE TABLE n PARTITION OF t FOR VALUES IN (1)", "t ACCESS EXCLUSIVE"},
      {"CREATE TABLE n () INHERITS (t)", "t SHARE UPDATE EXCLUSIVE"},
      {"ALTER TABLE t ATTACH PARTITION p DEFAULT", "t SHARE UPDATE EXCLUSIVE, p ACCESS EXCLUSIVE"},
      {"ALTER TABLE t DETACH PARTITION p", "t ACCESS EXCLUSIVE, p ACCESS EXCLUSIVE"},
      {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
       "t SHARE UPDATE EXCLUSIVE, p SHARE UPDATE EXCLUSIVE"},
      {"REFRESH MATERIALIZED VIEW v", "v ACCESS EXCLUSIVE"},
      {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", "v EXCLUSIVE"},
      {"LOCK TABLE t IN SHARE MODE", "t SHARE"},
      {"LOCK t", "t ACCESS EXCLUSIVE"},
      {"CREATE TEMP TABLE n (a int)", ""},
      {"SELECT * FROM t", ""},
      {"UPDATE t SET a = 1", ""},
      {"CREATE VIEW v AS SELECT * FROM t", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(locks(c.sql), c.locks) << c.sql;
}

bool slow(std::string_view sql) {
  const auto tree = SyntaxTree::parse(sql);
  return tree && takes_time(tree->root());
}

TEST(DdlLocks, TellsWhatReadsOrWritesManyRows) {
  for (const std::string_view sql :
       {"CREATE INDEX ON t (a)", "UPDATE t SET a = 1", "ALTER TABLE t VALIDATE CONSTRAINT c",
        "ALTER TABLE t ADD CHECK (a > 0)", "ALTER TABLE t ADD UNIQUE (a)", "CLUSTER t USING i",
        "INSERT INTO t SELECT * FROM u", "CREATE TABLE n AS SELECT * FROM t", "VACUUM t"}) {
    EXPECT_TRUE(slow(sql)) << sql;
  }
  for (const std::string_view sql :
       {"ALTER TABLE t ADD COLUMN a int", "ALTER TABLE t ADD CHECK (a > 0) NOT VALID",
        "ALTER TABLE t ADD UNIQUE USING INDEX i", "INSERT INTO t VALUES (1)", "DROP TABLE t",
        "CREATE TABLE n (a int)", "SELECT 1", "ANALYZE t", "BEGIN"}) {
    EXPECT_FALSE(slow(sql)) << sql;
  }
}

}  // namespace
}  // namespace pgcounsel
