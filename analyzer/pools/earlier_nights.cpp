#include "analyzer/pools/earlier_nights.h"

#include <algorithm>

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFewTransactions = 5;
constexpr double kFewSeconds = 60;

double length_of_log(const Sums& sums) {
  double seconds = 0;
  for (const auto& [hour, facts] : sums.hours) seconds += seconds_of(facts.last - facts.first);
  return seconds;
}

}  // namespace

std::optional<CalmTimes> calm_of_earlier(const PeriodSums& sums, const PoolName& name,
                                         HoldKind kind) {
  CalmTimes calm;
  calm.seconds = length_of_log(sums.previous);
  if (calm.seconds < kFewSeconds) return std::nullopt;
  std::map<std::uint64_t, ClassStats> classes;
  for (const auto& [key, stats] : sums.previous.classes) {
    const bool is_its = key.kind == kind && key.database == name.first && key.user == name.second;
    if (is_its) classes[key.id].merge(stats);
  }
  double arrivals = 0, used = 0;
  for (const auto& [id, stats] : classes) {
    const auto count = static_cast<double>(stats.count);
    CalmClass& known = calm.classes[id];
    known.arrivals = count / calm.seconds;
    known.is_known = stats.count >= kFewTransactions;
    if (!known.is_known) continue;
    known.hold = HoldParts{seconds_of(stats.busy - stats.lock_wait), seconds_of(stats.lock_wait),
                           seconds_of(stats.idle), 0} *
                 (1 / count);
    arrivals += count;
    used += seconds_of(stats.hold);
  }
  if (arrivals <= 0) return std::nullopt;
  calm.mean_hold = used / arrivals;
  return calm;
}

}  // namespace pgcounsel
