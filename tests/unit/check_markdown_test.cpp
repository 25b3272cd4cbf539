#include <gtest/gtest.h>

#include "analyzer/report/check_report.h"
#include "tests/unit/check_samples.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostOfAComment = 65'536;

std::string headline_of(const CheckReport& report) {
  return lines_of(render_check_markdown(report)).at(1);
}

TEST(CheckMarkdown, BeginsWithTheMarkAndTheVerdict) {
  CheckReport report = ordinary_review();
  EXPECT_EQ(lines_of(render_check_markdown(report))[0], "<!-- pgcounsel:check -->");
  EXPECT_EQ(headline_of(report), "### 🔴 2 of 5 statements should change before this is merged");
  report.fail_on = Level::kCritical;
  EXPECT_EQ(headline_of(report), "### 🔴 4 of 5 statements could be better, none stops this");
  report.fail_on = std::nullopt;
  report.findings.erase(report.findings.begin(), report.findings.begin() + 3);
  EXPECT_EQ(headline_of(report), "### 🟡 1 of 5 statements could be better, none stops this");
  report.findings[0].level = Level::kHigh;
  report.findings[0].place = Place{"gone.sql", 1, 1, 1, 1};
  report.fail_on = Level::kHigh;
  EXPECT_EQ(headline_of(report), "### 🔴 1 finding to be dealt with before this is merged");
}

TEST(CheckMarkdown, AnAllClearIsShortAndSaysWhatWasLookedAt) {
  EXPECT_EQ(render_check_markdown(clean_review()),
            "<!-- pgcounsel:check -->\n### 🟢 3 statements looked at, nothing to change\n\n"
            "`pgcounsel check`: 3 statements in 2 files · nothing at or above high: exit 0\n\n");
  EXPECT_EQ(headline_of({}), "### ⚪ No SQL statement to look at");
}

TEST(CheckMarkdown, TableAndFoldsTellEveryFinding) {
  const std::string text = render_check_markdown(ordinary_review());
  EXPECT_NE(text.find("| 🔴 high | `migrations/V2.sql:2` | DELETE FROM orders has no WHERE | "
                      "`all_rows` |\n"),
            std::string::npos);
  EXPECT_EQ(count_of(text, "\n<details>"), 3U);
  EXPECT_EQ(count_of(text, "\n</details>"), 3U);
  EXPECT_NE(text.find("<details><summary>🔴 <b>all_rows</b>: A change without WHERE takes every "
                      "row (2)</summary>\n\nIt locks every row, e.g."),
            std::string::npos);
  EXPECT_NE(text.find("```sql\nDELETE FROM orders\n```\n\nrows: 18.4 M (catalogue)"),
            std::string::npos);
  EXPECT_NE(text.find("**To do:** Write `coupon_id IS NULL`.\n\n**Instead** (the"),
            std::string::npos);
  EXPECT_NE(text.find("- **To verify:** `EXPLAIN` of the statement shows a condition.\n"),
            std::string::npos);
  EXPECT_NE(text.find("```sql\n-- pgcounsel:ignore equals_null reason: …\n```\n"),
            std::string::npos);
}

TEST(CheckMarkdown, ARewriteIsToCopyAndSaysWhatItKeeps) {
  const std::string text = render_check_markdown(ordinary_review());
  EXPECT_NE(text.find("**Instead** (the result changes, on purpose):\n\n```sql\nSELECT id\n  FROM "
                      "orders\n WHERE coupon_id IS NULL\n```\n"),
            std::string::npos);
  EXPECT_NE(text.find("What was shown to hold: id is the primary key of orders\n"),
            std::string::npos);
  EXPECT_EQ(count_of(text, "\nSELECT id FROM orders WHERE id = 7\n"), 1U);  // remedy and rewrite
}

TEST(CheckMarkdown, WhatIsTrueOfAllFindingsOfARuleIsSaidOnce) {
  const std::string text = render_check_markdown(large_review(10));
  EXPECT_EQ(count_of(text, "Add the WHERE that is meant."), 2U);  // two rules
  EXPECT_EQ(count_of(text, "DELETE FROM archive_3\n"), 1U);
}

TEST(CheckMarkdown, FitsAComment) {
  for (const std::size_t size : {100U, 500U, 5000U}) {
    const std::string text = render_check_markdown(large_review(size));
    EXPECT_LT(text.size(), kMostOfAComment) << size;
    EXPECT_EQ(count_of(text, "\n```") % 2, 0U) << size;
    EXPECT_EQ(count_of(text, "\n<details"), count_of(text, "\n</details>")) << size;
    EXPECT_NE(text.find("`equals_null`"), std::string::npos) << size;  // the rule of the last ones
  }
  const std::string text = render_check_markdown(large_review(5000));
  const std::size_t rows = count_of(text, "\n| 🔴 high |");
  EXPECT_NE(text.find("\nand " + std::to_string(5000 - rows) + " more:"), std::string::npos);
  const std::size_t details = count_of(text, "\n**`files/");
  EXPECT_NE(text.find("\nand " + std::to_string(5000 - details) + " more without details"),
            std::string::npos);
}

TEST(CheckMarkdown, VeryLongSqlIsLeftOut) {
  CheckReport report = large_review(30);
  for (std::size_t at = 0; at < report.findings.size(); ++at) {
    report.queries[at].query = "SELECT " + std::string(50'000, 'x');
    report.findings[at].rewrite = Rewrite{"SELECT " + std::string(50'000, 'y'), {}, false};
    report.findings[at].remedy = {"sql", std::string(30'000, 'z')};
    report.findings[at].title = std::string(10'000, '*');
  }
  const std::string text = render_check_markdown(report);
  EXPECT_LT(text.size(), kMostOfAComment);
  EXPECT_EQ(text.find(std::string(5000, 'y')), std::string::npos);
  EXPECT_NE(text.find("`pgcounsel check --format json` has it."), std::string::npos);
}

TEST(CheckMarkdown, HostileTextIsNoMarkupAndCallsNobody) {
  const std::string text = render_check_markdown(hostile_review());
  EXPECT_LT(text.size(), kMostOfAComment);
  EXPECT_EQ(count_of(text, "\n<details"), 2U);
  EXPECT_EQ(count_of(text, "\n</details>"), 2U);
  EXPECT_EQ(text.find("| @octocat"), std::string::npos);
  EXPECT_NE(text.find("\\@<!-- -->octocat \\#<!-- -->12 \\[link\\]"), std::string::npos);
  EXPECT_NE(text.find("| a\\|b \\|\\| c has no WHERE |"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\n````sql\nSELECT"), std::string::npos);  // around SQL that has fences
}

TEST(CheckMarkdown, AllHostileTextAtOnceStillFits) {
  CheckReport report = hostile_review();
  const std::string mentions(100'000, '@');
  for (Finding& finding : report.findings) {
    finding.title = finding.verify = finding.rollback = mentions;
    finding.caveats.assign(50, mentions);
    finding.evidence.assign(50, {mentions, mentions, mentions});
    finding.rewrite->preconditions.assign(500, mentions);
  }
  report.notes.assign(500, mentions);
  EXPECT_LT(render_check_markdown(report).size(), kMostOfAComment);
}

}  // namespace
}  // namespace pgcounsel
