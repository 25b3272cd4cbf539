#include "analyzer/plans/apart.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pgcounsel {
namespace {

constexpr std::string_view kCte = "CTE ", kInitPlan = "InitPlan ", kSubPlan = "SubPlan ";
constexpr std::string_view kReturns = " (returns ";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

void add_reference(PlanReferences& references, std::string_view name, std::size_t place) {
  auto found = references.find(name);
  if (found == references.end()) found = references.emplace(name, std::vector<std::size_t>{}).first;
  if (found->second.empty() || found->second.back() != place) found->second.push_back(place);
}

// `$12`, which is not the end of a name such as a$12.
void add_parameters(PlanReferences& references, std::string_view text, std::size_t place) {
  for (std::size_t at = text.find('$'); at != text.npos; at = text.find('$', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == at + 1 || (at > 0 && is_word(text[at - 1]))) continue;
    add_reference(references, text.substr(at, end - at), place);
  }
}

// `(InitPlan 1).col1`, `(hashed SubPlan 2)`
void add_named(PlanReferences& references, std::string_view text, std::string_view opening,
               std::size_t place) {
  for (std::size_t at = text.find(opening); at != text.npos; at = text.find(opening, at + 1)) {
    std::size_t end = at + opening.size();
    while (end < text.size() && is_word(text[end])) ++end;
    add_reference(references, text.substr(at + 1, end - at - 1), place);
  }
}

bool is_name(PlanText name) {
  constexpr std::array kNames{PlanText::kStrategy,
                              PlanText::kPartialMode,
                              PlanText::kOperation,
                              PlanText::kJoinType,
                              PlanText::kParentRelationship,
                              PlanText::kSubplanName,
                              PlanText::kRelationName,
                              PlanText::kAlias,
                              PlanText::kIndexName,
                              PlanText::kSchema,
                              PlanText::kCteName,
                              PlanText::kFunctionName};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// `InitPlan 1 (returns $0,$1)` -> $0, $1, InitPlan 1
std::vector<std::string_view> values_of(std::string_view subplan_name) {
  std::vector<std::string_view> values{subplan_name.substr(0, subplan_name.find(kReturns))};
  const std::size_t returns = subplan_name.find(kReturns);
  if (returns == subplan_name.npos) return values;
  for (std::size_t at = subplan_name.find('$', returns); at != subplan_name.npos;) {
    const std::size_t end = std::min(subplan_name.find_first_of(",) ", at), subplan_name.size());
    values.push_back(subplan_name.substr(at, end - at));
    at = subplan_name.find('$', end);
  }
  return values;
}

// Those in the subtree of the InitPlan's parent, but not in its own.
std::vector<std::size_t> within(const std::vector<std::size_t>& places, const Plan& plan,
                                std::size_t head) {
  const std::size_t parent = plan.nodes[head].parent;
  std::vector<std::size_t> chosen;
  for (const std::size_t place : places) {
    const bool outside = parent != kNoNode && (place < parent || place >= plan.nodes[parent].end);
    const bool own = place >= head && place < plan.nodes[head].end;
    if (!outside && !own) chosen.push_back(place);
  }
  return chosen;
}

bool evaluates_before_workers(const PlanNode& node, std::string_view value) {
  const std::string_view evaluated = node.text(PlanText::kParamsEvaluated);
  const std::size_t at = evaluated.find(value);
  if (at == evaluated.npos) return false;
  const std::size_t end = at + value.size();
  return end == evaluated.size() || !is_digit(evaluated[end]);
}

// A value belongs to one InitPlan, so its list is moved out and looked at once.
void add_payers(const Plan& plan, PlanReferences& unclaimed, ApartSubtree& subtree) {
  for (const std::string_view value :
       values_of(plan.nodes[subtree.head].text(PlanText::kSubplanName))) {
    const auto found = unclaimed.find(value);
    if (found == unclaimed.end()) continue;
    for (const std::size_t place : within(found->second, plan, subtree.head)) {
      const bool first = evaluates_before_workers(plan.nodes[place], value);
      (first ? subtree.first_payers : subtree.payers).push_back(place);
    }
    unclaimed.erase(found);
  }
  for (auto* places : {&subtree.first_payers, &subtree.payers}) {
    std::sort(places->begin(), places->end());
    places->erase(std::unique(places->begin(), places->end()), places->end());
  }
}

// Which CTE a CTE Scan reads: the innermost of its name that is defined around it.
class CteScopes {
 public:
  explicit CteScopes(const Plan& plan) : plan_(plan) {}

  // Before the node at `place` is looked at; places come in their order.
  void advance(std::size_t place) {
    while (!open_.empty() && plan_.nodes[open_.back().head].end <= place) {
      const Definition done = open_.back();
      open_.pop_back();
      scopes_[name_of_cte(done.head)].push_back(done);
    }
  }
  void begin(std::size_t head, std::size_t subtree) { open_.push_back({head, subtree}); }

  // The place of its subtree in the list, kNoNode where none is known.
  std::size_t find(std::string_view name, std::size_t place) {
    const auto found = scopes_.find(name);
    if (found == scopes_.end()) return kNoNode;
    std::vector<Definition>& known = found->second;
    while (!known.empty() && end_of_scope(known.back().head) <= place) known.pop_back();
    return known.empty() ? kNoNode : known.back().subtree;
  }

 private:
  struct Definition {
    std::size_t head, subtree;
  };
  std::string_view name_of_cte(std::size_t head) const {
    return plan_.nodes[head].text(PlanText::kSubplanName).substr(kCte.size());
  }
  std::size_t end_of_scope(std::size_t head) const {
    const std::size_t parent = plan_.nodes[head].parent;
    return parent == kNoNode ? plan_.nodes.size() : plan_.nodes[parent].end;
  }

  const Plan& plan_;
  std::vector<Definition> open_;  // we are inside: a CTE does not read itself
  std::map<std::string_view, std::vector<Definition>> scopes_;
};

// A CTE Scan that its CTE hangs under stands before it.
bool is_read_by_parent(const Plan& plan, std::size_t head) {
  if (plan.nodes[head].parent == kNoNode) return false;
  const PlanNode& parent = plan.nodes[plan.nodes[head].parent];
  return parent.is("CTE Scan") &&
         parent.text(PlanText::kCteName) ==
             plan.nodes[head].text(PlanText::kSubplanName).substr(kCte.size());
}

}  // namespace

bool is_cte(const PlanNode& node) {
  return node.text(PlanText::kSubplanName).starts_with(kCte);
}

bool is_init_plan(const PlanNode& node) {
  if (is_cte(node)) return false;
  return node.text(PlanText::kParentRelationship) == "InitPlan" ||
         node.text(PlanText::kSubplanName).starts_with(kInitPlan);
}

bool hangs_apart(const PlanNode& node) {
  return is_cte(node) || is_init_plan(node);
}

bool is_sub_plan(const PlanNode& node) {
  return node.text(PlanText::kParentRelationship) == "SubPlan" ||
         node.text(PlanText::kSubplanName).starts_with(kSubPlan);
}

PlanReferences references_of(const Plan& plan) {
  PlanReferences references;
  for (std::size_t place = 0; place < plan.nodes.size(); ++place) {
    for (const auto& [name, text] : plan.nodes[place].texts) {
      if (is_name(name)) continue;
      add_parameters(references, text, place);
      add_named(references, text, "(InitPlan ", place);
      add_named(references, text, "(hashed SubPlan ", place);
    }
  }
  return references;
}

std::vector<ApartSubtree> apart_subtrees(const Plan& plan, const PlanReferences& references) {
  std::vector<ApartSubtree> subtrees;
  PlanReferences unclaimed = references;
  CteScopes scopes(plan);
  for (std::size_t place = 0; place < plan.nodes.size(); ++place) {
    const PlanNode& node = plan.nodes[place];
    scopes.advance(place);
    if (is_cte(node)) {
      scopes.begin(place, subtrees.size());
      subtrees.push_back({place, true, {}, {}});
      if (is_read_by_parent(plan, place)) subtrees.back().payers.push_back(node.parent);
    } else if (is_init_plan(node)) {
      subtrees.push_back({place, false, {}, {}});
      add_payers(plan, unclaimed, subtrees.back());
    }
    if (node.is("CTE Scan")) {
      const std::size_t read = scopes.find(node.text(PlanText::kCteName), place);
      if (read != kNoNode) subtrees[read].payers.push_back(place);
    }
  }
  return subtrees;
}

}  // namespace pgcounsel
