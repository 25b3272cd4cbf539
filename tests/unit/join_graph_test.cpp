// Ties between the items of FROM, and which of them multiply rows.
#include "advisors/sql/join_graph.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/sql_scene.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kShop =
    "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, country text);"
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL, total numeric);"
    "CREATE TABLE items (order_id bigint, line int, price numeric, PRIMARY KEY (order_id, line));"
    "CREATE TABLE bare (a int, b int);";

// `users+orders items`: parts by blanks, what is tied by plus signs, in the order of FROM.
std::string parts_of(std::string_view sql, std::string_view schema = {}) {
  const SqlScene scene(sql, schema);
  const JoinGraph graph = join_graph(scene.context(), scene.root());
  if (graph.uncertain) return "uncertain";
  const std::vector<std::size_t> parts = graph.parts();
  std::string text;
  std::vector<bool> shown(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (shown[i]) continue;
    if (!text.empty()) text += ' ';
    std::string part;
    for (std::size_t j = i; j < parts.size(); ++j) {
      if (parts[j] != parts[i]) continue;
      shown[j] = true;
      part += (part.empty() ? "" : "+") + graph.items[j].name;
    }
    text += part;
  }
  return text;
}

TEST(JoinGraph, TiesWhatAConditionNames) {
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b"), "a b");
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b WHERE a.x = b.x"), "a+b");
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b, c WHERE a.x = c.x AND c.y > b.y"), "a+b+c");
  EXPECT_EQ(parts_of("SELECT 1 FROM a JOIN b ON a.x = 1, c WHERE b.y IN (c.z)"), "a b+c");
  EXPECT_EQ(parts_of("SELECT 1 FROM s.a, s.b WHERE s.a.x = s.b.x"), "a+b");
  EXPECT_EQ(parts_of("SELECT 1 FROM a x JOIN a y USING (id)"), "x+y");
  EXPECT_EQ(parts_of("SELECT 1 FROM a NATURAL JOIN b, c"), "a+b c");
  EXPECT_EQ(parts_of("UPDATE a SET x = 1 FROM b WHERE a.id = b.id"), "a+b");
  EXPECT_EQ(parts_of("DELETE FROM a USING b, c WHERE a.id = b.id"), "a+b c");
}

TEST(JoinGraph, CrossJoinsThatSaySoAreTies) {
  EXPECT_EQ(parts_of("SELECT 1 FROM a CROSS JOIN b"), "a+b");
  EXPECT_EQ(parts_of("SELECT 1 FROM a LEFT JOIN b ON true, c"), "a+b c");
  EXPECT_EQ(parts_of("SELECT 1 FROM a, LATERAL (SELECT a.x) l, unnest(a.y) u"), "a+l+u");
}

TEST(JoinGraph, LooksIntoSubqueriesOfConditions) {
  EXPECT_EQ(
      parts_of("SELECT 1 FROM a, b WHERE EXISTS (SELECT FROM c WHERE c.x = a.x AND c.y = b.y)"),
      "a+b");
  // The inner a hides the outer one.
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b WHERE EXISTS (SELECT FROM a WHERE a.x = b.y)"), "a b");
}

TEST(JoinGraph, SharedValuesTie) {
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b WHERE a.x = $1 AND b.y = $1"), "a+b");
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b WHERE a.tenant = $1 AND b.tenant = $2"), "a+b");
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b WHERE a.x = $1 AND b.y = $2"), "a b");
  EXPECT_EQ(parts_of("SELECT 1 FROM a, (SELECT x FROM b WHERE t = 5) s WHERE a.t = 5"), "a+s");
}

TEST(JoinGraph, IsUncertainWhereANameMayBeAnybodys) {
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b WHERE x = y"), "uncertain");
  EXPECT_EQ(parts_of("SELECT 1 FROM a, b WHERE x = 5"), "a b");
  EXPECT_EQ(parts_of("SELECT 1 FROM users, orders WHERE user_id = email", kShop), "users+orders");
  EXPECT_EQ(parts_of("SELECT 1 FROM users, orders WHERE total > 5", kShop), "users orders");
}

