// Whether a full pool's holders had got other plans, by what auto_explain logged of them.
#pragma once
#include "analyzer/pools/suspects.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

// Open where a holder's statement had another plan that is first seen shortly before the window or
// in it; cleared where the statements that grew had the same plans before and in the window; else
// what the log lacks. `since`: how far back is shortly before.
OtherSuspect plan_suspect(const WindowFacts& facts, Time since);

}  // namespace pgcounsel
