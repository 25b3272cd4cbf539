#include "analyzer/report/sql_quote.h"

#include <gtest/gtest.h>

#include <string>

#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

struct Quoted {
  std::string name, identifier, literal;
};

TEST(SqlQuote, NamesAreQuotedWhateverTheyHold) {
  const Quoted cases[] = {
      {"shop", "\"shop\"", "'shop'"},
      {"", "\"\"", "''"},
      {"o'b\"c", "\"o'b\"\"c\"", "'o''b\"c'"},
      {"a\\b", "\"a\\b\"", "E'a\\\\b'"},
      {"$$x$1", "\"$$x$1\"", "'$$x$1'"},
      {"a\nb", "U&\"a\\000ab\"", "E'a\\nb'"},
      {"a\\\"'\n", "U&\"a\\\\\"\"'\\000a\"", "E'a\\\\\"''\\n'"},
      {"\x01", "U&\"\\0001\"", "E'\\x01'"},
      {"é", "\"é\"", "'é'"},
      {"\xe2\x80\xae", "U&\"\\202e\"", "E'\\xe2\\x80\\xae'"},
      {"\xff", "U&\"\xff\"", "E'\\xff'"},  // no such name: the server refuses it
      {"\xe2\x80", "U&\"\xe2\x80\"", "E'\\xe2\\x80'"},
  };
  for (const Quoted& one : cases) {
    EXPECT_EQ(quoted_identifier(one.name), one.identifier);
    EXPECT_EQ(quoted_literal(one.name), one.literal);
  }
}

TEST(SqlQuote, LiteralsAreShownAsTheyAre) {
  for (const char* name : {"a\nb", "\xe2\x80\xae", "\x1b[31m", "\xff\xfe", "x\ty"}) {
    const std::string literal = quoted_literal(name);
    EXPECT_EQ(one_line(literal), literal);
  }
}

TEST(SqlQuote, StatementsAreFoundByTheirHead) {
  const struct {
    std::string normalised, like;
  } cases[] = {
      {"UPDATE carts SET n = $1 WHERE id = $2", " ILIKE '%UPDATE%carts%SET%n%=%'"},
      {"SELECT * FROM order_items", " ILIKE '%SELECT%*%FROM%order!_items%' ESCAPE '!'"},
      {"SELECT '%'||a FROM t", " ILIKE '%SELECT%''!%''||a%FROM%t%' ESCAPE '!'"},
      {"SELECT \"a!\" FROM t\\", " ILIKE E'%SELECT%\"a!!\"%FROM%t\\\\%' ESCAPE '!'"},
      {"SELECT tab$x FROM t$1", " ILIKE '%SELECT%tab$x%FROM%t%'"},
      {"SELECT a, b FROM very…", " ILIKE '%SELECT%a,%b%FROM%very%'"},
      {"SELECT $1", ""},  // it would find every SELECT
      {"COMMIT", ""},
      {"", ""},
      {"INSERTINTOx", ""},
  };
  for (const auto& [normalised, like] : cases) EXPECT_EQ(like_statement(normalised), like);
}

TEST(SqlQuote, LongHeadsEndAtABlank) {
  std::string sql = "SELECT";
  for (int i = 0; i < 100'000; ++i) sql += " column,";
  const std::string like = like_statement(sql);
  EXPECT_LT(like.size(), 130U);
  EXPECT_TRUE(like.ends_with("%column,%'")) << like;
  EXPECT_EQ(like_statement("SELECT " + std::string(1'000'000, 'x')), "");
}

}  // namespace
}  // namespace pgcounsel
