// What rules about SQL tell their reader to write, for every case of their pages: it is SQL, and
// the rule itself has nothing to say against it.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "advisors/advisor.h"
#include "analyzer/review.h"
#include "analyzer/workload.h"
#include "tests/page/page.h"
#include "tests/page/review_of_sql.h"

namespace pgcounsel {
namespace {

struct Advice {
  const Advisor* advisor = nullptr;
  std::string schema, remedy;
};

// Remedies with gaps that only the reader can fill are left out.
bool is_whole(std::string_view remedy) {
  return remedy.find("...") == std::string_view::npos && remedy.find('<') == std::string_view::npos;
}

std::vector<Advice> all_advice() {
  std::vector<Advice> all;
  const Workload workload;
  for (const Advisor& advisor : advisors()) {
    const auto page = parse_page(advisor.page);
    if (!page) continue;
    for (const PageCase& page_case : page->cases) {
      if (page_case.sql.empty()) continue;
      const auto review = review_of_sql(page_case.sql, page_case.schema);
      for (const Finding& finding : advisor.review(Brief{workload, review.get()})) {
        if (finding.remedy.kind != "sql" || !is_whole(finding.remedy.text)) continue;
        all.push_back({&advisor, page_case.schema, finding.remedy.text});
      }
    }
  }
  return all;
}

TEST(SqlRemedy, IsSqlAndDoesNotFireAgain) {
  const Workload workload;
  const std::vector<Advice> all = all_advice();
  ASSERT_GT(all.size(), 20U);
  for (const Advice& advice : all) {
    const auto review = review_of_sql(advice.remedy, advice.schema);
    EXPECT_FALSE(review->statements.empty()) << advice.remedy;
    for (const ReviewStatement& statement : review->statements) {
      EXPECT_TRUE(statement.tree.has_value()) << advice.advisor->id << ": " << advice.remedy;
    }
    const Findings again = advice.advisor->review(Brief{workload, review.get()});
    EXPECT_TRUE(again.empty()) << advice.advisor->id << ": " << advice.remedy;
  }
}

}  // namespace
}  // namespace pgcounsel
