#include "parser/schema/ddl.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/catalog_of.h"

namespace pgcounsel {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

// `id bigint! =nextval(...) [identity]; ...`
std::string shown(const CatalogColumn& column) {
  std::string text = column.name + " " + column.type + column.type_modifier;
  if (column.not_null) text += "!";
  if (column.has_default) text += " =" + column.default_text;
  if (column.identity) text += " identity";
  if (column.generated) text += " generated";
  if (!column.collation.empty()) text += " collate " + column.collation;
  return text;
}

std::string shown(const IndexKey& key) {
  std::string text = key.column.empty() ? "(" + key.expression + ")" : key.column;
  if (!key.opclass.empty()) text += " " + key.opclass;
  if (!key.collation.empty()) text += " collate " + key.collation;
  if (key.descending) text += " desc";
  if (key.nulls_first) text += " nulls first";
  return text;
}

std::string shown(const CatalogIndex& index) {
  std::string text = index.name + " " + index.method + "(";
  for (const IndexKey& key : index.keys) {
    if (!text.ends_with('(')) text += ", ";
    text += shown(key);
  }
  text += ")";
  if (!index.included.empty()) text += " include " + joined(index.included);
  if (!index.predicate.empty()) text += " where " + index.predicate;
  if (index.unique) text += " unique";
  if (index.primary) text += " primary";
  if (index.of_constraint) text += " constraint";
  if (index.deferrable) text += " deferrable";
  return text;
}

std::string shown(const ForeignKey& key) {
  std::string text = key.name + " (" + joined(key.columns) + ") " + key.referenced_schema + "." +
                     key.referenced_table + "(" + joined(key.referenced_columns) + ")";
  if (key.on_delete != "no action") text += " " + key.on_delete;
  if (!key.validated) text += " not valid";
  if (key.deferrable) text += " deferrable";
  return text;
}

std::string shown(const CheckConstraint& check) {
  std::string text = check.name + " " + check.text;
  if (!check.not_null_column.empty()) text += " not_null:" + check.not_null_column;
  if (!check.validated) text += " not valid";
  return text;
}

std::string shown(const Policy& policy) {
  return policy.name + " " + policy.command + " " + joined(policy.roles) +
         (policy.permissive ? "" : " restrictive") + " using " + policy.using_text + " check " +
         policy.check_text;
}

template <class Objects>
std::string all(const Objects& objects) {
  std::string text;
  for (const auto& object : objects) text += (text.empty() ? "" : "; ") + shown(object);
  return text;
}

enum class What { kColumns, kIndexes, kKeys, kChecks, kPolicies };

struct Case {
  std::string_view sql;
  std::string_view table;
  std::string_view expected;
};

std::string shown(const CatalogTable& table, What what) {
  switch (what) {
    case What::kColumns:
      return all(table.columns) + (table.columns_known ? "" : " ...");
    case What::kIndexes:
      return all(table.indexes);
    case What::kKeys:
      return all(table.foreign_keys);
    case What::kChecks:
      return all(table.checks);
    case What::kPolicies:
      return all(table.policies);
  }
  return {};
}

template <std::size_t count>
void expect(const Case (&cases)[count], What what) {
  for (const Case& one : cases) {
    const Catalog catalog = catalog_of(one.sql);
    const std::size_t dot = one.table.find('.');
    const bool plain = dot == std::string_view::npos;
    const CatalogTable* table = catalog.table(plain ? "" : one.table.substr(0, dot),
                                              plain ? one.table : one.table.substr(dot + 1));
    if (table == nullptr) {
      EXPECT_EQ(one.expected, "none") << one.sql;
    } else {
      EXPECT_EQ(shown(*table, what), one.expected) << one.sql;
    }
  }
}

TEST(Ddl, ReadsColumns) {
  constexpr Case kCases[] = {
      {"CREATE TABLE t (a int, b text NOT NULL)", "t", "a integer; b text!"},
      {"CREATE TABLE t (a int8, b int2, c float8, d float4, e bool)", "t",
       "a bigint; b smallint; c double precision; d real; e boolean"},
      {"CREATE TABLE t (a varchar(20), b char, c numeric(10, 2), d bpchar)", "t",
       "a character varying(20); b character(1); c numeric(10,2); d character"},
      {"CREATE TABLE t (a timestamptz, b timestamp(3), c time, d timetz)", "t",
       "a timestamp with time zone; b timestamp without time zone(3); c time without time zone; "
       "d time with time zone"},
      {"CREATE TABLE t (a interval, b interval(3), c int[], d _text, e text[][])", "t",
       "a interval; b interval(3); c integer[]; d text[]; e text[]"},
      {"CREATE TABLE t (a app.mood, b mood, c \"Mood\")", "t", "a app.mood; b mood; c Mood"},
      {"CREATE TABLE t (id serial)", "t", "id integer! =nextval('t_id_seq'::regclass)"},
      {"CREATE TABLE t (id bigserial PRIMARY KEY)", "t",
       "id bigint! =nextval('t_id_seq'::regclass)"},
      {"CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY)", "t", "id bigint! identity"},
      {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)", "t",
       "a integer; b integer =a * 2 generated"},
      {"CREATE TABLE t (a text DEFAULT 'x'::text, b text DEFAULT NULL)", "t",
       "a text ='x'::text; b text"},
      {"CREATE TABLE t (a int, PRIMARY KEY (a))", "t", "a integer!"},
      {"CREATE TABLE t (a text COLLATE \"C\")", "t", "a text collate C"},
      {"CREATE TABLE \"T\" (\"A b\" int)", "T", "A b integer"},
      {"CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (b int)", "t", "a integer"},
      {"CREATE TABLE t (a int); CREATE TABLE t (b int)", "t", "b integer"},
      {"CREATE TABLE t OF some_type", "t", " ..."},
      {"CREATE TABLE t ()", "t", ""},
  };
  expect(kCases, What::kColumns);
}

