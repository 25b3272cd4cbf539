#include "analyzer/pools/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>

#include "analyzer/pools/pool_size.h"
#include "analyzer/pools/server_usage.h"

namespace pgcounsel {
namespace {

// A server connection of a pooler serves many transactions; a session of its own few.
constexpr std::uint64_t kPooledTransactions = 10;
// A pooler that could open another connection does so as soon as all are in use, and that they are
// now and then wherever nearly all are in use for seconds. If it does not, it must not: clients
// wait.
struct AllInUse {
  double share;         // of the connections, in each second of a row
  std::size_t seconds;  // that the row is long
};
constexpr AllInUse kAllInUse[] = {{0.95, 5}, {0.87, 10}};
// Where connections are used whose beginning is not in the log, use tells how many there are: the
// most in one of these many seconds, less what rounding adds.
constexpr std::size_t kSecondsOfMost = 5;
constexpr double kRounding = 0.15;
constexpr std::int64_t kLongestPeriod = 40 * 24 * 3600;  // seconds

// The hours of a pool, in their order.
using PoolHours = std::vector<const PoolStats*>;

SessionSeries sessions_of(const PoolHours& hours) {
  SessionSeries sessions;
  for (const PoolStats* hour : hours) add_sessions(sessions, hour->sessions);
  return sessions;
}

std::int64_t peak_of(const SessionSeries& sessions, std::int64_t open) {
  std::int64_t peak = open;
  for (const auto& [second, changes] : sessions) {
    open += changes.opened - changes.closed;
    peak = std::max(peak, open);
  }
  return peak;
}

PoolMode mode_of(const PoolHours& hours, std::uint64_t transactions, std::int64_t sessions) {
  std::uint64_t discards = 0;
  for (const PoolStats* hour : hours) discards += hour->discards;
  if (discards > 1) return PoolMode::kSession;
  const auto many =
      static_cast<std::uint64_t>(std::max<std::int64_t>(sessions, 0)) * kPooledTransactions;
  return sessions > 1 && transactions >= many ? PoolMode::kTransaction : PoolMode::kNone;
}

bool was_all_in_use(const std::vector<double>& used, double size) {
  for (const AllInUse& rule : kAllInUse) {
    std::size_t run = 0;
    for (const double connections_used : used) {
      run = connections_used >= rule.share * size ? run + 1 : 0;
      if (run >= rule.seconds) return true;
    }
  }
  return false;
}

// Were connections used, for seconds, before the first session that is known to be open?
bool are_sessions_unknown(const std::vector<double>& used, Time first,
                          const SessionSeries& sessions, std::int64_t open) {
  if (open > 0) return false;
  const auto begin = std::find_if(sessions.begin(), sessions.end(),
                                  [](const auto& change) { return change.second.opened > 0; });
  std::size_t seconds = 0;
  for (std::size_t i = 0; i < used.size() && seconds < kSecondsOfMost; ++i) {
    const Time second = first + static_cast<Micros::rep>(i) * kSecond;
    if (begin != sessions.end() && second >= begin->first) break;
    seconds += used[i] > 0 ? 1U : 0U;
  }
  return seconds >= kSecondsOfMost;
}

// Connections at once, as far as their use tells.
std::int64_t most_used(std::vector<double> used) {
  if (used.size() < kSecondsOfMost) return 0;
  const auto at = used.begin() + (kSecondsOfMost - 1);
  std::nth_element(used.begin(), at, used.end(), std::greater<>());
  return static_cast<std::int64_t>(std::ceil(*at - kRounding));
}

void add_seconds(const SecondSeries& seconds, PoolUsage& usage) {
  for (const auto& [second, totals] : seconds) {
    const auto at = static_cast<std::size_t>((second - usage.first) / kSecond);
    if (at >= usage.kept.size()) break;
    usage.in_transaction[at] += seconds_of(totals.busy + totals.idle);
    usage.kept[at] += seconds_of(totals.checked_out);
    usage.arrivals[at] += static_cast<std::uint32_t>(totals.arrivals);
    usage.idle += seconds_of(totals.idle);
    usage.transactions += totals.arrivals;
  }
}

// The first second that is told, and how many there are up to the last one.
std::pair<Time, std::int64_t> span_of(const PoolHours& hours) {
  Time first = Time::max(), last = Time::min();
  for (const PoolStats* hour : hours) {
    if (hour->seconds.empty()) continue;
    first = std::min(first, hour->seconds.begin()->first);
    last = std::max(last, hour->seconds.rbegin()->first);
  }
  return {first, first > last ? 0 : (last - first) / kSecond + 1};
}

PoolUsage usage_of(const PoolHours& hours, std::int64_t open_before, bool has_fractions) {
  PoolUsage usage;
  const SessionSeries sessions = sessions_of(hours);
  std::int64_t seen = open_before;
  for (const auto& [second, changes] : sessions) seen += changes.opened;
  usage.peak_sessions = peak_of(sessions, open_before);
  const auto [first, length] = span_of(hours);
  if (length == 0) return usage;
  usage.first = first;
  const auto size = static_cast<std::size_t>(std::min(length, kLongestPeriod));
  usage.in_transaction.resize(size);
  usage.kept.resize(size);
  usage.arrivals.resize(size);
  for (const PoolStats* hour : hours) add_seconds(hour->seconds, usage);
  usage.mode = mode_of(hours, usage.transactions, seen);
  const std::vector<double>& used = usage.used();
  // Whole seconds heap up what lies between them.
  const bool is_exact = has_fractions || seen == 0;
  if (is_exact && are_sessions_unknown(used, usage.first, sessions, open_before)) {
    const std::int64_t most = std::max(most_used(used), usage.peak_sessions);
    usage.peak_sessions = most;
    usage.mode = mode_of(hours, usage.transactions, std::max(seen, most));
  }
  return usage;
}

// Without a pooler there is no pool to be full: what is told counts where there is one, or where
// somebody says so.
void put_size(const PoolSizeTold& told, PoolUsage& usage) {
  if (usage.mode == PoolMode::kNone && !told.is_said_of_it && !told.is_behind_pooler) {
    usage.size = usage.peak_sessions;
    if (usage.size > 0) usage.size_source = "the most connections at once: a lower bound";
    return;
  }
  usage.reserve = told.reserve;
  usage.size = std::max(told.size.value_or(0), usage.peak_sessions);
  usage.is_size_certain = told.size.has_value();
  usage.size_source = told.source;
  if (told.size && usage.peak_sessions > *told.size) {
    usage.size_source = fmt::format(
        "the most server connections at once, more than {} ({}): a "
        "reserve, or several poolers",
        *told.size, told.source);
  }
  if (told.size || usage.size == 0) return;
  const double size = static_cast<double>(usage.size);
  if (told.has_waited || was_all_in_use(usage.used(), size)) {
    usage.is_size_certain = true;
    usage.size_source = told.has_waited
                            ? "the most server connections at once, while clients waited"
                            : "the most server connections at once; all were in use";
  } else {
    usage.size_source = "the most server connections at once: a lower bound";
  }
}

}  // namespace

std::string_view name_of(PoolMode mode) {
  switch (mode) {
    case PoolMode::kTransaction:
      return "transaction";
    case PoolMode::kSession:
      return "session";
    case PoolMode::kNone:
    case PoolMode::kServer:
      break;
  }
  return "none";
}

void each_pool(const PeriodSums& sums,
               const std::function<void(const PoolName&, const PoolUsage&)>& each) {
  std::map<PoolName, PoolHours> pools;
  for (const auto& [key, stats] : sums.current.pools) {
    pools[{key.database, key.user}].push_back(&stats);
  }
  LogFacts facts;
  for (const auto& [hour, of_hour] : sums.current.hours) facts.merge(of_hour);
  const bool has_fractions = facts.flags == 0 || (facts.flags & LogFacts::kMilliseconds) != 0;
  const auto& open_before = sums.pool_sessions_before;
  for (const auto& [name, hours] : pools) {
    const auto open = open_before.find(name);
    PoolUsage usage = usage_of(hours, open == open_before.end() ? 0 : open->second, has_fractions);
    put_size(pool_size_told(sums, name), usage);
    if (usage.is_size_certain && usage.size > 0) {
      usage.windows = full_windows(usage.first, usage.used(), static_cast<double>(usage.size));
    }
    each(name, usage);
  }
  if (const auto server = server_usage(sums)) each(kWholeServer, *server);
}

}  // namespace pgcounsel
