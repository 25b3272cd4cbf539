// What must be known before rows are grouped elsewhere, and conditions that are added to a query.
#include "advisors/rewrite/aggregates.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pgcounsel {
namespace {

struct Condition {
  std::string_view text;
  bool quiet = false;
};

constexpr Condition kConditions[] = {
    {"a = 1", true},
    {"a.b <> $1 AND NOT (c IS NULL OR d BETWEEN -2 AND 3)", true},
    {"a IN (1, $2::bigint, NULL)", true},
    {"a IS NOT DISTINCT FROM b", true},
    {"ok IS NOT TRUE AND ok", true},
    {"day >= now() - interval '7 days'", true},
    {"day < CURRENT_DATE", true},
    {"1 / a > 2", false},
    {"a + b = 3", false},
    {"text::integer = 3", false},
    {"sqrt(a) > 2", false},
    {"day > now() - $1", false},
    {"a IN (SELECT b FROM t)", false},
    {"EXISTS (SELECT 1)", false},
    {"a > ANY (ARRAY[1, 2])", false},
    {"($1::text)::integer = a", false},
    {"CASE WHEN a > 0 THEN true END", false},
};

TEST(Aggregates, ConditionsThatNeverRaiseAnErrorAreTold) {
  for (const Condition& condition : kConditions) {
    const auto tree = SyntaxTree::parse(join({"SELECT 1 FROM t WHERE ", condition.text}));
    ASSERT_TRUE(tree) << condition.text;
    EXPECT_EQ(never_raises(tree->root()["whereClause"]), condition.quiet) << condition.text;
  }
}

TEST(Aggregates, VeryLongConditionsAreNotLookedThrough) {
  std::string text = "SELECT 1 FROM t WHERE a = 0";
  for (int i = 0; i < 1000; ++i) text += " AND a = 1";
  const auto tree = SyntaxTree::parse(text);
  ASSERT_TRUE(tree);
  EXPECT_FALSE(never_raises(tree->root()["whereClause"]));
}

TEST(Aggregates, ClausesThatAreNotAllowedAreSeen) {
  const auto only = [](std::string_view text) {
    const auto tree = SyntaxTree::parse(text);
    return tree && has_only(tree->root(), {"sortClause"});
  };
  EXPECT_TRUE(only("SELECT a FROM t WHERE b ORDER BY a"));
  for (const std::string_view text :
       {"SELECT a FROM t GROUP BY a", "SELECT DISTINCT a FROM t", "SELECT a FROM t LIMIT 1",
        "SELECT a FROM t OFFSET 1", "SELECT a FROM t FOR UPDATE", "SELECT a FROM t HAVING true",
        "WITH x AS (SELECT 1) SELECT a FROM t", "SELECT a FROM t WINDOW w AS ()",
        "SELECT a INTO u FROM t", "VALUES (1)", "SELECT a FROM t UNION SELECT 1",
        "DELETE FROM t"}) {
    EXPECT_FALSE(only(text)) << text;
  }
}

TEST(Aggregates, AConditionIsAddedBehindTheOneThatIsThere) {
  const auto added = [](std::string_view text) {
    const auto tree = SyntaxTree::parse(text);
    return apply_edits(*tree, with_condition(*tree, tree->root(), "x = 1")).value_or("");
  };
  EXPECT_EQ(added("SELECT a FROM t /* all */"), "SELECT a FROM t WHERE x = 1 /* all */");
  EXPECT_EQ(added("SELECT a FROM t u ORDER BY a"), "SELECT a FROM t u WHERE x = 1 ORDER BY a");
  EXPECT_EQ(added("SELECT a FROM t WHERE b OR c GROUP BY a"),
            "SELECT a FROM t WHERE (b OR c) AND x = 1 GROUP BY a");
  EXPECT_EQ(added("SELECT a FROM t WHERE (b OR c)"), "SELECT a FROM t WHERE (b OR c) AND x = 1");
}

}  // namespace
}  // namespace pgcounsel
