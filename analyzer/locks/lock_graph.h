// The locks of a period as the report tells them: who waited for whom, and who stood at the root.
#pragma once
#include "analyzer/locks.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

LockReport lock_graph(const PeriodSums& sums);

}  // namespace pgcounsel
