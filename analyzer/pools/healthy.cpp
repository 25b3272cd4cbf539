#include "analyzer/pools/healthy.h"

#include <algorithm>
#include <array>

namespace pgcounsel {
namespace {

// Customary timeouts, in seconds.
constexpr std::array<int, 13> kLimits{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600};

bool is_calm(const PoolFacts& pool, Time time) {
  if (time < pool.usage.first) return false;
  const auto at = static_cast<std::size_t>((time - pool.usage.first) / kSecond);
  return at < pool.calm.size() && pool.calm[at];
}

}  // namespace

std::optional<HealthyHolds> healthy_holds(const PoolFacts& pool) {
  HealthyHolds healthy;
  for (const int seconds : kLimits) healthy.steps.push_back({seconds * kSecond});
  for (const TracedHold& hold : pool.holds) {
    if (!is_calm(pool, hold.start)) continue;
    ++healthy.transactions;
    const Micros held = hold.busy + hold.idle;
    healthy.longest_running = std::max(healthy.longest_running, hold.busy);
    healthy.longest_idle = std::max(healthy.longest_idle, hold.idle);
    healthy.longest_wait = std::max(healthy.longest_wait, hold.lock_wait);
    healthy.longest_hold = std::max(healthy.longest_hold, held);
    for (TimeoutStep& step : healthy.steps) {
      if (held <= step.limit) break;  // steps ascend, and no part is longer than the whole
      step.running += hold.busy > step.limit ? 1U : 0U;
      step.idle += hold.idle > step.limit ? 1U : 0U;
      step.waiting += hold.lock_wait > step.limit ? 1U : 0U;
      ++step.held;
    }
  }
  if (healthy.transactions == 0) return std::nullopt;
  return healthy;
}

}  // namespace pgcounsel
