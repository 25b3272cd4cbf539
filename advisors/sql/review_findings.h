// What the rules say about a review, without what its comments ask to ignore. Of two rules that speak
// of one expression one stays.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "advisors/advisor.h"

namespace pgcounsel {

struct RuleChoice {
  std::vector<std::string> only;  // empty: all
  std::vector<std::string> excluded;

  bool has(std::string_view rule) const;
};

struct ReviewFindings {
  Findings findings;  // all have a place; in the order of rank()
  std::size_t ignored = 0;
};

// `workload`: of the ledger that the review is held against, or an empty one.
// The review's ignores are marked as used or not.
ReviewFindings review_findings(Review& review, const Workload& workload, const RuleChoice& choice);

}  // namespace pgcounsel
