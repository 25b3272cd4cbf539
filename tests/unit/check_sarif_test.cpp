#include <gtest/gtest.h>

#include <set>

#include "analyzer/report/check_report.h"
#include "tests/unit/check_samples.h"
#include "tests/unit/json_value.h"

namespace pgcounsel {
namespace {

JsonValue run_of(const CheckReport& report) {
  return JsonValue(render_check_sarif(report))["runs"][0];
}

JsonValue place_in(const JsonValue& result) {
  return result["locations"][0]["physicalLocation"];
}

std::string uri_for(std::string file) {
  CheckReport report = large_review(1);
  report.findings[0].place->file = std::move(file);
  return place_in(run_of(report)["results"][0])["artifactLocation"]["uri"].text();
}

TEST(CheckSarif, NamesToolAndVersion) {
  const JsonValue log(render_check_sarif(ordinary_review()));
  EXPECT_EQ(log["version"].text(), "2.1.0");
  EXPECT_NE(log["$schema"].text().find("sarif-2.1.0"), std::string::npos);
  ASSERT_EQ(log["runs"].size(), 1U);
  const JsonValue run = log["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["name"].text(), "pgcounsel");
  EXPECT_EQ(run["automationDetails"]["id"].text(), "pgcounsel/check/");
  EXPECT_EQ(run["columnKind"].text(), "unicodeCodePoints");
}

TEST(CheckSarif, HasTheRulesThatHaveResults) {
  const std::vector<JsonValue> rules = run_of(ordinary_review())["tool"]["driver"]["rules"].items();
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0]["id"].text(), "all_rows");
  EXPECT_EQ(rules[0]["shortDescription"]["text"].text(), "A change without WHERE takes every row");
  EXPECT_EQ(rules[0]["fullDescription"]["text"].text(),
            "It locks every row, e.g. those of open carts, for as long as it runs. Everyone who "
            "wants one of them waits.");
  EXPECT_EQ(rules[0]["defaultConfiguration"]["level"].text(), "error");
  EXPECT_EQ(rules[0]["properties"]["precision"].text(), "high");
  EXPECT_EQ(rules[0]["properties"]["problem.severity"].text(), "error");
  const std::string help = rules[0]["help"]["markdown"].text();
  EXPECT_NE(help.find("## When to ignore it"), std::string::npos);
  EXPECT_EQ(help.find("secret_of_the_cases"), std::string::npos);
  // A rule without a page is still described.
  EXPECT_EQ(rules[2]["id"].text(), "useless_distinct");
  EXPECT_EQ(rules[2]["help"]["text"].text(), "useless_distinct");
  EXPECT_EQ(rules[2]["defaultConfiguration"]["level"].text(), "warning");
}

TEST(CheckSarif, RegionsEndBehindTheLastCharacter) {
  const JsonValue results = run_of(ordinary_review())["results"];
  ASSERT_EQ(results.size(), 4U);
  const JsonValue third = results[2];
  EXPECT_EQ(third["ruleId"].text(), "equals_null");
  EXPECT_EQ(third["ruleIndex"].text(), "1");
  EXPECT_EQ(third["level"].text(), "warning");
  EXPECT_EQ(third["message"]["text"].text(),
            "coupon_id = NULL is never true\n\nWrite `coupon_id IS NULL`.");
  EXPECT_EQ(place_in(third)["artifactLocation"]["uri"].text(), "queries/orders.sql");
  const JsonValue region = place_in(third)["region"];
  EXPECT_EQ(region["startLine"].text(), "4");
  EXPECT_EQ(region["startColumn"].text(), "8");
  EXPECT_EQ(region["endLine"].text(), "4");
  EXPECT_EQ(region["endColumn"].text(), "24");
}

TEST(CheckSarif, FixesReplaceTheWholeStatement) {
  const JsonValue results = run_of(ordinary_review())["results"];
  EXPECT_TRUE(results[0]["fixes"].missing());
  const JsonValue fix = results[2]["fixes"][0];
  EXPECT_NE(fix["description"]["text"].text().find("changes the result"), std::string::npos);
  const JsonValue change = fix["artifactChanges"][0];
  EXPECT_EQ(change["artifactLocation"]["uri"].text(), "queries/orders.sql");
  const JsonValue replacement = change["replacements"][0];
  EXPECT_EQ(replacement["deletedRegion"]["startLine"].text(), "2");
  EXPECT_EQ(replacement["deletedRegion"]["startColumn"].text(), "1");
  EXPECT_EQ(replacement["deletedRegion"]["endLine"].text(), "4");
  EXPECT_EQ(replacement["deletedRegion"]["endColumn"].text(), "26");
  EXPECT_EQ(replacement["insertedContent"]["text"].text(),
            "SELECT id\n  FROM orders\n WHERE coupon_id IS NULL");
}

TEST(CheckSarif, EqualFindingsHaveFingerprintsOfTheirOwnThatKnowNoLine) {
  CheckReport report = large_review(1);
  report.findings.push_back(report.findings[0]);
  report.findings[1].place->line = report.findings[1].place->end_line = 9;
  const auto prints = [&] {
    std::vector<std::string> found;
    for (const JsonValue& result : run_of(report)["results"].items()) {
      found.push_back(result["partialFingerprints"]["primaryLocationLineHash"].text());
    }
    return found;
  };
  const std::vector<std::string> before = prints();
  EXPECT_NE(before[0], before[1]);
  for (Finding& finding : report.findings) {
    finding.place->line += 10;
    finding.place->end_line += 10;
  }
  EXPECT_EQ(prints(), before);
}

TEST(CheckSarif, UrisAreRelativeAndEncoded) {
  EXPECT_EQ(uri_for("a/b-c_1.sql"), "a/b-c_1.sql");
  EXPECT_EQ(uri_for("./a.sql"), "a.sql");
  EXPECT_EQ(uri_for("odd, name: 100%.sql"), "odd%2C%20name%3A%20100%25.sql");
  EXPECT_EQ(uri_for("größe.sql"), "gr%C3%B6%C3%9Fe.sql");
  EXPECT_EQ(uri_for("/tmp/a b.sql"), "file:///tmp/a%20b.sql");
  EXPECT_EQ(uri_for(""), "unknown");
}

TEST(CheckSarif, HostileTextLeavesNoEmptyStringAndNoLink) {
  const std::string text = render_check_sarif(hostile_review());
  EXPECT_EQ(text.find(": \"\""), std::string::npos);
  const std::vector<JsonValue> results = run_of(hostile_review())["results"].items();
  ASSERT_EQ(results.size(), hostile_words().size());
  for (const JsonValue& result : results) {
    EXPECT_EQ(result["message"]["text"].text().find("]("), std::string::npos);
  }
}

TEST(CheckSarif, NoMoreResultsThanGitHubTakesAndTheRestIsCounted) {
  const JsonValue run = run_of(large_review(25'003));
  EXPECT_EQ(run["results"].size(), 25'000U);
  const JsonValue notes = run["invocations"][0]["toolExecutionNotifications"];
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(notes[0]["message"]["text"].text().starts_with("3 more findings"));
}

TEST(CheckSarif, NothingFoundIsARunWithoutResults) {
  const JsonValue run = run_of(clean_review());
  EXPECT_FALSE(run["results"].missing());
  EXPECT_EQ(run["results"].size(), 0U);
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), 0U);
}

}  // namespace
}  // namespace pgcounsel
