#include "parser/sql/names.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/sql/expressions.h"
#include "tests/unit/catalog_of.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kSchema =
    "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, email varchar(50));"
    "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users,"
    " total numeric(10,2) NOT NULL, note text, placed timestamptz NOT NULL, due date, tags text[],"
    " data jsonb, qty int NOT NULL, paid boolean);"
    "CREATE TABLE app.users (id int, app_only text);"
    "CREATE VIEW totals AS SELECT o.user_id, sum(o.total) AS total, count(*) AS n, u.name"
    " FROM orders o JOIN users u ON u.id = o.user_id GROUP BY 1, 4;"
    "CREATE FUNCTION vat(numeric) RETURNS numeric LANGUAGE sql AS '';"
    "CREATE FUNCTION two(int) RETURNS int LANGUAGE sql AS '';"
    "CREATE FUNCTION two(text) RETURNS text LANGUAGE sql AS ''";

const Catalog& catalog() {
  static const Catalog made = catalog_of(kSchema);
  return made;
}

struct Resolved {
  SyntaxTree tree;
  Names names;
};

Resolved resolved(std::string_view sql, const Catalog& against = catalog()) {
  SyntaxError error;
  auto tree = SyntaxTree::parse(sql, &error);
  EXPECT_TRUE(tree) << sql << ": " << error.message;
  if (!tree) return {};
  const Node root = tree->root();
  return {std::move(*tree), Names(root, against)};
}

// `o.total` where it is the column of the entry `o`, `o.?` where its column is not known, `?` where
// nothing is; `^` before what is outside.
std::string shown(const ColumnUse& use) {
  if (use.entry == nullptr) return "?";
  return (use.outer ? "^" : "") + use.entry->name + "." +
         (use.column == nullptr ? "?" : use.column->name);
}

// What all names of the statement mean, those of `*` left out, in the order of the tree: FROM
// comes after the select list.
std::string meanings(std::string_view sql, const Catalog& against = catalog()) {
  const Resolved statement = resolved(sql, against);
  std::string text;
  for (const Node column : statement.tree.root().all("ColumnRef")) {
    if (column_name(column).empty()) continue;
    text += (text.empty() ? "" : " ") + shown(statement.names.resolve(column));
  }
  return text;
}

struct Case {
  std::string_view sql, expected;
};

TEST(Names, AreThoseOfTheirTables) {
  constexpr Case kCases[] = {
      {"SELECT total FROM orders", "orders.total"},
      {"SELECT o.total FROM orders o", "o.total"},
      {"SELECT orders.total FROM orders o", "?"},
      {"SELECT public.users.name FROM users", "users.name"},
      {"SELECT public.users.name FROM app.users", "?"},
      {"SELECT app_only FROM app.users", "users.app_only"},
      {"SELECT name, total FROM users u, orders o", "u.name o.total"},
      {"SELECT id FROM users, orders", "?"},
      {"SELECT nothing FROM orders", "?"},
      {"SELECT o.nothing FROM orders o", "o.?"},
      {"SELECT ctid, o.xmin FROM orders o", "o.? o.?"},
      {"SELECT o FROM orders o", "o.?"},
      {"SELECT b FROM orders o(a, b)", "o.b"},
      {"SELECT user_id FROM orders o(a, b)", "?"},
      {"SELECT 1", ""},
      {"SELECT x", "?"},
      {"SELECT total FROM ONLY orders TABLESAMPLE system (1)", "orders.total"},
      {"UPDATE orders SET total = total + 1 WHERE id = 1", "orders.total orders.id"},
      {"UPDATE orders o SET note = name FROM users u WHERE u.id = user_id RETURNING email",
       "u.name u.id o.user_id u.email"},
      {"DELETE FROM orders USING users u WHERE u.id = user_id AND id = 1", "u.id orders.user_id ?"},
      {"INSERT INTO orders (id) SELECT id FROM users RETURNING total", "users.id orders.total"},
      {"INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET total = excluded.total + "
       "orders.total WHERE qty > 1",
       "excluded.total orders.total orders.qty"},
      {"MERGE INTO orders o USING users u ON o.user_id = u.id WHEN MATCHED THEN UPDATE SET note = "
       "name",
       "o.user_id u.id u.name"},
  };
  for (const Case& one : kCases) EXPECT_EQ(meanings(one.sql), one.expected) << one.sql;
}

