#include "parser/sql/redact.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "parser/sql/pg_query.h"
#include "parser/sql/token.h"
#include "tests/unit/sql_statements.h"

namespace pgcounsel {
namespace {

// The literal that the text still has; empty when it has none. A number that belongs to a type's
// name is none.
std::string literal_in(std::string_view sql) {
  Lexer lexer(sql);
  Token opener;
  Token last;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (token.is_symbol('(')) opener = last;
    const bool modifier = token.kind == TokenKind::kNumber && takes_precision(opener.text) &&
                          (last.is_symbol('(') || last.is_symbol(','));
    if ((is_literal(token.kind) && !modifier) || !token.closed) return std::string(token.text);
    last = token;
  }
  return {};
}

bool is_printable_utf8(std::string_view text) {
  const std::size_t size = text.size();
  for (std::size_t i = 0; i < size;) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const std::size_t length = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xC2) || c > 0xF4 || i + length > size)
      return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    i += length;
  }
  return true;
}

void expect_laws(std::string_view sql, std::size_t limit) {
  const std::string once = redact(sql, limit);
  EXPECT_LE(once.size(), limit);
  EXPECT_EQ(literal_in(once), "") << once << "\nfrom\n" << sql;
  EXPECT_EQ(redact(once, limit), once) << "from\n" << sql;
  EXPECT_TRUE(is_printable_utf8(once)) << once;
}

