#include "analyzer/pools/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "analyzer/locks/window_locks.h"
#include "analyzer/pools/calm.h"
#include "analyzer/pools/usage.h"
#include "analyzer/pools/verdict.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostHolders = 8;
constexpr double kSmallHolder = 0.01;
constexpr std::size_t kMostExplained = 100;  // windows of a pool, the longest

// What a window is compared with: hours before and behind it.
Period around(const FullWindow& window) {
  const Micros reach = std::max(kHour, window.length());
  return {floor_to(window.start - reach, kHour), floor_to(window.end + reach, kHour) + kHour};
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// What is said of a suspect: how the thing that it stands for moved.
std::string figure_of(const Suspect& suspect, const Decomposition& parts, double grown) {
  double now = 0, calm = 0;
  for (const ClassChange& change : parts.classes) {
    now += change.arrivals;
    calm += change.calm_arrivals;
  }
  const std::string extra =
      fmt::format("{:+.2f} of {:.2f} connections that were added", suspect.extra, grown);
  switch (suspect.cause) {
    case Cause::kTrafficSurge:
      return fmt::format("{:.1f} transactions a second against {:.1f} in calm times: {}", now, calm,
                         extra);
    case Cause::kSlowQuery:
      return "the time that statements ran: " + extra;
    case Cause::kLockWait:
      return "the time that statements waited for locks: " + extra;
    case Cause::kIdleInTransaction:
      return "the time that transactions paused: " + extra;
    case Cause::kConnectionLeak:
      return "connections kept outside of transactions: " + extra;
    case Cause::kMixed:
      break;
  }
  return extra;
}

std::optional<double> ratio(double now, double calm) {
  if (calm <= 0) return std::nullopt;
  return now / calm;
}

WindowHolder holder_of(const ClassChange& change, double used, double seconds) {
  WindowHolder holder;
  holder.transaction = hex(Fingerprint{change.class_id});
  holder.share = used > 0 ? change.used.total() / used : 0;
  holder.hold_s = change.used.total() * seconds;
  holder.arrival_ratio = ratio(change.arrivals, change.calm_arrivals);
  if (change.has_calm && change.arrivals > 0) {
    holder.hold_ratio = ratio(change.hold.total(), change.calm_hold.total());
    holder.busy_ratio = ratio(change.hold.busy, change.calm_hold.busy);
    holder.idle_ratio = ratio(change.hold.idle, change.calm_hold.idle);
    holder.lock_ratio = ratio(change.hold.lock_wait, change.calm_hold.lock_wait);
  }
  return holder;
}

struct Explained {
  const PoolUsage& usage;
  const PoolName& name;
  const Sums& sums;
  const std::vector<BlockedWait>& waits;  // of all pools
  std::vector<TracedHold> holds;          // sorted by start
  std::vector<bool> calm;                 // seconds, from usage.first on
};

// Those that can reach into the period: none that counts is longer than the period itself.
std::span<const TracedHold> holds_in(const Explained& pool, const Period& period) {
  const auto is_before = [](const TracedHold& hold, Time time) { return hold.start < time; };
  const auto begin = std::lower_bound(pool.holds.begin(), pool.holds.end(),
                                      period.since - (period.until - period.since), is_before);
  const auto end = std::lower_bound(begin, pool.holds.end(), period.until, is_before);
  return {begin, end};
}

OutsideUse outside_of(const PoolUsage& usage, const FullWindow& window, const SecondWeights& calm) {
  OutsideUse outside;
  if (usage.mode != PoolMode::kSession) return outside;
  const double length = seconds_of(window.length());
  for (std::size_t i = 0; i < usage.kept.size(); ++i) {
    const double kept = std::max(usage.kept[i] - usage.in_transaction[i], 0.0);
    const Time second = usage.second(i);
    if (second >= window.start && second < window.end) outside.window += kept / length;
    outside.calm += kept * calm.at(second);
  }
  outside.calm = calm.total() > 0 ? outside.calm / calm.total() : 0;
  return outside;
}

std::string summary_of(const Verdict& verdict, const PoolUsage& usage, const FullWindow& window) {
  const Suspect& first = verdict.suspects.front();
  const std::string full = fmt::format("All {} connections were in use for {} s",
                                       usage.peak_sessions, window.length() / kSecond);
  if (verdict.cause == Cause::kMixed) {
    return full + (verdict.lacks_calm
                       ? ": without calm seconds to compare with, a surge and slower statements "
                         "look the same"
                       : fmt::format(": {} brought most of what was added, {:.0f} %, and is not "
                                     "alone",
                                     name_of(first.cause), 100 * first.share));
  }
  return full + fmt::format(": {} brought {:.0f} % of the connections that were added",
                            name_of(verdict.cause), 100 * first.share);
}

PoolWindow window_of(const Explained& pool, const FullWindow& window) {
  const Period period = around(window);
  const SecondWeights calm =
      calm_weights(window, period.since, period.until, pool.usage.first, pool.calm);
  Decomposition parts =
      decompose(holds_in(pool, period), window, calm, outside_of(pool.usage, window, calm));
  WindowLocks locks = window_locks(pool.waits, pool.name, window, parts, pool.sums);
  const bool counted_as_idle = count_as_idle(locks, parts);
  const Verdict verdict = verdict_of(parts);
  PoolWindow told;
  told.start = window.start;
  told.end = window.end;
  told.cause = name_of(verdict.cause);
  told.confidence = verdict.lacks_calm ? "low" : verdict.cause == Cause::kMixed ? "medium" : "high";
  told.summary = summary_of(verdict, pool.usage, window);
  for (const Suspect& suspect : verdict.suspects) {
    const std::string figure = figure_of(suspect, parts, verdict.grown);
    const bool is_unseen =
        suspect.cause == Cause::kConnectionLeak && pool.usage.mode != PoolMode::kSession;
    if (is_unseen) {
      told.not_known.push_back(
          {std::string(name_of(suspect.cause)),
           "how long clients keep connections between transactions: the server does not see it"});
    } else if (suspect.cause == verdict.cause || !suspect.is_cleared) {
      told.evidence.push_back(fmt::format("{}: {}", name_of(suspect.cause), figure));
    } else if (!verdict.lacks_calm) {
      told.ruled_out.push_back({std::string(name_of(suspect.cause)), figure});
    }
  }
  tell_locks(std::move(locks), counted_as_idle, told);
  if (verdict.lacks_calm) {
    told.not_known.push_back({"traffic_surge", "calm seconds in the log before the window"});
  }
  double used = 0;
  for (const ClassChange& change : parts.classes) used += change.used.total();
  const double seconds = seconds_of(window.length());
  for (const ClassChange& change : parts.classes) {
    if (told.holders.size() == kMostHolders || change.used.total() < kSmallHolder * used) break;
    told.holders.push_back(holder_of(change, used, seconds));
  }
  return told;
}

// In session pooling a client holds its connection between transactions, too: the checkouts of the
// hours of the window tell who.
std::vector<WindowHolder> checkout_holders(const PeriodSums& sums, const PoolName& name,
                                           const FullWindow& window) {
  std::map<std::uint64_t, double> held;
  double all = 0;
  for (const auto& [key, stats] : sums.current.classes) {
    const bool is_its = key.kind == HoldKind::kCheckout && key.database == name.first &&
                        key.user == name.second && key.hour >= floor_to(window.start, kHour);
    if (!is_its) continue;
    const double seconds = seconds_of(stats.hold);
    held[key.id] += seconds;
    all += seconds;
  }
  std::vector<WindowHolder> holders;
  for (const auto& [id, seconds] : held) {
    if (seconds < kSmallHolder * all) continue;
    WindowHolder holder;
    holder.transaction = hex(Fingerprint{id});
    holder.share = seconds / all;
    holder.hold_s = seconds;
    holders.push_back(holder);
  }
  std::stable_sort(holders.begin(), holders.end(),
                   [](const auto& a, const auto& b) { return a.hold_s > b.hold_s; });
  if (holders.size() > kMostHolders) holders.resize(kMostHolders);
  return holders;
}

// Absent where no pooler's log covers the window.
std::optional<std::uint64_t> refused_in(const PoolerSums& pooler, const PoolName& name,
                                        const FullWindow& window) {
  if (!pooler.hours.contains(floor_to(window.start, kHour))) return std::nullopt;
  std::uint64_t count = 0;
  for (const auto& [key, seconds] : pooler.refused) {
    if (key.database != name.first || key.user != name.second) continue;
    for (auto it = seconds.lower_bound(window.start); it != seconds.end(); ++it) {
      if (it->first >= window.end) break;
      count += it->second.count();
    }
  }
  return count;
}

// With a threshold the short statements, BEGIN and COMMIT among them, are not in the log: what is
// left of the holds tells no cause.
bool hides_short_statements(const PeriodSums& sums) {
  constexpr Micros kShort{5'000};
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

std::vector<PoolWindow> windows_of(const PeriodSums& sums, const PoolName& name,
                                   const PoolUsage& usage, const std::vector<BlockedWait>& waits) {
  const std::vector<FullWindow> windows = usage.windows();
  std::vector<PoolWindow> told;
  if (windows.empty()) return told;
  Explained pool{usage, name, sums.current, waits, {}, {}};
  for (const auto& [key, holds] : sums.traces) {
    if (key.database != name.first || key.user != name.second) continue;
    pool.holds.insert(pool.holds.end(), holds.begin(), holds.end());
  }
  std::sort(pool.holds.begin(), pool.holds.end());
  for (const double used : usage.used()) pool.calm.push_back(used > 0);
  pool.calm = calm_seconds(windows, usage.first, std::move(pool.calm));
  const Micros shortest = shortest_explained(windows);
  const bool hides_short = hides_short_statements(sums);
  std::size_t explained = 0;
  for (const FullWindow& window : windows) {
    const bool is_explained = window.length() >= shortest && explained++ < kMostExplained;
    told.push_back(is_explained ? window_of(pool, window) : unexplained(window));
    if (is_explained && hides_short) refuse_a_cause(told.back());
    told.back().refused = refused_in(sums.current.pooler, name, window);
    if (usage.mode == PoolMode::kSession) {
      told.back().holders = checkout_holders(sums, name, window);
    }
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

PoolRow row_of(const PoolName& name, const PoolUsage& usage, double seconds) {
  PoolRow row;
  row.database = name.first;
  row.user = name.second;
  row.mode = name_of(usage.mode);
  if (usage.peak_sessions > 0) {
    row.size = static_cast<std::uint64_t>(usage.peak_sessions);
    row.is_size_certain = usage.has_waited;
    row.size_source = usage.has_waited ? "the most server connections at once; all were in use"
                                       : "the most server connections at once: a lower bound";
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
  each_pool(sums.current, sums.pool_sessions_before,
            [&periods](const PoolName&, const PoolUsage& usage) {
              for (const FullWindow& window : usage.windows()) {
                periods.push_back(around(window));
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
  each_pool(sums.current, sums.pool_sessions_before,
            [&](const PoolName& name, const PoolUsage& usage) {
              // Refused logins, and connections whose names are told nowhere, are no pools.
              if (usage.transactions == 0 && usage.peak_sessions == 0) return;
              PoolRow row = row_of(name, usage, seconds);
              row.windows = windows_of(sums, name, usage, waits);
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
