#include "analyzer/pools/plan_suspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "analyzer/plans/figures.h"
#include "analyzer/plans/plan_change.h"
#include "analyzer/plans/plan_codec.h"
#include "analyzer/plans/plan_switch.h"
#include "analyzer/pools/window.h"

namespace pgcounsel {
namespace {

using State = OtherSuspect::State;

// One plan of a statement of the holders, in the window.
struct UseInWindow {
  std::uint64_t calls = 0;  // logged in the hours that touch it
  Time first{Time::max()};  // as far as the ledger knows
  Micros slowest{};
};

// Times are those of the ends: an execution that began in the window may end behind it.
std::map<PlanId, UseInWindow> uses_in(const WindowFacts& facts) {
  const PeriodSums& sums = facts.pool.sums;
  std::map<PlanId, UseInWindow> uses;
  for (const auto& [key, stats] : sums.current.plans.hours) {
    const bool is_in =
        stats.last >= facts.window.start && stats.first < facts.window.end + stats.slowest;
    if (!is_in) continue;
    UseInWindow& use = uses[{key.fingerprint, key.hash}];
    use.calls += stats.calls;
    use.slowest = std::max(use.slowest, stats.slowest);
  }
  for (const auto& [key, stats] : sums.current.plans.hours) {
    const auto use = uses.find({key.fingerprint, key.hash});
    if (use != uses.end()) use->second.first = std::min(use->second.first, stats.first);
  }
  for (auto& [id, use] : uses) {
    const auto before = sums.plans_before.uses.find(id);
    if (before != sums.plans_before.uses.end()) {
      use.first = std::min(use.first, before->second.first);
    }
  }
  return uses;
}

// When any plan of a statement is first seen.
std::map<std::uint64_t, Time> first_plans_of(const PeriodSums& sums) {
  std::map<std::uint64_t, Time> firsts;
  const auto add = [&firsts](std::uint64_t fingerprint, Time time) {
    const auto [it, inserted] = firsts.try_emplace(fingerprint, time);
    if (!inserted) it->second = std::min(it->second, time);
  };
  for (const auto& [id, stats] : sums.plans_before.uses) add(id.fingerprint, stats.first);
  for (const auto& [key, stats] : sums.current.plans.hours) add(key.fingerprint, stats.first);
  return firsts;
}

std::set<std::uint64_t> statements_of(const WindowFacts& facts, const ClassChange& change) {
  std::set<std::uint64_t> statements;
  const auto& steps = facts.pool.sums.current.class_steps;
  const auto found = steps.find(change.class_id);
  if (found == steps.end()) return statements;
  for (const Fingerprint& step : found->second.steps) statements.insert(step.value);
  return statements;
}

std::set<std::uint64_t> statements_of_holders(const WindowFacts& facts) {
  double used = 0;
  for (const ClassChange& change : facts.parts.classes) used += change.used.total();
  std::set<std::uint64_t> all;
  for (const ClassChange& change : facts.parts.classes) {
    if (change.used.total() < kSmallWindowHolder * used) break;
    all.merge(statements_of(facts, change));
  }
  return all;
}

// The class whose statements ran longer than all others'.
std::set<std::uint64_t> statements_that_grew(const WindowFacts& facts) {
  const auto& classes = facts.parts.classes;
  const auto most = std::max_element(classes.begin(), classes.end(),
                                     [](const ClassChange& a, const ClassChange& b) {
                                       return a.extra.longer.busy < b.extra.longer.busy;
                                     });
  return most == classes.end() ? std::set<std::uint64_t>{} : statements_of(facts, *most);
}

std::optional<Plan> plan_of(const PeriodSums& sums, const PlanId& id) {
  PlanSample sample;
  for (const auto& [key, samples] : sums.current.plans.days) {
    if (key.fingerprint != id.fingerprint) continue;
    const auto found = samples.all().find(id.hash);
    if (found != samples.all().end()) sample.merge(found->second);
  }
  const auto before = sums.plans_before.samples.find(id);
  if (sample.plan.empty() && before != sums.plans_before.samples.end()) sample = before->second;
  Result<Plan> plan = decode_plan(sample.plan);
  if (!plan) return std::nullopt;
  return *std::move(plan);
}

// `; orders o: Index Scan using orders_pkey became Seq Scan`, the first that differs.
std::string nodes_words(const PeriodSums& sums, const PlanSwitch& change) {
  const auto before = plan_of(sums, {change.fingerprint.value, change.before});
  const auto after = plan_of(sums, {change.fingerprint.value, change.after});
  if (!before || !after) return "";
  const PlanChange what = compare_plans(*before, figures_of(*before), *after, figures_of(*after));
  for (const NodeChange& node : what.nodes) {
    if (node.before.words.empty() || node.after.words.empty()) continue;
    if (node.before.words == node.after.words) continue;
    return fmt::format("; {}: {} became {}", node.what, node.before.words, node.after.words);
  }
  return "";
}

std::string statement_words(const PeriodSums& sums, std::uint64_t fingerprint) {
  const auto text = sums.current.texts.find(fingerprint);
  return text == sums.current.texts.end() ? hex(Fingerprint{fingerprint})
                                          : first_line(text->second.text);
}

double mean_seconds(Micros total, std::uint64_t calls) {
  return calls == 0 ? 0 : seconds_of(total) / static_cast<double>(calls);
}

std::string switch_words(const PeriodSums& sums, const PlanSwitch& change) {
  return fmt::format("`{}` has another plan since {}: {} on average before, {} with it{}",
                     statement_words(sums, change.fingerprint.value), time_of_day(change.since),
                     length_words(mean_seconds(change.total_before, change.calls_before)),
                     length_words(mean_seconds(change.total_after, change.calls_after)),
                     nodes_words(sums, change));
}

std::string accusation(const WindowFacts& facts, const PlanId& id, const UseInWindow& use) {
  const PeriodSums& sums = facts.pool.sums;
  for (const PlanSwitch& change : plan_switches(sums.current.plans, sums.plans_before)) {
    if (change.fingerprint.value == id.fingerprint && change.after == id.hash) {
      return switch_words(sums, change);
    }
  }
  return fmt::format("`{}` ran with a plan that is first seen at {}, at most {} long",
                     statement_words(sums, id.fingerprint), time_of_day(use.first),
                     length_words(seconds_of(use.slowest)));
}

}  // namespace

OtherSuspect plan_suspect(const WindowFacts& facts, Time since) {
  const std::map<PlanId, UseInWindow> uses = uses_in(facts);
  const std::set<std::uint64_t> holders = statements_of_holders(facts);
  const std::set<std::uint64_t> grew = statements_that_grew(facts);
  const PlanSums& plans = facts.pool.sums.current.plans;
  const std::map<std::uint64_t, Time> first_plans = first_plans_of(facts.pool.sums);
  const std::pair<const PlanId, UseInWindow>* accused = nullptr;
  std::set<std::uint64_t> cleared;
  std::uint64_t calls = 0;
  for (const auto& use : uses) {
    const std::uint64_t statement = use.first.fingerprint;
    if (!holders.contains(statement)) continue;
    const bool is_other = use.second.first > first_plans.at(statement);
    if (is_other && use.second.first >= since) {
      if (accused == nullptr || use.second.slowest > accused->second.slowest) accused = &use;
    } else if (use.second.first < facts.window.start) {
      cleared.insert(statement);
      calls += use.second.calls;
    }
  }
  if (accused != nullptr) {
    return {State::kOpen, "plan_change", accusation(facts, accused->first, accused->second)};
  }
  const bool is_grown_seen =
      std::any_of(grew.begin(), grew.end(), [&](std::uint64_t id) { return cleared.contains(id); });
  if (is_grown_seen) {
    return {State::kCleared, "plan_change",
            fmt::format("{} plans of {} of the holders' statements were logged around the window, "
                        "none with a plan that is first seen since {}",
                        calls, cleared.size(), time_of_day(since))};
  }
  return {State::kUnknown, "plan_change",
          plans.empty() ? "plans in the log (auto_explain)"
                        : "plans of the holders in the log, from before the window and in it "
                          "(auto_explain.log_min_duration)"};
}

}  // namespace pgcounsel
