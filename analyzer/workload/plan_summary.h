// The plans of a period, from the sums to the rows that advisors and reports read.
#pragma once
#include "analyzer/workload.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

void summarise_plans(const PeriodSums& sums, Workload& workload);

}  // namespace pgcounsel
