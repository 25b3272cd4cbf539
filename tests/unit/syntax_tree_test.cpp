#include "parser/sql/syntax_tree.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace pgcounsel {
namespace {

SyntaxTree tree_of(std::string_view sql) {
  SyntaxError error;
  auto tree = SyntaxTree::parse(sql, &error);
  EXPECT_TRUE(tree) << sql << ": " << error.message;
  return tree ? std::move(*tree) : SyntaxTree();
}

TEST(SyntaxTree, NamesNodesAndFieldsAsPostgresDoes) {
  const SyntaxTree tree = tree_of("SELECT a.b AS c FROM t a WHERE a.b = 1 LIMIT 5");
  const Node select = tree.root();
  EXPECT_EQ(select.kind(), "SelectStmt");
  const Node target = select["targetList"];
  EXPECT_EQ(target.kind(), "ResTarget");
  EXPECT_EQ(target.text("name"), "c");
  EXPECT_EQ(target.field(), "targetList");
  EXPECT_EQ(target["val"].names("fields"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(target["val"].last_name("fields"), "b");
  EXPECT_EQ(target["val"].parent(), target);
  EXPECT_EQ(target.parent(), select);
  EXPECT_EQ(select["fromClause"]["alias"].text("aliasname"), "a");
  EXPECT_EQ(select["whereClause"]["rexpr"]["ival"].number("ival"), 1);
  EXPECT_EQ(select["limitCount"]["ival"].number("ival"), 5);
  EXPECT_EQ(select["whereClause"].location(), 35);
}

TEST(SyntaxTree, WhatIsNotThereIsNothing) {
  const SyntaxTree tree = tree_of("SELECT 1");
  const Node nothing = tree.root()["whereClause"]["lexpr"]["arg"];
  EXPECT_FALSE(nothing);
  EXPECT_EQ(nothing.kind(), "");
  EXPECT_EQ(nothing.text("x"), "");
  EXPECT_EQ(nothing.number("x", 7), 7);
  EXPECT_EQ(nothing.location(), -1);
  EXPECT_FALSE(nothing.flag("x"));
  EXPECT_FALSE(nothing.has("x"));
  EXPECT_FALSE(nothing.parent());
  EXPECT_TRUE(nothing.list("x").empty());
  EXPECT_TRUE(nothing.all().empty());
  EXPECT_EQ(nothing.count("x"), 0U);
  EXPECT_FALSE(nothing.is_inside(tree.root()));
  EXPECT_FALSE(SyntaxTree().root());
  EXPECT_EQ(SyntaxTree().text(), "");
  EXPECT_TRUE(SyntaxTree().tokens().empty());
}

TEST(SyntaxTree, GivesEveryNodeAKind) {
  constexpr std::string_view kCases[] = {
      "ALTER TABLE a ATTACH PARTITION b FOR VALUES IN (1)",
      "CREATE POLICY p ON t USING (true)",
      "CREATE FOREIGN TABLE t (a int) SERVER s",
      "CREATE SCHEMA AUTHORIZATION joe",
      "CREATE CAST (int AS text) WITH FUNCTION f(int)",
      "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a FROM b FOR EACH ROW EXECUTE FUNCTION f()",
      "GRANT a TO b GRANTED BY c",
      "REASSIGN OWNED BY a TO b",
      "CALL p(1)",
      "ALTER DATABASE d SET search_path = a",
      "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a",
      "CREATE PUBLICATION p FOR TABLE t",
      "CREATE OPERATOR CLASS c FOR TYPE int USING btree AS STORAGE int",
      "INSERT INTO t SELECT 1 ON CONFLICT (a) WHERE b DO UPDATE SET a = 1 RETURNING *",
      "WITH RECURSIVE a AS (SELECT 1 UNION SELECT 2) SEARCH DEPTH FIRST BY x SET y SELECT 1",
      "SELECT sum(a) OVER (PARTITION BY b), a[1:2], (b).c, x::numeric(3), ROW(1) FROM f() AS t(a "
      "int)",
      "CREATE TABLE t (a int COLLATE \"C\" REFERENCES u, LIKE v) PARTITION BY LIST (a)",
  };
  for (const std::string_view sql : kCases) {
    const SyntaxTree tree = tree_of(sql);
    for (const Node node : tree.root().all()) {
      if (node.field() == "items" && node.kind().empty()) continue;
      EXPECT_TRUE(!node.kind().empty() && node.kind()[0] >= 'A' && node.kind()[0] <= 'Z')
          << sql << ": " << node.kind() << " in " << node.parent().kind() << "." << node.field();
    }
  }
}

TEST(SyntaxTree, KnowsTheKindOfNodesThatAreWrittenWithoutIt) {
  EXPECT_EQ(tree_of("ALTER TABLE a DETACH PARTITION b").root()["cmds"]["def"]["name"].kind(),
            "RangeVar");
  EXPECT_EQ(tree_of("CREATE POLICY p ON t").root()["table"].text("relname"), "t");
  EXPECT_EQ(tree_of("CALL p(1)").root()["funccall"].kind(), "FuncCall");
  EXPECT_EQ(tree_of("SELECT 1 UNION SELECT 2").root()["rarg"].kind(), "SelectStmt");
}

TEST(SyntaxTree, DistinctWithoutOnIsAPlaceWithoutAKind) {
  const SyntaxTree tree = tree_of("SELECT DISTINCT a FROM t");
  EXPECT_EQ(tree.root().count("distinctClause"), 1U);
  EXPECT_EQ(tree.root()["distinctClause"].kind(), "");
  EXPECT_FALSE(tree_of("SELECT a FROM t").root().has("distinctClause"));
}

TEST(SyntaxTree, ListsAllBelowANode) {
  const SyntaxTree tree = tree_of("SELECT a, (SELECT b FROM u) FROM t");
  const Node root = tree.root();
  EXPECT_EQ(root.all("ColumnRef").size(), 2U);
  EXPECT_EQ(root.all("SelectStmt").size(), 2U);
  const Node inner = root.all("SelectStmt")[1];
  EXPECT_EQ(inner.all("ColumnRef").size(), 1U);
  EXPECT_EQ(inner.all().size(), inner.end_id() - inner.id());
  EXPECT_TRUE(inner.is_inside(root));
  EXPECT_TRUE(inner.is_inside(inner));
  EXPECT_FALSE(root.is_inside(inner));
  for (const Node node : inner.all()) EXPECT_TRUE(node.is_inside(inner));
  EXPECT_EQ(root.all().front(), root);
  const SyntaxTree other = tree_of("SELECT 1");
  EXPECT_FALSE(root.is_of_same_tree(other.root()));
  EXPECT_FALSE(root.is_inside(other.root()));
}

TEST(SyntaxTree, ListsKeepTheirOrderAndTheirLists) {
  const SyntaxTree tree = tree_of("INSERT INTO t VALUES (1, 2), (3, 4)");
  const NodeList rows = tree.root()["selectStmt"].list("valuesLists");
  ASSERT_EQ(rows.size(), 2U);
  ASSERT_EQ(rows[1].list("items").size(), 2U);
  EXPECT_EQ(rows[1].list("items")[0]["ival"].number("ival"), 3);
  EXPECT_EQ(rows[1].list("items")[1]["ival"].number("ival"), 4);
  EXPECT_EQ(rows[1].list("items")[1].parent(), rows[1]);
}

TEST(SyntaxTree, ReadsTextsWithEscapes) {
  const SyntaxTree tree = tree_of("SELECT 'a\"b\\c\n<é>' AS \"x\"\"y\"");
  EXPECT_EQ(tree.root()["targetList"]["val"]["sval"].text("sval"), "a\"b\\c\n<é>");
  EXPECT_EQ(tree.root()["targetList"].text("name"), "x\"y");
}

TEST(SyntaxTree, ReadsIntegersBelowZero) {
  constexpr std::pair<std::string_view, long> kCases[] = {
      {"SELECT 0", 0},    {"SELECT -0", 0},    {"SELECT -5", -5},
      {"SELECT - 5", -5}, {"SELECT -(5)", -5}, {"SELECT - - - 7", -7},
      {"SELECT 5", 5},    {"SELECT 1, -5", 1}, {"SELECT - - 5", 5},
  };
  for (const auto& [sql, expected] : kCases) {
    const SyntaxTree tree = tree_of(sql);
    EXPECT_EQ(tree.root()["targetList"]["val"]["ival"].number("ival"), expected) << sql;
  }
  const SyntaxTree limit = tree_of("SELECT 1 LIMIT -1");
  EXPECT_EQ(limit.root()["limitCount"]["ival"].text("ival"), "-1");
}

TEST(SyntaxTree, PlacesAreBytes) {
  const std::string_view sql = "SELECT 'é€', /* ü */ ä.x FROM ö ä";
  const SyntaxTree tree = tree_of(sql);
  EXPECT_EQ(tree.root().all("ColumnRef")[0].location(), static_cast<int>(sql.find("ä.x")));
  EXPECT_EQ(tree.root()["fromClause"].location(), static_cast<int>(sql.find("ö")));
}

TEST(SyntaxTree, KeepsItsNodesWhenItMoves) {
  SyntaxTree tree = tree_of("SELECT a FROM t");
  const Node column = tree.root()["targetList"]["val"];
  const SyntaxTree moved = std::move(tree);
  EXPECT_EQ(column.last_name("fields"), "a");
  EXPECT_EQ(moved.root()["targetList"]["val"], column);
}

TEST(SyntaxTree, SaysWhyATextIsRefused) {
  struct Refused {
    std::string sql, message;
    std::size_t position;
  };
  const Refused kCases[] = {
      {"SELECT FROM WHERE", "syntax error", 12},
      {"SELECT 'é' FROM WHERE 4711", "syntax error", 17},
      {"SELECT 'open", "unterminated quoted string", 7},
      {std::string("SELECT 1\0", 9), "a NUL byte, which no SQL text may hold", 8},
      {std::string(300, '(') + "1" + std::string(300, ')'), "nested too deeply to be analysed", 0},
  };
  for (const Refused& one : kCases) {
    SyntaxError error;
    EXPECT_FALSE(SyntaxTree::parse(one.sql, &error)) << one.sql;
    EXPECT_EQ(error.message, one.message) << one.sql;
    EXPECT_EQ(error.position, one.position) << one.sql;
  }
}

TEST(SyntaxTree, TextsWithoutAStatementAreNoError) {
  for (const std::string_view sql : {"", ";", " ; ; ", "-- only a comment", "/* a */"}) {
    SyntaxError error;
    EXPECT_FALSE(SyntaxTree::parse(sql, &error)) << sql;
    EXPECT_EQ(error.message, "") << sql;
  }
}

TEST(SyntaxTree, TakesTextsOfAMegabyte) {
  std::string sql = "SELECT 1 FROM t WHERE a IN (0";
  std::size_t count = 1;
  for (; sql.size() < 1'000'000; ++count) sql += ",1234567";
  const SyntaxTree tree = tree_of(sql + ")");
  EXPECT_EQ(tree.root()["whereClause"]["rexpr"].list("items").size(), count);
}

TEST(SyntaxTree, BytesThatAreNoUtf8DoNoHarm) {
  const SyntaxTree tree = tree_of("SELECT '\xff\xfe' FROM \"\xc3\" WHERE \xe4 = 1");
  EXPECT_EQ(tree.root().all("ColumnRef").size(), 1U);
}

}  // namespace
}  // namespace pgcounsel
