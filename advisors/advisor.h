// An advisor: a pure function from what is known (Brief) to findings. It never reads files, prints,
// or depends on another advisor, so their order does not matter.
#pragma once
#include <string_view>
#include <vector>

#include "analyzer/finding.h"

namespace pgcounsel {

struct Workload;
struct Review;

struct Brief {
  const Workload& workload;  // of the period, or of the ledger that new queries are held against
  const Review* review = nullptr;  // of `check`: the statements that are checked
};

struct Advisor {
  std::string_view id;
  Findings (*review)(const Brief&);
  std::string_view page;  // advisors/rules/<id>.md
};

// All rules, by id. Generated from the list in advisors/rules/CMakeLists.txt.
const std::vector<Advisor>& advisors();

}  // namespace pgcounsel
