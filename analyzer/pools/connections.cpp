#include "analyzer/pools/connections.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace pgcounsel {
namespace {

using Name = std::pair<std::string, std::string>;  // database, user

std::vector<SessionShare> shares_of(const std::map<Name, std::int64_t>& sessions) {
  std::vector<SessionShare> shares;
  for (const auto& [name, count] : sessions) {
    if (count > 0) shares.push_back({name.first, name.second, static_cast<std::uint64_t>(count)});
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.sessions > b.sessions; });
  return shares;
}

// The second in [since, until) with most sessions, and how many they are.
std::pair<Time, std::int64_t> fullest(const SessionSeries& sessions, std::int64_t open, Time since,
                                      Time until) {
  std::pair<Time, std::int64_t> most{since, 0};
  for (const auto& [second, changes] : sessions) {
    if (second >= until) break;
    open += changes.opened - changes.closed;
    if (second <= since) most = {since, open};
    if (second > since && open > most.second) most = {second, open};
  }
  return most;
}

std::map<Name, std::int64_t> open_at(const PeriodSums& sums, Time second) {
  std::map<Name, std::int64_t> open = sums.pool_sessions_before;
  for (const auto& [key, pool] : sums.current.pools) {
    std::int64_t& sessions = open[{key.database, key.user}];
    for (const auto& [time, changes] : pool.sessions) {
      if (time <= second) sessions += changes.opened - changes.closed;
    }
  }
  return open;
}

}  // namespace

std::optional<ConnectionLimit> connection_limit_of(const PeriodSums& sums) {
  ConnectionLimit limit;
  Time last = Time::min();
  for (const auto& [key, mark] : sums.current.details.marks) {
    if (key.event_class != "refused" || (key.detail != "53300" && key.detail != "53400")) continue;
    limit.refused += mark.count;
    if (!limit.first || mark.first < *limit.first) limit.first = mark.first;
    last = std::max(last, mark.last);
  }
  if (limit.refused == 0) return std::nullopt;
  limit.last = last;
  const auto [second, most] = fullest(sums.current.sessions, sums.open_before_current,
                                      floor_to(*limit.first, kSecond), last + kSecond);
  if (most > 0) {
    limit.limit = static_cast<std::uint64_t>(most);
    limit.sessions = shares_of(open_at(sums, second));
  }
  return limit;
}

std::optional<ConnectionBurst> connection_burst_of(const PeriodSums& sums) {
  constexpr std::uint64_t kLeast = 20, kTimesUsual = 5;
  std::map<Time, std::uint64_t> minutes;
  for (const auto& [second, changes] : sums.current.sessions) {
    if (changes.opened > 0) {
      minutes[floor_to(second, kMinute)] += static_cast<std::uint64_t>(changes.opened);
    }
  }
  if (minutes.size() < 3) return std::nullopt;  // what is usual is not known
  std::vector<std::uint64_t> counts;
  ConnectionBurst burst;
  for (const auto& [minute, opened] : minutes) {
    counts.push_back(opened);
    if (opened > burst.opened) {
      burst.opened = opened;
      burst.minute = minute;
    }
  }
  const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
  std::nth_element(counts.begin(), middle, counts.end());
  burst.usual = *middle;
  if (burst.opened < kLeast || burst.opened < kTimesUsual * burst.usual) return std::nullopt;
  std::map<Name, std::int64_t> opened;
  for (const auto& [key, pool] : sums.current.pools) {
    for (const auto& [second, changes] : pool.sessions) {
      if (floor_to(second, kMinute) == burst.minute) {
        opened[{key.database, key.user}] += changes.opened;
      }
    }
  }
  burst.sessions = shares_of(opened);
  return burst;
}

}  // namespace pgcounsel
