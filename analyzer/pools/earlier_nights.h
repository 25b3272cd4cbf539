// Calm times from the ledger, for a window whose log has no calm part of its own: the same pool in
// the period before. Averages of whole hours instead of seconds near by.
#pragma once
#include <optional>

#include "analyzer/pools/decomposition.h"
#include "analyzer/pools/usage.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

// By transactions, or by checkouts.
std::optional<CalmTimes> calm_of_earlier(const PeriodSums& sums, const PoolName& name,
                                         HoldKind kind);

}  // namespace pgcounsel
