#include "analyzer/plans/node_words.h"

#include <algorithm>
#include <array>

#include "analyzer/report/sql_quote.h"

namespace pgcounsel {
namespace {

struct StrategyWord {
  std::string_view type, strategy, word;
};
constexpr std::array kStrategyWords{
    StrategyWord{"Aggregate", "Sorted", "GroupAggregate"},
    StrategyWord{"Aggregate", "Hashed", "HashAggregate"},
    StrategyWord{"Aggregate", "Mixed", "MixedAggregate"},
    StrategyWord{"SetOp", "Hashed", "HashSetOp"},
};

// What stands behind `on` where it is no relation.
constexpr std::array kSources{PlanText::kRelationName, PlanText::kFunctionName,
                              PlanText::kTableFunctionName, PlanText::kCteName,
                              PlanText::kTuplestoreName};

std::string_view strategy_word(const PlanNode& node) {
  for (const StrategyWord& row : kStrategyWords) {
    if (node.is(row.type) && node.text(PlanText::kStrategy) == row.strategy) return row.word;
  }
  return node.type;
}

// `Hash Join` of type Left is a `Hash Left Join`, a Nested Loop becomes a `Nested Loop Left Join`.
std::string joined(const PlanNode& node) {
  const std::string_view type = node.text(PlanText::kJoinType);
  if (type.empty() || type == "Inner") return node.type;
  constexpr std::string_view kJoin = " Join";
  std::string_view base = node.type;
  if (base.ends_with(kJoin)) base.remove_suffix(kJoin.size());
  return std::string(base) + " " + std::string(type) + std::string(kJoin);
}

bool is_join(const PlanNode& node) {
  return node.is("Nested Loop") || node.is("Hash Join") || node.is("Merge Join");
}

std::string bare_kind(const PlanNode& node) {
  const std::string operation(node.text(PlanText::kOperation));
  if (node.is("ModifyTable")) return operation.empty() ? node.type : operation;
  if (is_join(node)) return joined(node);
  if (node.is("SetOp") && node.has(PlanText::kCommand)) {
    return std::string(strategy_word(node)) + " " + std::string(node.text(PlanText::kCommand));
  }
  if (node.is("Foreign Scan") && !operation.empty() && operation != "Select") {
    return "Foreign " + operation;
  }
  if (node.is("Custom Scan") && node.has(PlanText::kCustomPlanProvider)) {
    return node.type + " (" + std::string(node.text(PlanText::kCustomPlanProvider)) + ")";
  }
  return std::string(strategy_word(node));
}

// As the server prints it: quoted where it could not be read back otherwise.
std::string identifier(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  };
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), is_plain) &&
                    (name.front() == '_' || (name.front() >= 'a' && name.front() <= 'z'));
  return bare ? std::string(name) : quoted_identifier(name);
}

std::string target_words(const PlanNode& node) {
  const std::string_view alias = node.text(PlanText::kAlias);
  for (const PlanText source : kSources) {
    if (!node.has(source)) continue;
    std::string words = " on ";
    if (node.has(PlanText::kSchema)) words += identifier(node.text(PlanText::kSchema)) + ".";
    words += identifier(node.text(source));
    if (!alias.empty() && alias != node.text(source)) words += " " + identifier(alias);
    return words;
  }
  return alias.empty() ? "" : " on " + identifier(alias);
}

}  // namespace

std::string kind_words(const PlanNode& node) {
  std::string words;
  if (node.has(PlanText::kPartialMode)) {
    const std::string_view mode = node.text(PlanText::kPartialMode);
    if (mode != "Simple") words += std::string(mode) + " ";
  }
  if (node.text(PlanText::kParallelAware) == "true") words = "Parallel " + words;
  if (node.text(PlanText::kAsyncCapable) == "true") words = "Async " + words;
  words += bare_kind(node);
  const std::string_view direction = node.text(PlanText::kScanDirection);
  if (direction == "Backward") words += " Backward";
  return words;
}

std::string node_words(const PlanNode& node) {
  std::string words = kind_words(node);
  const std::string_view index = node.text(PlanText::kIndexName);
  if (node.is("Bitmap Index Scan")) return words + " on " + identifier(index);
  if (!index.empty()) words += " using " + identifier(index);
  return words + target_words(node);
}

std::string relation_of(const Plan& plan, std::size_t place) {
  constexpr int kFarthest = 100;  // bitmaps of bitmaps
  for (int step = 0; step < kFarthest && place != kNoNode; ++step) {
    const PlanNode& node = plan.nodes[place];
    if (node.has(PlanText::kRelationName)) return std::string(node.text(PlanText::kRelationName));
    const bool is_bitmap =
        node.is("Bitmap Index Scan") || node.is("BitmapAnd") || node.is("BitmapOr");
    if (!is_bitmap) return "";
    place = node.parent;
  }
  return "";
}

}  // namespace pgcounsel
