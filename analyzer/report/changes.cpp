#include "analyzer/report/changes.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kEnoughCalls = 20;      // below, a mean or a rate says little
constexpr std::uint64_t kFewCalls = 5;          // enough where a heavy query's mean doubles
constexpr Micros kEnoughTime{1000};             // below a millisecond nobody waits
constexpr std::uint64_t kNotableDivisor = 100;  // 1 % of the held time

bool is_notable(const Workload& workload, const QueryRow& query) {
  const auto large = [](Micros part, Micros whole) {
    return whole > Micros::zero() && count_of(part) >= count_of(whole) / kNotableDivisor;
  };
  return large(query.hold, workload.totals.hold) ||
         (workload.previous && large(query.previous_hold, workload.previous->hold));
}

// At least half as much again.
bool is_more(std::uint64_t now, std::uint64_t then) {
  return now / 3 >= then / 2 && now > then;
}
bool is_double(std::uint64_t now, std::uint64_t then) {
  return now / 2 >= then;
}

// What matters most about one query comes first.
std::size_t urgency(std::string_view kind) {
  constexpr std::array<std::string_view, 7> kOrder{"slower", "plan_changed", "new", "more_traffic",
                                                   "faster", "less_traffic", "gone"};
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), kind) - kOrder.begin());
}

const QueryRow* query_of(const Workload& workload, Fingerprint fingerprint) {
  const auto found =
      std::find_if(workload.queries.begin(), workload.queries.end(),
                   [&](const QueryRow& row) { return row.fingerprint == fingerprint; });
  return found == workload.queries.end() ? nullptr : &*found;
}

Change change_of(const PlanSwitch& plan, const Workload& workload) {
  Change change;
  change.kind = "plan_changed";
  change.fingerprint = plan.fingerprint;
  change.plan = &plan;
  change.is_mean = true;
  change.before = count_of(mean_of(plan.total_before, plan.calls_before));
  change.after = count_of(mean_of(plan.total_after, plan.calls_after));
  change.since = plan.since;
  change.held = plan.total_after;
  change.notable = count_of(plan.total_after) * kNotableDivisor >= count_of(workload.totals.hold);
  if (plan.plan_after) change.text = plan.plan_after->query;
  change.query = query_of(workload, plan.fingerprint);
  if (change.query == nullptr) return change;
  change.text = change.query->text;
  change.held = std::max(change.query->hold, change.query->previous_hold);
  change.notable = change.notable || is_notable(workload, *change.query);
  return change;
}

}  // namespace

std::vector<Change> changes_of(const Workload& workload) {
  std::vector<Change> changes;
  for (const PlanSwitch& plan : workload.plan_switches) {
    changes.push_back(change_of(plan, workload));
  }
  for (const QueryRow& query : workload.queries) {
    Change change;
    change.fingerprint = query.fingerprint;
    change.text = query.text;
    change.query = &query;
    change.held = std::max(query.hold, query.previous_hold);
    change.notable = is_notable(workload, query);
    const auto add = [&](std::string_view kind, std::optional<std::uint64_t> before,
                         std::optional<std::uint64_t> after) {
      change.kind = kind;
      change.before = before;
      change.after = after;
      changes.push_back(change);
    };
    const std::uint64_t calls = query.calls, before = query.previous_calls;
    if (query.is_new) {
      change.since = query.first_seen;
      add("new", std::nullopt, calls);
      continue;
    }
    if (before == 0) continue;
    if (calls == 0) {
      if (before >= kEnoughCalls) add("gone", before, 0);
      continue;
    }
    if (std::max(calls, before) >= kEnoughCalls) {
      if (is_double(calls, before)) add("more_traffic", before, calls);
      if (is_double(before, calls)) add("less_traffic", before, calls);
    }
    const std::uint64_t fewest = std::min(calls, before);
    if (fewest < (change.notable ? kFewCalls : kEnoughCalls)) continue;
    const auto is_changed = [fewest](Micros more, Micros less) {
      const std::uint64_t a = count_of(more), b = count_of(less);
      return fewest < kEnoughCalls ? is_double(a, b) : is_more(a, b);
    };
    const Micros mean = mean_of(query.total, calls), was = mean_of(query.previous_total, before);
    if (std::max(mean, was) < kEnoughTime) continue;
    change.is_mean = true;
    if (is_changed(mean, was)) add("slower", count_of(was), count_of(mean));
    if (is_changed(was, mean)) add("faster", count_of(was), count_of(mean));
  }
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::tuple(!a.notable, -a.held.count(), a.fingerprint, urgency(a.kind)) <
           std::tuple(!b.notable, -b.held.count(), b.fingerprint, urgency(b.kind));
  });
  return changes;
}

}  // namespace pgcounsel
