#include "parser/schema/dump.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

SchemaDump dump_of(std::string_view text) {
  SchemaDump dump;
  add_dump(dump, text);
  return dump;
}

TEST(Dump, ReadsWhatPgDumpWrites) {
  const SchemaDump dump = dump_of(
      "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\nSET client_encoding = 'UTF8';\n"
      "SELECT pg_catalog.set_config('search_path', '', false);\n"
      "CREATE TABLE public.shops (\n    id bigint NOT NULL,\n    name text\n);\n"
      "ALTER TABLE public.shops OWNER TO app;\n"
      "COPY public.shops (id, name) FROM stdin;\n1\tMoe's; \"bar\n2\t(\n\\.\n\n"
      "INSERT INTO public.shops VALUES (3, 'x');\n"
      "ALTER TABLE ONLY public.shops\n    ADD CONSTRAINT shops_pkey PRIMARY KEY (id);\n"
      "\\unrestrict abc\n");
  EXPECT_EQ(dump.skipped_count, 0U);
  ASSERT_NE(dump.catalog.table("", "shops"), nullptr) << "the search path is the usual one again";
  EXPECT_EQ(dump.catalog.table("", "shops")->columns.size(), 2U);
  EXPECT_NE(dump.catalog.table("", "shops")->primary_key(), nullptr);
}

TEST(Dump, CountsWhatItCannotRead) {
  const SchemaDump dump =
      dump_of("CREATE TABLE a (x int);\nCREATE TABBLE b (x int);\n\nCREATE TABLE c (x int);\n");
  EXPECT_EQ(dump.statements, 2U);
  EXPECT_EQ(dump.skipped_count, 1U);
  ASSERT_EQ(dump.skipped.size(), 1U);
  EXPECT_EQ(dump.skipped[0].line, 2U);
  EXPECT_EQ(dump.skipped[0].message, "syntax error");
  EXPECT_NE(dump.catalog.table("", "c"), nullptr);
}

TEST(Dump, TellsTheFirstHundredOnly) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "FOO;\n";
  const SchemaDump dump = dump_of(text);
  EXPECT_EQ(dump.skipped_count, 150U);
  EXPECT_EQ(dump.skipped.size(), 100U);
}

TEST(Dump, AppliesMigrationsOneAfterTheOther) {
  SchemaDump dump = dump_of("CREATE TABLE a (x int); SET search_path = other;");
  add_dump(dump, "ALTER TABLE a ADD y int");
  EXPECT_EQ(dump.catalog.table("", "a")->columns.size(), 2U);
}

TEST(Dump, KeepsTheSearchPathOfTheDatabase) {
  const SchemaDump dump = dump_of(
      "CREATE TABLE app.a (x int); ALTER DATABASE shop SET search_path = app; SET search_path = z");
  EXPECT_NE(dump.catalog.table("", "a"), nullptr);
}

TEST(Dump, AFileThatIsNotThereIsAnErrorThatNamesIt) {
  const auto dump = read_dump("/nowhere/schema.sql");
  ASSERT_FALSE(dump);
  EXPECT_NE(dump.error().message.find("/nowhere/schema.sql"), std::string::npos);
}

TEST(Dump, ReadsAFile) {
  const Scratch scratch;
  const auto dump = read_dump(scratch.write("schema.sql", "CREATE TABLE a (x int);"));
  ASSERT_TRUE(dump);
  EXPECT_EQ(dump->catalog.tables().size(), 1U);
}

TEST(Dump, BytesThatAreNoSqlDoNoHarm) {
  EXPECT_EQ(dump_of("").statements, 0U);
  EXPECT_EQ(dump_of(std::string_view("\0\0;CREATE TABLE a (x int)", 25)).statements, 1U);
  EXPECT_EQ(dump_of("\xff\xfe\xfd; CREATE TABLE \"\xc3\" (x int);").statements, 1U);
  EXPECT_EQ(dump_of("CREATE TABLE a (x text DEFAULT 'open").statements, 0U);
}

}  // namespace
}  // namespace pgcounsel
