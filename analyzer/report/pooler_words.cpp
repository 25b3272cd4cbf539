#include "analyzer/report/pooler_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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

}  // namespace pgcounsel
