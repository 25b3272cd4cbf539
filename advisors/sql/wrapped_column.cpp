#include "advisors/sql/wrapped_column.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "parser/schema/ddl.h"
#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

bool is_list_of_values(Node condition) {
  const std::string_view kind = condition.text("kind");
  const bool positive = operator_name(condition) == "=" || kind == "AEXPR_BETWEEN";
  return (kind == "AEXPR_IN" || kind == "AEXPR_BETWEEN") && positive;
}

bool can_be_served(Node condition) {
  if (is_operator(condition, "<>") || is_operator(condition, "!=")) return false;
  return is_comparison(condition) || is_list_of_values(condition);
}

bool is_arithmetic(Node node) {
  constexpr std::array<std::string_view, 5> kNames = {"+", "-", "*", "/", "||"};
  return std::ranges::any_of(kNames,
                             [&](std::string_view name) { return is_operator(node, name); });
}

// What is done to the column last; empty for what may stand around one without a reason to speak.
std::string outermost(Node side) {
  if (side.is("FuncCall")) {
    const std::string_view name = function_name(side);
    if (side["over"] || is_aggregate(side)) return {};
    return std::string(name == "date_part"  ? "extract"
                       : name == "timezone" ? "AT TIME ZONE"
                                            : name);
  }
  if (side.is("TypeCast")) return std::string(side["typeName"].last_name("names"));
  if (side.is("CoalesceExpr")) return "coalesce";
  return is_arithmetic(side) ? std::string(operator_name(side)) : std::string();
}

// Compared with another column of its own table, no index could serve it anyway.
bool is_about(Node other, std::string_view table) {
  return std::ranges::any_of(other.all("ColumnRef"),
                             [&](Node column) { return column_table(column) == table; });
}

std::optional<WrappedColumn> wrapped_side(Node condition, Node side, Node other) {
  WrappedColumn wrapped{condition, side, {}, other, outermost(side), is_arithmetic(side)};
  if (is_column(side) || wrapped.by.empty()) return std::nullopt;
  for (const Node node : side.all()) {
    if (node.is("SubLink") || is_aggregate(node)) return std::nullopt;
    if (!node.is("ColumnRef")) continue;
    if (wrapped.column || !is_column(node)) return std::nullopt;
    wrapped.column = node;
  }
  if (!wrapped.column || is_about(other, column_table(wrapped.column))) return std::nullopt;
  return wrapped;
}

bool is_text(std::string_view type) {
  return type == "text" || type == "character varying";
}

}  // namespace

std::optional<WrappedColumn> wrapped_column(Node condition) {
  if (!can_be_served(condition)) return std::nullopt;
  const Node left = condition["lexpr"], right = condition["rexpr"];
  if (auto wrapped = wrapped_side(condition, left, right)) return wrapped;
  return right.is("List") ? std::nullopt : wrapped_side(condition, right, left);
}

bool changes_value(const WrappedColumn& wrapped, const CatalogColumn& column) {
  if (!wrapped.expression.is("TypeCast") || wrapped.expression["arg"] != wrapped.column)
    return true;
  const std::string type = type_of(wrapped.expression["typeName"]);
  return type != column.type && !(is_text(type) && is_text(column.type));
}

}  // namespace pgcounsel