TEST(Ddl, TakesColumnsFromOtherTables) {
  constexpr Case kCases[] = {
      {"CREATE TABLE a (x int NOT NULL DEFAULT 1); CREATE TABLE t (LIKE a, y int)", "t",
       "x integer!; y integer"},
      {"CREATE TABLE a (x int DEFAULT 1); CREATE TABLE t (LIKE a INCLUDING ALL)", "t",
       "x integer =1"},
      {"CREATE TABLE t (y int, LIKE nowhere)", "t", "y integer ..."},
      {"CREATE TABLE p (a int NOT NULL); CREATE TABLE t (b int) INHERITS (p)", "t",
       "a integer!; b integer"},
      {"CREATE TABLE t (b int) INHERITS (nowhere)", "t", "b integer ..."},
      {"CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE t PARTITION OF p DEFAULT", "t",
       "a integer"},
      {"CREATE TABLE p (a int); CREATE TABLE t () INHERITS (p); ALTER TABLE p ADD b int NOT NULL",
       "t", "a integer; b integer!"},
      {"CREATE TABLE p (a int); CREATE TABLE t () INHERITS (p); ALTER TABLE ONLY p ADD b int", "t",
       "a integer"},
      {"CREATE TABLE a (x int); CREATE TABLE t AS SELECT x AS y, count(*) FROM a GROUP BY 1", "t",
       "y integer; count bigint"},
      {"CREATE TABLE t (p, q) AS SELECT 1, 'x'", "t", "p integer; q text collate ?"},
      {"CREATE TABLE t AS SELECT * FROM nowhere", "t", " ..."},
      {"SELECT 1 AS one INTO t", "t", "one integer"},
      {"CREATE TABLE a (x int); CREATE VIEW v AS SELECT x, now() FROM a", "v",
       "x integer; now timestamp with time zone"},
      {"CREATE TABLE a (x int); CREATE VIEW v(y) AS SELECT * FROM a", "v", "y integer"},
      {"CREATE VIEW v AS SELECT * FROM nowhere", "v", " ..."},
      {"CREATE TABLE a (x int); CREATE MATERIALIZED VIEW v AS SELECT max(x) FROM a", "v",
       "max integer"},
      {"CREATE FOREIGN TABLE t (a int) SERVER s", "t", "a integer"},
  };
  expect(kCases, What::kColumns);
}

