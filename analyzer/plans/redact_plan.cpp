#include "analyzer/plans/redact_plan.h"

#include <algorithm>
#include <array>

#include "parser/sql/redact.h"

namespace pgcounsel {
namespace {

constexpr std::array kExpressions{PlanText::kOutput,
                                  PlanText::kFilter,
                                  PlanText::kJoinFilter,
                                  PlanText::kIndexCond,
                                  PlanText::kRecheckCond,
                                  PlanText::kOrderBy,
                                  PlanText::kHashCond,
                                  PlanText::kMergeCond,
                                  PlanText::kTidCond,
                                  PlanText::kOneTimeFilter,
                                  PlanText::kRunCondition,
                                  PlanText::kConflictFilter,
                                  PlanText::kSortKey,
                                  PlanText::kPresortedKey,
                                  PlanText::kGroupKey,
                                  PlanText::kGroupingSets,
                                  PlanText::kWindow,
                                  PlanText::kCacheKey,
                                  PlanText::kSamplingParameters,
                                  PlanText::kFunctionCall,
                                  PlanText::kTableFunctionCall,
                                  PlanText::kRemoteSql};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// `SubPlan 1` <-> `SubPlan_1`, which the lexer takes for a name.
std::string with_joint(std::string_view text, char from, char to) {
  std::string out(text);
  for (const std::string_view word : {std::string_view("SubPlan"), std::string_view("InitPlan")}) {
    for (std::size_t at = out.find(word); at != out.npos; at = out.find(word, at)) {
      at += word.size();
      if (at + 1 < out.size() && out[at] == from && is_digit(out[at + 1])) out[at] = to;
    }
  }
  return out;
}

void redact_texts(PlanTexts& texts) {
  for (auto& [name, text] : texts) {
    if (is_expression(name)) text = redacted_expression(text);
  }
}

}  // namespace

bool is_expression(PlanText name) {
  return std::find(kExpressions.begin(), kExpressions.end(), name) != kExpressions.end();
}

std::string redacted_expression(std::string_view expression) {
  return with_joint(redact(with_joint(expression, ' ', '_')), '_', ' ');
}

void redact_plan(Plan& plan) {
  for (PlanNode& node : plan.nodes) {
    redact_texts(node.texts);
    for (PlanWorker& worker : node.workers) redact_texts(worker.texts);
  }
  plan.query = redact(plan.query);
  plan.parameters.clear();
}

}  // namespace pgcounsel
