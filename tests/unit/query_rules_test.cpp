// What the pages of the rules about queries do not reach: statements of any form, hostile ones,
// rewrites, statistics.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "advisors/advisor.h"
#include "analyzer/workload.h"
#include "tests/page/review_of_sql.h"
#include "tests/unit/sql_statements.h"

namespace pgcounsel {
namespace {

Findings findings_of(const Review& review) {
  const Workload workload;
  Findings all;
  for (const Advisor& advisor : advisors()) {
    Findings found = advisor.review(Brief{workload, &review});
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

Findings findings_of(std::string_view sql, std::string_view schema = {}) {
  return findings_of(*review_of_sql(sql, schema));
}

const Finding* of_rule(const Findings& findings, std::string_view rule) {
  const auto found = std::ranges::find(findings, rule, &Finding::rule);
  return found == findings.end() ? nullptr : &*found;
}

constexpr std::string_view kShop =
    "CREATE TABLE t (a int PRIMARY KEY, b text, c int, d timestamp);"
    "CREATE INDEX t_b ON t (b); CREATE TABLE u (a int, b text UNIQUE);";

TEST(QueryRules, TakeAnyStatement) {
  for (const std::string_view sql : kStatements) {
    for (const Finding& finding : findings_of(sql, kShop)) {
      EXPECT_TRUE(finding.place) << finding.rule << " on " << sql;
      EXPECT_FALSE(finding.remedy.text.empty()) << finding.rule << " on " << sql;
    }
  }
}

TEST(QueryRules, TakeDamagedStatements) {
  Dice dice(20261126);
  for (int round = 0; round < 20; ++round) {
    for (const std::string_view sql : kStatements) findings_of(damaged(sql, dice), kShop);
  }
  for (const std::string_view sql : {"",
                                     ";",
                                     "\0;\0",
                                     "SELECT",
                                     "SELECT 1 FROM",
                                     "SELECT '",
                                     "/*",
                                     "SELECT \xff\xfe",
                                     "SELECT",
                                     "TABLE t",
                                     "VALUES (1)",
                                     "DELETE FROM t USING t WHERE",
                                     "UPDATE t SET a = DEFAULT",
                                     "INSERT INTO t DEFAULT VALUES",
                                     "SELECT FROM t, t",
                                     "SELECT DISTINCT ON (a) FROM t",
                                     "SELECT t FROM t WHERE t = t AND NOT t",
                                     "SELECT * FROM ROWS FROM (f(1), g(2)) r",
                                     "SELECT * FROM (t CROSS JOIN u) j WHERE j.a = 1",
                                     "SELECT 1 IN (SELECT)",
                                     "SELECT 1 LIMIT NULL",
                                     "SELECT (t.b).c FROM t WHERE (t.b).c = 1",
                                     "SELECT count(*) OVER w FROM t WINDOW w AS () LIMIT 1"}) {
    findings_of(sql, kShop);
  }
}

// The sizes make quadratic time minutes.
TEST(QueryRules, ReadLargeStatements) {
  findings_of("SELECT a FROM t WHERE a IN (1" + repeated(",2", 20'000) + ",NULL)", kShop);
  findings_of("SELECT a FROM t WHERE b = '" + repeated("x", 200'000) + "'", kShop);
  findings_of("SELECT a FROM t WHERE c = 1" + repeated(" AND c = 2", 1'000), kShop);
  findings_of("SELECT a FROM t WHERE c <> 1" + repeated(" OR lower(b) = '2'", 1'000), kShop);
  findings_of("SELECT 1 FROM t t0" + repeated(", t", 500) + " WHERE t0.a = 1", kShop);
  findings_of("SELECT a FROM t WHERE " + repeated("NOT (", 500) + "a = NULL" + repeated(")", 500),
              kShop);
  findings_of("SELECT a FROM t WHERE a IN (" + repeated("SELECT a FROM t WHERE a IN (", 200) + "1" +
                  repeated(")", 201),
              kShop);
  findings_of(
      "SELECT 'a'" + repeated(" || b", 400) + " FROM t WHERE b" + repeated(" || b", 400) + " = 'x'",
      kShop);
  for (const std::string_view part :
       {" AND b = NULL", " AND b LIKE '%x'", " AND lower(b) = 'x'", " AND ($1 IS NULL OR b = $1)",
        " AND a NOT IN (SELECT c FROM t)", " AND c = 5.5"}) {
    const Findings found = findings_of("SELECT a FROM t WHERE c = 1" + repeated(part, 800), kShop);
    EXPECT_GE(found.size(), 1U) << part;
    EXPECT_LE(found.size(), 300U) << part;
  }
  findings_of("SELECT t.*" + repeated(", t.*", 1'000) + " FROM t", kShop);
  findings_of("WITH a AS (SELECT 1)" + repeated(", q AS (SELECT 1 FROM q)", 1'000) + " SELECT 1",
              kShop);
  findings_of("SELECT 1 FROM t" + repeated(" UNION ALL SELECT 1 FROM t", 500), kShop);
}

TEST(QueryRules, RewritesThatChangeTheResultSaySo) {
  const Findings null = findings_of("SELECT a FROM t\n WHERE c = NULL -- none\n AND b = 'x'");
  const Finding* finding = of_rule(null, "comparison_with_null");
  ASSERT_NE(finding, nullptr);
  ASSERT_TRUE(finding->rewrite);
  EXPECT_EQ(finding->rewrite->sql, "SELECT a FROM t\n WHERE c IS NULL -- none\n AND b = 'x'");
  EXPECT_TRUE(finding->rewrite->changes_result);
  EXPECT_FALSE(finding->caveats.empty());

  const Findings queue = findings_of("SELECT a FROM jobs ORDER BY a LIMIT 1 FOR UPDATE");
  finding = of_rule(queue, "queue_without_skip_locked");
  ASSERT_NE(finding, nullptr);
  ASSERT_TRUE(finding->rewrite);
  EXPECT_EQ(finding->rewrite->sql, "SELECT a FROM jobs ORDER BY a LIMIT 1 FOR UPDATE SKIP LOCKED");
  EXPECT_TRUE(finding->rewrite->changes_result);

  const Findings inside = findings_of("SELECT a FROM jobs ORDER BY a FOR UPDATE LIMIT 1");
  finding = of_rule(inside, "queue_without_skip_locked");
  ASSERT_NE(finding, nullptr);
  EXPECT_FALSE(finding->rewrite);
}

TEST(QueryRules, NeverRepeatValues) {
  for (const std::string_view sql :
       {"SELECT a FROM t WHERE b LIKE '%s3cret%' AND c <> ALL (SELECT 7771 FROM u)",
        "SELECT a FROM t WHERE b = 's3cret' AND b = 's3cret2' OFFSET 7771",
        "SELECT a FROM t WHERE lower(b) = 's3cret' AND b->>'s3cret' = 'x'",
        "SELECT a FROM t WHERE c IN (7771, NULL) AND d BETWEEN '2001-07-07' AND '7771-01-01'",
        "SELECT a FROM t WHERE b || c || 's3cret' = 's3cret' AND c = 7771.5",
        "INSERT INTO t VALUES (7771, 's3cret')", "UPDATE t SET a = 7771 AND b = 's3cret'"}) {
    for (const Finding& finding : findings_of(sql, kShop)) {
      std::string all = finding.key + finding.title + finding.remedy.text;
      for (const Evidence& evidence : finding.evidence) all += evidence.value;
      EXPECT_EQ(all.find("s3cret"), std::string::npos) << all;
      EXPECT_EQ(all.find("7771"), std::string::npos) << all;
    }
  }
}

// The sizes that a snapshot brings.
class QueryRulesBySize : public testing::Test {
 protected:
  Level level(std::string_view sql, std::string_view rule, double rows) {
    auto review = review_of_sql(sql, kShop);
    review->catalog->table("", "t")->rows = rows;
    const Findings findings = findings_of(*review);
    const Finding* const finding = of_rule(findings, rule);
    return finding == nullptr ? Level::kCritical : finding->level;
  }
};

TEST_F(QueryRulesBySize, SmallTablesAreLeftAloneAndLargeOnesCount) {
  EXPECT_EQ(level("SELECT a FROM t WHERE b LIKE '%x%'", "leading_wildcard", 999), Level::kCritical);
  EXPECT_EQ(level("SELECT a FROM t WHERE b LIKE '%x%'", "leading_wildcard", 9'999), Level::kLow);
  EXPECT_EQ(level("SELECT a FROM t WHERE b LIKE '%x%'", "leading_wildcard", 10'000),
            Level::kMedium);
  EXPECT_EQ(level("SELECT count(*) FROM t", "count_whole_table", 999), Level::kCritical);
  EXPECT_EQ(level("SELECT count(*) FROM t", "count_whole_table", 99'999), Level::kInfo);
  EXPECT_EQ(level("SELECT count(*) FROM t", "count_whole_table", 100'000), Level::kLow);
  EXPECT_EQ(level("SELECT a FROM t ORDER BY random() LIMIT 1", "order_by_random", 999),
            Level::kCritical);
  EXPECT_EQ(level("SELECT a FROM t ORDER BY random() LIMIT 1", "order_by_random", 1'000),
            Level::kMedium);
}

}  // namespace
}  // namespace pgcounsel
