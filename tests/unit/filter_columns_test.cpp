#include "advisors/plans/filter_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace pgcounsel {
namespace {

std::string words(const FilterColumns& columns) {
  return fmt::format("{} | {} | {} | {}", fmt::join(columns.equal, ","),
                     fmt::join(columns.range, ","), fmt::join(columns.rest, ","),
                     columns.complete ? "complete" : "incomplete");
}

std::string read(std::string_view condition) {
  return words(filter_columns(condition, "orders", "o"));
}

struct Case {
  std::string_view condition, expected;  // equal | range | rest
};

TEST(FilterColumns, ReadsWhatExplainPrints) {
  const Case cases[] = {
      {"(session = 4711)", "session |  |  | complete"},
      {"((city = 'x'::text) AND (total > 5))", "city | total |  | complete"},
      {"((day >= '2026-03-01'::date) AND (day <= '2026-03-20'::date))", " | day |  | complete"},
      {"((day > $1) AND (day = $2))", "day |  |  | complete"},
      {"((name)::text = 'x'::text)", "name |  |  | complete"},
      {"((o.name)::text = ANY ('{a,b}'::text[]))", "name |  |  | complete"},
      {"(id = ANY ('{1,2}'::integer[]))", "id |  |  | complete"},
      {"(deleted_at IS NULL)", "deleted_at |  |  | complete"},
      {"(o.owner = c.id)", "owner |  |  | complete"},
      {"(c.id = o.owner)", "owner |  |  | complete"},
      {"(5 < total)", " | total |  | complete"},
      {"(\"Order No\" = 5)", "Order No |  |  | complete"},
      {"(\"a\"\"b\" = 5)", "a\"b |  |  | complete"},
      {"(at > (now() - '1 day'::interval))", " | at |  | complete"},
      {"(at = '2026-01-01 00:00:00'::timestamp without time zone)", "at |  |  | complete"},
      {"(total = '-1'::integer)", "total |  |  | complete"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.condition), c.expected) << c.condition;
}

TEST(FilterColumns, LeavesOutWhatAnIndexDoesNotAnswer) {
  const Case cases[] = {
      {"(lower(name) = 'x'::text)", " |  | name | incomplete"},
      {"((at)::date = '2026-01-01'::date)", " |  | at | incomplete"},
      {"((a = 1) OR (b = 2))", " |  | a,b | incomplete"},
      {"((a = 1) AND ((b = 2) OR (c = 3)))", "a |  | b,c | incomplete"},
      {"(name ~~ '%x%'::text)", " |  | name | incomplete"},
      {"(a <> 1)", " |  | a | incomplete"},
      {"(a = b)", " |  | a,b | incomplete"},
      {"((total % 12) = 3)", " |  | total | incomplete"},
      {"(deleted_at IS NOT NULL)", " |  | deleted_at | incomplete"},
      {"(NOT done)", " |  | done | incomplete"},
      {"done", " |  | done | incomplete"},
      {"(NOT (hashed SubPlan 1))", " |  |  | incomplete"},
      {"((name COLLATE \"C\") = 'x'::text)", " |  | name | incomplete"},
      {"((at AT TIME ZONE 'UTC'::text) > now())", " |  | at | incomplete"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(read(c.condition), c.expected) << c.condition;
  }
}

TEST(FilterColumns, FindsExpressionsThatAnIndexCouldHold) {
  const Case cases[] = {
      {"(lower(name) = 'x'::text)", "lower(name)"},
      {"((o.at)::date >= '2026-01-01'::date)", "(at)::date"},
      {"(7 < (total % 12))", "total % 12"},
      {"(lower(o.name) = lower(c.name))", "lower(name)"},
      {"((a = 1) AND (lower(b) = 'x'::text))", "lower(b)"},
      {"(date_trunc($1, at) = $2)", ""},
      {"(lower(name) ~~ 'x%'::text)", ""},
      {"(random() < '0.1'::double precision)", ""},
      {"((a + b) = c)", ""},
      {"((SubPlan 1) = a)", ""},
      {"(a = 1)", ""},
  };
  for (const Case& c : cases) {
    const FilterColumns columns = filter_columns(c.condition, "orders", "o");
    EXPECT_EQ(fmt::format("{}", fmt::join(columns.expressions, " | ")), c.expected) << c.condition;
  }
}

TEST(FilterColumns, TakesAnyBytes) {
  std::string deep(5000, '(');
  const std::string cases[] = {"",
                               "(",
                               ")",
                               "((((",
                               ")(",
                               "(a = ",
                               "a = 'open",
                               std::string("(a\0= 1)", 8),
                               "=",
                               "(= 1)",
                               "()",
                               "\xff\xfe",
                               deep,
                               deep + "a" + std::string(5000, ')'),
                               "(" + std::string(1000000, 'x') + " = 1"};
  for (const std::string& condition : cases) {
    EXPECT_TRUE(read(condition).find("complete") != std::string::npos);
  }
  EXPECT_EQ(read(""), " |  |  | incomplete");
  EXPECT_EQ(read("(a = "), " |  |  | incomplete");
}

TEST(FilterColumns, OrdersTheColumnsOfAnIndex) {
  const FilterColumns condition{{"tenant"}, {"day"}, {}, true};
  const FilterColumns filter{{"state", "tenant"}, {"total"}, {}, true};
  const std::vector<std::string> expected{"tenant", "state", "day"};
  EXPECT_EQ(index_columns(condition, filter), expected);
  EXPECT_EQ(index_columns({}, filter), (std::vector<std::string>{"state", "tenant", "total"}));
  EXPECT_TRUE(index_columns({}, {}).empty());
  const FilterColumns many{{"a", "b", "c", "d", "e"}, {"f"}, {}, true};
  EXPECT_EQ(index_columns(many, {}), (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST(FilterColumns, QuotesNamesInCommands) {
  PlanNode scan;
  scan.texts.set(PlanText::kRelationName, "Order Items");
  EXPECT_EQ(create_index(scan, {"user", "state"}),
            "CREATE INDEX CONCURRENTLY ON \"Order Items\" (\"user\", state);");
  scan.texts.set(PlanText::kSchema, "shop");
  scan.texts.set(PlanText::kRelationName, "items");
  EXPECT_EQ(create_index(scan, {"a"}), "CREATE INDEX CONCURRENTLY ON shop.items (a);");
  EXPECT_EQ(drop_index(scan, {"a", "b"}).substr(0, 44),
            "`DROP INDEX CONCURRENTLY shop.items_a_b_idx;");
}

}  // namespace
}  // namespace pgcounsel
