#include "analyzer/pools/server_usage.h"

#include <algorithm>
#include <cstddef>

#include "analyzer/pools/connections.h"

namespace pgcounsel {
namespace {

constexpr double kAllOpen = 0.95;
constexpr Micros kNear = kSecond * 5;  // from a refusal to the window that it belongs to

// Seconds in which somebody was refused, as far as minutes tell: the first and the last of each.
std::vector<FullWindow> refusals_of(const PeriodSums& sums) {
  std::vector<FullWindow> spans;
  for (const auto& [key, mark] : sums.current.details.marks) {
    if (key.event_class != "refused" || key.detail != "53300") continue;
    spans.push_back({mark.first - kNear, mark.last + kNear});
  }
  return spans;
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
  const std::vector<FullWindow> refusals = refusals_of(sums);
  const double full = static_cast<double>(usage.size) * kAllOpen / 0.9;
  for (const FullWindow& window : full_windows(usage.first, usage.kept, full)) {
    const bool is_refused =
        std::any_of(refusals.begin(), refusals.end(), [&window](const FullWindow& span) {
          return span.start < window.end && window.start < span.end;
        });
    if (is_refused) usage.windows.push_back(window);
  }
  return usage;
}

}  // namespace pgcounsel
