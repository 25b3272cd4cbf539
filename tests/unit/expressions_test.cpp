#include "parser/sql/expressions.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "parser/sql/node_span.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

// The expression of `SELECT <expression>`, with the tree that it stands in.
struct Expression {
  explicit Expression(std::string_view text)
      : tree(SyntaxTree::parse("SELECT " + std::string(text) + " FROM t").value_or(SyntaxTree())),
        node(tree.root()["targetList"]["val"]) {
    EXPECT_TRUE(node) << text;
  }
  SyntaxTree tree;
  Node node;
};

std::string texts(const SyntaxTree& tree, const NodeList& nodes) {
  std::string joined;
  for (const Node node : nodes)
    joined += (joined.empty() ? "" : "; ") + std::string(text_of(tree, node));
  return joined;
}

TEST(Expressions, ConjunctsAreFlat) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"a", "a"},
      {"a AND b AND c", "a; b; c"},
      {"a AND (b AND (c OR d))", "a; b; c OR d"},
      {"NOT (a AND b)", "NOT (a AND b)"},
      {"a OR b", "a OR b"},
  };
  for (const auto& [sql, expected] : kCases) {
    const Expression one(sql);
    EXPECT_EQ(texts(one.tree, conjuncts(one.node)), expected) << sql;
  }
  const Expression one("a OR (b OR c AND d)");
  EXPECT_EQ(texts(one.tree, disjuncts(one.node)), "a; b; c AND d");
  EXPECT_TRUE(conjuncts(Node()).empty());
}

TEST(Expressions, ReadColumns) {
  const Expression plain("x"), qualified("s.o.x"), star("o.*");
  EXPECT_TRUE(is_column(plain.node));
  EXPECT_EQ(column_table(plain.node), "");
  EXPECT_EQ(column_name(qualified.node), "x");
  EXPECT_EQ(column_table(qualified.node), "o");
  EXPECT_EQ(column_words(qualified.node), "s.o.x");
  EXPECT_FALSE(is_column(star.node));
  EXPECT_EQ(column_words(star.node), "o.*");
  EXPECT_EQ(column_name(Node()), "");
}

TEST(Expressions, ReadConstants) {
  struct ConstantCase {
    std::string_view sql;
    bool constant;
    std::optional<std::string> text;
    std::optional<long> number;
  };
  const ConstantCase kCases[] = {
      {"1", true, "1", 1},
      {"0", true, "0", 0},
      {"'x''y'", true, "x'y", std::nullopt},
      {"''", true, "", std::nullopt},
      {"'1'::int", true, "1", std::nullopt},
      {"1.50", true, "1.50", std::nullopt},
      {"true", true, "true", std::nullopt},
      {"false", true, "false", std::nullopt},
      {"NULL", true, std::nullopt, std::nullopt},
      {"-5", true, "-5", -5},
      {"a", false, std::nullopt, std::nullopt},
      {"a::int", false, std::nullopt, std::nullopt},
      {"$1", false, std::nullopt, std::nullopt},
      {"now()", false, std::nullopt, std::nullopt},
  };
  for (const ConstantCase& one : kCases) {
    const Expression expression(one.sql);
    EXPECT_EQ(is_constant(expression.node), one.constant) << one.sql;
    EXPECT_EQ(constant_text(expression.node), one.text) << one.sql;
    EXPECT_EQ(integer_constant(expression.node), one.number) << one.sql;
  }
  EXPECT_TRUE(is_null_constant(Expression("NULL::int").node));
  EXPECT_FALSE(is_null_constant(Expression("0").node));
  EXPECT_TRUE(is_parameter(Expression("$1::int").node));
}

TEST(Expressions, ReadOperatorsAndCalls) {
  EXPECT_TRUE(is_operator(Expression("a = 1").node, "="));
  EXPECT_FALSE(is_operator(Expression("a = ANY (b)").node, "="));
  EXPECT_FALSE(is_operator(Expression("- a").node, "-"));
  EXPECT_TRUE(is_comparison(Expression("a <> 1").node));
  EXPECT_TRUE(is_comparison(Expression("a != 1").node));
  EXPECT_FALSE(is_comparison(Expression("a + 1").node));
  EXPECT_EQ(function_name(Expression("pg_catalog.LOWER(a)").node), "lower");
  EXPECT_EQ(function_name(Expression("a").node), "");
  EXPECT_TRUE(is_aggregate(Expression("count(*)").node));
  EXPECT_FALSE(is_aggregate(Expression("count(*) OVER ()").node));
  EXPECT_TRUE(has_aggregate(Expression("1 + sum(a)").node));
  EXPECT_FALSE(has_aggregate(Expression("1 + (SELECT sum(a) FROM t)").node));
}

TEST(Expressions, ListTheRelationsOfAnItem) {
  const auto tree =
      SyntaxTree::parse("SELECT 1 FROM a JOIN s.b ON true JOIN (SELECT 1 FROM c) x ON true");
  std::string names;
  for (const Node relation : relations_of(tree->root()["fromClause"])) {
    names += relation_words(relation) + " ";
  }
  EXPECT_EQ(names, "a s.b ");
}

TEST(Expressions, NamesOfOutputsAreThoseThatPostgresGives) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"o.total", "total"},
      {"lower(x)", "lower"},
      {"a + 1", "?column?"},
      {"1", "?column?"},
      {"'x'::text", "text"},
      {"1::int", "int4"},
      {"x::int", "x"},
      {"CASE WHEN a THEN 1 END", "case"},
      {"CASE WHEN a THEN 1 ELSE b END", "b"},
      {"coalesce(a, b)", "coalesce"},
      {"nullif(a, b)", "nullif"},
      {"greatest(a, b)", "greatest"},
      {"ARRAY[1]", "array"},
      {"ROW(1)", "row"},
      {"EXISTS (SELECT 1)", "exists"},
      {"(SELECT max(a) FROM t)", "max"},
      {"(SELECT 1 AS z)", "z"},
      {"(c).d", "d"},
      {"a[1]", "a"},
      {"current_date", "current_date"},
      {"a COLLATE \"C\"", "a"},
      {"a AT TIME ZONE 'x'", "timezone"},
      {"a IS NULL", "?column?"},
  };
  for (const auto& [sql, expected] : kCases) {
    EXPECT_EQ(output_name(Expression(sql).node), expected) << sql;
  }
}

}  // namespace
}  // namespace pgcounsel
