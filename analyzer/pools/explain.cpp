#include "analyzer/pools/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "analyzer/locks/window_locks.h"
#include "analyzer/pools/calm.h"
#include "analyzer/pools/healthy.h"
#include "analyzer/pools/usage.h"
#include "analyzer/pools/verdict.h"
#include "analyzer/pools/window.h"
#include "analyzer/workload/database_load.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostExplained = 100;  // windows of a pool, the longest

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// Absent where no pooler's log covers the window.
std::optional<std::uint64_t> refused_in(const PeriodSums& sums, const PoolName& name,
                                        const FullWindow& window) {
  if (!sums.current.pooler.hours.contains(floor_to(window.start, kHour))) return std::nullopt;
  return pooler_refusals_between(sums, name, window.start, window.end).count;
}

// Known by minute, from the first to the last of each: of a minute that the window shares with
// others it has its part.
std::optional<std::uint64_t> refused_by_server(const EventMarks& marks, const FullWindow& window) {
  double count = 0;
  for (const auto& [key, mark] : marks) {
    if (key.event_class != "refused" || key.detail != "53300") continue;
    if (mark.last < window.start || mark.first >= window.end) continue;
    const Micros inside = std::min(mark.last, window.end) - std::max(mark.first, window.start);
    const Micros all = mark.last - mark.first;
    const double part = all > Micros{0} ? seconds_of(inside) / seconds_of(all) : 1;
    count += std::round(part * static_cast<double>(mark.count));
  }
  return static_cast<std::uint64_t>(count);
}

// With a threshold the short statements, BEGIN and COMMIT among them, are not in the log: what is
// left of the holds tells no cause.
bool hides_short_statements(const PeriodSums& sums) {
  constexpr Micros kShort{1'000};
  constexpr std::uint64_t kEnough = 100;
  std::uint64_t calls = 0;
  for (const auto& [key, stats] : sums.current.queries) {
    calls += stats.calls;
    if (stats.calls > 0 && stats.min < kShort) return false;
  }
  return calls >= kEnough;
}

void refuse_a_cause(PoolWindow& window) {
  window.cause = name_of(Cause::kMixed);
  window.confidence = "low";
  window.summary += "; but the log holds no short statements, so no cause can be told from it";
  window.not_known.push_back({"cause", "log_min_duration_statement = 0"});
  for (ClearedSuspect& entry : window.ruled_out) {
    window.not_known.push_back({std::move(entry.suspect), "log_min_duration_statement = 0"});
  }
  window.ruled_out.clear();
}

// Of very many windows only the longest are looked into.
PoolWindow unexplained(const FullWindow& window) {
  PoolWindow told;
  told.start = window.start;
  told.end = window.end;
  told.cause = name_of(Cause::kMixed);
  told.confidence = "low";
  told.summary =
      fmt::format("The pool was full more than {} times: only the longest windows are explained",
                  kMostExplained);
  return told;
}

Micros shortest_explained(std::vector<FullWindow> windows) {
  if (windows.size() <= kMostExplained) return Micros{0};
  const auto last = windows.begin() + kMostExplained - 1;
  std::nth_element(windows.begin(), last, windows.end(),
                   [](const auto& a, const auto& b) { return a.length() > b.length(); });
  return last->length();
}

std::vector<TracedCheckout> checkouts_of(const PeriodSums& sums, const PoolName& name) {
  std::map<Time, std::vector<TracedCheckout>> by_hour;
  for (const auto& [key, checkouts] : sums.checkouts) {
    const bool is_its = key.database == name.first && key.user == name.second;
    if (is_its) by_hour.emplace(key.hour, checkouts);
  }
  return each_checkout_once(by_hour);
}

PoolFacts full_pool(const PeriodSums& sums, const PoolName& name, const PoolUsage& usage,
                    const std::vector<BlockedWait>& waits) {
  PoolFacts pool{sums, name, usage, waits, {}, {}};
  for (const auto& [key, holds] : sums.traces) {
    const bool is_its = key.database == name.first && key.user == name.second;
    if (!is_its && usage.mode != PoolMode::kServer) continue;
    pool.holds.insert(pool.holds.end(), holds.begin(), holds.end());
  }
  std::sort(pool.holds.begin(), pool.holds.end());
  if (usage.mode == PoolMode::kSession) pool.checkouts = checkouts_of(sums, name);
  pool.calm =
      calm_seconds(usage.windows, usage.first, seconds_with_traffic(usage.used(), usage.arrivals));
  pool.load_in_log = load_in_log(sums, name.first);
  return pool;
}

std::vector<PoolWindow> windows_of(const PoolFacts& pool) {
  const Micros shortest = shortest_explained(pool.usage.windows);
  const bool hides_short = hides_short_statements(pool.sums);
  std::vector<PoolWindow> told;
  std::size_t explained = 0;
  for (const FullWindow& window : pool.usage.windows) {
    const bool is_explained = window.length() >= shortest && explained++ < kMostExplained;
    told.push_back(is_explained ? explain_window(pool, window) : unexplained(window));
    if (is_explained && hides_short) refuse_a_cause(told.back());
    told.back().refused = pool.usage.mode == PoolMode::kServer
                              ? refused_by_server(pool.sums.current.details.marks, window)
                              : refused_in(pool.sums, pool.name, window);
  }
  return told;
}

// How long the log of the period is, in seconds.
double length_of_log(const Sums& sums) {
  Time first = Time::max(), last = Time::min();
  for (const auto& [hour, facts] : sums.hours) {
    first = std::min(first, facts.first);
    last = std::max(last, facts.last);
  }
  const Micros length = first < last ? last - first : Micros{0};
  return std::max(seconds_of(length), 1.0);
}

PoolRow row_of(const PoolName& name, const PoolUsage& usage, const std::vector<JoinedPool>& joined,
               double seconds) {
  PoolRow row;
  row.is_server = usage.mode == PoolMode::kServer;
  if (!row.is_server) {
    row.database = name.first;
    row.user = name.second;
  }
  row.mode = name_of(usage.mode);
  if (usage.size > 0) row.size = static_cast<std::uint64_t>(usage.size);
  row.size_source = usage.size_source;
  row.is_size_certain = usage.is_size_certain;
  row.reserve = usage.reserve;
  for (const JoinedPool& pool : joined) {
    row.pooler.push_back(
        {pool.name.first, pool.name.second, pool.sessions, pool.joined, pool.poolers});
  }
  const std::vector<double>& used = usage.used();
  if (used.empty()) return row;
  const double sum = sum_of(used);
  row.offered_load = sum / seconds;
  row.idle_share = sum > 0 ? std::min(usage.idle / sum, 1.0) : 0;
  row.peak = *std::max_element(used.begin(), used.end());
  return row;
}

}  // namespace

