#include "analyzer/review/ignores.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "analyzer/review/build_review.h"

namespace pgcounsel {
namespace {

std::unique_ptr<Review> review_of(std::string_view text) {
  std::vector<ReviewInput> inputs;
  inputs.push_back({"a.sql", std::string(text)});
  return build_review(std::move(inputs), {});
}

// Each ignore as `LINE:COLUMN>STATEMENT rules (reason)`.
std::string ignores_in(std::string_view text) {
  std::string told;
  const auto review = review_of(text);
  for (const ReviewIgnore& ignore : review->ignores) {
    const std::string target = ignore.whole_file  ? "file"
                               : ignore.statement ? fmt::format("{}", *ignore.statement)
                                                  : "nothing";
    told += fmt::format("{}:{}>{}", ignore.line, ignore.column, target);
    for (const ReviewIgnore::Rule& rule : ignore.rules) told += " " + rule.id;
    if (!ignore.reason.empty()) told += " (" + ignore.reason + ")";
    told += "\n";
  }
  return told;
}

TEST(Ignores, ReachOneStatement) {
  const struct {
    std::string_view text, told;
  } cases[] = {
      {"-- pgcounsel:ignore a reason: x y\nSELECT 1; SELECT 2;", "1:1>0 a (x y)\n"},
      {"-- pgcounsel:ignore a,b, c reason: x\n-- more\n/* and */\nSELECT 1;", "1:1>0 a b c (x)\n"},
      {"SELECT 1; -- pgcounsel:ignore a\nSELECT 2;", "1:11>0 a\n"},
      {"SELECT 1\n; -- pgcounsel:ignore a\nSELECT 2;", "2:3>0 a\n"},
      {"SELECT 1 -- pgcounsel:ignore a\n + 2; SELECT 2;", "1:10>0 a\n"},
      {"SELECT 1;\n-- pgcounsel:ignore a\nSELECT 2;", "2:1>1 a\n"},
      {"SELECT 1; SELECT 2; -- pgcounsel:ignore a\n", "1:21>1 a\n"},
      {"SELECT 1;\n-- pgcounsel:ignore a\n", "2:1>nothing a\n"},
      {"/* pgcounsel:ignore a reason: x */ SELECT 1;", "1:1>0 a (x)\n"},
      {"/*\n * pgcounsel:ignore a\n * reason: x\n */\nSELECT 1;", "1:1>0 a (x)\n"},
      {"SELECT 1;\n-- pgcounsel:ignore-file a reason: x", "2:1>file a (x)\n"},
      {"--pgcounsel:ignore a\nSELECT 1", "1:1>0 a\n"},
      {"-- pgcounsel:ignore\nSELECT 1", "1:1>0\n"},
      {"-- pgcounsel:ignored a\nSELECT 1", ""},
      {"-- see pgcounsel:ignore a\nSELECT 1", ""},
      {"SELECT '-- pgcounsel:ignore a', $$ /* pgcounsel:ignore a */ $$", ""},
      {"-- migrate:up\nSELECT 1;\n-- migrate:down\n-- pgcounsel:ignore a\nSELECT 2;", ""},
      {"-- pgcounsel:ignore syntax_error reason: x\nSELECT FROM WHERE;",
       "1:1>0 syntax_error (x)\n"},
  };
  for (const auto& one : cases) EXPECT_EQ(ignores_in(one.text), one.told) << one.text;
}

Finding finding_at(std::string rule, std::size_t line, std::size_t column = 1) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.place = Place{"a.sql", line, column, line, column};
  return finding;
}

TEST(Ignores, TakeAwayWhatTheyName) {
  const auto review = review_of(
      "-- pgcounsel:ignore a reason: x\nSELECT 1\n + 2;\nSELECT 3; SELECT 4; -- pgcounsel:ignore "
      "b\n"
      "-- pgcounsel:ignore-file d\n");
  Findings findings{finding_at("a", 2), finding_at("a", 3, 2),  finding_at("b", 2),
                    finding_at("a", 4), finding_at("b", 4, 11), finding_at("b", 4),
                    finding_at("d", 4)};
  EXPECT_EQ(take_ignored(findings, *review), 4U);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].rule, "b");
  EXPECT_EQ(findings[1].rule, "a");
  EXPECT_EQ(findings[2].rule, "b");
  for (const ReviewIgnore& ignore : review->ignores) {
    EXPECT_EQ(ignore.rules[0].use, ReviewIgnore::Use::kUsed) << ignore.rules[0].id;
  }
}

TEST(Ignores, FindTheStatementOfAPlace) {
  const auto review = review_of("SELECT 1;\n\nSELECT 2 +\n 3; SELECT 4;");
  const StatementFinder finder(*review);
  const auto at = [&](std::size_t line, std::size_t column, std::string file = "a.sql") {
    return finder.at({std::move(file), line, column, line, column});
  };
  EXPECT_EQ(at(1, 1), 0U);
  EXPECT_EQ(at(1, 8), 0U);
  EXPECT_EQ(at(1, 9), kNotRun);
  EXPECT_EQ(at(2, 1), kNotRun);
  EXPECT_EQ(at(4, 2), 1U);
  EXPECT_EQ(at(4, 5), 2U);
  EXPECT_EQ(at(1, 1, "b.sql"), kNotRun);
}

}  // namespace
}  // namespace pgcounsel