TEST(Ddl, ChangesColumns) {
  constexpr Case kCases[] = {
      {"CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b text NOT NULL DEFAULT ''", "t",
       "a integer; b text! =''"},
      {"CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN IF NOT EXISTS a text", "t", "a integer"},
      {"CREATE TABLE t (a int, b int); ALTER TABLE t DROP COLUMN a", "t", "b integer"},
      {"CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE bigint USING a::bigint", "t",
       "a bigint"},
      {"CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL", "t", "a integer!"},
      {"CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL", "t", "a integer"},
      {"CREATE TABLE t (a int); ALTER TABLE t ALTER a SET DEFAULT 1", "t", "a integer =1"},
      {"CREATE TABLE t (a int DEFAULT 1); ALTER TABLE t ALTER a DROP DEFAULT", "t", "a integer"},
      {"CREATE TABLE t (a int); ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY", "t",
       "a integer! identity"},
      {"CREATE TABLE t (a int); ALTER TABLE t RENAME a TO b", "t", "b integer"},
      {"CREATE TABLE t (a int); ALTER TABLE t RENAME TO u", "u", "a integer"},
      {"CREATE TABLE t (a int); ALTER TABLE t RENAME TO u", "t", "none"},
      {"CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA app", "app.t", "a integer"},
      {"CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a)", "t", "a integer!"},
      {"ALTER TABLE t ADD a int", "t", "none"},
      {"CREATE TABLE t (a int); DROP TABLE t", "t", "none"},
      {"CREATE TABLE t (a int); DROP TABLE IF EXISTS other, public.t CASCADE", "t", "none"},
      {"CREATE TABLE app.t (a int); DROP SCHEMA app CASCADE", "app.t", "none"},
      {"CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE t PARTITION OF p DEFAULT; "
       "DROP TABLE p",
       "t", "none"},
  };
  expect(kCases, What::kColumns);
}

TEST(Ddl, ReadsKeysAndIndexes) {
  constexpr Case kCases[] = {
      {"CREATE TABLE t (a int PRIMARY KEY)", "t", "t_pkey btree(a) unique primary constraint"},
      {"CREATE TABLE t (a int UNIQUE DEFERRABLE)", "t",
       "t_a_key btree(a) unique constraint deferrable"},
      {"CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (b, a) INCLUDE (a))", "t",
       "k btree(b, a) include a unique constraint"},
      {"CREATE TABLE t (a int, b int, UNIQUE (a, b))", "t",
       "t_a_b_key btree(a, b) unique constraint"},
      {"CREATE TABLE t (a int); CREATE INDEX ON t (a)", "t", "t_a_idx btree(a)"},
      {"CREATE TABLE t (a int); CREATE INDEX ON t (a); CREATE INDEX ON t (a)", "t",
       "t_a_idx btree(a); t_a_idx1 btree(a)"},
      {"CREATE TABLE t (a text); CREATE INDEX ON t (lower(a), a DESC)", "t",
       "t_lower_a_idx btree((lower(a)), a desc nulls first)"},
      {"CREATE TABLE t (a int); CREATE INDEX ON t ((a + 1))", "t", "t_expr_idx btree((a + 1))"},
      {"CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a DESC NULLS LAST) "
       "INCLUDE (b) WHERE b > 1",
       "t", "i btree(a desc) include b where b > 1 unique"},
      {"CREATE TABLE t (a text); CREATE INDEX i ON t USING gin (a gin_trgm_ops)", "t",
       "i gin(a gin_trgm_ops)"},
      {"CREATE TABLE t (a text); CREATE INDEX i ON t (a COLLATE \"C\" NULLS FIRST)", "t",
       "i btree(a collate C nulls first)"},
      {"CREATE TABLE t (a int, EXCLUDE USING gist (a WITH =) WHERE (a > 1))", "t",
       "t_a_excl gist(a) where a > 1 constraint"},
      {"CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); "
       "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i",
       "t", "k btree(a) unique primary constraint"},
      {"CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t DROP CONSTRAINT t_pkey", "t", ""},
      {"CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i", "t", ""},
      {"CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER INDEX i RENAME TO j", "t",
       "j btree(a)"},
      {"CREATE TABLE t (a int, b int); CREATE INDEX ON t (a, b); CREATE INDEX ON t (b) WHERE a > 1;"
       "CREATE INDEX ON t (b); ALTER TABLE t DROP a",
       "t", "t_b_idx1 btree(b)"},
      {"CREATE TABLE t (a int); CREATE INDEX ON t (a, (a + 1)) WHERE a > 1; "
       "ALTER TABLE t RENAME a TO z",
       "t", "t_a_expr_idx btree(z, (z + 1)) where z > 1"},
      {"CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a); CREATE INDEX ON p (a);"
       "CREATE TABLE t PARTITION OF p FOR VALUES IN (1)",
       "t", "t_pkey btree(a) unique primary constraint; t_a_idx btree(a)"},
      {"CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE t PARTITION OF p DEFAULT;"
       "CREATE INDEX ON p (a)",
       "t", "t_a_idx btree(a)"},
      {"CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE t PARTITION OF p DEFAULT;"
       "CREATE INDEX ON ONLY p (a)",
       "t", ""},
      {"CREATE INDEX ON nowhere (a)", "nowhere", "none"},
  };
  expect(kCases, What::kIndexes);
}

