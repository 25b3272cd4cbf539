// How long transactions take while a pool is not full: what timeouts can be set from.
#pragma once
#include <optional>

#include "analyzer/pools.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

// Of the transactions that began in calm seconds of the hours around the windows; nothing where
// there are none.
std::optional<HealthyHolds> healthy_holds(const PoolFacts& pool);

}  // namespace pgcounsel
