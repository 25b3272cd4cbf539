#include "analyzer/report/escape.h"

#include <gtest/gtest.h>

#include "analyzer/report/sql_text.h"

namespace pgcounsel {
namespace {

TEST(Escape, MakesOneLineOfValidUtf8) {
  EXPECT_EQ(one_line("a\nb\tc\r"), "a b c ");
  EXPECT_EQ(one_line("\x1b[31m"), "�[31m");
  EXPECT_EQ(one_line("größe 表 🔴"), "größe 表 🔴");
  EXPECT_EQ(one_line("a\xff"
                     "b"),
            "a�b");
  EXPECT_EQ(one_line("\xc0\xaf"), "��");            // overlong
  EXPECT_EQ(one_line("\xed\xa0\x80"), "���");       // surrogate
  EXPECT_EQ(one_line("\xf4\x90\x80\x80"), "����");  // beyond U+10FFFF
  EXPECT_EQ(one_line("cut \xe2\x82"), "cut ��");
  EXPECT_EQ(one_line("\xe2\x80\xae"
                     "x\xe2\x81\xa6"
                     "\xef\xbb\xbf"),
            "�x��");  // direction, BOM
  EXPECT_EQ(one_line("\xc2\x9b"
                     "31m"),
            "�31m");  // C1
  EXPECT_EQ(with_lines("a\r\nb\n"), "a\nb\n");
}

TEST(Escape, ShortensByCodePoints) {
  EXPECT_EQ(shortened("größe", 5), "größe");
  EXPECT_EQ(shortened("größer", 5), "größ…");
  EXPECT_EQ(shortened("ab cd", 4), "ab…");
}

TEST(Escape, CodeSpansHaveAFenceThatIsNotInTheText) {
  EXPECT_EQ(code_span("a"), "`a`");
  EXPECT_EQ(code_span("a`b"), "``a`b``");
  EXPECT_EQ(code_span("``a`"), "``` ``a` ```");
  EXPECT_EQ(code_span("a|b"), "`a|b`");
  EXPECT_EQ(code_span(""), "`�`");
}

TEST(Escape, PipesInTablesAreEscapedAlsoBehindABackslash) {
  EXPECT_EQ(code_cell("a || b"), "`a \\|\\| b`");
  EXPECT_EQ(code_cell("x\\|y"), "<code>x&#92;&#124;y</code>");
  EXPECT_EQ(code_cell("<b>\\|"), "<code>&#60;b&#62;&#92;&#124;</code>");
  EXPECT_EQ(markdown_text("\\|"), "\\\\\\|");
}

TEST(Escape, TextHasNoMarkup) {
  EXPECT_EQ(markdown_text("<script> [a](b) *c* a_b _d_"),
            "\\<script\\> \\[a\\](b) \\*c\\* a_b \\_d\\_");
  EXPECT_EQ(markdown_text("# no"), "\\# no");
  EXPECT_EQ(markdown_text("1. no"), "1\\. no");
  EXPECT_EQ(markdown_text("1)"), "1\\)");
  EXPECT_EQ(markdown_text("49.1 s"), "49.1 s");
  EXPECT_EQ(markdown_text("- no - yes"), "\\- no - yes");
  EXPECT_EQ(markdown_text("https://x www.y"), "https\\://x www\\.y");
}

TEST(Escape, TextCallsNobodyAndLinksNoIssue) {
  EXPECT_EQ(markdown_text("by @octocat in #12"), "by \\@<!-- -->octocat in \\#<!-- -->12");
  EXPECT_EQ(markdown_text("a @ b, c# #d"), "a \\@ b, c\\# \\#d");
  EXPECT_EQ(markdown_prose("`@octocat` @octocat"), "`@octocat` \\@<!-- -->octocat");
}

TEST(Escape, ProseKeepsCodeBetweenBackticks) {
  EXPECT_EQ(markdown_prose("run `SHOW a|b` twice."), "run `SHOW a\\|b` twice.");
  EXPECT_EQ(markdown_prose("one ` alone"), "one \\` alone");
}

TEST(Escape, FencesAreLongerThanAnyInTheText) {
  EXPECT_EQ(fenced("sql", "SELECT 1\n"), "```sql\nSELECT 1\n```\n");
  EXPECT_EQ(fenced("sql", "a\n````\nb"), "`````sql\na\n````\nb\n`````\n");
}

TEST(Escape, HeadingsHaveOneAnchorOnGitHubAndGitLab) {
  EXPECT_EQ(heading_text("R1 `a|b` — <c> & d"), "R1 a b c d");
  EXPECT_EQ(heading_slug(heading_text("R1 Idle: 2.0 s in idle_tx -- x--y")),
            "r1-idle-20-s-in-idle_tx-x-y");
  EXPECT_EQ(heading_text("idle_tx"), "idle\\_tx");
  EXPECT_EQ(heading_text("R1 99 % idle, 82 % held"), "R1 99% idle, 82% held");
  EXPECT_EQ(heading_slug(heading_text("R1 99 % idle")), "r1-99-idle");
  EXPECT_EQ(heading_text("% of a %"), "of a");
  EXPECT_EQ(heading_text("# ### -"), "");
}

TEST(Escape, JsonStringsAreAsciiWhereItMatters) {
  EXPECT_EQ(json_string("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\n\\u0001\"");
  EXPECT_EQ(json_string("\xff"), "\"\\ufffd\"");
  EXPECT_EQ(json_string("\xe2\x80\xae"), "\"\\u202e\"");
  EXPECT_EQ(json_string("表"), "\"表\"");
}

TEST(SqlText, ListsOfColumnsGiveWayFirst) {
  EXPECT_EQ(brief_sql("SELECT a FROM t", 40), "SELECT a FROM t");
  EXPECT_EQ(brief_sql("SELECT aaaaaaaaaa, bbbbbbbbbb, (SELECT 1 FROM u) FROM t WHERE id = $1", 40),
            "SELECT … FROM t WHERE id = $1");
  EXPECT_EQ(brief_sql("SELECT \"x FROM y\" || aaaaaaaaaaaaaaaaaaa FROM t", 30), "SELECT … FROM t");
  EXPECT_EQ(brief_sql("UPDATE carts SET touched_at = now()", 20), "UPDATE carts SET to…");
}

TEST(SqlText, AGistIsVerbAndTable) {
  EXPECT_EQ(gist_of_sql("SELECT a, (SELECT b FROM u) FROM t WHERE id = $1", 40), "SELECT t");
  EXPECT_EQ(gist_of_sql("select a from shop.t for update", 40), "SELECT shop.t FOR UPDATE");
  EXPECT_EQ(gist_of_sql("INSERT INTO orders(a, b) VALUES ($1, $2)", 40), "INSERT orders");
  EXPECT_EQ(gist_of_sql("UPDATE ONLY carts SET a = $1", 40), "UPDATE carts");
  EXPECT_EQ(gist_of_sql("DELETE FROM carts", 40), "DELETE carts");
  EXPECT_EQ(gist_of_sql("SELECT pg_sleep($1)", 40), "SELECT pg_sleep($1)");
  EXPECT_EQ(gist_of_sql("", 40), "");
}

TEST(SqlText, LongStatementsAreBrokenBeforeTheirClauses) {
  const std::string columns(90, 'c');
  EXPECT_EQ(
      laid_out_sql(
          "SELECT " + columns + " FROM t LEFT JOIN u ON u.id = t.id WHERE (SELECT a FROM b) > $1",
          4000),
      "SELECT " + columns + "\nFROM t\nLEFT JOIN u ON u.id = t.id\nWHERE (SELECT a FROM b) > $1");
  EXPECT_EQ(laid_out_sql("SELECT a FROM t", 4000), "SELECT a FROM t");
  EXPECT_LE(laid_out_sql(std::string(100'000, 'x'), 2000).size(), 2004U);
}

}  // namespace
}  // namespace pgcounsel
