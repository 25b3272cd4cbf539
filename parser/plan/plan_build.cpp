#include "parser/plan/plan_build.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

#include "parser/find.h"
#include "parser/number.h"
#include "parser/plan/plan_names.h"
#include "parser/trimmed.h"

namespace pgcounsel {

std::uint32_t PlanLines::at(std::size_t place) {
  place = std::min(place, text_.size());
  constexpr auto kBlock = static_cast<std::size_t>(kFindBlock);
  for (; counted_ + kBlock <= place; counted_ += kBlock) {
    const std::uint32_t found = found_in_block(text_.data() + counted_, '\n');
    line_ += static_cast<std::uint32_t>(std::popcount(found));
  }
  for (; counted_ < place; ++counted_) line_ += text_[counted_] == '\n' ? 1U : 0U;
  return line_;
}

enum class PlanBuilder::Scope : std::uint8_t {
  kDocument,  // what holds a plan and what stands beside it, or a list of such
  kNode,
  kNodes,
  kWorkers,
  kWorker,
  kList,       // of the items of a text
  kSortGroup,  // detail: the number of groups; the peaks of memory and disk follow it
  kSortMemory,
  kSortDisk,
  kGroupingSets,
  kGroupingSet,
  kKeySets,
  kKeySet,
  kTriggers,
  kTrigger,
  kJit,
  kJitOptions,
  kJitTiming,
  kJitGeneration,
  kSettings,
  kPlanning,
  kSerialization,
};

// What a name begins inside of what.
struct PlanBuilder::Inside {
  Scope scope;
  std::string_view name;  // kAnyName: whatever its name is, as of a list's items
  Scope opened;
  PlanNumber number{};
};

namespace {
constexpr std::string_view kAnyName = "*";
}

constexpr PlanBuilder::Inside PlanBuilder::kInside[] = {
    {Scope::kNode, "Plans", Scope::kNodes},
    {Scope::kNodes, kAnyName, Scope::kNode},
    {Scope::kDocument, "Plan", Scope::kNode},
    {Scope::kDocument, "", Scope::kDocument},
    {Scope::kDocument, "Query", Scope::kDocument},
    {Scope::kDocument, "explain", Scope::kDocument},
    {Scope::kDocument, "QUERY PLAN", Scope::kDocument},
    {Scope::kDocument, "Triggers", Scope::kTriggers},
    {Scope::kDocument, "JIT", Scope::kJit},
    {Scope::kDocument, "Settings", Scope::kSettings},
    {Scope::kDocument, "Planning", Scope::kPlanning},
    {Scope::kDocument, "Serialization", Scope::kSerialization},
    {Scope::kNode, "Workers", Scope::kWorkers},
    {Scope::kWorkers, kAnyName, Scope::kWorker},
    {Scope::kNode, "Full-sort Groups", Scope::kSortGroup, PlanNumber::kFullSortGroups},
    {Scope::kNode, "Pre-sorted Groups", Scope::kSortGroup, PlanNumber::kPresortedGroups},
    {Scope::kWorker, "Full-sort Groups", Scope::kSortGroup, PlanNumber::kFullSortGroups},
    {Scope::kWorker, "Pre-sorted Groups", Scope::kSortGroup, PlanNumber::kPresortedGroups},
    {Scope::kSortGroup, "Sort Space Memory", Scope::kSortMemory},
    {Scope::kSortGroup, "Sort Space Disk", Scope::kSortDisk},
    {Scope::kNode, "Grouping Sets", Scope::kGroupingSets},
    {Scope::kGroupingSets, kAnyName, Scope::kGroupingSet},
    {Scope::kGroupingSet, "Hash Keys", Scope::kKeySets},
    {Scope::kGroupingSet, "Group Keys", Scope::kKeySets},
    {Scope::kKeySets, kAnyName, Scope::kKeySet},
    {Scope::kTriggers, kAnyName, Scope::kTrigger},
    {Scope::kJit, "Options", Scope::kJitOptions},
    {Scope::kJit, "Timing", Scope::kJitTiming},
    {Scope::kJitTiming, "Generation", Scope::kJitGeneration},
};

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

std::optional<PlanBuilder::Open> PlanBuilder::opened_by(std::string_view name) const {
  if (open_.empty()) return Open{Scope::kDocument, 0, false, kNoNode};
  const Open& around = open_.back();
  Open opened = around;
  for (const Inside& inside : kInside) {
    if (inside.scope != around.scope) continue;
    if (inside.name != kAnyName && !same_plan_name(inside.name, name)) continue;
    opened.scope = inside.opened;
    if (inside.opened == Scope::kSortGroup)
      opened.detail = static_cast<std::uint8_t>(inside.number);
    opened.in_worker = around.in_worker || inside.opened == Scope::kWorker;
    return opened;
  }
  if (around.scope != Scope::kNode && around.scope != Scope::kWorker) return std::nullopt;
  const auto text = plan_text_named(name);
  if (!text.has_value()) return std::nullopt;
  opened.scope = Scope::kList;
  opened.detail = static_cast<std::uint8_t>(*text);
  return opened;
}

void PlanBuilder::begin(std::string_view name, std::size_t place) {
  std::optional<Open> opened;
  if (passed_over_ == 0) opened = opened_by(name);
  if (!opened.has_value()) {
    ++passed_over_;
    return;
  }
  switch (opened->scope) {
    case Scope::kDocument:
      begin_document(place);
      break;
    case Scope::kNode:
      begin_node(*opened, place);
      break;
    case Scope::kWorker:
      plan_.nodes[opened->node].workers.emplace_back();
      break;
    case Scope::kList:
    case Scope::kGroupingSets:
      list_.clear();
      has_items_ = false;
      break;
    case Scope::kKeySet:
      begin_keys();
      break;
    case Scope::kTrigger:
      plan_.triggers.emplace_back();
      break;
    case Scope::kJit:
      plan_.jit.emplace();
      break;
    case Scope::kSerialization:
      plan_.serialization.emplace();
      break;
    default:
      break;
  }
  open_.push_back(*opened);
}

void PlanBuilder::begin_document(std::size_t place) {
  plan_.line = lines_.at(place);
  if (open_.empty()) first_line_ = plan_.line;
}

void PlanBuilder::begin_node(Open& opened, std::size_t place) {
  PlanNode node;
  node.line = lines_.at(place);
  node.parent = opened.node;
  if (opened.node != kNoNode) node.depth = plan_.nodes[opened.node].depth + 1;
  if (opened.node == kNoNode && !plan_.nodes.empty()) {
    fault(node.line, "a second plan stands beside the first one in the same object");
  }
  opened.node = plan_.nodes.size();
  plan_.nodes.push_back(std::move(node));
}

void PlanBuilder::begin_keys() {
  if (!list_.empty()) list_ += ", ";
  list_ += '(';
  has_items_ = false;
}

void PlanBuilder::end() {
  if (passed_over_ > 0) {
    --passed_over_;
    return;
  }
  const Open ended = open_.back();
  switch (ended.scope) {
    case Scope::kDocument:
      end_document();
      break;
    case Scope::kNode:
      end_node(ended.node);
      break;
    case Scope::kList: {
      const auto name = static_cast<PlanText>(ended.detail);
      if (!says_nothing(name, list_)) texts().set(name, list_);
      break;
    }
    case Scope::kGroupingSets:
      if (!list_.empty()) node().texts.set(PlanText::kGroupingSets, list_);
      break;
    case Scope::kKeySet:
      list_ += ')';
      break;
    default:
      break;
  }
  open_.pop_back();
}

void PlanBuilder::end_node(std::size_t place) {
  PlanNode& node = plan_.nodes[place];
  node.end = plan_.nodes.size();
  if (node.type.empty()) fault(node.line, "a node has no Node Type");
}

void PlanBuilder::end_document() {
  if (!plan_.nodes.empty()) {
    plan_.format = format_;
    if (plans_.empty()) plan_.line = first_line_;
    plans_.push_back(std::move(plan_));
  }
  plan_ = {};
}

void PlanBuilder::fault(std::uint32_t line, std::string message) {
  if (!trouble_.has_value()) trouble_ = PlanTrouble{line, std::move(message)};
}

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

PlanRead PlanBuilder::finished(std::size_t taken) {
  PlanRead read;
  read.taken = taken;
  if (!trouble_.has_value() && plans_.empty()) fault(std::max(first_line_, 1U), "it holds no plan");
  read.trouble = std::move(trouble_);
  if (!read.trouble.has_value()) read.plans = std::move(plans_);
  return read;
}

PlanRead PlanBuilder::broken(std::size_t place, std::string message, std::size_t taken) {
  PlanRead read;
  read.taken = taken;
  read.trouble = PlanTrouble{lines_.at(place), std::move(message)};
  return read;
}

}  // namespace pgcounsel