TEST(Ddl, CutsMadeNamesAsPostgresDoes) {
  const std::string table(60, 't'), column(60, 'c');
  const Catalog catalog = catalog_of("CREATE TABLE " + table + " (" + column +
                                     " int); CREATE INDEX ON " + table + " (" + column + ")");
  // 63 bytes less `_idx` and `_` are shared by both.
  EXPECT_EQ(catalog.table("", table)->indexes[0].name,
            std::string(29, 't') + "_" + std::string(29, 'c') + "_idx");
}

TEST(Ddl, ReadsForeignKeys) {
  constexpr Case kCases[] = {
      {"CREATE TABLE t (a int REFERENCES u)", "t", "t_a_fkey (a) public.u()"},
      {"CREATE TABLE t (a int CONSTRAINT k REFERENCES app.u (b) ON DELETE CASCADE DEFERRABLE)", "t",
       "k (a) app.u(b) cascade deferrable"},
      {"CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES u (c, d) ON DELETE SET NULL)",
       "t", "t_a_b_fkey (a,b) public.u(c,d) set null"},
      {"CREATE TABLE t (a int); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID", "t",
       "t_a_fkey (a) public.u() not valid"},
      {"CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES u "
       "NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k",
       "t", "k (a) public.u()"},
      {"CREATE TABLE u (b int); CREATE TABLE t (a int REFERENCES u (b)); ALTER TABLE u RENAME b TO "
       "c; ALTER TABLE u RENAME TO w",
       "t", "t_a_fkey (a) public.w(c)"},
      {"CREATE TABLE u (b int); CREATE TABLE t (a int REFERENCES u (b)); DROP TABLE u CASCADE", "t",
       ""},
      {"CREATE TABLE t (a int REFERENCES u, b int); ALTER TABLE t DROP COLUMN a", "t", ""},
      {"CREATE TABLE t (a int REFERENCES u); ALTER TABLE t DROP CONSTRAINT t_a_fkey", "t", ""},
  };
  expect(kCases, What::kKeys);
}

