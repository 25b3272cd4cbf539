#include "analyzer/locks/blocked_wait.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace pgcounsel {
namespace {

// The times of a log may be whole seconds.
constexpr Micros kClockStep = kSecond;
constexpr std::size_t kLongestChain = 256;  // processes that are walked through for one wait

Time end_of(const TracedHold& hold) {
  return hold.start + hold.busy + hold.idle;
}

class Processes {
 public:
  Processes(const std::vector<LockWait>& waits, const LongHolds& holds) {
    for (const auto& [pool, of_pool] : holds) {
      for (const LongHold& entry : of_pool) holds_[entry.pid].push_back({&entry.hold, &pool});
    }
    for (auto& [pid, of_pid] : holds_) {
      std::sort(of_pid.begin(), of_pid.end(),
                [](const Held& a, const Held& b) { return *a.hold < *b.hold; });
    }
    for (const LockWait& wait : waits) waits_[wait.pid].push_back(&wait);
  }

  LockingProcess at(std::uint32_t pid, Time time) const {
    LockingProcess process{pid};
    const auto of_pid = holds_.find(pid);
    if (of_pid == holds_.end()) return process;
    const std::vector<Held>& list = of_pid->second;
    auto next = std::upper_bound(list.begin(), list.end(), time,
                                 [](Time t, const Held& held) { return t < held.hold->start; });
    if (next != list.begin() && time - end_of(*std::prev(next)->hold) <= kClockStep) {
      --next;
    } else if (next == list.end() || next->hold->start - time > kClockStep) {
      return process;
    }
    process.hold = next->hold;
    process.pool = next->pool;
    return process;
  }

  // The wait that the process is in.
  const LockWait* wait_at(std::uint32_t pid, Time time) const {
    const auto of_pid = waits_.find(pid);
    if (of_pid == waits_.end()) return nullptr;
    const auto next =
        std::upper_bound(of_pid->second.begin(), of_pid->second.end(), time,
                         [](Time t, const LockWait* wait) { return t < wait->begin; });
    if (next == of_pid->second.begin()) return nullptr;
    const LockWait* wait = *std::prev(next);
    return wait->end >= time ? wait : nullptr;
  }

 private:
  struct Held {
    const TracedHold* hold;
    const PoolKey* pool;
  };
  std::map<std::uint32_t, std::vector<Held>> holds_;             // by start
  std::map<std::uint32_t, std::vector<const LockWait*>> waits_;  // by begin
};

std::vector<LockingProcess> roots_of(const LockWait& wait, const Processes& processes) {
  struct Step {
    std::uint32_t pid;
    Time time;
  };
  std::vector<LockingProcess> roots;
  std::set<std::uint32_t> seen{wait.pid};
  std::vector<Step> open;
  const auto walk_to = [&](const LockWait& from) {
    for (const std::uint32_t holder : from.holders) {
      if (seen.size() < kLongestChain && seen.insert(holder).second) {
        open.push_back({holder, from.told});
      }
    }
  };
  walk_to(wait);
  while (!open.empty()) {
    const Step step = open.back();
    open.pop_back();
    const LockWait* own = processes.wait_at(step.pid, step.time);
    if (own != nullptr && !own->holders.empty()) {
      walk_to(*own);
    } else {
      roots.push_back(processes.at(step.pid, step.time));
    }
  }
  return roots;
}

// A wait that an error ended is over at the latest with its transaction.
Micros blocked_of(const LockWait& wait, const TracedHold* waiter) {
  if (waiter == nullptr || wait.acquired) return wait.waited;
  const Micros left = std::max(end_of(*waiter), wait.told) - wait.begin;
  return std::clamp(left, Micros{0}, wait.waited);
}

}  // namespace

std::vector<BlockedWait> blocked_waits(const LockSums& sums, const LongHolds& holds) {
  std::vector<LockWait> waits = waits_of(sums);
  const Processes processes(waits, holds);
  std::vector<BlockedWait> blocked;
  blocked.reserve(waits.size());
  for (const LockWait& wait : waits) {
    BlockedWait entry;
    entry.waiter = processes.at(wait.pid, wait.holders.empty() ? wait.begin : wait.told);
    entry.blocked = blocked_of(wait, entry.waiter.hold);
    for (const std::uint32_t holder : wait.holders) {
      entry.holders.push_back(processes.at(holder, wait.told));
    }
    entry.roots = roots_of(wait, processes);
    if (entry.roots.empty()) entry.roots = entry.holders;  // a circle
    entry.wait = wait;
    blocked.push_back(std::move(entry));
  }
  return blocked;
}

double idle_share_of(const TracedHold& hold) {
  const Micros running = std::max(hold.busy - hold.lock_wait, Micros{0});
  const Micros active = running + hold.idle;
  if (active <= Micros{0}) return 0;
  return static_cast<double>(hold.idle.count()) / static_cast<double>(active.count());
}

}  // namespace pgcounsel