TEST(Names, LookOutwards) {
  constexpr Case kCases[] = {
      {"SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM orders WHERE user_id = u.id)",
       "orders.user_id ^u.id"},
      {"SELECT 1 FROM users WHERE EXISTS (SELECT 1 FROM orders WHERE name = note)",
       "^users.name orders.note"},
      {"SELECT 1 FROM users WHERE id IN (SELECT id FROM orders)", "users.id orders.id"},
      {"SELECT (SELECT (SELECT name) FROM orders) FROM users", "^users.name"},
      {"SELECT 1 FROM users, LATERAL (SELECT name FROM orders) x", "^users.name"},
      {"SELECT 1 FROM users, (SELECT name FROM orders) x", "?"},
      {"SELECT 1 FROM (SELECT 1) a, LATERAL (SELECT note) x, orders", "?"},
      {"SELECT 1 FROM users u WHERE EXISTS (SELECT 1 FROM (SELECT u.name) x)", "^u.name"},
      {"SELECT 1 FROM users WHERE EXISTS (SELECT name FROM nowhere)", "?"},
      {"UPDATE orders SET note = (SELECT name FROM users WHERE id = user_id)",
       "users.name users.id ^orders.user_id"},
      {"SELECT g FROM orders, generate_series(1, qty) g", "g.g orders.qty"},
  };
  for (const Case& one : kCases) EXPECT_EQ(meanings(one.sql), one.expected) << one.sql;
}

TEST(Names, KnowCtesAndSubqueries) {
  constexpr Case kCases[] = {
      {"WITH a AS (SELECT total AS t FROM orders) SELECT t FROM a", "a.t orders.total"},
      {"WITH users AS (SELECT 1 AS x) SELECT name FROM users", "?"},
      {"WITH users AS (SELECT 1 AS x) SELECT name FROM public.users", "users.name"},
      {"WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a) SELECT x FROM b", "b.x a.x"},
      {"WITH a(y) AS (SELECT 1 AS x) SELECT y FROM a", "a.y"},
      {"WITH a AS (SELECT 1 AS x) SELECT (WITH a AS (SELECT 2 AS y) SELECT y FROM a)", "a.y"},
      {"WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
       "t.n t.n"},
      {"WITH d AS (DELETE FROM orders RETURNING total) SELECT total FROM d",
       "d.total orders.total"},
      {"WITH a AS (SELECT 1 AS x) INSERT INTO orders (id) SELECT x FROM a", "a.x"},
      {"WITH a AS (SELECT 1 AS x) SELECT 1 FROM orders WHERE id IN (SELECT x FROM a)",
       "orders.id a.x"},
      {"SELECT s.t FROM (SELECT total AS t FROM orders) s", "s.t orders.total"},
      {"SELECT x FROM (SELECT total AS t FROM orders) s(x)", "s.x orders.total"},
      {"SELECT id, n FROM (SELECT * FROM users) s, (SELECT 1 AS n) r", "s.id r.n"},
      {"SELECT column2, a FROM (VALUES (1, 2)) v, (VALUES (1)) w(a)", "v.column2 w.a"},
      {"SELECT name FROM (SELECT * FROM nowhere) s", "s.?"},
      {"SELECT name FROM (SELECT id FROM users UNION SELECT 1) s", "? users.id"},
      {"SELECT a, b FROM f() AS t(a int, b text)", "t.a t.b"},
      {"SELECT value FROM orders, jsonb_array_elements(data) e", "e.value orders.data"},
      {"SELECT t, o FROM orders, unnest(tags) WITH ORDINALITY AS u(t, o)", "u.t u.o orders.tags"},
  };
  for (const Case& one : kCases) EXPECT_EQ(meanings(one.sql), one.expected) << one.sql;
}

