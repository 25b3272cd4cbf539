#include "parser/sql/node_span.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pgcounsel {
namespace {

struct Case {
  std::string_view sql, kind, expected;  // the first node of that kind
};

TEST(NodeSpan, CoversWhatANodeIsWrittenAs) {
  constexpr Case kCases[] = {
      {"SELECT a + b * 2 FROM t", "A_Expr", "a + b * 2"},
      {"SELECT (a + b) * 2 FROM t", "A_Expr", "(a + b) * 2"},
      {"SELECT 2 * (a + b) FROM t", "A_Expr", "2 * (a + b)"},
      {"SELECT 1 FROM t WHERE lower(a) = 'x' AND b", "FuncCall", "lower(a)"},
      {"SELECT count(*) FROM t", "FuncCall", "count(*)"},
      {"SELECT s.f(1, (2)) FROM t", "FuncCall", "s.f(1, (2))"},
      {"SELECT sum(a) FILTER (WHERE b) OVER (PARTITION BY c) FROM t", "FuncCall",
       "sum(a) FILTER (WHERE b) OVER (PARTITION BY c)"},
      {"SELECT a::numeric(10, 2)[] FROM t", "TypeCast", "a::numeric(10, 2)[]"},
      {"SELECT CAST(a AS timestamp(3) with time zone) FROM t", "TypeCast",
       "CAST(a AS timestamp(3) with time zone)"},
      {"SELECT interval '1' day, 2", "TypeCast", "interval '1' day"},
      {"SELECT 1 FROM t WHERE a.b IS NOT NULL AND c", "NullTest", "a.b IS NOT NULL"},
      {"SELECT 1 FROM t WHERE a IS NOT TRUE AND c", "BooleanTest", "a IS NOT TRUE"},
      {"SELECT 1 FROM t WHERE a IN (1, 2) AND c", "A_Expr", "a IN (1, 2)"},
      {"SELECT 1 FROM t WHERE a BETWEEN 1 AND (2) OR c", "A_Expr", "a BETWEEN 1 AND (2)"},
      {"SELECT CASE WHEN a THEN 1 ELSE 2 END, b", "CaseExpr", "CASE WHEN a THEN 1 ELSE 2 END"},
      {"SELECT CASE a WHEN 1 THEN CASE WHEN b THEN 2 END END FROM t", "CaseExpr",
       "CASE a WHEN 1 THEN CASE WHEN b THEN 2 END END"},
      {"SELECT ARRAY[1, (2)] FROM t", "A_ArrayExpr", "ARRAY[1, (2)]"},
      {"SELECT (a.b).c FROM t", "A_Indirection", "(a.b).c"},
      {"SELECT a[1] FROM t", "A_Indirection", "a[1]"},
      {"SELECT -1, 'a'\n'b', c", "ResTarget", "-1"},
      {"SELECT current_timestamp(3) FROM t", "SQLValueFunction", "current_timestamp(3)"},
      {"SELECT /* x */ a /* y */ . /* z */ b /* w */ FROM t", "ColumnRef", "a /* y */ . /* z */ b"},
      {"SELECT 'é', ü.\"ä\" FROM ü", "ColumnRef", "ü.\"ä\""},
      {"SELECT 1 FROM s.t AS x", "RangeVar", "s.t"},
      {"SELECT 1 FROM t ORDER BY a DESC", "SortBy", "a"},
  };
  for (const Case& one : kCases) {
    const auto tree = SyntaxTree::parse(one.sql);
    ASSERT_TRUE(tree) << one.sql;
    const NodeList nodes = tree->root().all(one.kind);
    ASSERT_FALSE(nodes.empty()) << one.sql;
    EXPECT_EQ(text_of(*tree, nodes.front()), one.expected) << one.sql;
  }
}

TEST(NodeSpan, CoversQueriesWithTheirFirstWord) {
  struct QueryCase {
    std::string_view sql;
    std::size_t which;  // of all SelectStmt
    std::string_view expected;
  };
  constexpr QueryCase kCases[] = {
      {"SELECT 1 FROM t AS x LIMIT 1;", 0, "SELECT 1 FROM t AS x LIMIT 1"},
      {"SELECT 1 WHERE a IN (SELECT b FROM t AS x ORDER BY 1 DESC)", 1,
       "SELECT b FROM t AS x ORDER BY 1 DESC"},
      {"SELECT 1 FROM (SELECT DISTINCT ON (a) b FROM t) x", 1, "SELECT DISTINCT ON (a) b FROM t"},
      {"SELECT 1 FROM (VALUES (1), (2)) x", 1, "VALUES (1), (2)"},
      {"SELECT EXISTS (TABLE t)", 1, "TABLE t"},
      {"SELECT (SELECT (SELECT 1))", 1, "SELECT (SELECT 1)"},
      {"WITH a AS (SELECT 1 AS b LIMIT 1) SELECT b FROM a", 1, "SELECT 1 AS b LIMIT 1"},
      {"SELECT 1 UNION ALL (SELECT 2 LIMIT 1)", 1, "SELECT 1"},
      {"CREATE VIEW v AS SELECT a AS b FROM t x WITH CHECK OPTION", 0, "SELECT a AS b FROM t x"},
      {"CREATE VIEW v AS SELECT a FROM t x WITH LOCAL CHECK OPTION", 0, "SELECT a FROM t x"},
      {"CREATE TABLE v AS SELECT a FROM t x WITH NO DATA", 0, "SELECT a FROM t x"},
      {"EXPLAIN (SELECT 1 LIMIT 1)", 0, "(SELECT 1 LIMIT 1)"},
  };
  for (const QueryCase& one : kCases) {
    const auto tree = SyntaxTree::parse(one.sql);
    ASSERT_TRUE(tree) << one.sql;
    EXPECT_EQ(text_of(*tree, tree->root().all("SelectStmt").at(one.which)), one.expected)
        << one.sql;
  }
}

TEST(NodeSpan, ASubqueryInFromHasItsBrackets) {
  const auto tree = SyntaxTree::parse("SELECT 1 FROM (SELECT 2 FROM t AS u) AS x");
  EXPECT_EQ(text_of(*tree, tree->root()["fromClause"]), "(SELECT 2 FROM t AS u)");
}

TEST(NodeSpan, TheRootIsTheWholeStatement) {
  const auto tree = SyntaxTree::parse("/* a */ CREATE INDEX i ON t (a DESC) -- b\n ; ");
  EXPECT_EQ(text_of(*tree, tree->root()), "CREATE INDEX i ON t (a DESC)");
}

TEST(NodeSpan, WhatHasNoPlaceIsEmpty) {
  const auto tree = SyntaxTree::parse("SELECT a FROM t");
  EXPECT_EQ(span_of(*tree, tree->root().all("String").front()), TextSpan());
  EXPECT_EQ(span_of(*tree, Node()), TextSpan());
  EXPECT_EQ(span_of(SyntaxTree(), Node()), TextSpan());
}

TEST(NodeSpan, OfEveryNodeLiesInTheText) {
  constexpr std::string_view kCases[] = {
      "SELECT a, b.c, d::int, (e).f, g[1], case when h then 1 end FROM i, (SELECT 1) j "
      "WHERE k IN (SELECT l) GROUP BY m HAVING n ORDER BY o LIMIT 1",
      "INSERT INTO a (b) VALUES (DEFAULT), (1) ON CONFLICT DO NOTHING RETURNING *",
      "ALTER TABLE a ADD CONSTRAINT b CHECK (c > 0) NOT VALID, ALTER d TYPE int USING e::int",
      "CREATE TABLE a (b int DEFAULT (1), CHECK ((b) > (0)))",
      "SELECT '\xff', \"\xc3\"",
  };
  for (const std::string_view sql : kCases) {
    const auto tree = SyntaxTree::parse(sql);
    ASSERT_TRUE(tree) << sql;
    for (const Node node : tree->root().all()) {
      const TextSpan span = span_of(*tree, node);
      EXPECT_LE(span.begin, span.end) << sql;
      EXPECT_LE(span.end, sql.size()) << sql;
    }
  }
}

}  // namespace
}  // namespace pgcounsel
