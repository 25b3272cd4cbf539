// The forms of a review that are read line by line: gcc, GitHub's commands, text.
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/report/check_report.h"
#include "analyzer/report/escape.h"
#include "tests/unit/check_samples.h"

namespace pgcounsel {
namespace {

using Lines = std::vector<std::string>;

std::size_t starting(const Lines& lines, std::string_view with) {
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [&](const std::string& line) { return line.starts_with(with); }));
}

TEST(CheckGcc, WritesALineForEachFinding) {
  EXPECT_EQ(lines_of(render_check_gcc(ordinary_review())),
            (Lines{"migrations/V2.sql:2:1: error: DELETE FROM orders has no WHERE [all_rows]",
                   "migrations/V2.sql:4:1: error: UPDATE customers has no WHERE [all_rows]",
                   "queries/orders.sql:4:8: warning: coupon_id = NULL is never true [equals_null]",
                   "queries/orders.sql:7:1: warning: id is unique in orders [useless_distinct]"}));
  EXPECT_EQ(render_check_gcc(clean_review()), "");
}

TEST(CheckGcc, LevelsBecomeWhatCompilersSay) {
  CheckReport report = large_review(1);
  for (const auto& [level, word] : {std::pair(Level::kCritical, " error: "),
                                    {Level::kHigh, " error: "},
                                    {Level::kMedium, " warning: "},
                                    {Level::kLow, " warning: "},
                                    {Level::kInfo, " note: "}}) {
    report.findings[0].level = level;
    EXPECT_NE(render_check_gcc(report).find(word), std::string::npos) << name_of(level);
  }
}

TEST(CheckGcc, HostileTextStaysInItsLine) {
  const Lines lines = lines_of(render_check_gcc(hostile_review()));
  ASSERT_EQ(lines.size(), hostile_words().size());
  EXPECT_EQ(lines[0],
            "two lines  and a tab :1:1: error: two lines  and a tab  has no WHERE [equals_null]");
  for (const std::string& line : lines) EXPECT_TRUE(line.ends_with(']')) << line;
}

TEST(CheckGithub, WritesCommands) {
  const Lines lines = lines_of(render_check_github(ordinary_review()));
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[2],
            "::warning file=queries/orders.sql,line=4,endLine=4,col=8,endColumn=23,"
            "title=equals_null (medium)::coupon_id = NULL is never true%0AWrite `coupon_id IS "
            "NULL`.%0A`pgcounsel rule equals_null` tells more.");
  EXPECT_EQ(lines[4], "note: The catalogue does not know the table coupons.");
  EXPECT_EQ(lines[5],
            "5 statements in 3 files (4 new), 4 findings (2 high, 1 medium, 1 low), 2 suppressed; "
            "2 findings at or above high: exit 1");
}

TEST(CheckGithub, EscapesPropertiesAndMessages) {
  CheckReport report = large_review(1);
  report.findings[0].place->file = "./odd, name: 100%.sql";
  report.findings[0].title = "100%: a, b\nc\r\nd";
  const std::string line = lines_of(render_check_github(report))[0];
  EXPECT_TRUE(line.starts_with("::error file=odd%2C name%3A 100%25.sql,line=1,")) << line;
  EXPECT_NE(line.find("::100%25: a, b c  d%0A"), std::string::npos) << line;
}

TEST(CheckGithub, LeavesColumnsOutWhereLinesDiffer) {
  CheckReport report = large_review(1);
  report.findings[0].place->end_line = 3;
  const std::string line = lines_of(render_check_github(report))[0];
  EXPECT_NE(line.find(",line=1,endLine=3,title="), std::string::npos) << line;
}

TEST(CheckGithub, WritesTenOfAKindAndCountsTheRest) {
  CheckReport report = large_review(100);  // 80 high, 20 low
  report.findings.back().level = Level::kInfo;
  const Lines lines = lines_of(render_check_github(report));
  EXPECT_EQ(starting(lines, "::error "), 10U);
  EXPECT_EQ(starting(lines, "::warning "), 10U);
  EXPECT_EQ(starting(lines, "::notice "), 1U);
  EXPECT_EQ(starting(lines, "and 79 more,"), 1U);
  EXPECT_EQ(lines[0].find("archive_0 "), lines[0].find("archive_"));  // the worst come first
}

