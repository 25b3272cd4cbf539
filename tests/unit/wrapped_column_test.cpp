// Columns inside of functions and casts, and the indexes that would serve them.
#include "advisors/sql/wrapped_column.h"

#include <gtest/gtest.h>

#include "advisors/sql/indexed_columns.h"
#include "tests/unit/sql_scene.h"

namespace pgcounsel {
namespace {

// `lower name`, or nothing.
std::string wrapped(std::string_view condition) {
  const auto tree = SyntaxTree::parse(join({"SELECT 1 FROM t WHERE ", condition}));
  if (!tree) return "refused";
  const auto found = wrapped_column(tree->root()["whereClause"]);
  return found ? join({found->by, " ", column_words(found->column)}) : "";
}

TEST(WrappedColumn, TellsWhatStandsAroundIt) {
  EXPECT_EQ(wrapped("lower(a) = $1"), "lower a");
  EXPECT_EQ(wrapped("$1 = lower(t.a)"), "lower t.a");
  EXPECT_EQ(wrapped("a::date >= '2024-01-01'"), "date a");
  EXPECT_EQ(wrapped("extract(year FROM a) = 2024"), "extract a");
  EXPECT_EQ(wrapped("date_part('year', a) = 2024"), "extract a");
  EXPECT_EQ(wrapped("a AT TIME ZONE 'UTC' < $1"), "AT TIME ZONE a");
  EXPECT_EQ(wrapped("a + 1 = 2"), "+ a");
  EXPECT_EQ(wrapped("now() - a < interval '1 hour'"), "- a");
  EXPECT_EQ(wrapped("coalesce(a, 0) = 2"), "coalesce a");
  EXPECT_EQ(wrapped("date(a) BETWEEN $1 AND $2"), "date a");
  EXPECT_EQ(wrapped("a::text IN ('1', '2')"), "text a");
}

TEST(WrappedColumn, IsNothingWhereAnIndexWasOfNoUseAnyway) {
  for (const std::string_view condition :
       {"a = lower($1)", "a = b", "lower(a) <> 'x'", "coalesce(a, b) = 1", "lower(a) = b",
        "lower(a) NOT IN ('x')", "(SELECT max(a)) = 1", "max(a) = 1", "a IS NULL", "a",
        "lower('x') = 'x'", "a[1] = 2", "row(a, b) = row(1, 2)"}) {
    EXPECT_EQ(wrapped(condition), "") << condition;
  }
}

TEST(WrappedColumn, CastsToTheSameKindChangeNothing) {
  const auto changes = [](std::string_view condition, std::string_view type) {
    const auto tree = SyntaxTree::parse(join({"SELECT 1 FROM t WHERE ", condition}));
    CatalogColumn column;
    column.type = type;
    return changes_value(*wrapped_column(tree->root()["whereClause"]), column);
  };
  EXPECT_FALSE(changes("a::text = 'x'", "character varying"));
  EXPECT_FALSE(changes("a::bigint = 1", "bigint"));
  EXPECT_TRUE(changes("a::text = 'x'", "bigint"));
  EXPECT_TRUE(changes("a::date = 'x'", "timestamp without time zone"));
  EXPECT_TRUE(changes("lower(a) = 'x'", "text"));
}

bool is_indexed(std::string_view expression, std::string_view index) {
  const SqlScene scene(
      join({"SELECT ", expression, " FROM t"}),
      join({"CREATE TABLE t (a varchar(9), b timestamp, c jsonb); CREATE INDEX i ON t ", index}));
  const CatalogTable* const table = scene.context().catalog().table("", "t");
  return table != nullptr && has_index_on(*table, scene.root().list("targetList").front()["val"]);
}

TEST(IndexedColumns, ExpressionsAreEqualWhateverTheirLayout) {
  EXPECT_TRUE(is_indexed("lower(t.a)", "(lower((a)::text))"));
  EXPECT_TRUE(is_indexed("LOWER ( a )", "(lower(a))"));
  EXPECT_TRUE(is_indexed("b::date", "(date(b))"));
  EXPECT_TRUE(is_indexed("date(b)", "((b::date))"));
  EXPECT_TRUE(is_indexed("c->>'k'", "((c ->> 'k'::text))"));
  EXPECT_TRUE(is_indexed("lower(a)", "USING gin (lower(a) gin_trgm_ops)"));
  EXPECT_FALSE(is_indexed("c->>'k'", "((c ->> 'other'::text))"));
  EXPECT_FALSE(is_indexed("upper(a)", "(lower(a))"));
  EXPECT_FALSE(is_indexed("lower(a)", "(a)"));
  EXPECT_FALSE(is_indexed("lower(a)", "(b, lower(a))"));
}

TEST(IndexedColumns, AnIndexMustBeginWithTheColumn) {
  const SqlScene scene("SELECT 1",
                       "CREATE TABLE t (a int, b int, c int, d int);"
                       "CREATE INDEX one ON t (a, b); CREATE INDEX two ON t USING gin (c);"
                       "CREATE INDEX part ON t (d) WHERE a > 5; CREATE INDEX whole ON t (d);");
  const CatalogTable* const table = scene.context().catalog().table("", "t");
  ASSERT_NE(table, nullptr);
  ASSERT_NE(index_beginning_with(*table, "a"), nullptr);
  EXPECT_EQ(index_beginning_with(*table, "a")->name, "one");
  EXPECT_EQ(index_beginning_with(*table, "b"), nullptr);
  EXPECT_EQ(index_beginning_with(*table, "c"), nullptr);
  ASSERT_NE(index_beginning_with(*table, "d"), nullptr);
  EXPECT_EQ(index_beginning_with(*table, "d")->name, "whole");
}

}  // namespace
}  // namespace pgcounsel
