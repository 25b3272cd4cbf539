#include "parser/sql/statement_book.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <string>

#include "parser/sql/pg_query.h"
#include "parser/sql/redact.h"
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

TEST(StatementBook, AnswersInTheWayOfWritingOfEachText) {
  StatementBook book;
  for (int round = 0; round < 3; ++round) {
    for (const char* sql : {"SELECT a FROM t WHERE b = $1", "select a from t where b = $1",
                            "SELECT a FROM t  WHERE b= $1"}) {
      EXPECT_EQ(book.look_up(sql, TextKind::kPrepared)->text, redact(sql));
      EXPECT_EQ(book.look_up(sql)->text, redact(sql));
    }
  }
  EXPECT_EQ(book.parser_calls(), 1U);
}

// However a text is asked for, and in whatever order texts come, the answer is that of a new book.
TEST(StatementBook, AnswersAsIfEachTextWereTheFirst) {
  StatementBook book;
  Dice dice(4);
  for (int round = 0; round < 20; ++round) {
    for (std::string_view statement : kStatements) {
      const std::string sql = round == 0 ? std::string(statement) : damaged(statement, dice);
      for (const TextKind kind : {TextKind::kSimple, TextKind::kPrepared, TextKind::kSimple}) {
        const SharedFacts& facts = book.look_up(sql, kind);
        StatementBook fresh;
        const SharedFacts& expected = fresh.look_up(sql);
        EXPECT_EQ(facts->fingerprint, expected->fingerprint) << sql;
        EXPECT_EQ(facts->parsed, expected->parsed) << sql;
        EXPECT_EQ(facts->role, expected->role) << sql;
        EXPECT_EQ(facts->inserts, expected->inserts) << sql;
        EXPECT_EQ(facts->insert_form, insert_form_of(sql)) << sql;
        EXPECT_EQ(facts->text, expected->text) << sql;
      }
    }
  }
}

TEST(StatementBook, KnowsWhatInserts) {
  StatementBook book;
  EXPECT_TRUE(book.look_up("INSERT INTO t VALUES (1)")->inserts);
  EXPECT_TRUE(book.look_up("/* a */ insert INTO t VALUES (2)")->inserts);
  EXPECT_FALSE(book.look_up("SELECT a FROM insert")->inserts);
  EXPECT_FALSE(book.look_up("")->inserts);
}

TEST(StatementBook, FactsOutliveTheBook) {
  SharedFacts kept;
  {
    StatementBook book(1);
    kept = book.look_up("SELECT a FROM t WHERE b = 1");
    for (int i = 0; i < 100; ++i) book.look_up(fmt::format("SELECT a{} FROM t", i));
  }
  EXPECT_EQ(kept->text, "SELECT a FROM t WHERE b = $1");
}

TEST(StatementBook, RowsWrittenInOtherWaysAreOtherLayouts) {
  StatementBook book;
  EXPECT_EQ(book.look_up("INSERT INTO t VALUES (a, 1)")->text, "INSERT INTO t VALUES (a, $1)");
  EXPECT_EQ(book.look_up("INSERT INTO t VALUES (a, 1), (A, 2)")->text,
            "INSERT INTO t VALUES (a, $1), (A, $2)");
  EXPECT_EQ(book.parser_calls(), 1U);
}

TEST(StatementBook, RowsOfPlaceholdersAreOneLayout) {
  StatementBook book;
  const SharedFacts facts = book.look_up("INSERT INTO t VALUES ($1, $2), ($3, $4)");
  EXPECT_EQ(book.look_up("INSERT INTO t VALUES ($1, $2), ($3, $4), ($5, $6)"), facts);
  EXPECT_EQ(facts->insert_form, InsertForm::kSeveralRows);
  EXPECT_EQ(book.look_up("INSERT INTO t VALUES ($1, $2)")->insert_form, InsertForm::kOneRow);
}

TEST(StatementBook, ForgetsButStaysRight) {
  constexpr std::size_t kMostBytes = 2'000'000;
  StatementBook book(kMostBytes);
  const StatementFacts before = *book.look_up("SELECT a FROM t");
  constexpr int kMany = 30'000;
  std::size_t most = 0;
  for (int i = 0; i < kMany; ++i) {
    book.look_up(fmt::format("NOTIFY c, '{}'", i));
    most = std::max(most, book.bytes());
  }
  EXPECT_LE(most, kMostBytes);
  EXPECT_GT(most, kMostBytes / 2);
  EXPECT_EQ(book.parser_calls(), std::uint64_t{kMany} + 1);
  const StatementFacts after = *book.look_up("SELECT a FROM t");
  EXPECT_EQ(after.fingerprint, before.fingerprint);
  EXPECT_EQ(after.text, before.text);
  EXPECT_EQ(book.parser_calls(), std::uint64_t{kMany} + 2) << "it was forgotten";
  // The newest are still known.
  const std::uint64_t calls = book.parser_calls();
  for (int i = kMany - 500; i < kMany; ++i) book.look_up(fmt::format("NOTIFY c, '{}'", i));
  EXPECT_EQ(book.parser_calls(), calls);
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
std::size_t heap_in_use() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

TEST(StatementBook, CountsTheMemoryThatItTakes) {
  constexpr std::size_t kMostBytes = 4'000'000;
  constexpr int kMany = 50'000;
  const std::string list = repeated("c, ", 200);
  const std::size_t before = heap_in_use();
  StatementBook book(kMostBytes);
  std::size_t most = before;
  for (int i = 0; i < kMany; ++i) {
    book.look_up(fmt::format("SELECT a{} FROM {}t", i, i % 7 == 0 ? list : ""));
    if (i % 64 == 0) most = std::max(most, heap_in_use());
  }
  EXPECT_LE(most - before, kMostBytes + kMostBytes / 10);
  EXPECT_GT(most - before, kMostBytes / 2);
}
#endif

TEST(Fingerprint, IsWrittenAsSixteenDigits) {
  EXPECT_EQ(hex(Fingerprint{0x12abULL}), "00000000000012ab");
  EXPECT_FALSE(Fingerprint{});
}

}  // namespace
}  // namespace pgcounsel
