#include "analyzer/workload/pooler_summary.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace pgcounsel {
namespace {

constexpr Micros kMinute = kSecond * 60;

std::string_view name_of(PoolerSide side) {
  if (side == PoolerSide::kClient) return "client";
  return side == PoolerSide::kServer ? "server" : "";
}

// One event may be logged in up to three forms, each of which may be off: the most frequent counts.
std::vector<PoolerEventRow> events_of(const PoolerSums& sums) {
  std::map<std::tuple<Time, std::string, PoolerSide, std::string, std::string>, std::uint64_t>
      by_hour;
  for (const auto& [key, count] : sums.events) {
    std::uint64_t& most = by_hour[{key.hour, key.message_class, key.side, key.database, key.user}];
    most = std::max(most, count);
  }
  std::map<std::tuple<std::string, PoolerSide, std::string, std::string>, std::uint64_t> counts;
  for (const auto& [key, count] : by_hour) {
    counts[{std::get<1>(key), std::get<2>(key), std::get<3>(key), std::get<4>(key)}] += count;
  }
  std::vector<PoolerEventRow> rows;
  for (const auto& [key, count] : counts) {
    rows.push_back({std::get<0>(key), concern_of(std::get<0>(key)).value_or(PoolerConcern::kNone),
                    std::string(name_of(std::get<1>(key))), std::get<2>(key), std::get<3>(key),
                    count});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const PoolerEventRow& a, const PoolerEventRow& b) {
    return a.count > b.count;
  });
  return rows;
}

// The version of the process that wrote at `time`, else of the one started last before it.
PoolerWait meaning_at(const PoolerSums& sums, const PoolerStatsKey& line) {
  PoolerWait meaning = PoolerWait::kUnknown;
  for (const auto& [key, start] : sums.starts) {
    if (key.time > line.time) break;
    if (start.version.empty()) continue;
    meaning = wait_of_version(start.version);
  }
  for (const auto& [key, start] : sums.starts) {
    if (key.time > line.time) break;
    if (key.pid == line.pid && !start.version.empty()) meaning = wait_of_version(start.version);
  }
  return meaning;
}

struct MinuteWaits {
  std::uint64_t lines = 0, xacts = 0;
  Micros wait{};            // of these transactions
  Micros waited_in_time{};  // microseconds waited per second, summed over the lines
};

Micros times(Micros each, std::uint64_t count) {
  // A damaged or hostile line may tell anything.
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  const auto limited = static_cast<std::int64_t>(std::min<std::uint64_t>(count, 1U << 30));
  return Micros{std::min(each.count(), kMost / std::max<std::int64_t>(limited, 1)) * limited};
}

std::optional<PoolerWaits> waits_of(const PoolerSums& sums) {
  if (sums.stats.empty()) return std::nullopt;
  PoolerWaits waits;
  std::map<Time, MinuteWaits> minutes;
  std::uint64_t xacts = 0, known_xacts = 0;
  Micros in_transactions{}, waited{};
  bool per_second = false;
  for (const auto& [key, line] : sums.stats) {
    ++waits.lines;
    xacts += line.xacts_per_s;
    in_transactions += times(line.xact, line.xacts_per_s);
    const PoolerWait meaning = wait_meaning_of(sums, key, line);
    if (meaning == PoolerWait::kUnknown) {
      ++waits.lines_without_meaning;
      continue;
    }
    const bool summed = meaning == PoolerWait::kPerSecond;
    const Micros wait = summed ? times(line.wait, 1) : times(line.wait, line.xacts_per_s);
    MinuteWaits& minute = minutes[floor_to(key.time, kMinute)];
    ++minute.lines;
    minute.xacts += line.xacts_per_s;
    minute.wait += wait;
    if (summed) minute.waited_in_time += wait;
    per_second = per_second || summed;
    known_xacts += line.xacts_per_s;
    waited += wait;
  }
  const auto mean = [](Micros sum, std::uint64_t count) {
    return count == 0 ? Micros{0} : sum / static_cast<Micros::rep>(count);
  };
  waits.mean_transaction = mean(in_transactions, xacts);
  if (known_xacts > 0) waits.mean_wait = mean(waited, known_xacts);
  if (per_second) waits.worst_waiting = 0;
  for (const auto& [minute, sum] : minutes) {
    const Micros wait = mean(sum.wait, sum.xacts);
    if (wait > waits.worst_wait) {
      waits.worst_wait = wait;
      waits.worst_minute = minute;
    }
    // Microseconds waited in a second are millionths of clients that wait.
    const auto waiting =
        static_cast<std::uint64_t>(mean(sum.waited_in_time, sum.lines).count() / 1000);
    if (per_second) waits.worst_waiting = std::max(*waits.worst_waiting, waiting);
  }
  return waits;
}

void put_refused(PoolerReport& report, const PoolerSums& sums) {
  std::map<Time, std::uint64_t> by_second;
  for (const auto& [key, seconds] : sums.refused) {
    for (const auto& [second, count] : seconds) by_second[second] += count.count();
  }
  for (const auto& [second, count] : by_second) {
    if (count <= report.most_refused) continue;
    report.most_refused = count;
    report.most_refused_at = second;
  }
  for (const PoolerEventRow& row : report.events) {
    if (row.concern == PoolerConcern::kRefused && row.side == "client") report.refused += row.count;
  }
}

}  // namespace

PoolerWait wait_meaning_of(const PoolerSums& sums, const PoolerStatsKey& key,
                           const PoolerStats& line) {
  return line.meaning == PoolerWait::kUnknown ? meaning_at(sums, key) : line.meaning;
}

std::optional<PoolerReport> summarise_pooler(const PoolerSums& sums) {
  if (sums.hours.empty()) return std::nullopt;
  PoolerReport report;
  PoolerFacts facts;
  for (const auto& [hour, of_hour] : sums.hours) facts.merge(of_hour);
  report.records = facts.records;
  report.first = facts.first;
  report.last = facts.last;
  // Those started in the period, and the one that was running when it began.
  std::set<std::string> versions;
  for (const auto& [key, start] : sums.starts) {
    if (key.time > facts.last) break;
    if (start.max_client_conn > 0) report.max_client_conn = start.max_client_conn;
    if (start.version.empty()) continue;
    if (key.time < facts.first) versions.clear();
    versions.insert(start.version);
  }
  report.versions.assign(versions.begin(), versions.end());
  report.events = events_of(sums);
  put_refused(report, sums);
  report.waits = waits_of(sums);
  return report;
}

}  // namespace pgcounsel
