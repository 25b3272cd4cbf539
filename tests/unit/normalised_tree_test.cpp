#include "parser/sql/normalised_tree.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

std::string parsed_as(std::string text) {
  return parse_normalised(text) ? text : "refused: " + text;
}

TEST(NormalisedTree, TakesLiteralsForParametersWhereItMust) {
  const struct {
    std::string_view text, parsed;
  } cases[] = {
      {"SELECT $1", "SELECT $1"},
      {"SELECT now() - interval $1 FROM t", "SELECT now() - interval $1 FROM t"},
      {"SELECT a FROM t FETCH FIRST $10 ROWS ONLY", "SELECT a FROM t FETCH FIRST $10 ROWS ONLY"},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE sql COST $1 AS $2",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql COST 0  AS ''"},
      {"COMMENT ON TABLE a IS $1", "COMMENT ON TABLE a IS ''"},
      {"SELECT FROM WHERE $1", "refused: SELECT FROM WHERE $1"},
      {"SELECT interval $1 AND AND", "refused: SELECT interval $1 AND AND"},
      {"$1", "refused: $1"},
      {"", "refused: "},
  };
  for (const auto& one : cases) EXPECT_EQ(parsed_as(std::string(one.text)), one.parsed) << one.text;
}

TEST(NormalisedTree, TellsTheErrorOfTheTextAsItWas) {
  SyntaxError error;
  std::string text = "COMMENT ON TABLE a IS $1 AND AND";
  EXPECT_FALSE(parse_normalised(text, &error));
  EXPECT_EQ(error.position, 22U);
}

}  // namespace
}  // namespace pgcounsel