TEST(Names, KnowJoins) {
  constexpr Case kCases[] = {
      {"SELECT id FROM users JOIN orders USING (id)", "users.id"},
      {"SELECT id FROM users RIGHT JOIN orders USING (id)", "orders.id"},
      {"SELECT id FROM users FULL JOIN orders USING (id)", "?"},
      {"SELECT id, name FROM users NATURAL JOIN orders", "users.id users.name"},
      {"SELECT j.name, total FROM (users JOIN orders USING (id)) j", "j.name j.total"},
      {"SELECT users.name FROM (users JOIN orders USING (id)) j", "?"},
      {"SELECT id FROM users a JOIN orders b USING (id) JOIN app.users c USING (id)", "a.id"},
      {"SELECT 1 FROM users u JOIN orders o ON o.user_id = u.id AND note = 'x', app.users",
       "o.user_id u.id o.note"},
      {"SELECT 1 FROM users u JOIN orders o ON qty = 1 JOIN orders p ON p.id = o.id",
       "o.qty p.id o.id"},
  };
  for (const Case& one : kCases) EXPECT_EQ(meanings(one.sql), one.expected) << one.sql;
}

TEST(Names, InOrderByMayBeThoseOfTheOutput) {
  constexpr Case kCases[] = {
      {"SELECT total AS name FROM orders ORDER BY name", "orders.total orders.total"},
      {"SELECT qty + 1 AS total FROM orders ORDER BY total", "orders.qty ?"},
      {"SELECT qty + 1 AS total FROM orders ORDER BY total + 1", "orders.qty orders.total"},
      {"SELECT qty + 1 AS total FROM orders GROUP BY total", "orders.qty orders.total"},
      {"SELECT qty AS q FROM orders GROUP BY q", "orders.qty orders.qty"},
      {"SELECT id FROM users UNION SELECT id FROM orders ORDER BY id", "? users.id orders.id"},
  };
  for (const Case& one : kCases) EXPECT_EQ(meanings(one.sql), one.expected) << one.sql;
}

TEST(Names, AreNotGuessedWithoutACatalogue) {
  constexpr Case kCases[] = {
      {"SELECT x FROM t", "t.?"},
      {"SELECT x FROM t, u", "?"},
      {"SELECT t.x, y FROM t, u", "t.? ?"},
      {"SELECT 1 FROM t WHERE EXISTS (SELECT x FROM u)", "?"},
      {"SELECT a FROM t, (SELECT 1 AS a) s", "s.a"},
      {"UPDATE t SET a = b", "t.?"},
      {"CREATE FUNCTION f(x int) RETURNS int RETURN (SELECT x FROM t)", "?"},
  };
  const Catalog nothing;
  for (const Case& one : kCases) EXPECT_EQ(meanings(one.sql, nothing), one.expected) << one.sql;
}

TEST(Names, StandInStatementsAroundQueriesToo) {
  constexpr Case kCases[] = {
      {"EXPLAIN SELECT total FROM orders", "orders.total"},
      {"CREATE TABLE x AS SELECT total FROM orders", "orders.total"},
      {"COPY (SELECT total FROM orders) TO STDOUT", "orders.total"},
      {"PREPARE p AS SELECT total FROM orders", "orders.total"},
      {"CREATE INDEX ON orders (lower(note)) WHERE qty > 1", "? ?"},
  };
  for (const Case& one : kCases) EXPECT_EQ(meanings(one.sql), one.expected) << one.sql;
}

// `id bigint!, total numeric` of the outermost query, `...` where more may come.
std::string output(std::string_view sql) {
  const Resolved statement = resolved(sql);
  const QueryScope* scope = statement.names.scope_of(statement.tree.root());
  if (scope == nullptr) return "none";
  std::string text;
  for (const OutputColumn& column : scope->output) {
    text += (text.empty() ? "" : ", ") + column.name + " " + column.type;
    if (column.not_null) text += "!";
  }
  return text + (scope->output_known ? "" : "...");
}