TEST(Ddl, ReadsChecks) {
  constexpr Case kCases[] = {
      {"CREATE TABLE t (a int CHECK (a > 0))", "t", "t_a_check a > 0"},
      {"CREATE TABLE t (a int, b int, CHECK (a > b))", "t", "t_check a > b"},
      {"CREATE TABLE t (a int CONSTRAINT c CHECK (a IS NOT NULL))", "t",
       "c a IS NOT NULL not_null:a"},
      {"CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID",
       "t", "c a IS NOT NULL not_null:a not valid"},
      {"CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; "
       "ALTER TABLE t VALIDATE CONSTRAINT c",
       "t", "c a IS NOT NULL not_null:a"},
      {"CREATE TABLE t (a int CHECK (a IS NULL))", "t", "t_a_check a IS NULL"},
      {"CREATE TABLE t (a int CHECK (a > 0)); ALTER TABLE t RENAME a TO b", "t", "t_a_check b > 0"},
      {"CREATE TABLE p (a int CHECK (a > 0)); CREATE TABLE t () INHERITS (p)", "t",
       "p_a_check a > 0"},
  };
  expect(kCases, What::kChecks);
}

TEST(Ddl, ReadsPolicies) {
  constexpr Case kCases[] = {
      {"CREATE TABLE t (a int); CREATE POLICY p ON t USING (a = 1)", "t",
       "p all public using a = 1 check "},
      {"CREATE TABLE t (a int); CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO x, CURRENT_USER "
       "USING (a = 1) WITH CHECK (a > 2)",
       "t", "p update x,current_user restrictive using a = 1 check a > 2"},
      {"CREATE TABLE t (a int); CREATE POLICY p ON t USING (true); DROP POLICY p ON t", "t", ""},
  };
  expect(kCases, What::kPolicies);
}

TEST(Ddl, KnowsTheKindsOfTables) {
  const Catalog catalog = catalog_of(
      "CREATE UNLOGGED TABLE u (a int); CREATE TEMP TABLE m (a int);"
      "CREATE TABLE p (a int, b text) PARTITION BY RANGE (a, lower(b));"
      "CREATE TABLE c (a int, b text); ALTER TABLE p ATTACH PARTITION c DEFAULT;"
      "CREATE VIEW v AS SELECT u.a AS x FROM u AS u WHERE a > 1;"
      "CREATE MATERIALIZED VIEW w AS SELECT 1 AS x WITH NO DATA;"
      "CREATE FOREIGN TABLE f (a int) SERVER s; ALTER TABLE u ENABLE ROW LEVEL SECURITY;"
      "CREATE TRIGGER g BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION h()");
  EXPECT_TRUE(catalog.table("", "u")->unlogged);
  EXPECT_TRUE(catalog.table("", "u")->row_security);
  EXPECT_EQ(catalog.table("", "u")->triggers, std::vector<std::string>{"g"});
  EXPECT_TRUE(catalog.table("", "m")->temporary);
  EXPECT_EQ(catalog.table("", "m")->schema, "pg_temp");
  EXPECT_EQ(catalog.table("", "p")->kind, RelationKind::kPartitioned);
  EXPECT_EQ(catalog.table("", "p")->partition_key, "range (a, lower(b))");
  EXPECT_EQ(catalog.table("", "c")->partition_of, "public.p");
  EXPECT_EQ(catalog.table("", "v")->kind, RelationKind::kView);
  EXPECT_EQ(catalog.table("", "v")->view_text, "SELECT u.a AS x FROM u AS u WHERE a > 1");
  EXPECT_EQ(catalog.table("", "w")->kind, RelationKind::kMaterializedView);
  EXPECT_EQ(catalog.table("", "w")->view_text, "SELECT 1 AS x");
  EXPECT_EQ(catalog.table("", "f")->kind, RelationKind::kForeignTable);
}

