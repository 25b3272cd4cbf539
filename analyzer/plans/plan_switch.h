// Whether a query got another plan, and when: the time of the first logged execution of a plan that
// was never seen before and that the query then kept to. A query that goes to and fro between its
// plans, as their parameters have it, changes nothing.
#pragma once
#include <vector>

#include "analyzer/plans.h"
#include "analyzer/workload/plan_sums.h"

namespace pgcounsel {

// The switches of a period, by time; the plans themselves are not filled in.
std::vector<PlanSwitch> plan_switches(const PlanSums& current, const PlanHistory& before);

}  // namespace pgcounsel
