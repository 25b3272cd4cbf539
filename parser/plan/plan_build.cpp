#include "parser/plan/plan_build.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "parser/find.h"
#include "parser/plan/plan_names.h"

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

// What a name begins inside of what.
struct PlanBuilder::Inside {
  Scope scope;
  std::string_view name;  // kAnyName: whatever its name is, as of a list's items
  Scope opened;
  PlanNumber number{};
};

namespace {

constexpr std::string_view kAnyName = "*";
// XML has one name for full and pre-sorted groups, which come in this order, and one for memory
// and disk, which come in this order where the methods that were used are of both.
constexpr std::string_view kXmlSortGroups = "Incremental Sort Groups", kXmlSortSpace = "Sort Space";

}  // namespace

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
    {Scope::kNode, kXmlSortGroups, Scope::kSortGroup, PlanNumber::kFullSortGroups},
    {Scope::kWorker, kXmlSortGroups, Scope::kSortGroup, PlanNumber::kFullSortGroups},
    {Scope::kSortGroup, "Sort Methods Used", Scope::kSortMethods},
    {Scope::kSortGroup, kXmlSortSpace, Scope::kSortMemory},
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
  begin_scope(*opened, name, place);
  open_.push_back(*opened);
}

void PlanBuilder::begin_scope(Open& opened, std::string_view name, std::size_t place) {
  switch (opened.scope) {
    case Scope::kDocument:
      begin_document(place);
      break;
    case Scope::kNode:
      begin_node(opened, place);
      break;
    case Scope::kWorker:
      plan_.nodes[opened.node].workers.emplace_back();
      break;
    case Scope::kSortGroup:
      begin_sort_group(opened, name);
      break;
    case Scope::kSortMethods:
      sorts_in_memory_ = false;
      break;
    case Scope::kSortMemory:
      begin_sort_memory(opened, name);
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

void PlanBuilder::begin_sort_group(Open& opened, std::string_view name) {
  if (same_plan_name(name, kXmlSortGroups) && numbers().has(PlanNumber::kFullSortGroups)) {
    opened.detail = static_cast<std::uint8_t>(PlanNumber::kPresortedGroups);
  }
}

void PlanBuilder::begin_sort_memory(Open& opened, std::string_view name) {
  if (same_plan_name(name, kXmlSortSpace) && !sorts_in_memory_) opened.scope = Scope::kSortDisk;
  sorts_in_memory_ = false;
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
