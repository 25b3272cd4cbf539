#include "analyzer/report/pooler_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "analyzer/report/units.h"

namespace pgcounsel {

std::vector<std::pair<std::string, std::uint64_t>> refused_by_class(const PoolerReport& pooler) {
  std::map<std::string, std::uint64_t> counts;
  for (const PoolerEventRow& row : pooler.events) {
    const bool refused = row.concern == PoolerConcern::kRefused && row.side == "client";
    if (refused) counts[row.message_class] += row.count;
  }
  std::vector<std::pair<std::string, std::uint64_t>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return rows;
}

std::string refused_words(const Workload& workload) {
  if (!workload.pooler || workload.pooler->refused == 0) return "";
  std::string kinds;
  for (const auto& [name, count] : refused_by_class(*workload.pooler)) {
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", name, counted(count));
  }
  const std::uint64_t refused = workload.pooler->refused;
  return fmt::format("PgBouncer refused {} client{}: {}.", counted(refused),
                     refused == 1 ? "" : "s", kinds);
}

std::string waited_words(const Workload& workload) {
  constexpr Micros kLongMean{100'000}, kLongWait{500'000};
  if (workload.pooler && workload.pooler->waits) {
    const PoolerWaits& waits = *workload.pooler->waits;
    if (waits.worst_wait >= kLongMean) {
      return fmt::format(
          "Transactions waited {} on average for a connection of PgBouncer in the worst minute.",
          duration(waits.worst_wait));
    }
  }
  if (!workload.samples || workload.samples->pools.empty()) return "";
  const auto& pools = workload.samples->pools;
  const auto longest = std::max_element(
      pools.begin(), pools.end(),
      [](const PoolPeaks& a, const PoolPeaks& b) { return a.maxwait.length < b.maxwait.length; });
  if (longest->maxwait.length < kLongWait) return "";
  const auto fullest =
      std::max_element(pools.begin(), pools.end(), [](const PoolPeaks& a, const PoolPeaks& b) {
        return a.cl_waiting.count < b.cl_waiting.count;
      });
  const std::uint64_t clients = fullest->cl_waiting.count;
  return fmt::format(
      "Up to {} client{} at once waited for a connection of one pool of PgBouncer, the longest {}.",
      counted(clients), clients == 1 ? "" : "s", duration(longest->maxwait.length));
}

std::string only_pooler_words(const Workload& workload) {
  const bool nothing = !workload.pooler && !workload.samples;
  if (nothing || workload.coverage.records > 0) return "";
  if (workload.previous) return "No records of the server's log in this period.";
  const std::string_view what = !workload.samples  ? "PgBouncer's log alone does"
                                : !workload.pooler ? "Samples alone do"
                                                   : "PgBouncer's log and samples alone do";
  return fmt::format(
      "{} not tell who held the connections: read the server's log together with {}.", what,
      workload.samples ? "them" : "it");
}

}  // namespace pgcounsel