TEST(Redact, ReplacesFoldsAndDrops) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"SELECT a FROM t WHERE b = 'x' AND c IN (1, 2, 3) -- note",
       "SELECT a FROM t WHERE b = $1 AND c IN ($2)"},
      {"", ""},
      {" \n ", ""},
      {"select 1", "select $1"},
      {"select\n\t a ,b", "select a ,b"},
      {"select/* x */a", "select a"},
      {"a/**/b --c\rd", "a b d"},
      {"select 1 /* never closed 'secret'", "select $1"},
      {"select $3, 1, 'x'", "select $3, $4, $5"},
      {"select 'a''b', E'a\\'b', $$c$$, $t$d$t$, B'1', X'f', N'n', U&'u'",
       "select $1, $2, $3, $4, $5, $6, $7, $8"},
      {"select 'a'\n  'b'", "select $1"},
      {"select 1.5e-3, .5, 0x1f, 1_000, 12ab", "select $1, $2, $3, $4, $5"},
      {"select 1..2", "select $1..$2"},
      {"select true, null, false, default", "select true, null, false, default"},
      {"select a = ? and b in (?, ?)", "select a = ? and b in (?, ?)"},
      {"select 'cut", "select $1"},
      {"select \"cut", "select $1"},
      {"select E'cut\\'", "select $1"},
      {"select $a$ cut $b$", "select $1"},
      // Signs.
      {"select -1, a -1, (a) - 1, a = -1, a=-1, - 5",
       "select $1, a -$2, (a) - $3, a = $4, a=$5, $6"},
      {"select -1::int, -a", "select -$1::int, -a"},
      {"where a between -1 and -2 limit -3", "where a between $1 and $2 limit $3"},
      // Lists.
      {"a in ('x','y') and b not in (1)", "a in ($1) and b not in ($2)"},
      {"a in ($1, $2, $3)", "a in ($1)"},
      {"a in (-1, -2, 3)", "a in ($1)"},
      {"a in (1, 2 + x, 3)", "a in ($1, $2 + x)"},
      {"a in (f(1), 2, 3, g(4, 5))", "a in (f($1), $2, g($3, $4))"},
      {"array[1, 2] || array[[1, 2], [3, 4]]", "array[$1] || array[[$2, $3], [$4, $5]]"},
      {"f(1, 2), s.in(1, 2)", "f($1, $2), s.in($3, $4)"},
      {"a in (1, 2", "a in ($1, $2"},
      // Rows.
      {"insert into t values (1, 'a'), (2, 'b'), (3, 'c') returning x",
       "insert into t values ($1, $2) returning x"},
      {"values (1, null), (2, 3), (4, null), (5, 6)", "values ($1, null), ($2, $3)"},
      {"values ($1, $2), ($3, $4)", "values ($1, $2)"},
      {"values (1, f(2)), (3, f(4)), (5, f(x))", "values ($1, f($2)), ($3, f(x))"},
      {"values (1), (2), (3", "values ($1), ($2"},
      {"where (a, b) in (values (1, 2), (3, 4)) or c = 5",
       "where (a, b) in (values ($1, $2)) or c = $3"},
      {"values (1, (select max(x) from (values (1), (2)) v))",
       "values ($1, (select max(x) from (values ($2), ($3)) v))"},
      // What is part of a type stays.
      {"a::varchar(20), b::numeric(10, 2), current_time(3)",
       "a::varchar(20), b::numeric(10, 2), current_time(3)"},
      {"interval '1 day', interval(3) '1'", "interval $1, interval(3) $2"},
      {"varchar('x'), f(20), numeric(10, 'x')", "varchar($1), f($2), numeric($3, $4)"},
      // A literal that touches a name.
      {"select'x'from t", "select $1 from t"},
      {"select 'x'\"y\"", "select $1\"y\""},
      {"select a.5", "select a $1"},
      {"select $'x'", "select $ $1"},
      // Other statements.
      {"CREATE USER u PASSWORD 'secret' VALID UNTIL 'tomorrow'",
       "CREATE USER u PASSWORD $1 VALID UNTIL $2"},
      {"ALTER ROLE u WITH PASSWORD secret", "ALTER ROLE u WITH PASSWORD $1"},
      {"ALTER USER u PASSWORD \"secret\" LOGIN", "ALTER USER u PASSWORD $1 LOGIN"},
      {"ALTER USER u PASSWORD NULL", "ALTER USER u PASSWORD NULL"},
      {"CREATE USER u IDENTIFIED BY secret", "CREATE USER u IDENTIFIED BY $1"},
      {"CREATE TABLE u (password text DEFAULT 'secret', n int DEFAULT 5)",
       "CREATE TABLE u (password text DEFAULT $1, n int DEFAULT $2)"},
      {"SET x TO time(3), varchar(4, 5)", "SET x TO $1($2), $3($4, $5)"},
      {"SET x TO secret", "SET x TO $1"},
      {"set local a.b = 'x', \"y\", z", "set local a.b = $1, $2, $3"},
      {"SET SESSION x = secret-word; SELECT a", "SET SESSION x = $1-$2; SELECT a"},
      {"SET x = on; SET y TO DEFAULT", "SET x = on; SET y TO DEFAULT"},
      {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
       "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"},
      {"ALTER DATABASE d SET search_path TO secret", "ALTER DATABASE d SET search_path TO $1"},
      {"ALTER SYSTEM SET x = secret", "ALTER SYSTEM SET x = $1"},
      {"ALTER TABLE t ALTER c SET DATA TYPE text", "ALTER TABLE t ALTER c SET DATA TYPE text"},
      {"CREATE FUNCTION f() RETURNS int SET search_path = a, b LANGUAGE sql AS $$ SELECT 1 $$",
       "CREATE FUNCTION f() RETURNS int SET search_path = $1, $2 LANGUAGE sql AS $3"},
      {"UPDATE t SET a = b WHERE c TO d", "UPDATE t SET a = b WHERE c TO d"},
      {"CREATE SUBSCRIPTION s CONNECTION 'password=secret' PUBLICATION p",
       "CREATE SUBSCRIPTION s CONNECTION $1 PUBLICATION p"},
      {"COPY t FROM '/home/secret' (DELIMITER ',')", "COPY t FROM $1 (DELIMITER $2)"},
      {"COMMENT ON TABLE t IS 'secret'", "COMMENT ON TABLE t IS $1"},
      {"NOTIFY c, 'secret'", "NOTIFY c, $1"},
      {"DO $$ BEGIN PERFORM 'secret'; END $$", "DO $1"},
      {"PREPARE TRANSACTION 'gid'", "PREPARE TRANSACTION $1"},
      {"EXECUTE p('secret', 5)", "EXECUTE p($1, $2)"},
      {"SET TIME ZONE secret", "SET TIME ZONE $1"},
      // Quotes that another escape may have moved: what is behind them is one value.
      {R"(select a from t where b = 'it\'s secret' and c = 1)", "select a from t where b = $1"},
      {R"(select 'x\' secret \'secret' and b)", "select $1"},
      {R"(select 'c:\' secret' and b)", "select $1"},
      {R"(select E'a\\'secret', b)", "select $1"},
      {R"(select a, \"secret\n", "secret")", "select a, $1"},
      {R"(select 'c:\', 'c:\'::text, E'a\\' from t)", "select $1, $2::text, $3 from t"},
      {R"(select 'x', 'it\'s secret, isn\'t it', b)", "select $1"},
      {R"(select a='c:\'and b=1)", "select a=$1 and b=$2"},
      // Quoted names that are values.
      {R"(select a from t where b = "ann@example.org")", "select a from t where b = \"\u2026\""},
      {R"(select "4111 1111 1111 1111", "4111-1111-1111-1111")", "select \"\u2026\", \"\u2026\""},
      {R"(select "events_20260301", "Total, EUR")", R"(select "events_20260301", "Total, EUR")"},
      {R"(select "a23456789_123456789_123456789_123456789_123456789_123456789_123")",
       R"(select "a23456789_123456789_123456789_123456789_123456789_123456789_123")"},
      {R"(select "a23456789_123456789_123456789_123456789_123456789_123456789_1234")",
       "select \"\u2026\""},
      // Bytes that are no text.
      {"select \x01 a\x7F, \"b\nc\"", "select a , \"b c\""},
      {"select \xFF, \"\xC3\"", "select \xEF\xBF\xBD, \"\xEF\xBF\xBD\""},
      {"select \xC3\xA9, \xC2\x85", "select \xC3\xA9, \xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const auto& [sql, expected] : kCases) {
    EXPECT_EQ(redact(sql), expected);
    expect_laws(sql, 8192);
  }
}

