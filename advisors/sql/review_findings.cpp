#include "advisors/sql/review_findings.h"

#include <algorithm>
#include <utility>

namespace pgcounsel {

bool RuleChoice::has(std::string_view rule) const {
  const auto names_it = [rule](const std::string& id) { return id == rule; };
  if (std::ranges::any_of(excluded, names_it)) return false;
  return only.empty() || std::ranges::any_of(only, names_it);
}

ReviewFindings review_findings(const Review& review, const Workload& workload,
                               const RuleChoice& choice) {
  ReviewFindings result;
  const Brief brief{workload, &review};
  for (const Advisor& advisor : advisors()) {
    if (!choice.has(advisor.id)) continue;
    for (Finding& finding : advisor.review(brief)) {
      if (finding.place) result.findings.push_back(std::move(finding));
    }
  }
  rank(result.findings);
  return result;
}

}  // namespace pgcounsel