TEST(Ddl, ReadsFunctions) {
  const Catalog catalog = catalog_of(
      "CREATE FUNCTION f(a int, OUT b text) LANGUAGE sql IMMUTABLE STRICT AS 'select 1';"
      "CREATE OR REPLACE FUNCTION app.g() RETURNS SETOF bigint LANGUAGE plpgsql STABLE AS '';"
      "CREATE FUNCTION f(a int, b int) RETURNS integer RETURN a + b;"
      "CREATE FUNCTION h() RETURNS TABLE (a int, b text) LANGUAGE sql AS '';"
      "CREATE OR REPLACE FUNCTION h() RETURNS void LANGUAGE c AS '';"
      "CREATE FUNCTION gone(int) RETURNS int LANGUAGE sql AS ''; DROP FUNCTION gone(int)");
  ASSERT_EQ(catalog.function_list.size(), 4U);
  const auto fs = catalog.functions("", "f");
  ASSERT_EQ(fs.size(), 2U);
  EXPECT_EQ(fs[0]->arguments, 1U);
  EXPECT_EQ(fs[0]->returns, "text");
  EXPECT_EQ(fs[0]->volatility, Volatility::kImmutable);
  EXPECT_TRUE(fs[0]->strict);
  EXPECT_EQ(fs[1]->returns, "integer");
  EXPECT_EQ(fs[1]->language, "sql");
  EXPECT_EQ(fs[1]->volatility, Volatility::kVolatile);
  const auto gs = catalog.functions("app", "g");
  ASSERT_EQ(gs.size(), 1U);
  EXPECT_TRUE(gs[0]->returns_set);
  EXPECT_EQ(gs[0]->volatility, Volatility::kStable);
  EXPECT_EQ(catalog.functions("", "h")[0]->returns, "void");
  EXPECT_TRUE(catalog.functions("public", "g").empty());
}

TEST(Ddl, ReadsTypesAndExtensions) {
  const Catalog catalog = catalog_of(
      "CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN app.mail AS varchar(50) NOT NULL;"
      "CREATE TYPE pair AS (a int, b int); CREATE TYPE span AS RANGE (subtype = int);"
      "CREATE TYPE gone AS ENUM (); DROP TYPE gone; CREATE EXTENSION IF NOT EXISTS pg_trgm;"
      "CREATE DOMAIN loose AS int; ALTER DOMAIN loose SET NOT NULL");
  using enum CatalogType::Kind;
  EXPECT_EQ(catalog.type("", "mood")->kind, kEnum);
  EXPECT_EQ(catalog.type("app", "mail")->kind, kDomain);
  EXPECT_EQ(catalog.type("app", "mail")->base, "character varying");
  EXPECT_TRUE(catalog.type("app", "mail")->not_null);
  EXPECT_EQ(catalog.type("", "pair")->kind, kComposite);
  EXPECT_EQ(catalog.type("", "span")->kind, kRange);
  EXPECT_EQ(catalog.type("", "gone"), nullptr);
  EXPECT_TRUE(catalog.type("", "loose")->not_null);
  EXPECT_EQ(catalog.extensions, std::vector<std::string>{"pg_trgm"});
}

TEST(Ddl, FollowsTheSearchPath) {
  struct PathCase {
    std::string_view sql, schema;
  };
  constexpr PathCase kCases[] = {
      {"CREATE TABLE t ()", "public"},
      {"SET search_path TO app, public; CREATE TABLE t ()", "app"},
      {"SET search_path = \"$user\", pg_catalog, app; CREATE TABLE t ()", "app"},
      {"SET LOCAL search_path = app; CREATE TABLE t ()", "app"},
      {"SELECT pg_catalog.set_config('search_path', 'app, public', false); CREATE TABLE t ()",
       "app"},
      {"SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE t ()", "public"},
      {"SET search_path = app; RESET search_path; CREATE TABLE t ()", "public"},
      {"SET search_path = app; SET search_path TO DEFAULT; CREATE TABLE t ()", "public"},
      {"SET statement_timeout = 0; CREATE TABLE t ()", "public"},
      {"CREATE SCHEMA app CREATE TABLE t () CREATE VIEW v AS SELECT 1", "app"},
      {"CREATE SCHEMA AUTHORIZATION app CREATE TABLE t ()", "app"},
  };
  for (const PathCase& one : kCases) {
    EXPECT_NE(catalog_of(one.sql).table(one.schema, "t"), nullptr) << one.sql;
  }
}

