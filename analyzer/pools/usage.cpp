#include "analyzer/pools/usage.h"

#include <algorithm>
#include <cstddef>

namespace pgcounsel {
namespace {

// A server connection of a pooler serves many transactions; a session of its own few.
constexpr std::uint64_t kPooledTransactions = 10;
// A pooler that could open another connection does so as soon as all are in use. If all are in use
// for as many seconds and it does not, it must not: clients wait.
constexpr std::size_t kSecondsInUse = 5;
constexpr double kAllInUse = 0.95;
constexpr std::int64_t kLongestPeriod = 40 * 24 * 3600;  // seconds

double connections(Micros in_a_second) {
  return static_cast<double>(in_a_second.count()) / static_cast<double>(kSecond.count());
}

struct Counts {
  SecondSeries seconds;
  SessionSeries sessions;
  std::uint64_t discards = 0;
};

// At the end of a second: which of a second's sessions ended before others began is not kept.
std::int64_t peak_of(const SessionSeries& sessions, std::int64_t open) {
  std::int64_t peak = open;
  for (const auto& [second, changes] : sessions) {
    open += changes.opened - changes.closed;
    peak = std::max(peak, open);
  }
  return peak;
}

PoolMode mode_of(const Counts& counts, const PoolUsage& usage, std::int64_t open_before) {
  if (counts.discards > 1) return PoolMode::kSession;
  std::int64_t sessions = open_before;
  for (const auto& [second, changes] : counts.sessions) sessions += changes.opened;
  const auto many =
      static_cast<std::uint64_t>(std::max<std::int64_t>(sessions, 0)) * kPooledTransactions;
  const bool is_pooled = sessions > 1 && usage.transactions >= many;
  return is_pooled ? PoolMode::kTransaction : PoolMode::kNone;
}

bool was_all_in_use(const std::vector<double>& used, double size) {
  std::size_t run = 0;
  for (const double connections_used : used) {
    run = connections_used >= kAllInUse * size ? run + 1 : 0;
    if (run >= kSecondsInUse) return true;
  }
  return false;
}

PoolUsage usage_of(const Counts& counts, std::int64_t open_before) {
  PoolUsage usage;
  usage.peak_sessions = peak_of(counts.sessions, open_before);
  if (counts.seconds.empty()) return usage;
  usage.first = counts.seconds.begin()->first;
  const std::int64_t length = (counts.seconds.rbegin()->first - usage.first) / kSecond + 1;
  const auto size = static_cast<std::size_t>(std::min(length, kLongestPeriod));
  usage.in_transaction.resize(size);
  usage.kept.resize(size);
  for (const auto& [second, totals] : counts.seconds) {
    const auto at = static_cast<std::size_t>((second - usage.first) / kSecond);
    if (at >= size) break;
    usage.in_transaction[at] = connections(totals.busy + totals.idle);
    usage.kept[at] = connections(totals.checked_out);
    usage.idle += connections(totals.idle);
    usage.transactions += totals.arrivals;
  }
  usage.mode = mode_of(counts, usage, open_before);
  usage.has_waited = usage.mode != PoolMode::kNone && usage.peak_sessions > 0 &&
                     was_all_in_use(usage.used(), static_cast<double>(usage.peak_sessions));
  return usage;
}

}  // namespace

std::string_view name_of(PoolMode mode) {
  switch (mode) {
    case PoolMode::kTransaction:
      return "transaction";
    case PoolMode::kSession:
      return "session";
    case PoolMode::kNone:
      break;
  }
  return "none";
}

std::vector<FullWindow> PoolUsage::windows() const {
  if (!has_waited) return {};
  return full_windows(first, used(), static_cast<double>(peak_sessions));
}

std::map<PoolName, PoolUsage> pool_usage(const Sums& sums,
                                         const std::map<PoolName, std::int64_t>& open_before) {
  std::map<PoolName, Counts> counts;
  for (const auto& [key, stats] : sums.pools) {
    Counts& pool = counts[{key.database, key.user}];
    pool.discards += stats.discards;
    for (const auto& [second, totals] : stats.seconds) pool.seconds[second].merge(totals);
    for (const auto& [second, changes] : stats.sessions) {
      pool.sessions[second].opened += changes.opened;
      pool.sessions[second].closed += changes.closed;
    }
  }
  std::map<PoolName, PoolUsage> usage;
  for (const auto& [name, pool] : counts) {
    const auto open = open_before.find(name);
    usage.emplace(name, usage_of(pool, open == open_before.end() ? 0 : open->second));
  }
  return usage;
}

}  // namespace pgcounsel
