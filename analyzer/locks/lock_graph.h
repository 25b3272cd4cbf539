// The locks of a period as the report tells them: who waited for whom, and who stood at the root.
#pragma once
#include <string>
#include <vector>

#include "analyzer/locks.h"
#include "analyzer/locks/blocked_wait.h"
#include "analyzer/workload.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

LockReport lock_graph(const PeriodSums& sums, const std::vector<TransactionRow>& transactions);

// What is said of holders that have no transaction in the log.
std::string unknown_blocker(std::uint32_t pid);
std::string unknown_blockers();

}  // namespace pgcounsel
