// The locks of one window in which a pool was full: whom its statements waited for, and whether
// that was somebody's forgotten transaction. Where the roots of the waits pause longer than their
// class does in calm times, and that is two thirds of what they do while they block, the waits are
// not the cause: they count as idle in transaction. So they do where two thirds wait for one
// transaction, of 5 s and more, that calm times do not know and that pauses.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analyzer/locks/blocked_wait.h"
#include "analyzer/pools.h"
#include "analyzer/pools/decomposition.h"
#include "analyzer/pools/usage.h"
#include "analyzer/workload/sums.h"

namespace pgcounsel {

struct WindowLocks {
  std::uint64_t waits = 0;
  double waited_s = 0;
  // Of the time of the roots, what they paused beyond calm times. Where calm times do not know the
  // roots of most waits: what the only root paused, absent where there are several.
  std::optional<double> late;
  std::vector<WindowBlocker> blockers;  // most first
};

// Waits of the pool's transactions. `parts` tells what its classes do in calm times.
WindowLocks window_locks(const std::vector<BlockedWait>& waits, const PoolName& pool,
                         const FullWindow& window, const Decomposition& parts, const Sums& sums);

bool is_forgotten(const WindowLocks& locks);

// Where lock waits brought most of what grew and their roots are forgotten: makes the waits a part
// of idle in transaction, in all classes. Answers whether it did.
bool count_as_idle(const WindowLocks& locks, Decomposition& parts);

// Puts the blockers into the window, whose cause is told, and a sentence into its evidence.
void tell_locks(WindowLocks locks, bool counted_as_idle, PoolWindow& window);

}  // namespace pgcounsel
