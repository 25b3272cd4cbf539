// From the pids of lock lines to transactions: each wait with what held the lock, and with the root
// of the chain, the process that waits for nobody. A holder that waits itself is walked through; a
// circle ends where it began.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "analyzer/workload/lock_sums.h"
#include "analyzer/workload/long_hold.h"
#include "analyzer/workload/sums.h"

namespace pgcounsel {

using LongHolds = std::map<PoolKey, std::vector<LongHold>>;

// A process at one time, and its transaction where the log shows it. Points into LongHolds.
struct LockingProcess {
  std::uint32_t pid = 0;
  const TracedHold* hold = nullptr;
  const PoolKey* pool = nullptr;
};

struct BlockedWait {
  LockWait wait;
  Micros blocked{};
  LockingProcess waiter;
  std::vector<LockingProcess> holders, roots;  // empty: the log does not tell
};

// By begin. `holds` outlives the answer.
std::vector<BlockedWait> blocked_waits(const LockSums& sums, const LongHolds& holds);

// Of what it did while it held, without its own waits for locks: the part in which it paused.
double idle_share_of(const TracedHold& hold);

}  // namespace pgcounsel
