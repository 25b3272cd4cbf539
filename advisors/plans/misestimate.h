// Which nodes of a plan were estimated wrong by themselves: at least 10 times off while their
// children were not, so that the error began there. What stands above such a node (a loop that runs
// too often, a hash that spills) is its symptom.
#pragma once
#include <cstddef>
#include <vector>

#include "analyzer/plans.h"

namespace pgcounsel {

constexpr double kWrongEstimate = 10;  // times

// All such nodes, in the plan's order; none without ANALYZE. Not counted: nodes that do not
// estimate by themselves (Hash, WorkTable Scan), and amounts that do not matter. Nodes that were
// stopped early are no misestimate in the figures already.
std::vector<std::size_t> misestimates(const PlanRow& row);

// The one of `wrong` (all of the plan's) in the subtree of `node` that was underestimated the most,
// kNoNode where there is none. A symptom with such a cause names it and stays a level below the
// cause's finding, see blame().
std::size_t underestimate_below(const PlanRow& row, const std::vector<std::size_t>& wrong,
                                std::size_t node);

}  // namespace pgcounsel
