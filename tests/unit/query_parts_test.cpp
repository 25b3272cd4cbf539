// Queries of a statement, and what stands in each of them.
#include "advisors/sql/query_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "parser/sql/node_span.h"
#include "tests/unit/sql_scene.h"

namespace pgcounsel {
namespace {

std::string texts(const SqlScene& scene, const NodeList& nodes) {
  std::string all;
  for (const Node node : nodes) {
    if (!all.empty()) all += " | ";
    all += text_of(*scene.context().statement.tree, node);
  }
  return all;
}

TEST(QueryParts, FindsEveryQuery) {
  const SqlScene scene(
      "WITH gone AS (DELETE FROM a RETURNING x) INSERT INTO b SELECT x FROM gone UNION "
      "SELECT (SELECT 1) FROM c");
  std::string kinds;
  for (const Node query : queries_of(scene.root())) kinds += std::string(query.kind()) + " ";
  // The union, its two arms, the subquery, and the DELETE.
  EXPECT_EQ(std::ranges::count(kinds, ' '), 6);
  EXPECT_EQ(kinds.substr(0, 11), "InsertStmt ");
  EXPECT_NE(kinds.find("DeleteStmt"), std::string::npos);
  EXPECT_EQ(selects_of(scene.root()).size(), 3U);
}

TEST(QueryParts, ConditionsAreThoseOfTheQueryItself) {
  const SqlScene scene(
      "SELECT 1 FROM a JOIN b ON a.x = b.x AND b.y = 1 LEFT JOIN c ON c.z = 2 "
      "WHERE a.v = 3 AND (a.w = 4 OR a.w = 5) AND EXISTS (SELECT FROM d WHERE d.x = 6)");
  EXPECT_EQ(filters_of(scene.root()).size(), 5U);
  EXPECT_EQ(conditions_of(scene.root()).size(), 6U);
  EXPECT_EQ(texts(scene, own_nodes(scene.root(), "RangeVar")), "a | b | c");
}

TEST(QueryParts, KnowsWhatGivesOneRow) {
  const auto one_row = [](std::string_view sql) {
    const SqlScene scene(sql);
    return gives_one_row(scene.root());
  };
  EXPECT_TRUE(one_row("SELECT max(x) FROM t"));
  EXPECT_TRUE(one_row("SELECT x FROM t LIMIT 1"));
  EXPECT_TRUE(one_row("VALUES (1, 2)"));
  EXPECT_TRUE(one_row("SELECT 1"));
  EXPECT_TRUE(one_row("SELECT 1 FROM t HAVING count(*) > 3"));
  EXPECT_TRUE(one_row("INSERT INTO t (a) VALUES (1) RETURNING id"));
  EXPECT_FALSE(one_row("SELECT x FROM t"));
  EXPECT_FALSE(one_row("SELECT max(x) FROM t GROUP BY y"));
  EXPECT_FALSE(one_row("VALUES (1), (2)"));
  EXPECT_FALSE(one_row("SELECT generate_series(1, 3)"));
  EXPECT_FALSE(one_row("SELECT (SELECT max(x) FROM t), y FROM t"));
  EXPECT_FALSE(one_row("SELECT 1 UNION SELECT 2"));
  EXPECT_FALSE(one_row("INSERT INTO t (a) VALUES (1), (2) RETURNING id"));
}

TEST(QueryParts, FindsTheCteThatANameMeans) {
  const auto is_cte = [](std::string_view sql) {
    const SqlScene scene(sql);
    const NodeList tables = scene.root().all("RangeVar");
    const auto found =
        std::ranges::find(tables, "q", [](Node table) { return table.text("relname"); });
    return found != tables.end() && cte_query(*found);
  };
  EXPECT_TRUE(is_cte("WITH q AS (SELECT 1) SELECT * FROM q"));
  EXPECT_TRUE(is_cte("WITH q AS (SELECT 1) SELECT (SELECT 1 FROM q)"));
  EXPECT_FALSE(is_cte("SELECT * FROM q"));
  EXPECT_FALSE(is_cte("WITH q AS (SELECT 1) SELECT * FROM s.q"));
  // A CTE that is not recursive sees the table of its name.
  EXPECT_FALSE(is_cte("WITH q AS (SELECT * FROM q) SELECT 1"));
  EXPECT_TRUE(is_cte("WITH RECURSIVE q AS (SELECT 1 UNION SELECT * FROM q) SELECT 1"));
}

TEST(QueryParts, NamesColumnsByTheirTables) {
  const auto title = [](std::string_view sql, std::string_view schema = {}) {
    const SqlScene scene(sql, schema);
    return column_title(scene.context(), scene.root()["whereClause"].all("ColumnRef").front());
  };
  EXPECT_EQ(title("SELECT 1 FROM orders o WHERE o.x = 1"), "orders.x");
  EXPECT_EQ(title("SELECT 1 FROM orders WHERE x = 1"), "orders.x");
  EXPECT_EQ(title("SELECT 1 FROM orders, users WHERE x = 1"), "x");
  EXPECT_EQ(title("SELECT 1 FROM orders, users WHERE x = 1",
                  "CREATE TABLE orders (id int); CREATE TABLE users (x int)"),
            "users.x");
}

}  // namespace
}  // namespace pgcounsel
