// The server's own limit on connections, and clients that connect all at once: what goes beyond a
// single pool.
#pragma once
#include <optional>

#include "analyzer/pools.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

// Nothing where the server refused no connection for lack of a free one.
std::optional<ConnectionLimit> connection_limit_of(const PeriodSums& sums);
// Nothing where no minute had far more new sessions than usual: 20 and more, and five times the
// median of the minutes with sessions.
std::optional<ConnectionBurst> connection_burst_of(const PeriodSums& sums);

}  // namespace pgcounsel