TEST(Names, TellWhatAQueryGives) {
  constexpr Case kCases[] = {
      {"SELECT * FROM users", "id bigint!, name text!, email character varying"},
      {"SELECT u.*, 1 AS one FROM users u",
       "id bigint!, name text!, email character varying, one "
       "integer!"},
      {"SELECT a.name FROM orders o LEFT JOIN users a ON true", "name text"},
      {"SELECT o.qty FROM orders o RIGHT JOIN users a ON true", "qty integer"},
      {"SELECT o.qty, a.name FROM orders o FULL JOIN users a ON true", "qty integer, name text"},
      {"SELECT name FROM users a LEFT JOIN (orders o JOIN users b ON true) ON true", "name "},
      {"SELECT b.name FROM users a LEFT JOIN (orders o JOIN users b ON true) ON true", "name text"},
      {"SELECT * FROM (SELECT qty FROM orders) a JOIN (SELECT 1 AS qty) b USING (qty)",
       "qty integer!"},
      {"SELECT qty FROM orders UNION SELECT NULL", "qty integer"},
      {"SELECT qty FROM orders UNION ALL SELECT id FROM users", "qty bigint!"},
      {"SELECT 'x' AS a, NULL AS b", "a text!, b text"},
      {"SELECT qty FROM orders GROUP BY ROLLUP (qty)", "qty integer"},
      {"SELECT * FROM nowhere", "..."},
      {"SELECT 1 AS a, n.* FROM nowhere n", "a integer!..."},
      {"VALUES (1, 'x')", "column1 integer!, column2 text!"},
      {"INSERT INTO users VALUES (1) RETURNING *",
       "id bigint!, name text!, email character varying"},
      {"DELETE FROM users", ""},
      {"SELECT user_id, total, n, name FROM totals",
       "user_id bigint, total numeric, n bigint!, name text!"},
      {"CREATE TABLE t (a int)", "none"},
  };
  for (const Case& one : kCases) EXPECT_EQ(output(one.sql), one.expected) << one.sql;
}

TEST(Names, OutputTellsWhoseColumnItIs) {
  const Resolved statement =
      resolved("WITH a AS (SELECT id AS x FROM users) SELECT x, x + 1 FROM a");
  const QueryScope* scope = statement.names.scope_of(statement.tree.root());
  ASSERT_EQ(scope->output.size(), 2U);
  ASSERT_NE(scope->output[0].column, nullptr);
  EXPECT_EQ(scope->output[0].table->name, "users");
  EXPECT_EQ(scope->output[0].column->name, "id");
  EXPECT_EQ(scope->output[1].column, nullptr);
}

TEST(Names, OpenViews) {
  const Resolved statement = resolved("SELECT total FROM totals t");
  const QueryScope* scope = statement.names.scope_of(statement.tree.root());
  ASSERT_EQ(scope->entries.size(), 1U);
  const QueryScope* view = scope->entries[0].query;
  ASSERT_NE(view, nullptr);
  ASSERT_EQ(view->entries.size(), 2U);
  EXPECT_EQ(view->entries[0].table->name, "orders");
  const Node user_id = view->statement["targetList"]["val"];
  EXPECT_EQ(shown(statement.names.resolve(user_id)), "o.user_id");
  EXPECT_EQ(statement.names.scope_of(user_id), view);
}

TEST(Names, StayValidWhenTheyMove) {
  auto owned = std::make_unique<Catalog>(catalog_of(kSchema));
  auto tree = SyntaxTree::parse("SELECT total FROM totals");
  std::vector<std::pair<SyntaxTree, Names>> kept;
  Names names(tree->root(), *owned);
  kept.emplace_back(std::move(*tree), std::move(names));
  kept.reserve(100);
  const auto moved = std::move(owned);
  const Node column = kept[0].first.root()["targetList"]["val"];
  EXPECT_EQ(shown(kept[0].second.resolve(column)), "totals.total");
}

