// Nodes that may return fewer rows than they could because whoever reads them stops: a LIMIT, a
// semi join that has its match, a merge join whose other side has ended. That they return fewer
// rows than were estimated says nothing about the estimate.
#pragma once
#include <vector>

#include "analyzer/plans/apart.h"
#include "parser/plan/plan.h"

namespace pgcounsel {

// By the place in Plan::nodes.
std::vector<bool> stopped_early(const Plan& plan, const PlanReferences& references,
                                const std::vector<ApartSubtree>& apart);

}  // namespace pgcounsel
