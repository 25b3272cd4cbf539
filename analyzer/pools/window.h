// Why a pool was full in one window: the cause by Little's law, how sure that is, what was ruled
// out, who held the connections, and the timeline.
#pragma once
#include "analyzer/pools.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

// What a window is compared with: hours before and behind it.
Period period_around(const FullWindow& window);

PoolWindow explain_window(const PoolFacts& pool, const FullWindow& window);

}  // namespace pgcounsel