TEST(Names, TypesFollowPostgres) {
  constexpr Case kCases[] = {
      {"1", "integer"},
      {"3000000000", "bigint"},
      {"1.5", "numeric"},
      {"'x'", "unknown"},
      {"true", "boolean"},
      {"NULL", "unknown"},
      {"$1", ""},
      {"$1::int", "integer"},
      {"'x'::text", "text"},
      {"'1 day'::interval", "interval"},
      {"total", "numeric"},
      {"qty + 1", "integer"},
      {"qty + id", "bigint"},
      {"qty * total", "numeric"},
      {"qty + 1.5::real", "double precision"},
      {"-total", "numeric"},
      {"qty + '1'", "integer"},
      {"placed - placed", "interval"},
      {"placed + interval '1 day'", "timestamp with time zone"},
      {"due - due", "integer"},
      {"due + 1", "date"},
      {"due + interval '1 day'", "timestamp without time zone"},
      {"placed - due", "interval"},
      {"placed AT TIME ZONE 'UTC'", "timestamp without time zone"},
      {"qty = 1", "boolean"},
      {"note LIKE 'x'", "boolean"},
      {"qty IN (1, 2)", "boolean"},
      {"qty BETWEEN 1 AND 2", "boolean"},
      {"qty = ANY ('{1}')", "boolean"},
      {"NOT paid", "boolean"},
      {"note IS NULL", "boolean"},
      {"note || 1", "text"},
      {"tags || 'x'", "text[]"},
      {"data -> 'a'", "jsonb"},
      {"data ->> 'a'", "text"},
      {"tags[1]", "text"},
      {"tags[1:2]", "text[]"},
      {"ARRAY[1, 2]", "integer[]"},
      {"count(*)", "bigint"},
      {"sum(qty)", "bigint"},
      {"sum(id)", "numeric"},
      {"avg(qty)", "numeric"},
      {"max(placed)", "timestamp with time zone"},
      {"min(note)", "text"},
      {"lower(note)", "text"},
      {"length(note)", "integer"},
      {"now()", "timestamp with time zone"},
      {"current_date", "date"},
      {"current_user", "name"},
      {"localtimestamp", "timestamp without time zone"},
      {"extract(year FROM placed)", "numeric"},
      {"date_trunc('day', placed)", "timestamp with time zone"},
      {"date_trunc('day', due)", "timestamp with time zone"},
      {"coalesce(qty, 1.5)", "numeric"},
      {"coalesce(note, 'x')", "text"},
      {"nullif(qty, 0)", "integer"},
      {"greatest(qty, id)", "bigint"},
      {"CASE WHEN paid THEN qty ELSE id END", "bigint"},
      {"round(total, 2)", "numeric"},
      {"round(qty)", "double precision"},
      {"row_number() OVER ()", "bigint"},
      {"(SELECT name FROM users)", "text"},
      {"ARRAY(SELECT name FROM users)", "text[]"},
      {"EXISTS (SELECT 1)", "boolean"},
      {"vat(total)", "numeric"},
      {"two(1)", ""},
      {"unheard_of(1)", ""},
      {"qty + unheard_of(1)", ""},
      {"nothing", ""},
      {"ctid", "tid"},
      {"note COLLATE \"C\"", "text"},
      {"to_char(placed, 'x')", "text"},
      {"array_agg(qty)", "integer[]"},
      {"(1, 2)", "record"},
      {"lag(total) OVER ()", "numeric"},
  };
  for (const Case& one : kCases) {
    const std::string sql = "SELECT " + std::string(one.sql) + " FROM orders";
    const Resolved statement = resolved(sql);
    const Node value = statement.tree.root()["targetList"]["val"];
    EXPECT_EQ(statement.names.type_of(value), one.expected) << one.sql;
  }
}

