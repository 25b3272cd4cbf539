// The annotated tree of a plan as lines of text: what each node took, how many rows it gave against
// how many were estimated, its conditions, and what tells most about it (spills, removed rows, heap
// fetches). The markdown report has the same lines without colours.
#pragma once
#include <cstddef>
#include <string>

#include "analyzer/plans.h"
#include "analyzer/report/terminal.h"

namespace pgcounsel {

constexpr std::size_t kNarrowestPlan = 60;  // columns, where less are asked for, too

// At most `width` columns. A node deeper than there is room for is told by its depth: `[37]`.
std::string plan_tree(const PlanRow& row, const Pen& pen, std::size_t width);

}  // namespace pgcounsel
