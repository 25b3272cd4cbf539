#include "analyzer/workload/plan_summary.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "analyzer/plans/plan_codec.h"
#include "analyzer/plans/plan_switch.h"

namespace pgcounsel {
namespace {

// A plan of a row that a newer version wrote in a way of its own is none.
std::optional<Plan> plan_of(const PlanSample& sample, Fingerprint fingerprint, const Sums& sums) {
  Result<Plan> plan = decode_plan(sample.plan);
  if (!plan) return std::nullopt;
  const auto text = sums.texts.find(fingerprint.value);
  if (text != sums.texts.end()) plan->query = text->second.text;
  return *std::move(plan);
}

std::map<PlanId, PlanSample> samples_of(const PlanSums& plans) {
  std::map<PlanId, PlanSample> samples;
  for (const auto& [key, of_day] : plans.days) {
    for (const auto& [hash, sample] : of_day.all()) samples[{key.fingerprint, hash}].merge(sample);
  }
  return samples;
}

void put_switches(const PeriodSums& sums, Workload& workload) {
  std::map<PlanId, const PlanRow*> rows;
  for (const PlanRow& row : workload.plans) rows[{row.fingerprint.value, row.hash}] = &row;
  workload.plan_switches = plan_switches(sums.current.plans, sums.plans_before);
  for (PlanSwitch& change : workload.plan_switches) {
    const std::uint64_t fingerprint = change.fingerprint.value;
    if (const auto row = rows.find({fingerprint, change.after}); row != rows.end()) {
      change.plan_after = row->second->plan;
    }
    if (const auto row = rows.find({fingerprint, change.before}); row != rows.end()) {
      change.plan_before = row->second->plan;
      continue;
    }
    const auto older = sums.plans_before.samples.find({fingerprint, change.before});
    if (older != sums.plans_before.samples.end()) {
      change.plan_before = plan_of(older->second, change.fingerprint, sums.current);
    }
  }
}

}  // namespace

void summarise_plans(const PeriodSums& sums, Workload& workload) {
  const PlanSums& plans = sums.current.plans;
  for (const auto& [hour, count] : plans.unread) workload.plan_counts.unread += count;
  std::map<PlanId, PlanStats> uses;
  for (const auto& [key, stats] : plans.hours) uses[{key.fingerprint, key.hash}].merge(stats);
  const std::map<PlanId, PlanSample> samples = samples_of(plans);
  for (const auto& [id, stats] : uses) {
    workload.plan_counts.read += stats.calls;
    const auto sample = samples.find(id);
    const Fingerprint fingerprint{id.fingerprint};
    auto plan =
        sample == samples.end() ? std::nullopt : plan_of(sample->second, fingerprint, sums.current);
    if (!plan) {
      workload.plan_counts.not_kept += stats.calls;
      continue;
    }
    PlanRow row;
    row.fingerprint = fingerprint;
    row.hash = id.hash;
    row.first_seen = stats.first;
    row.last_seen = stats.last;
    if (const auto before = sums.plans_before.uses.find(id);
        before != sums.plans_before.uses.end()) {
      row.first_seen = std::min(row.first_seen, before->second.first);
    }
    row.calls = stats.calls;
    row.total = stats.total;
    row.slowest = stats.slowest;
    row.plan = *std::move(plan);
    row.figures = figures_of(row.plan);
    row.source = SourceLine{sample->second.source, sample->second.line};
    workload.plans.push_back(std::move(row));
  }
  std::sort(workload.plans.begin(), workload.plans.end(), [](const PlanRow& a, const PlanRow& b) {
    return std::tuple(a.fingerprint, -a.total, a.hash) <
           std::tuple(b.fingerprint, -b.total, b.hash);
  });
  put_switches(sums, workload);
}

}  // namespace pgcounsel