TEST(Names, NotNullIsSaidOnlyWhereItIsCertain) {
  constexpr std::pair<std::string_view, bool> kCases[] = {
      {"1", true},
      {"NULL", false},
      {"NULL::int", false},
      {"$1", false},
      {"total", true},
      {"note", false},
      {"total + 1", true},
      {"total + user_id", false},
      {"total > 1", true},
      {"note = 'x'", false},
      {"count(*)", true},
      {"sum(total)", false},
      {"max(total)", false},
      {"coalesce(note, 'x')", true},
      {"coalesce(note, $1)", false},
      {"nullif(total, 0)", false},
      {"lower('x')", true},
      {"lower(note)", false},
      {"now()", true},
      {"current_date", true},
      {"note IS NULL", true},
      {"note IS DISTINCT FROM 'x'", true},
      {"paid IS TRUE", true},
      {"total > 1 AND paid", false},
      {"total > 1 AND qty > 1", true},
      {"CASE WHEN paid THEN 1 ELSE 2 END", true},
      {"CASE WHEN paid THEN 1 END", false},
      {"(SELECT name FROM users)", false},
      {"(SELECT count(*) FROM users)", true},
      {"(SELECT count(*) FROM users GROUP BY id)", false},
      {"(SELECT max(id) FROM users)", false},
      {"EXISTS (SELECT 1)", true},
      {"data -> 'a'", false},
      {"qty IN (1, NULL)", false},
      {"qty IN (1, 2)", true},
      {"vat(total)", false},
      {"total::text", true},
      {"total::app.thing", false},
      {"greatest(note, 'x')", true},
      {"nothing", false},
      {"ctid", false},
      {"lag(total) OVER ()", false},
  };
  for (const auto& [expression, expected] : kCases) {
    const std::string sql = "SELECT " + std::string(expression) + " FROM orders";
    const Resolved statement = resolved(sql);
    const Node value = statement.tree.root()["targetList"]["val"];
    EXPECT_EQ(statement.names.is_not_null(value), expected) << expression;
  }
}

TEST(Names, SurviveWhatServersRefuse) {
  constexpr std::string_view kCases[] = {
      "SELECT *",
      "SELECT x.* FROM y",
      "SELECT (a).*, (f()).* FROM users",
      "WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a, b",
      "WITH a AS (SELECT * FROM a) SELECT * FROM a",
      "INSERT INTO nowhere DEFAULT VALUES",
      "SELECT * FROM users JOIN orders USING (nothing)",
      "SELECT * FROM users NATURAL JOIN nowhere",
      "SELECT * FROM (VALUES (1), (2, 3)) v(a, b, c)",
      "SELECT FROM users ORDER BY 1",
      "SELECT 1 UNION SELECT 1, 2",
      "SELECT * FROM xmltable('x' PASSING y COLUMNS a int) q",
      "SELECT * FROM ROWS FROM (f(), g()) AS t(a)",
      "MERGE INTO a USING b ON true WHEN MATCHED "
      "THEN DO NOTHING",
      "SELECT a.b.c.d.e FROM a",
      "TABLE users",
      "DECLARE c CURSOR FOR SELECT 1",
  };
  for (const std::string_view sql : kCases) {
    const Resolved statement = resolved(sql);
    for (const Node node : statement.tree.root().all()) {
      statement.names.resolve(node);
      statement.names.type_of(node);
      statement.names.is_not_null(node);
      statement.names.scope_of(node);
    }
  }
  EXPECT_EQ(Names().scope_of(Node()), nullptr);
  EXPECT_TRUE(Names().scopes().empty());
  EXPECT_TRUE(Names(Node(), catalog()).scopes().empty());
}

TEST(Names, ColumnsDoNotMultiplyWithoutEnd) {
  std::string sql = "WITH a0 AS (SELECT 1 AS x)";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "a" + std::to_string(i - 1);
    sql +=
        ", a" + std::to_string(i) + " AS (SELECT p.*, q.* FROM " + before + " p, " + before + " q)";
  }
  const Resolved statement = resolved(sql + " SELECT * FROM a59");
  EXPECT_FALSE(statement.names.scope_of(statement.tree.root())->output_known);
}

}  // namespace
}  // namespace pgcounsel
