// The values of a plan: where each name's goes. What is open tells where we are.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "parser/number.h"
#include "parser/plan/plan_build.h"
#include "parser/plan/plan_names.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

PlanNumber following(PlanNumber name, int places) {
  return static_cast<PlanNumber>(static_cast<int>(name) + places);
}
static_assert(static_cast<int>(PlanNumber::kFullSortPeakMemory) ==
              static_cast<int>(PlanNumber::kFullSortGroups) + 1);
static_assert(static_cast<int>(PlanNumber::kFullSortPeakDisk) ==
              static_cast<int>(PlanNumber::kFullSortGroups) + 2);
static_assert(static_cast<int>(PlanNumber::kPresortedPeakMemory) ==
              static_cast<int>(PlanNumber::kPresortedGroups) + 1);
static_assert(static_cast<int>(PlanNumber::kPresortedPeakDisk) ==
              static_cast<int>(PlanNumber::kPresortedGroups) + 2);

}  // namespace

void PlanBuilder::scalar(std::string_view name, std::string_view value) {
  if (passed_over_ > 0 || open_.empty()) return;
  const Open& around = open_.back();
  switch (around.scope) {
    case Scope::kDocument:
      return document_scalar(name, value);
    case Scope::kNode:
    case Scope::kWorker:
      return field_scalar(name, value);
    case Scope::kList:
    case Scope::kKeySet:
      return add_item(value);
    case Scope::kKeySets:  // XML's empty set
      begin_keys();
      list_ += ')';
      return;
    case Scope::kSortGroup:
    case Scope::kSortMemory:
    case Scope::kSortDisk:
      return sort_scalar(static_cast<PlanNumber>(around.detail), name, value);
    case Scope::kSortMethods:
      if (!value.starts_with("external")) sorts_in_memory_ = true;
      return;
    case Scope::kTrigger:
      return trigger_scalar(name, value);
    case Scope::kJit:
    case Scope::kJitOptions:
      return jit_scalar(name, value);
    case Scope::kJitTiming:
    case Scope::kJitGeneration:
      return jit_timing_scalar(name, value);
    case Scope::kSettings:
      plan_.settings.push_back({std::string(name), std::string(value)});
      return;
    case Scope::kPlanning:
      return planning_scalar(name, value);
    case Scope::kSerialization:
      return serialization_scalar(name, value);
    default:
      return;
  }
}

void PlanBuilder::document_scalar(std::string_view name, std::string_view value) {
  const auto is = [name](std::string_view other) { return same_plan_name(name, other); };
  if (is("Planning Time")) {
    plan_.planning_ms = number(name, value);
  } else if (is("Execution Time") || is("Total Runtime")) {  // the latter up to PostgreSQL 9.3
    plan_.execution_ms = number(name, value);
  } else if (is("Query Text")) {
    plan_.query = value;
  } else if (is("Query Parameters")) {
    plan_.parameters = value;
  } else if (is("Query Identifier")) {
    plan_.query_id = whole_text_number<std::int64_t>(trimmed(value));
  }
}

void PlanBuilder::field_scalar(std::string_view name, std::string_view value) {
  if (const auto found = plan_number_named(name)) return set_number(numbers(), *found, value);
  if (const auto found = plan_text_named(name)) {
    if (!says_nothing(*found, value)) texts().set(*found, std::string(value));
    return;
  }
  if (open_.back().scope == Scope::kNode) {
    if (same_plan_name(name, "Node Type")) node().type = value;
  } else if (same_plan_name(name, "Worker Number")) {
    node().workers.back().number = number_of<int>(trimmed(value));
  }
}

void PlanBuilder::sort_scalar(PlanNumber count, std::string_view name, std::string_view value) {
  const Scope scope = open_.back().scope;
  if (scope == Scope::kSortGroup) {
    if (same_plan_name(name, "Group Count")) set_number(numbers(), count, value);
  } else if (same_plan_name(name, "Peak Sort Space Used")) {
    set_number(numbers(), following(count, scope == Scope::kSortMemory ? 1 : 2), value);
  }
}

