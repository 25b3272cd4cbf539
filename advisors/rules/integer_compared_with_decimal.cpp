// `id = 47.0`, `id = 47::numeric`: the column is cast, not the constant.
#include <charconv>
#include <cmath>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "integer_compared_with_decimal",
    .level = Level::kMedium,
    .remedy =
        "Write the constant as a whole number. An application that sends a decimal or a double "
        "for an id does the same harm: cast the parameter (`$1::bigint`).",
    .verify = "`EXPLAIN` of both forms: the filter `(id)::numeric = …` becomes an Index Cond.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the constant is a whole number of the column's range"};

constexpr double kExact = 9007199254740992.0;  // 2^53: up to here doubles hold every whole number

bool is_decimal_cast(Node node) {
  if (!node.is("TypeCast") || node["typeName"].has("typmods") ||
      node["typeName"].has("arrayBounds")) {
    return false;
  }
  const std::string_view type = node["typeName"].last_name("names");
  return type == "numeric" || type == "float8";
}

// The whole number that a decimal literal or a cast constant is.
std::optional<long> whole_number(Node value) {
  const bool cast = is_decimal_cast(value);
  const Node constant = cast ? value["arg"] : value;
  if (!constant.is("A_Const") || (!cast && !constant.has("fval"))) return std::nullopt;
  const std::string text = constant_text(constant).value_or("");
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string::npos)
    return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (number != std::floor(number) || number >= kExact) return std::nullopt;
  return static_cast<long>(number);
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node comparison : context.root.all("A_Expr")) {
    if (!is_comparison(comparison)) continue;
    const bool left = is_column(comparison["lexpr"]);
    const Node column = left ? comparison["lexpr"] : comparison["rexpr"];
    const Node value = left ? comparison["rexpr"] : comparison["lexpr"];
    const auto number = whole_number(value);
    if (!is_column(column) || !number) continue;
    const ColumnUse use = context.names().resolve(column);
    const auto range = use.column == nullptr ? std::nullopt : range_of(use.column->type);
    if (!range || *number > range->most) continue;
    const std::string name = column_words(column);
    add_rewrite(
        findings, context, kWords, comparison,
        join({"A decimal is compared with ", name, ", which casts the column of every row"}), name,
        {{span_of(tree, value), std::to_string(*number)}},
        {{Proof::kHolds, join({name, " is of type ", use.column->type}), {}}});
  }
}

}  // namespace

Findings integer_compared_with_decimal(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
