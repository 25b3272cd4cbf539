// The forms of a review that forges and build servers read: GitLab's code quality, JUnit.
#include <gtest/gtest.h>

#include <set>

#include "analyzer/report/check_report.h"
#include "tests/unit/check_samples.h"
#include "tests/unit/json_value.h"

namespace pgcounsel {
namespace {

std::set<std::string> fingerprints_of(const CheckReport& report) {
  std::set<std::string> prints;
  for (const JsonValue& entry : JsonValue(render_check_gitlab(report)).items()) {
    prints.insert(entry["fingerprint"].text());
  }
  return prints;
}

TEST(CheckGitlab, WritesAListOfEntries) {
  const JsonValue list(render_check_gitlab(ordinary_review()));
  ASSERT_EQ(list.size(), 4U);
  const JsonValue third = list[2];
  EXPECT_EQ(third["description"].text(), "coupon_id = NULL is never true");
  EXPECT_EQ(third["check_name"].text(), "equals_null");
  EXPECT_EQ(third["fingerprint"].text(), "equals_null:00000000000000a3:t");
  EXPECT_EQ(third["severity"].text(), "major");
  EXPECT_EQ(third["location"]["path"].text(), "queries/orders.sql");
  EXPECT_EQ(third["location"]["lines"]["begin"].text(), "4");
  EXPECT_EQ(render_check_gitlab(clean_review()), "[]\n");
}

TEST(CheckGitlab, EachLevelHasItsSeverity) {
  CheckReport report = large_review(1);
  for (const auto& [level, severity] : {std::pair(Level::kCritical, "blocker"),
                                        {Level::kHigh, "critical"},
                                        {Level::kMedium, "major"},
                                        {Level::kLow, "minor"},
                                        {Level::kInfo, "info"}}) {
    report.findings[0].level = level;
    EXPECT_EQ(JsonValue(render_check_gitlab(report))[0]["severity"].text(), severity);
  }
}

TEST(CheckGitlab, FingerprintsAreUniqueAndFollowTheKey) {
  CheckReport report = ordinary_review();
  report.findings.push_back(report.findings[0]);
  report.findings.push_back(report.findings[0]);
  report.findings.back().place->file = "./elsewhere.sql";
  EXPECT_EQ(fingerprints_of(report).size(), 6U);
  EXPECT_TRUE(fingerprints_of(report).contains("all_rows:00000000000000a1:t:3"));
  EXPECT_EQ(JsonValue(render_check_gitlab(report))[5]["location"]["path"].text(), "elsewhere.sql");
  EXPECT_EQ(fingerprints_of(hostile_review()).size(), hostile_words().size());
}

TEST(CheckJunit, HasACaseForEachStatement) {
  const std::string xml = render_check_junit(ordinary_review());
  EXPECT_EQ(count_of(xml, "<testsuite "), 3U);
  EXPECT_EQ(count_of(xml, "<testcase "), 5U);
  EXPECT_EQ(count_of(xml, "<failure "), 2U);
  EXPECT_NE(xml.find("<testsuites name=\"pgcounsel check\" tests=\"5\" failures=\"2\""),
            std::string::npos);
  EXPECT_NE(xml.find("<testsuite name=\"migrations/V2.sql\" tests=\"2\" failures=\"2\""),
            std::string::npos);
  EXPECT_NE(xml.find("<testcase classname=\"migrations/V2.sql\" name=\"line 2: DELETE orders\""),
            std::string::npos);
  EXPECT_NE(xml.find("classname=\"queries/orders.sql\" name=\"OrdersWithoutCoupon\""),
            std::string::npos);
  EXPECT_NE(xml.find("<failure message=\"DELETE FROM orders has no WHERE\" type=\"all_rows\">"),
            std::string::npos);
}

TEST(CheckJunit, WhatDoesNotFailTheRunIsToldBeside) {
  CheckReport report = ordinary_review();
  EXPECT_EQ(count_of(render_check_junit(report), "<system-out>"), 2U);
  report.fail_on = Level::kLow;
  EXPECT_EQ(count_of(render_check_junit(report), "<failure "), 4U);
  report.fail_on = std::nullopt;  // then from medium on
  EXPECT_EQ(count_of(render_check_junit(report), "<failure "), 3U);
  report.fail_on = Level::kCritical;
  EXPECT_EQ(count_of(render_check_junit(report), "<failure "), 0U);
  EXPECT_EQ(count_of(render_check_junit(report), "<system-out>"), 4U);
}

TEST(CheckJunit, SeveralFindingsOfOneStatementAreOneFailure) {
  CheckReport report = large_review(1);
  report.findings.push_back(report.findings[0]);
  report.findings[1].title = "another thing";
  const std::string xml = render_check_junit(report);
  EXPECT_EQ(count_of(xml, "<failure "), 1U);
  EXPECT_NE(xml.find("message=\"DELETE FROM archive_0 has no WHERE (and 1 more)\""),
            std::string::npos);
  EXPECT_NE(xml.find("another thing [all_rows, high]"), std::string::npos);
}

TEST(CheckJunit, NamesOfAFileAreUnique) {
  CheckReport report = clean_review();
  for (CheckQuery& query : report.queries) query.name = "same";
  report.queries.push_back(report.queries[1]);
  report.queries.back().name = "same (2)";
  const std::string xml = render_check_junit(report);
  EXPECT_EQ(count_of(xml, "classname=\"a.sql\" name=\"same\""), 1U);
  EXPECT_EQ(count_of(xml, "classname=\"a.sql\" name=\"same (2)\""), 1U);
  EXPECT_EQ(count_of(xml, "classname=\"a.sql\" name=\"same (2) (2)\""), 1U);
  EXPECT_EQ(count_of(xml, "classname=\"b.sql\" name=\"same\""), 1U);
}

TEST(CheckJunit, AFindingOutsideOfStatementsHasACaseOfItsOwn) {
  CheckReport report = clean_review();
  report.findings = large_review(1).findings;
  report.findings[0].place = Place{"c.sql", 3, 1, 3, 9};
  const std::string xml = render_check_junit(report);
  EXPECT_NE(xml.find("<testsuite name=\"c.sql\" tests=\"1\" failures=\"1\""), std::string::npos);
  EXPECT_NE(xml.find("name=\"line 3: all_rows\""), std::string::npos);
}

TEST(CheckJunit, HostileTextIsEscaped) {
  const std::string xml = render_check_junit(hostile_review());
  EXPECT_EQ(count_of(xml, "<failure "), hostile_words().size());
  EXPECT_EQ(count_of(xml, "</failure>"), hostile_words().size());
  for (const char* raw : {"<script", "]]>", "<![CDATA", "\x1b", "\r", " & "}) {
    EXPECT_EQ(xml.find(raw), std::string::npos) << raw;
  }
  EXPECT_EQ(xml.find('\0'), std::string::npos);
  EXPECT_NE(xml.find("&quot;quoted&quot; &#39;single&#39; has no WHERE"), std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