std::vector<Period> periods_to_explain(const PeriodSums& sums) {
  std::vector<Period> periods;
  each_pool(sums, [&periods](const PoolName&, const PoolUsage& usage) {
    for (const FullWindow& window : usage.windows) {
      periods.push_back(period_around(window));
    }
  });
  std::sort(periods.begin(), periods.end(),
            [](const Period& a, const Period& b) { return a.since < b.since; });
  std::vector<Period> joined;
  for (const Period& period : periods) {
    if (!joined.empty() && period.since <= joined.back().until) {
      joined.back().until = std::max(joined.back().until, period.until);
    } else {
      joined.push_back(period);
    }
  }
  return joined;
}

std::vector<PoolRow> explain_pools(const PeriodSums& sums,
                                   const std::vector<TransactionRow>& transactions) {
  std::map<std::string_view, std::string_view> labels;
  for (const TransactionRow& row : transactions) labels.emplace(row.id, row.label);
  std::vector<PoolRow> rows;
  const double seconds = length_of_log(sums.current);
  const std::vector<BlockedWait> waits = blocked_waits(sums.current.locks, sums.long_holds);
  each_pool(sums, [&](const PoolName& name, const PoolUsage& usage) {
    // Refused logins, and connections whose names are told nowhere, are no pools.
    if (usage.transactions == 0 && usage.peak_sessions == 0) return;
    PoolRow row = row_of(name, usage, sums.join.joined_with(name), seconds);
    if (!usage.windows.empty()) {
      const PoolFacts pool = full_pool(sums, name, usage, waits);
      row.windows = windows_of(pool);
      row.healthy = healthy_holds(pool);
    }
    for (PoolWindow& window : row.windows) {
      for (WindowHolder& holder : window.holders) {
        const auto label = labels.find(holder.transaction);
        if (label != labels.end()) holder.label = label->second;
      }
    }
    rows.push_back(std::move(row));
  });
  return rows;
}

}  // namespace pgcounsel
