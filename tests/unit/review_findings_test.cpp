#include "advisors/sql/review_findings.h"

#include <gtest/gtest.h>

#include <string>

#include "analyzer/workload.h"
#include "tests/page/review_of_sql.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kSchema =
    "CREATE TABLE visits (id bigint PRIMARY KEY, arrived timestamp, left_at timestamptz);"
    "CREATE INDEX visits_arrived ON visits (arrived);"
    "CREATE INDEX visits_left ON visits (left_at);";

// The rules that speak, in the order of rank().
std::string rules_about(std::string_view sql, const RuleChoice& choice = {}) {
  const auto review = review_of_sql(sql, kSchema);
  std::string rules;
  for (const Finding& finding : review_findings(*review, Workload{}, choice).findings) {
    rules += finding.rule + " ";
  }
  return rules;
}

TEST(ReviewFindings, TheRuleWithANewStatementSpeaksForTheOneWithTheIndex) {
  EXPECT_EQ(rules_about("SELECT id FROM visits WHERE arrived::date = '2026-03-01'"),
            "date_of_column ");
}

TEST(ReviewFindings, TheRuleWithTheIndexSpeaksWhereTheOtherHasNoStatement) {
  EXPECT_EQ(rules_about("SELECT id FROM visits WHERE left_at::date = '2026-03-01'"),
            "function_on_indexed_column ");
}

TEST(ReviewFindings, OneThatIsLeftOutSpeaksForNone) {
  EXPECT_EQ(rules_about("SELECT id FROM visits WHERE arrived::date = '2026-03-01'",
                        {{}, {"date_of_column"}}),
            "function_on_indexed_column ");
}

}  // namespace
}  // namespace pgcounsel