TEST(Ddl, LooksAlongTheSearchPath) {
  Catalog catalog = catalog_of(
      "CREATE TABLE a.t (); CREATE TABLE b.t (); CREATE TABLE b.u (); SET search_path = a, b");
  EXPECT_EQ(catalog.table("", "t")->schema, "a");
  EXPECT_EQ(catalog.table("", "u")->schema, "b");
  EXPECT_EQ(catalog.table("c", "u"), nullptr);
  apply_all(catalog, "CREATE TEMP TABLE u ()");
  EXPECT_EQ(catalog.table("", "u")->schema, "pg_temp");
}

TEST(Ddl, TablesStayInPlaceWhenTheyAreRenamed) {
  Catalog catalog = catalog_of("CREATE TABLE t (a int)");
  const CatalogTable* before = catalog.table("", "t");
  apply_all(catalog, "CREATE TABLE u (); ALTER TABLE t RENAME TO z; ALTER TABLE z SET SCHEMA s");
  EXPECT_EQ(catalog.table("s", "z"), before);
  EXPECT_EQ(catalog.tables().size(), 2U);
}

TEST(Ddl, SurvivesWhatServersRefuse) {
  constexpr std::string_view kCases[] = {
      "CREATE TABLE t (LIKE t)",
      "CREATE TABLE t () INHERITS (t)",
      "CREATE TABLE t PARTITION OF t DEFAULT",
      "CREATE TABLE t (a int) PARTITION BY LIST (a); ALTER TABLE t ATTACH PARTITION t DEFAULT; "
      "ALTER TABLE t ADD b int; CREATE INDEX ON t (a); ALTER TABLE t RENAME a TO c; DROP TABLE t",
      "CREATE TABLE a () ; CREATE TABLE b () INHERITS (a); ALTER TABLE a INHERIT b; "
      "ALTER TABLE a ADD x int; ALTER TABLE b RENAME x TO y; ALTER TABLE a DROP y",
      "CREATE VIEW v AS SELECT * FROM v; CREATE OR REPLACE VIEW v AS SELECT * FROM v",
      "DROP TABLE a.b.c.d",
      "ALTER TABLE t DROP a, DROP a",
      "CREATE INDEX ON t ((t))",
      "ALTER INDEX i RENAME TO i",
      "DROP POLICY p ON t",
      "DROP TRIGGER g ON t",
  };
  for (const std::string_view sql : kCases) catalog_of(sql);
}

TEST(Ddl, NamesTypesAsFormatTypeDoes) {
  struct TypeCase {
    std::string_view written, type, modifier;
  };
  constexpr TypeCase kCases[] = {
      {"int4", "integer", ""},
      {"pg_catalog.int8", "bigint", ""},
      {"float(20)", "real", ""},
      {"float(30)", "double precision", ""},
      {"dec(5)", "numeric", "(5)"},
      {"character varying", "character varying", ""},
      {"national character (3)", "character", "(3)"},
      {"bit(8)", "bit", "(8)"},
      {"bit varying (8)", "bit varying", "(8)"},
      {"timestamp (0) with time zone", "timestamp with time zone", "(0)"},
      {"interval day to second (3)", "interval", "(3)"},
      {"\"char\"", "\"char\"", ""},
      {"jsonb", "jsonb", ""},
      {"varchar(5)[]", "character varying[]", "(5)"},
      {"smallserial", "smallint", ""},
      {"public.geometry(Point, 4326)", "public.geometry", "(point,4326)"},
      {"other.x%type", "", ""},
  };
  for (const TypeCase& one : kCases) {
    const std::string sql = "CREATE FUNCTION f(" + std::string(one.written) + ") RETURNS int AS ''";
    const auto tree = SyntaxTree::parse(sql);
    ASSERT_TRUE(tree) << sql;
    const Node type = tree->root()["parameters"]["argType"];
    EXPECT_EQ(type_of(type), one.type) << one.written;
    EXPECT_EQ(type_modifier_of(type), one.modifier) << one.written;
  }
}

}  // namespace
}  // namespace pgcounsel
