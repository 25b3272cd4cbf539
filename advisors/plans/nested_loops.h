// What the rules about nested loops share: which loops compare all pairs, and whether the outer
// side's estimate misled the planner into looping.
#pragma once
#include <cstddef>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/plans.h"

namespace pgcounsel {

// The condition is a Join Filter that removes more than a million pairs, and the inner side has no
// index condition. Without ANALYZE: as many pairs are estimated.
bool compares_all_pairs(const PlanRow& row, std::size_t join);

// Names the misestimated node of the outer side as the cause where the loop runs at least ten times
// more often than was estimated. `wrong`: all misestimates() of the plan.
void blame_outer(Finding& finding, const PlanRow& row, const std::vector<std::size_t>& wrong,
                 std::size_t outer);

}  // namespace pgcounsel