void PlanBuilder::trigger_scalar(std::string_view name, std::string_view value) {
  PlanTrigger& trigger = plan_.triggers.back();
  const auto is = [name](std::string_view other) { return same_plan_name(name, other); };
  if (is("Trigger Name")) {
    trigger.name = value;
  } else if (is("Constraint Name")) {
    trigger.constraint = value;
  } else if (is("Relation")) {
    trigger.relation = value;
  } else if (is("Time")) {
    trigger.ms = number(name, value);
  } else if (is("Calls")) {
    trigger.calls = number(name, value).value_or(0);
  }
}

void PlanBuilder::jit_scalar(std::string_view name, std::string_view value) {
  if (open_.back().scope == Scope::kJitOptions) {
    std::string& options = plan_.jit->options;
    if (!options.empty()) options += ", ";
    options.append(name).append(" ").append(value);
  } else if (name == "Functions") {
    plan_.jit->functions = number(name, value).value_or(0);
  }
}

void PlanBuilder::jit_timing_scalar(std::string_view name, std::string_view value) {
  PlanJit& jit = *plan_.jit;
  if (open_.back().scope == Scope::kJitGeneration) {  // an object since PostgreSQL 17
    if (name == "Total") jit.generation_ms = number(name, value);
    return;
  }
  constexpr std::pair<std::string_view, std::optional<double> PlanJit::*> kTimes[] = {
      {"Generation", &PlanJit::generation_ms},
      {"Inlining", &PlanJit::inlining_ms},
      {"Optimization", &PlanJit::optimization_ms},
      {"Emission", &PlanJit::emission_ms},
      {"Total", &PlanJit::total_ms},
  };
  for (const auto& [time, member] : kTimes)
    if (name == time) jit.*member = number(name, value);
}

void PlanBuilder::serialization_scalar(std::string_view name, std::string_view value) {
  PlanSerialization& serialization = *plan_.serialization;
  const auto is = [name](std::string_view other) { return same_plan_name(name, other); };
  if (is("Time")) {
    serialization.ms = number(name, value);
  } else if (is("Output Volume")) {
    serialization.output_kb = number(name, value).value_or(0);
  } else if (is("Format")) {
    serialization.format = value;
  }
}

void PlanBuilder::planning_scalar(std::string_view name, std::string_view value) {
  if (same_plan_name(name, "Memory Used")) {
    plan_.planner_memory_used_kb = number(name, value);
  } else if (same_plan_name(name, "Memory Allocated")) {
    plan_.planner_memory_allocated_kb = number(name, value);
  } else if (const auto found = plan_number_named(name)) {
    set_number(plan_.planning, *found, value);
  }
}

void PlanBuilder::add_item(std::string_view value) {
  if (has_items_) list_ += ", ";
  list_ += value;
  has_items_ = true;
}

std::optional<double> PlanBuilder::number(std::string_view name, std::string_view value) {
  value = trimmed(value);
  double result = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), result);
  if (error == std::errc{} && stop == value.data() + value.size() && std::isfinite(result)) {
    return result;
  }
  const bool in_node = open_.back().node != kNoNode;
  fault(in_node ? node().line : plan_.line, "the value of " + std::string(name) + " is no number");
  return std::nullopt;
}

void PlanBuilder::set_number(PlanNumbers& numbers, PlanNumber name, std::string_view value) {
  if (name == PlanNumber::kRepeatableSeed) {  // an expression: '0'::double precision
    if (value.starts_with('\'')) value.remove_prefix(1);
    double seed = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), seed);
    if (read.ec == std::errc{} && std::isfinite(seed)) numbers.set(name, seed);
    return;
  }
  const auto read = number(name_of(name), value);
  if (read.has_value() && !says_nothing(name, *read)) numbers.set(name, *read);
}

PlanNumbers& PlanBuilder::numbers() {
  return open_.back().in_worker ? node().workers.back().numbers : node().numbers;
}

PlanTexts& PlanBuilder::texts() {
  return open_.back().in_worker ? node().workers.back().texts : node().texts;
}

}  // namespace pgcounsel
