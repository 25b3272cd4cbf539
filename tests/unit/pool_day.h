// Synthetic days with full pools, for the tests of the rules about them.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisors/full_pools.h"
#include "advisors/run.h"
#include "tests/unit/quiet_day.h"

namespace pgcounsel {

inline constexpr Time kTen = kMidnight + kHour * 10;
inline constexpr Micros kMinutes = kSecond * 60;

inline WindowHolder holder(std::string id, double share, double hold_s,
                           std::optional<double> arrivals, std::optional<double> hold) {
  WindowHolder made;
  made.transaction = std::move(id);
  made.label = "SELECT 1";
  made.share = share;
  made.hold_s = hold_s;
  made.arrival_ratio = arrivals;
  made.hold_ratio = hold;
  return made;
}

inline PoolWindow window(Cause cause, Micros length, Time start = kTen) {
  PoolWindow made;
  made.start = start;
  made.end = start + length;
  made.cause = name_of(cause);
  made.confidence = "high";
  made.holders = {holder("aaaa", 0.75, 600, 1.5, 4.0), holder("bbbb", 0.25, 200, 2.0, 1.25)};
  return made;
}

inline PoolRow pool(std::vector<PoolWindow> windows, std::string user = "web") {
  PoolRow row;
  row.database = "shop";
  row.user = std::move(user);
  row.mode = "transaction";
  row.size = 8;
  row.is_size_certain = true;
  row.windows = std::move(windows);
  return row;
}

inline Workload day_with(PoolRow row) {
  Workload workload = quiet_day();
  workload.pools = {std::move(row)};
  return workload;
}

inline Findings of_rule(const Workload& workload, std::string_view rule) {
  Findings findings = run_advisors(Brief{workload});
  std::erase_if(findings, [rule](const Finding& finding) { return finding.rule != rule; });
  return findings;
}

inline bool has(const Workload& workload, std::string_view rule) {
  return !of_rule(workload, rule).empty();
}

inline std::string evidence(const Finding& finding, std::string_view name) {
  const auto found = std::ranges::find(finding.evidence, name, &Evidence::name);
  return found == finding.evidence.end() ? "no such evidence" : found->value;
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline HealthyHolds healthy(std::uint64_t transactions, Micros running, Micros idle, Micros wait,
                            Micros hold) {
  HealthyHolds made{transactions, running, idle, wait, hold, {}};
  for (const int limit : {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600}) {
    TimeoutStep step;
    step.limit = kSecond * limit;
    made.steps.push_back(step);
  }
  return made;
}

inline Workload day_of_idlers(std::uint64_t transactions) {
  PoolRow row = pool({window(Cause::kIdleInTransaction, kMinutes)});
  row.healthy = healthy(transactions, kSecond * 3, kSecond * 5, Micros{100'000}, kSecond * 7);
  return day_with(row);
}

}  // namespace pgcounsel
