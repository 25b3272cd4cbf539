#include "analyzer/plans/redact_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "parser/number.h"
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

// The highest k of `InitPlan 2 (returns $k)`; nothing where there is none.
std::optional<unsigned> highest_returned(const Plan& plan) {
  std::optional<unsigned> highest;
  for (const PlanNode& node : plan.nodes) {
    const std::string_view name = node.text(PlanText::kSubplanName);
    for (std::size_t at = name.find('$'); at != name.npos; at = name.find('$', at + 1)) {
      std::string_view rest = name.substr(at + 1);
      const auto number = take_number<unsigned>(rest);
      if (number && (!highest || *number > *highest)) highest = number;
    }
  }
  return highest;
}

// `SubPlan 1` and `InitPlan 1` keep their numbers. What stands before the expression makes redact()
// count on from there.
std::string redacted(std::string_view expression, std::string_view before) {
  std::string text = redact(std::string(before) + with_joint(expression, ' ', '_'));
  if (text.starts_with(before)) text.erase(0, before.size());
  return with_joint(text, '_', ' ');
}

void redact_texts(PlanTexts& texts, std::string_view before) {
  for (auto& [name, text] : texts) {
    if (is_expression(name)) text = redacted(text, before);
  }
}

}  // namespace

bool is_expression(PlanText name) {
  return std::find(kExpressions.begin(), kExpressions.end(), name) != kExpressions.end();
}

void redact_plan(Plan& plan) {
  const auto returned = highest_returned(plan);
  const std::string before = returned ? fmt::format("${} ", *returned) : std::string();
  for (PlanNode& node : plan.nodes) {
    redact_texts(node.texts, before);
    for (PlanWorker& worker : node.workers) redact_texts(worker.texts, before);
  }
  plan.query = redact(plan.query);
  plan.parameters.clear();
}

}  // namespace pgcounsel
