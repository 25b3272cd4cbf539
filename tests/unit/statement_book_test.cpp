#include "parser/sql/statement_book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "parser/sql/pg_query.h"
#include "tests/unit/sql_statements.h"

namespace pgcounsel {
namespace {

TEST(StatementBook, AsksTheParserOncePerShape) {
  StatementBook book;
  const Fingerprint first = book.look_up("SELECT a FROM t WHERE b = 1")->fingerprint;
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(book.look_up(fmt::format("select a from t where b = {}\n", i))->fingerprint, first);
  EXPECT_EQ(book.parser_calls(), 1U);
  EXPECT_NE(book.look_up("SELECT a FROM t WHERE c = 1")->fingerprint, first);
  EXPECT_EQ(book.parser_calls(), 2U);
}

TEST(StatementBook, AgreesWithTheParser) {
  StatementBook book;
  for (int round = 0; round < 2; ++round) {
    for (std::string_view sql : kStatements) {
      const StatementFacts& facts = *book.look_up(sql);
      EXPECT_TRUE(facts.parsed) << sql;
      EXPECT_EQ(facts.fingerprint, pg_fingerprint(sql)) << sql;
    }
  }
}

TEST(StatementBook, KnowsRoleAndRedactedText) {
  StatementBook book;
  EXPECT_EQ(book.look_up("BEGIN;  ")->role, StatementRole::kBegin);
  EXPECT_EQ(book.look_up("SET application_name = 'x'")->role, StatementRole::kPoolerSet);
  const StatementFacts& facts = *book.look_up("SELECT a FROM t WHERE b = 'secret' \n");
  EXPECT_EQ(facts.role, StatementRole::kOther);
  EXPECT_EQ(facts.text, "SELECT a FROM t WHERE b = $1");
}

TEST(StatementBook, NamesWhatTheParserRefusesByItsShape) {
  StatementBook book;
  const StatementFacts first = *book.look_up("SELEC a FROM t WHERE b = 'x'");
  EXPECT_FALSE(first.parsed);
  EXPECT_TRUE(first.fingerprint);
  EXPECT_EQ(book.look_up("selec a from t where b = 'x'")->fingerprint, first.fingerprint);
  EXPECT_NE(book.look_up("SELEC a FROM t WHERE c = 'x'")->fingerprint, first.fingerprint);
  EXPECT_EQ(book.parser_calls(), 2U);
}

TEST(StatementBook, KeepsFromTheParserWhatIsTooComplex) {
  StatementBook book;
  const std::string deep = "SELECT " + repeated("(", 100'000) + "1" + repeated(")", 100'000);
  const StatementFacts& facts = *book.look_up(deep);
  EXPECT_FALSE(facts.parsed);
  EXPECT_TRUE(facts.fingerprint);
  EXPECT_EQ(book.parser_calls(), 0U);
}

TEST(StatementBook, NeitherParsesNorKeepsCutText) {
  StatementBook book;
  const StatementFacts cut = *book.look_up("SELECT a FROM t WHERE b = 'secr");
  EXPECT_FALSE(cut.parsed);
  EXPECT_TRUE(cut.fingerprint);
  EXPECT_EQ(cut.text, "SELECT a FROM t WHERE b = $1");
  EXPECT_EQ(book.parser_calls(), 0U);
  EXPECT_TRUE(book.look_up("SELECT a FROM t WHERE b = 'secret'")->parsed);
}

TEST(StatementBook, GivesTheTextOfEachWayToWriteAShape) {
  StatementBook book;
  EXPECT_EQ(book.look_up("select a from t where b in (1, 2)")->text,
            "select a from t where b in ($1)");
  EXPECT_EQ(book.look_up("SELECT a FROM t WHERE b IN (3);")->text,
            "SELECT a FROM t WHERE b IN ($1)");
  EXPECT_EQ(book.look_up("SELECT a FROM t WHERE b  IN(4,5,6)")->text,
            "SELECT a FROM t WHERE b IN($1)");
  EXPECT_EQ(book.look_up("SELECT a FROM t WHERE b IN ($7)")->text,
            "SELECT a FROM t WHERE b IN ($7)");
  EXPECT_EQ(book.parser_calls(), 2U) << "literals are one shape, a placeholder is another";
}

TEST(StatementBook, ListsAndRowsOfAnyLengthAreOneLayout) {
  StatementBook book;
  const std::string text = book.look_up("INSERT INTO t VALUES (1, 'a'), (2, 'b')")->text;
  for (const char* sql :
       {"INSERT INTO t VALUES (9, 'x')", "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')"}) {
    EXPECT_EQ(book.look_up(sql)->text, text);
  }
  EXPECT_EQ(book.parser_calls(), 1U);
}

TEST(StatementBook, ForgetsButStaysRight) {
  StatementBook book;
  const StatementFacts before = *book.look_up("SELECT a FROM t");
  constexpr int kMany = 70'000;
  for (int i = 0; i < kMany; ++i) book.look_up(fmt::format("NOTIFY c, '{}'", i));
  EXPECT_GT(book.parser_calls(), std::uint64_t{kMany});
  const StatementFacts after = *book.look_up("SELECT a FROM t");
  EXPECT_EQ(after.fingerprint, before.fingerprint);
  EXPECT_EQ(after.text, before.text);
  // The newest are still known.
  const std::uint64_t calls = book.parser_calls();
  for (int i = kMany - 1000; i < kMany; ++i) book.look_up(fmt::format("NOTIFY c, '{}'", i));
  EXPECT_EQ(book.parser_calls(), calls);
}

TEST(Fingerprint, IsWrittenAsSixteenDigits) {
  EXPECT_EQ(hex(Fingerprint{0x12abULL}), "00000000000012ab");
  EXPECT_FALSE(Fingerprint{});
}

}  // namespace
}  // namespace pgcounsel
