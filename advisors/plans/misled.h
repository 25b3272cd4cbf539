// What a wrong estimate did to the plan above it: nested loops that run far more often than was
// expected, sorts and hashes that got too little memory. The time at stake decides the level of a
// finding about the estimate; one that misled nothing is only worth knowing.
#pragma once
#include <cstddef>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/plans.h"

namespace pgcounsel {

struct Misled {
  std::vector<std::size_t> nodes;  // above the misestimated one, or itself, the lowest first
  double ms = 0;                   // that they take
};

Misled misled_by(const PlanRow& row, std::size_t wrong);

// One piece of evidence for each.
void add_misled(Finding& finding, const PlanRow& row, const Misled& misled);

// A scan of a relation without filter and condition: only the table's size is estimated.
bool reads_whole_table(const PlanNode& node);

}  // namespace pgcounsel