// The items that one row at most goes with for each row of those given.
std::string determined(std::string_view sql, std::string_view given) {
  const SqlScene scene(sql, kShop);
  const JoinGraph graph = join_graph(scene.context(), scene.root());
  std::vector<bool> start(graph.items.size());
  for (std::size_t i = 0; i < start.size(); ++i) start[i] = graph.items[i].name == given;
  const std::vector<bool> all = graph.determined_by(start);
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]) text += (text.empty() ? "" : " ") + graph.items[i].name;
  }
  return text;
}

TEST(JoinGraph, FollowsKeys) {
  const std::string_view sql =
      "SELECT 1 FROM users u JOIN orders o ON o.user_id = u.id JOIN items i ON i.order_id = o.id";
  EXPECT_EQ(determined(sql, "i"), "u o i");
  EXPECT_EQ(determined(sql, "o"), "u o");
  EXPECT_EQ(determined(sql, "u"), "u");
  EXPECT_EQ(determined(sql, ""), "");
}

TEST(JoinGraph, ValuesFromOutsideAreKnown) {
  EXPECT_EQ(
      determined("SELECT 1 FROM orders o, items i WHERE i.order_id = o.id AND i.line = 1", "o"),
      "o i");
  EXPECT_EQ(determined("SELECT 1 FROM users u, bare b WHERE u.email = $1", "b"), "u b");
  EXPECT_EQ(determined("SELECT 1 FROM users u, bare b WHERE u.country = $1", "b"), "b");
  EXPECT_EQ(determined("SELECT 1 FROM orders o, items i "
                       "WHERE (i.order_id, i.line) = (o.id, 5) AND o.total = 1",
                       "o"),
            "o i");
}

TEST(JoinGraph, SubqueriesHaveTheKeysOfTheirGroups) {
  EXPECT_EQ(determined("SELECT 1 FROM users u JOIN (SELECT user_id AS who, count(*) FROM orders "
                       "GROUP BY user_id) c ON c.who = u.id",
                       "u"),
            "u c");
  EXPECT_EQ(determined("SELECT 1 FROM users u JOIN (SELECT user_id, total FROM orders) c "
                       "ON c.user_id = u.id",
                       "u"),
            "u");
  EXPECT_EQ(determined("WITH c AS (SELECT DISTINCT user_id FROM orders) "
                       "SELECT 1 FROM users u JOIN c ON c.user_id = u.id",
                       "u"),
            "u c");
  EXPECT_EQ(determined("SELECT 1 FROM users u, (SELECT max(total) FROM orders) m", "u"), "u m");
  EXPECT_EQ(determined("SELECT 1 FROM users u, (SELECT id FROM orders LIMIT 1) m", "u"), "u m");
  EXPECT_EQ(determined("SELECT 1 FROM users u, (SELECT id FROM orders LIMIT 2) m", "u"), "u");
}

TEST(JoinGraph, TellsWhatAnOuterJoinMayLeaveOut) {
  const SqlScene scene("SELECT 1 FROM a LEFT JOIN b ON a.x = b.x FULL JOIN c ON c.x = a.x, d");
  const JoinGraph graph = join_graph(scene.context(), scene.root());
  ASSERT_EQ(graph.items.size(), 4U);
  EXPECT_TRUE(graph.items[0].nullable);
  EXPECT_TRUE(graph.items[1].nullable);
  EXPECT_TRUE(graph.items[2].nullable);
  EXPECT_FALSE(graph.items[3].nullable);
}

TEST(JoinGraph, GivesUpOnGeneratedLists) {
  std::string sql = "SELECT 1 FROM a, b WHERE a.x = b.x";
  for (int i = 0; i < 3000; ++i) sql += " AND a.y" + std::to_string(i) + " = b.z";
  EXPECT_EQ(parts_of(sql), "uncertain");
}

}  // namespace
}  // namespace pgcounsel