TEST(CheckGithub, HostileTextMakesNoCommand) {
  const std::string text = render_check_github(hostile_review());
  const Lines lines = lines_of(text);
  EXPECT_EQ(starting(lines, "::"), 10U);
  EXPECT_EQ(starting(lines, "::error file="), 10U);
  EXPECT_EQ(starting(lines, "note: "), hostile_words().size());
  for (const std::string& line : lines) {
    if (!line.starts_with("note: ")) continue;
    EXPECT_EQ(line.find("##["), std::string::npos) << line;
  }
}

TEST(CheckText, TellsEachFindingWithWhyAndWhatToDo) {
  const std::string text = render_check_text(ordinary_review(), false, 100);
  EXPECT_EQ(text.find("migrations/V2.sql:2:1  high  all_rows\n"
                      "  DELETE FROM orders has no WHERE\n"
                      "  why       It locks every row, e.g. those of open carts, for as long as it "
                      "runs.\n"
                      "  evidence  rows: 18.4 M (catalogue) · held: 31 % (log)\n"
                      "  do        Add the WHERE that is meant.\n\n"),
            0U)
      << text;
  EXPECT_NE(text.find("queries/orders.sql:4:8  medium  equals_null  OrdersWithoutCoupon\n"),
            std::string::npos);
  EXPECT_NE(text.find("  instead   SELECT id\n"
                      "              FROM orders\n"
                      "             WHERE coupon_id IS NULL\n"
                      "            the result changes, on purpose\n"),
            std::string::npos)
      << text;
}

TEST(CheckText, EndsWithHowTheRunEnds) {
  CheckReport report = ordinary_review();
  const auto last = [&] { return lines_of(render_check_text(report, false, 100)).back(); };
  EXPECT_EQ(last(), "2 findings at or above high: exit 1");
  report.fail_on = Level::kCritical;
  EXPECT_EQ(last(), "nothing at or above critical: exit 0");
  report.fail_on = std::nullopt;
  EXPECT_EQ(last(), "findings do not fail this run: exit 0");
  EXPECT_EQ(render_check_text(clean_review(), false, 100),
            "Nothing found in 3 statements in 2 files.\nnothing at or above high: exit 0\n");
}

TEST(CheckText, SaysOfARuleOnceWhatIsTrueOfAll) {
  const std::string text = render_check_text(large_review(50), false, 100);
  EXPECT_EQ(count_of(text, "It locks every row"), 1U);
  EXPECT_EQ(count_of(text, " has no WHERE\n"), 50U);
}

TEST(CheckText, GroupsByFileAndPlace) {
  CheckReport report = ordinary_review();
  std::reverse(report.findings.begin(), report.findings.end());
  const std::string text = render_check_text(report, false, 100);
  EXPECT_LT(text.find("V2.sql:2:1"), text.find("V2.sql:4:1"));
  EXPECT_LT(text.find("V2.sql:4:1"), text.find("orders.sql:4:8"));
  EXPECT_LT(text.find("orders.sql:4:8"), text.find("orders.sql:7:1"));
}

TEST(CheckText, FitsTheWidthAndIsColouredOnlyIfAsked) {
  CheckReport report = ordinary_review();
  report.findings[0].title = std::string(30, 'a') + " " + std::string(90, 'b');
  const std::string plain = render_check_text(report, false, 60);
  for (const std::string& line : lines_of(plain)) {
    const bool is_place = line.find(".sql:") != line.npos;  // a click opens it, so it stays whole
    const bool is_summary = line.find("pgcounsel") != line.npos || line.starts_with("5 statements");
    EXPECT_LE(length_of(line), is_place || is_summary ? 100U : 60U) << line;
  }
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(render_check_text(report, true, 60).find("\x1b[1;31mhigh\x1b[0m"), std::string::npos);
}

TEST(CheckText, HostileTextDoesNotReachTheTerminal) {
  const std::string text = render_check_text(hostile_review(), false, 80);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text, with_lines(text));
  EXPECT_LT(text.size(), 100'000U);  // long strings are cut
}

}  // namespace
}  // namespace pgcounsel
