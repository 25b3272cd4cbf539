// ($1 IS NULL OR col = $1).
#include <algorithm>
#include <utility>

#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "catch_all_predicate",
    .level = Level::kMedium,
    .remedy =
        "Build the SQL from the filters that are set, so that each combination is a statement with "
        "its own plan; or `SET LOCAL plan_cache_mode = force_custom_plan` for this one.",
    .verify =
        "`SET plan_cache_mode = force_generic_plan; EXPLAIN EXECUTE …` of the new statements: "
        "index scans.",
    .rollback = "`RESET plan_cache_mode`, or send the old statement.",
    .confidence = Confidence::kMedium,
    .because =
        "a generic plan must be right for a filter that is not set; whether the statement is "
        "prepared is not known here"};

bool is_given(Node node) {
  return is_parameter(node) || is_null_constant(node) || is_constant(node);
}

// `$1 IS NULL`, `$1 = ''`.
bool says_not_set(Node node) {
  if (node.is("NullTest")) return node.text("nulltesttype") == "IS_NULL" && is_given(node["arg"]);
  return is_operator(node, "=") && is_parameter(node["lexpr"]) && is_constant(node["rexpr"]);
}

bool has_parameter(Node node) {
  return is_given(node) || !node.all("ParamRef").empty();
}

// The column that is compared with what was given.
Node filtered_column(Node node) {
  if (!node.is("A_Expr")) return {};
  const Node left = without_casts(node["lexpr"]), right = without_casts(node["rexpr"]);
  if (is_column(left) && has_parameter(right)) return left;
  if (is_column(right) && has_parameter(left)) return right;
  const NodeList below = node["lexpr"].all("ColumnRef");  // lower(name) LIKE $1
  return !below.empty() && has_parameter(right) ? below.front() : Node{};
}

Node column_of_or(Node condition) {
  const NodeList arms = disjuncts(condition);
  if (arms.size() < 2 || std::ranges::none_of(arms, says_not_set)) return {};
  for (const Node arm : arms) {
    if (says_not_set(arm)) continue;
    for (const Node part : conjuncts(arm)) {
      if (const Node column = filtered_column(part)) return column;
    }
  }
  return {};
}

// `x = coalesce($1, x)`.
Node column_of_coalesce(Node condition) {
  if (!is_operator(condition, "=")) return {};
  Node column = condition["lexpr"], value = without_casts(condition["rexpr"]);
  if (column.is("CoalesceExpr")) std::swap(column, value);
  const NodeList args = value.list("args");
  const bool fits = value.is("CoalesceExpr") && args.size() == 2 && is_given(args.front()) &&
                    is_same_column(args.back(), column);
  return fits ? column : Node{};
}

Node column_of_case(Node condition) {
  const NodeList arms = condition.list("args");
  if (!condition.is("CaseExpr") || condition["arg"] || arms.size() != 1 || !condition["defresult"])
    return {};
  return says_not_set(arms.front()["expr"]) ? filtered_column(condition["defresult"]) : Node{};
}

Node optional_column(Node condition) {
  for (const auto find : {column_of_or, column_of_coalesce, column_of_case}) {
    if (const Node column = find(condition)) return column;
  }
  return {};
}

// A filter that is always set, on a key by its name or on what an index begins with.
bool has_narrow_filter(const SqlContext& context, Node query) {
  return std::ranges::any_of(filters_of(query), [&](Node filter) {
    if (!is_operator(filter, "=") || optional_column(filter)) return false;
    const Node column = filter["lexpr"];
    if (!is_column(column)) return false;
    const CatalogTable* const table = home_of(context, column).table;
    const std::string_view name = column_name(column);
    if (table != nullptr) return index_beginning_with(*table, name) != nullptr;
    return name == "id" || name.ends_with("_id");
  });
}

void check(const SqlContext& context, Findings& findings) {
  constexpr std::size_t kLongNames = 200;  // a title need not hold more
  for (const Node query : queries_of(context.root)) {
    Node first;
    std::string names;
    for (const Node condition : conditions_of(query)) {
      const Node column = optional_column(condition);
      if (!column) continue;
      if (!first) first = condition;
      if (names.size() > kLongNames) continue;
      names += join({names.empty() ? "" : ", ", column_title(context, column)});
    }
    if (!first) continue;
    Finding& finding = add_finding(
        findings, context, kWords, first,
        join({"Catch-all predicate on ", names, ": a generic plan can use no index for it"}),
        names);
    if (!has_narrow_filter(context, query)) continue;
    finding.level = Level::kLow;
    finding.confidence_because =
        "another condition is always set and seems to leave few rows, by a key or an index";
  }
}

}  // namespace

Findings catch_all_predicate(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