TEST(Redact, ReplacesTextBehindNul) {
  EXPECT_EQ(redact(std::string_view("select 'a\0b', \0 'c'", 20)), "select $1, $2");
}

TEST(Redact, LetsNoMarkedValueThrough) {
  constexpr std::string_view kPlaces[] = {
      "select '{}'",
      "select E'\\'{}'",
      "select $$ {} $$",
      "select $x$ {} $x$ from t",
      "select U&'{}', N'{}'",
      "select 1 -- {}",
      "select 1 /* {} */",
      "insert into t values (1, '{}'), (2, 'b')",
      "insert into t values (1, 'a'), (2, '{}')",
      "select a in ('x', '{}')",
      "set x = {}",
      "set x to 'y', {}",
      "set x = \"{}\"",
      "alter user u password '{}'",
      "alter user u encrypted password {}",
      "create user u with login password \"{}\"",
      "alter system set x = a, {}",
      "alter role u in database d set x to {}",
      "comment on column t.c is '{}'",
      "copy t to program '{}'",
      "create foreign table f (a int) server s options (password '{}')",
      "security label on table t is '{}'",
      "do language plpgsql '{}'",
      "notify c, '{}",
      "select '{}",
      "select \"{}",
      "select /* {}",
      "select 1{}",
  };
  for (std::string_view place : kPlaces) {
    std::string sql(place);
    for (std::size_t at = sql.find("{}"); at != std::string::npos; at = sql.find("{}"))
      sql.replace(at, 2, "Q7secretQ7");
    EXPECT_EQ(redact(sql).find("secret"), std::string::npos) << redact(sql);
    expect_laws(sql, 8192);
  }
}

TEST(Redact, KeepsTheFingerprintOfDml) {
  std::size_t compared = 0;
  for (std::string_view sql : kStatements) {
    Lexer lexer(sql);
    Token first = lexer.next();
    if (first.is_symbol('(')) first = lexer.next();
    const bool dml = is_word(first, "select") || is_word(first, "insert") ||
                     is_word(first, "update") || is_word(first, "delete") ||
                     is_word(first, "with") || is_word(first, "merge");
    // These take a number or string of the grammar's own.
    const bool own = sql.find("UESCAPE") != std::string_view::npos ||
                     sql.find("int[") != std::string_view::npos ||
                     sql.find("int ARRAY[") != std::string_view::npos ||
                     sql.find("FETCH") != std::string_view::npos ||
                     sql.find("position") != std::string_view::npos;
    if (!dml || own) continue;
    EXPECT_EQ(pg_fingerprint(redact(sql)), pg_fingerprint(sql)) << redact(sql);
    ++compared;
  }
  EXPECT_GT(compared, 45U);
}

TEST(Redact, ObeysItsLawsOnDamagedText) {
  Dice dice(3);
  for (int round = 0; round < 60; ++round) {
    for (std::string_view sql : kStatements)
      expect_laws(damaged(sql, dice), dice.roll(2) == 0 ? 8192 : dice.roll(80));
  }
}

TEST(Redact, EndsInAnEllipsisAtItsLimit) {
  EXPECT_EQ(redact("select abc, def", 15), "select abc, def");
  EXPECT_EQ(redact("select abc, def", 14), "select abc \xE2\x80\xA6");
  EXPECT_EQ(redact("select abc, def", 5), "\xE2\x80\xA6");
  EXPECT_EQ(redact("select abc, def", 2), "");
  EXPECT_EQ(redact("select " + repeated("x", 100), 50), "select \xE2\x80\xA6");
  EXPECT_EQ(redact("select a in (1" + repeated(", 2", 10'000) + ") and b", 40),
            "select a in ($1) and b");
  EXPECT_EQ(redact("values (1, 'a')" + repeated(", (2, 'b')", 10'000) + " limit 1", 40),
            "values ($1, $2) limit $3");
  EXPECT_GT(redact("select a" + repeated(", a", 10'000)).size(), 8192U - 4);
}

}  // namespace
}  // namespace pgcounsel
