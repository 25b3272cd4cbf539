// `a > 1 OR (a = 1 AND b > 2)`.
#include <algorithm>
#include <array>

#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "keyset_as_or",
    .level = Level::kMedium,
    .remedy =
        "Compare both columns as a row: an index on the two in this order begins to read at "
        "the right place, instead of reading and filtering from its start.",
    .verify =
        "`EXPLAIN` of both forms: the new one has `ROW(…) > ROW(…)` as an Index Cond where an "
        "index on both columns is there.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "rows are compared column by column, NULLs included, just like the OR"};

constexpr std::array<std::string_view, 11> kOrdered = {"smallint",
                                                       "integer",
                                                       "bigint",
                                                       "numeric",
                                                       "text",
                                                       "character varying",
                                                       "date",
                                                       "timestamp without time zone",
                                                       "timestamp with time zone",
                                                       "uuid",
                                                       "double precision"};

bool is_plain_column(const SqlContext& context, Node node) {
  if (!is_column(node)) return false;
  const ColumnUse use = context.names().resolve(node);
  return use.column != nullptr && std::ranges::find(kOrdered, use.column->type) != kOrdered.end();
}

bool is_value(Node node) {
  return (is_constant(node) || is_parameter(node)) && !is_null_constant(node);
}

// The other side of `column = value`; no node where it is something else.
Node equal_value(Node comparison, Node column) {
  const bool same = is_operator(comparison, "=") && is_column(comparison["lexpr"]) &&
                    column_words(comparison["lexpr"]) == column_words(column);
  return same ? comparison["rexpr"] : Node{};
}

void check_pair(const SqlContext& context, Findings& findings, Node either) {
  const SyntaxTree& tree = *context.statement.tree;
  const NodeList arms = either.list("args");
  if (arms.size() != 2) return;
  const bool first = arms[0].is("A_Expr");
  const Node outer = first ? arms[0] : arms[1];
  const NodeList both = conjuncts(first ? arms[1] : arms[0]);
  const std::string_view direction = operator_name(outer);
  if (both.size() != 2 || !is_comparison(outer) || (direction != ">" && direction != "<")) return;
  const Node column = outer["lexpr"], value = outer["rexpr"];
  if (!is_plain_column(context, column) || !is_value(value)) return;
  const bool tie_first = static_cast<bool>(equal_value(both[0], column));
  const Node tie = equal_value(both[tie_first ? 0 : 1], column);
  const Node next = both[tie_first ? 1 : 0];
  if (!tie || text_of(tree, tie) != text_of(tree, value) || !is_comparison(next)) return;
  const std::string_view inner = operator_name(next);
  if (inner.substr(0, 1) != direction || (inner.size() == 2 && inner[1] != '=')) return;
  if (!is_plain_column(context, next["lexpr"]) || !is_value(next["rexpr"])) return;
  const std::string names = join({column_words(column), ", ", column_words(next["lexpr"])});
  add_rewrite(findings, context, kWords, either,
              join({"A page that begins behind (", names, ") is asked for with OR"}), names,
              {{span_of(tree, either),
                join({"(", text_of(tree, column), ", ", text_of(tree, next["lexpr"]), ") ", inner,
                      " (", text_of(tree, value), ", ", text_of(tree, next["rexpr"]), ")"})}},
              {{Proof::kHolds,
                "both columns are compared in one direction, with the same value twice",
                {}}});
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  for (const Node node : context.root.all("BoolExpr")) {
    if (node.text("boolop") == "OR_EXPR") check_pair(context, findings, node);
  }
}

}  // namespace

Findings keyset_as_or(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
