#include "advisors/sql/wide_write.h"

#include <gtest/gtest.h>

#include <string_view>

namespace pgcounsel {
namespace {

bool wide(std::string_view sql) {
  const auto tree = SyntaxTree::parse(sql);
  return tree && is_wide_write(tree->root());
}

TEST(WideWrite, IsOneThatNothingNarrows) {
  for (const std::string_view sql :
       {"UPDATE t SET a = 1", "DELETE FROM t WHERE a IS NULL", "UPDATE t SET a = 1 WHERE b > 7",
        "UPDATE t SET a = 1 WHERE active = true", "UPDATE t SET a = u.a FROM u WHERE t.id = u.id",
        "UPDATE t SET a = 1 WHERE b = 7 OR c IS NULL", "UPDATE t SET a = 1 WHERE NOT (b = 7)",
        "DELETE FROM t USING u WHERE t.id = u.id", "UPDATE t SET a = 1 WHERE b <> 7",
        "DELETE FROM t WHERE id NOT IN (1, 2)"}) {
    EXPECT_TRUE(wide(sql)) << sql;
  }
}

TEST(WideWrite, IsNoneWithAValueAListOrALimit) {
  for (const std::string_view sql :
       {"UPDATE t SET a = 1 WHERE id = 7", "UPDATE t SET a = 1 WHERE $1 = id AND b > 3",
        "DELETE FROM t WHERE name IN ('a', 'b')", "DELETE FROM t WHERE id = ANY ('{1,2}'::int[])",
        "DELETE FROM t WHERE id = ANY (ARRAY[1, 2])", "DELETE FROM t WHERE id = -7",
        "UPDATE t SET a = 1 WHERE CURRENT OF c",
        "DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 1000)",
        "UPDATE t SET a = v.a FROM (VALUES (1, 2)) AS v (id, a) WHERE t.id = v.id",
        "SELECT * FROM t", "TRUNCATE t", "INSERT INTO t VALUES (1)"}) {
    EXPECT_FALSE(wide(sql)) << sql;
  }
}

}  // namespace
}  // namespace pgcounsel
