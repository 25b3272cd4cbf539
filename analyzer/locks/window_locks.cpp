#include "analyzer/locks/window_locks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "analyzer/locks/blocker.h"
#include "analyzer/pools/server_usage.h"
#include "analyzer/pools/verdict.h"
#include "analyzer/workload/cut_text.h"

namespace pgcounsel {
namespace {

constexpr double kLate = 2.0 / 3;
constexpr double kMostWaits = 0.5;  // of the blocked time, roots that calm times know
constexpr std::size_t kMostBlockers = 8;

// What roots did while they blocked, once for each wait.
struct RootTimes {
  double late = 0, active = 0;  // seconds
  void add(const RootTimes& other) {
    late += other.late;
    active += other.active;
  }
  std::optional<double> share() const {
    if (active <= 0) return std::nullopt;
    return std::max(late / active, 0.0);
  }
};

struct BlockerSums {
  std::uint64_t waits = 0;
  std::set<std::uint32_t> pids;
  std::string user;                         // where it is not the pool's own
  double blocked = 0, idle = 0, known = 0;  // seconds; known: with a baseline
  RootTimes times;
};

const ClassChange* calm_class(const Decomposition& parts, const LockingProcess& root,
                              const PoolName& pool) {
  const bool is_its =
      root.hold != nullptr && root.pool->database == pool.first && root.pool->user == pool.second;
  if (!is_its) return nullptr;
  for (const ClassChange& change : parts.classes) {
    if (change.class_id == root.hold->class_id) return change.has_calm ? &change : nullptr;
  }
  return nullptr;
}

// Waits too short for a line stand in `busy`: of a hold that waited no more of it than in calm
// times counts as running.
RootTimes times_of(const TracedHold& hold, const ClassChange& calm) {
  const double idle = seconds_of(hold.idle);
  double running = seconds_of(std::max(hold.busy - hold.lock_wait, Micros{0}));
  if (hold.lock_wait > Micros{0}) running = std::min(running, calm.calm_hold.busy);
  return {idle - calm.calm_hold.idle, idle + running};
}

double overlap_of(const BlockedWait& entry, const FullWindow& window) {
  const Time begin = std::max(entry.wait.begin, window.start);
  const Time end = std::min(entry.wait.begin + entry.blocked, window.end);
  return begin < end ? seconds_of(end - begin) : 0;
}

bool is_of(const BlockedWait& entry, const PoolName& pool) {
  if (pool == kWholeServer) return true;
  const PoolKey* its = entry.waiter.pool;
  return its != nullptr && its->database == pool.first && its->user == pool.second;
}

// Of somebody whom calm times do not know (a person at psql): all wait for one transaction, and it
// does nothing. On a hot row each waits for another.
std::optional<double> idle_of_the_only_root(const std::map<const TracedHold*, double>& blocked,
                                            double waited) {
  constexpr Micros kForgotten = kSecond * 5;
  for (const auto& [hold, seconds] : blocked) {
    const bool is_long = hold->busy + hold->idle >= kForgotten;
    if (is_long && seconds > kLate * waited) return idle_share_of(*hold);
  }
  return std::nullopt;
}

WindowBlocker row_of(const Blocker& blocker, const BlockerSums& blocked, const Sums& sums) {
  WindowBlocker row;
  row.transaction = id_of(blocker);
  row.label = label_of(blocker, blocked.pids, sums);
  row.user = blocked.user;
  row.waits = blocked.waits;
  row.blocked_s = blocked.blocked;
  row.idle_share = blocked.blocked > 0 ? blocked.idle / blocked.blocked : 0;
  row.late = blocked.times.share();
  return row;
}

std::string brief(const std::string& label) {
  constexpr std::size_t kLongest = 120;
  return cut_text(label, kLongest);
}

// A name of its own is no code.
std::string called(const WindowBlocker& blocker) {
  if (blocker.transaction.empty()) return blocker.label;
  const std::string& label = blocker.label.empty() ? blocker.transaction : blocker.label;
  const std::string whose =
      blocker.user.empty() ? std::string() : fmt::format(" of the user `{}`", brief(blocker.user));
  return fmt::format("`{}`{}", brief(label), whose);
}

std::string sentence_of(const PoolWindow& window) {
  const WindowBlocker& first = window.blockers.front();
  std::string text =
      fmt::format("{} lock waits, {:.0f} s; {:.0f} % of that time was behind {}", window.lock_waits,
                  window.lock_wait_s, 100 * first.blocked_s / window.lock_wait_s, called(first));
  if (!first.transaction.empty()) {
    text += fmt::format(", which was idle in transaction for {:.0f} % of its own time",
                        100 * first.idle_share);
  }
  if (window.waits_for_forgotten) {
    if (first.late) text += ", longer than it is in calm times";
    text += ": the victims wait for somebody's forgotten transaction";
  }
  return text;
}

}  // namespace

WindowLocks window_locks(const std::vector<BlockedWait>& waits, const PoolName& pool,
                         const FullWindow& window, const Decomposition& parts, const Sums& sums) {
  WindowLocks locks;
  std::map<Blocker, BlockerSums> blockers;
  RootTimes all;
  double known = 0;
  std::map<const TracedHold*, double> by_hold;
  for (const BlockedWait& entry : waits) {
    const double seconds = overlap_of(entry, window);
    if (seconds <= 0 || !is_of(entry, pool)) continue;
    ++locks.waits;
    locks.waited_s += seconds;
    const std::size_t count = std::max<std::size_t>(entry.roots.size(), 1);
    for (std::size_t i = 0; i < count; ++i) {
      const LockingProcess root = entry.roots.empty() ? LockingProcess{} : entry.roots[i];
      const double part = seconds / static_cast<double>(count);
      BlockerSums& blocker = blockers[blocker_of(root)];
      ++blocker.waits;
      blocker.pids.insert(root.pid);
      blocker.blocked += part;
      if (root.hold != nullptr) {
        if (root.pool->user != pool.second) blocker.user = root.pool->user;
        blocker.idle += part * idle_share_of(*root.hold);
        by_hold[root.hold] += part;
      }
      if (const ClassChange* calm = calm_class(parts, root, pool)) {
        const RootTimes times = times_of(*root.hold, *calm);
        blocker.times.add(times);
        all.add(times);
        known += part;
      }
    }
  }
  locks.late = known > kMostWaits * locks.waited_s ? all.share()
                                                   : idle_of_the_only_root(by_hold, locks.waited_s);
  for (const auto& [blocker, blocked] : blockers) {
    locks.blockers.push_back(row_of(blocker, blocked, sums));
  }
  std::stable_sort(locks.blockers.begin(), locks.blockers.end(),
                   [](const auto& a, const auto& b) { return a.blocked_s > b.blocked_s; });
  if (locks.blockers.size() > kMostBlockers) locks.blockers.resize(kMostBlockers);
  return locks;
}

bool is_forgotten(const WindowLocks& locks) {
  return locks.late.value_or(0) > kLate;
}

bool count_as_idle(const WindowLocks& locks, Decomposition& parts) {
  if (!is_forgotten(locks)) return false;
  if (verdict_of(parts).suspects.front().cause != Cause::kLockWait) return false;
  const auto move = [](HoldParts& longer) { longer.idle += std::exchange(longer.lock_wait, 0); };
  move(parts.extra.longer);
  for (ClassChange& change : parts.classes) move(change.extra.longer);
  return true;
}

void tell_locks(WindowLocks locks, bool counted_as_idle, PoolWindow& window) {
  window.lock_waits = locks.waits;
  window.lock_wait_s = locks.waited_s;
  window.waits_for_forgotten = counted_as_idle;
  window.blockers = std::move(locks.blockers);
  const bool is_told = counted_as_idle || window.cause == name_of(Cause::kLockWait) ||
                       window.cause == name_of(Cause::kMixed);
  if (is_told && !window.blockers.empty()) window.evidence.push_back(sentence_of(window));
}

}  // namespace pgcounsel
