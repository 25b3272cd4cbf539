// The pools of a period as the report tells them: for each window in which a pool was full its
// cause, what is ruled out, and who held the connections.
#pragma once
#include <map>
#include <vector>

#include "analyzer/pools.h"
#include "analyzer/workload.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

// The hours of which `explain_pools` needs the traces: those of full windows and as many before and
// behind them.
std::vector<Period> periods_to_explain(const PeriodSums& sums);
// `transactions` are those of the period: holders are called by their labels.
std::vector<PoolRow> explain_pools(const PeriodSums& sums,
                                   const std::vector<TransactionRow>& transactions);

}  // namespace pgcounsel
