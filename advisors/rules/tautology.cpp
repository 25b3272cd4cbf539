// Conditions on one column that contradict each other, or leave nothing out.
#include <optional>
#include <utility>
#include <vector>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "tautology",
    .level = Level::kHigh,
    .remedy = "Exchange AND and OR, or say it as a list: `column NOT IN (…)`, `column IN (…)`.",
    .verify = "`SELECT count(*)` with the condition, without it, and with the mended one.",
    .rollback = "Put the old condition back; no data changes by it.",
    .because = "one column is compared with different literals"};

struct Comparison {
  Node node, column, value;  // value: none for IS NULL
};

// `column = value` or `column <> value`, whichever stands on which side.
std::optional<Comparison> comparison_of(Node node, bool equal) {
  if (!is_operator(node, equal ? "=" : "<>")) return std::nullopt;
  Node left = node["lexpr"], right = node["rexpr"];
  if (is_column(right)) std::swap(left, right);
  const bool plain =
      is_column(left) && (is_constant(right) || is_parameter(right)) && !is_null_constant(right);
  return plain ? std::optional(Comparison{node, left, right}) : std::nullopt;
}

bool is_other_value(Node left, Node right) {
  if (is_parameter(left) && is_parameter(right))
    return without_casts(left).text("number") != without_casts(right).text("number");
  if (is_parameter(left) || is_parameter(right)) return false;
  const auto one = constant_text(left), two = constant_text(right);
  // 1 and 1.0, or a date in two forms, may be one value: only whole numbers and plain words count.
  const auto sure = [](const std::string& text) {
    return text.find_first_not_of("0123456789") == std::string::npos ||
           text.find_first_of("0123456789") == std::string::npos;
  };
  return one && two && *one != *two && sure(*one) && sure(*two) &&
         without_casts(left).is("A_Const") && without_casts(right).is("A_Const");
}

void report(const SqlContext& context, const Comparison& first, bool equal, Findings& findings) {
  const std::string name = column_title(context, first.column);
  Finding& finding = add_finding(
      findings, context, kWords, first.node,
      equal ? join({"Never true: ", name, " cannot equal two values"})
            : join({"Always true: ", name, " differs from one of two values in every row"}),
      name);
  if (!is_parameter(first.value)) return;
  finding.level = Level::kLow;
  finding.confidence = Confidence::kMedium;
  finding.confidence_because = "both values are parameters, which may be equal";
}

void check_list(const SqlContext& context, const NodeList& parts, bool equal, Findings& findings) {
  constexpr std::size_t kMost = 50;  // longer lists are generated, and would take quadratic time
  std::vector<Comparison> seen;
  for (const Node part : parts) {
    const auto comparison = comparison_of(part, equal);
    if (!comparison || seen.size() == kMost) continue;
    for (const Comparison& other : seen) {
      if (!is_same_column(other.column, comparison->column) ||
          !is_other_value(other.value, comparison->value))
        continue;
      report(context, other, equal, findings);
      break;
    }
    seen.push_back(*comparison);
  }
  if (!equal) return;
  for (const Node part : parts) {
    if (!part.is("NullTest") || part.text("nulltesttype") != "IS_NULL") continue;
    for (const Comparison& other : seen) {
      if (!is_same_column(other.column, part["arg"])) continue;
      const std::string name = column_title(context, other.column);
      add_finding(findings, context, kWords, other.node,
                  join({"Never true: ", name, " cannot be NULL and have a value"}), name);
      break;
    }
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    check_list(context, filters_of(query), true, findings);
    for (const Node node : own_nodes(query, "BoolExpr")) {
      if (node.text("boolop") == "OR_EXPR") check_list(context, node.list("args"), false, findings);
    }
  }
}

}  // namespace

Findings tautology(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
