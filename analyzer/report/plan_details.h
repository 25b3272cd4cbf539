// What stands under a node in the tree of a plan, in plain words; foreign text is in it.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/plans.h"

namespace pgcounsel {

struct PlanDetail {
  enum class Weight : unsigned char { kPlain, kNotable, kAlarming };
  std::string text;
  Weight weight = Weight::kPlain;
  bool is_condition = false;  // long, and better on a line of its own
};

// `10 rows estimated, 12,000 came (×1,200 more), 3 loops`
PlanDetail rows_detail(const PlanRow& row, std::size_t place);
// Conditions, what they removed, spills, heap fetches, workers, buffers: only what tells something.
std::vector<PlanDetail> details_of(const PlanRow& row, std::size_t place);

}  // namespace pgcounsel
