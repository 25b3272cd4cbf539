#include "analyzer/pools/server_usage.h"

#include <algorithm>
#include <cstddef>

#include "analyzer/pools/connections.h"

namespace pgcounsel {
namespace {

constexpr double kAllOpen = 0.95;
constexpr Micros kNear = kSecond * 5;  // from a refusal to the window that it belongs to

// The part of the window from the first to the last refusal in it and near it: sessions that are
// open for longer are kept, and nobody asked for one. Empty where nobody was refused.
FullWindow refused_within(const PeriodSums& sums, const FullWindow& window) {
  FullWindow refused{window.end, window.start};
  for (const auto& [key, mark] : sums.current.details.marks) {
    if (key.event_class != "refused" || key.detail != "53300") continue;
    if (mark.last + kNear < window.start || mark.first - kNear >= window.end) continue;
    refused.start = std::min(refused.start, floor_to(mark.first - kNear, kSecond));
    refused.end = std::max(refused.end, floor_to(mark.last + kNear, kSecond));
  }
  return {std::max(refused.start, window.start), std::min(refused.end, window.end)};
}

void add_transactions(const PeriodSums& sums, PoolUsage& usage) {
  for (const auto& [key, stats] : sums.current.pools) {
    for (const auto& [second, totals] : stats.seconds) {
      const Micros::rep at = (second - usage.first) / kSecond;
      if (at < 0 || at >= static_cast<Micros::rep>(usage.kept.size())) continue;
      const auto index = static_cast<std::size_t>(at);
      usage.in_transaction[index] += seconds_of(totals.busy + totals.idle);
      usage.arrivals[index] += static_cast<std::uint32_t>(totals.arrivals);
      usage.idle += seconds_of(totals.idle);
      usage.transactions += totals.arrivals;
    }
  }
}

// Sessions that are open in each second.
void add_sessions_open(const PeriodSums& sums, PoolUsage& usage) {
  double open = static_cast<double>(sums.open_before_current);
  auto change = sums.current.sessions.begin();
  for (std::size_t i = 0; i < usage.kept.size(); ++i) {
    for (; change != sums.current.sessions.end() && change->first <= usage.second(i); ++change) {
      open += static_cast<double>(change->second.opened - change->second.closed);
    }
    usage.kept[i] = std::max(open, 0.0);
  }
}

}  // namespace

std::optional<PoolUsage> server_usage(const PeriodSums& sums) {
  constexpr std::size_t kLongestPeriod = std::size_t{40} * 24 * 3600;  // seconds
  const auto limit = connection_limit_of(sums);
  if (!limit || limit->limit == 0 || sums.current.hours.empty()) return std::nullopt;
  PoolUsage usage;
  usage.mode = PoolMode::kServer;
  usage.first = floor_to(sums.current.hours.begin()->second.first, kSecond);
  const Time last = sums.current.hours.rbegin()->second.last;
  if (last < usage.first) return std::nullopt;
  const auto length = static_cast<std::size_t>((last - usage.first) / kSecond) + 1;
  usage.kept.resize(std::min(length, kLongestPeriod));
  usage.in_transaction.resize(usage.kept.size());
  usage.arrivals.resize(usage.kept.size());
  add_transactions(sums, usage);
  add_sessions_open(sums, usage);
  usage.peak_sessions = usage.size = static_cast<std::int64_t>(limit->limit);
  usage.size_source = "the sessions that were open when the server refused more";
  usage.is_size_certain = true;
  const double full = static_cast<double>(usage.size) * kAllOpen / 0.9;
  for (const FullWindow& window : full_windows(usage.first, usage.kept, full)) {
    const FullWindow refused = refused_within(sums, window);
    if (refused.start < refused.end) usage.windows.push_back(refused);
  }
  return usage;
}

}  // namespace pgcounsel
