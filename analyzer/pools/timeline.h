// What happened at and around a full window, in order: the rows of its timeline. Times are those
// of the log; places are those of the first line of each kind.
#pragma once
#include <vector>

#include "analyzer/pools.h"
#include "analyzer/pools/suspects.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

std::vector<WindowEvent> timeline_of(const WindowFacts& facts,
                                     const std::vector<OtherSuspect>& others);

}  // namespace pgcounsel
