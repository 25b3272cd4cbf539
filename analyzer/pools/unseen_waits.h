// Lock waits that leave no line: with deadlock_timeout at its default of 1 s a hot row costs
// hundreds of waits of which none is logged, and the waiting looks as if statements ran. The fast
// quartile tells them apart: a slow plan makes all executions of a class slower, a lock only those
// that wait.
#pragma once
#include <string>

#include "analyzer/pools.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

// The verdict is that statements ran longer, in one class that locks rows, no wait is in the log,
// and its fast quartile did not move.
bool are_waits_unseen(const WindowFacts& facts);
std::string unseen_waits_summary(const WindowFacts& facts);
UnknownSuspect unseen_waits_lack();

}  // namespace pgcounsel
