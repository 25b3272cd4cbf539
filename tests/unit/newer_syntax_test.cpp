#include "parser/sql/newer_syntax.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/sql/syntax_tree.h"

namespace pgcounsel {
namespace {

std::string newer(std::string_view sql) {
  SyntaxError error;
  if (SyntaxTree::parse(sql, &error)) return "accepted";
  const auto found = newer_syntax(sql, error.position);
  return found ? std::string(found->words) + " " + std::to_string(found->since) : "refused";
}

TEST(NewerSyntax, IsToldFromMistakes) {
  const struct {
    std::string_view sql, told;
  } cases[] = {
      {"SELECT * FROM JSON_TABLE(a, '$' COLUMNS (x int)) t", "JSON_TABLE 17"},
      {"SELECT JSON_VALUE(a, '$.x' RETURNING int) FROM t", "JSON_VALUE 17"},
      {"SELECT a IS JSON FROM t", "IS JSON 16"},
      {"SELECT a IS NOT JSON FROM t", "IS NOT JSON 16"},
      {"SELECT 1_000", "a number in another base or with underscores 16"},
      {"SELECT 0x1F", "a number in another base or with underscores 16"},
      {"SELECT 1a", "refused"},
      {"MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE RETURNING a.x",
       "MERGE ... RETURNING 17"},
      {"MERGE INTO a USING b ON a.x = b.x WHEN NOT MATCHED BY SOURCE THEN DELETE",
       "MERGE ... WHEN NOT MATCHED BY SOURCE 17"},
      {"CREATE TABLE a (b int, c int GENERATED ALWAYS AS (b) VIRTUAL)",
       "a VIRTUAL generated column 18"},
      {"SELECT json_object('{a,1}')", "accepted"},
      {"SELECT FROM WHERE", "refused"},
      {"SELECT a FROM t WHERE a = 1 AND AND b = 2", "refused"},
      {"DELETE RETURNING a", "refused"},
  };
  for (const auto& one : cases) EXPECT_EQ(newer(one.sql), one.told) << one.sql;
}

}  // namespace
}  // namespace pgcounsel
