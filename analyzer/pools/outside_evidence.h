// What others than the server's log saw while a pool was full: SHOW POOLS, pg_stat_activity, the
// pooler's stats lines; and how much of the load the log shows at all. Each is one sentence.
#pragma once
#include "analyzer/pools.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

// Adds to `evidence` and `not_known`; nothing where nobody else looked.
void tell_outside_evidence(const WindowFacts& facts, PoolWindow& told);

}  // namespace pgcounsel
