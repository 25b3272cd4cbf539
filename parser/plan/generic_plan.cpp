#include "parser/plan/generic_plan.h"

#include <array>
#include <set>
#include <string_view>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::array kConditions{
    PlanText::kIndexCond,     PlanText::kRecheckCond, PlanText::kFilter,  PlanText::kJoinFilter,
    PlanText::kHashCond,      PlanText::kMergeCond,   PlanText::kTidCond, PlanText::kOrderBy,
    PlanText::kOneTimeFilter, PlanText::kRunCondition};

template <class Visit>
void for_parameters(std::string_view text, Visit visit) {
  if (text.find('$') == std::string_view::npos) return;
  Lexer lexer(text);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (token.kind == TokenKind::kParameter) visit(token.text);
  }
}

}  // namespace

bool is_generic(const Plan& plan) {
  std::set<std::string_view> returned;  // `InitPlan 1 (returns $0,$1)`
  for (const PlanNode& node : plan.nodes) {
    for_parameters(node.text(PlanText::kSubplanName),
                   [&](std::string_view name) { returned.insert(name); });
  }
  bool generic = false;
  for (const PlanNode& node : plan.nodes) {
    for (PlanText condition : kConditions) {
      for_parameters(node.text(condition), [&](std::string_view name) {
        generic = generic || (name != "$0" && !returned.contains(name));
      });
    }
  }
  return generic;
}

}  // namespace pgcounsel
