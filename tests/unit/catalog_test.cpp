#include "parser/schema/catalog.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/catalog_of.h"

namespace pgcounsel {
namespace {

TEST(Catalog, KnowsWhichColumnsAreUnique) {
  struct UniqueCase {
    std::string_view sql;
    bool expected;  // of (a, b)
  };
  constexpr UniqueCase kCases[] = {
      {"CREATE TABLE t (a int PRIMARY KEY, b int)", true},
      {"CREATE TABLE t (a int, b int)", false},
      {"CREATE TABLE t (a int UNIQUE, b int)", false},
      {"CREATE TABLE t (a int NOT NULL UNIQUE, b int)", true},
      {"CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a, c))", false},
      {"CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))", true},
      {"CREATE TABLE t (a int NOT NULL UNIQUE DEFERRABLE, b int)", false},
      {"CREATE TABLE t (a int NOT NULL, b int); CREATE UNIQUE INDEX ON t (a) WHERE b = 1", false},
      {"CREATE TABLE t (a text NOT NULL, b int); CREATE UNIQUE INDEX ON t (lower(a))", false},
      {"CREATE TABLE t (a int NOT NULL, b int); CREATE INDEX ON t (a)", false},
  };
  for (const UniqueCase& one : kCases) {
    const Catalog catalog = catalog_of(one.sql);
    EXPECT_EQ(catalog.table("", "t")->is_unique({"a", "b"}), one.expected) << one.sql;
  }
}

TEST(Catalog, AnIndexWithoutKeysMakesNothingUnique) {
  CatalogTable table;
  table.indexes.emplace_back().unique = true;
  EXPECT_FALSE(table.is_unique({"a"}));
}

TEST(Catalog, FindsIndexesByName) {
  Catalog catalog = catalog_of(
      "CREATE TABLE a (x int); CREATE INDEX i ON a (x); CREATE TABLE s.a (x int PRIMARY KEY)");
  EXPECT_EQ(catalog.index("", "i").first->schema, "public");
  EXPECT_EQ(catalog.index("s", "a_pkey").second->name, "a_pkey");
  EXPECT_EQ(catalog.index("s", "i").first, nullptr);
  EXPECT_EQ(catalog.index("", "nothing").second, nullptr);
}

TEST(Catalog, FindsIndexesAlongTheSearchPathFirst) {
  Catalog catalog = catalog_of(
      "CREATE TABLE app.t (x int); CREATE INDEX i ON app.t (x);"
      "CREATE TABLE public.u (x int); CREATE INDEX i ON public.u (x)");
  EXPECT_EQ(catalog.index("", "i").first->name, "u");
}

TEST(Catalog, IsEmptyUntilSomethingIsKnown) {
  EXPECT_TRUE(Catalog().empty());
  EXPECT_FALSE(catalog_of("CREATE TABLE t ()").empty());
  EXPECT_FALSE(catalog_of("CREATE TYPE t AS ENUM ()").empty());
  EXPECT_EQ(Catalog().table("", "t"), nullptr);
  EXPECT_EQ(Catalog().type("", "t"), nullptr);
  EXPECT_TRUE(Catalog().functions("", "f").empty());
}

TEST(Catalog, RenamesOverWhatWasThere) {
  Catalog catalog = catalog_of("CREATE TABLE a (x int); CREATE TABLE b (y int)");
  catalog.rename_table(*catalog.table("", "a"), "public", "b");
  EXPECT_EQ(catalog.tables().size(), 1U);
  EXPECT_NE(catalog.table("", "b")->column("x"), nullptr);
  catalog.rename_table(*catalog.table("", "b"), "public", "b");
  EXPECT_EQ(catalog.tables().size(), 1U);
}

}  // namespace
}  // namespace pgcounsel
