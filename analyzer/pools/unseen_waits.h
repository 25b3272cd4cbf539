// Lock waits that leave no line: with deadlock_timeout at its default of 1 s a hot row costs
// hundreds of waits of which none is logged, and the waiting looks as if statements ran. Three
// signs tell them apart, where statements that lock rows ran longer:
//   - the fast quartile did not move: a slow plan makes all executions of a class slower, a lock
//     only those that wait;
//   - all ended at once: they waited for one transaction;
//   - the pauses of the class, all together, are those of one connection: its transactions go one
//     after the other.
#pragma once
#include <cstdint>
#include <string>

#include "analyzer/pools.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

enum class UnseenWaits : std::uint8_t { kNone, kFastQuartile, kEndedAtOnce, kOneByOne };
// kNone also where the verdict is another one than slow statements, or waits are in the log.
UnseenWaits unseen_waits_of(const WindowFacts& facts);
std::string unseen_waits_summary(const WindowFacts& facts, UnseenWaits sign);
UnknownSuspect unseen_waits_lack();

}  // namespace pgcounsel
