// `id + 10 = 110`.
#include <algorithm>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "arithmetic_on_column",
    .level = Level::kMedium,
    .remedy = "Do the arithmetic on the constant, so that the column stands alone.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "sums of whole numbers are exact"};

// The column and the constant of `a + 1`, `a - 1`, `1 + a`; what is added, with its sign.
struct Shifted {
  Node column;
  long by = 0;
};

std::optional<Shifted> shifted(Node sum) {
  const Node left = sum["lexpr"], right = sum["rexpr"];
  const bool plus = is_operator(sum, "+"), minus = is_operator(sum, "-");
  if ((plus || minus) && is_column(left) && right.is("A_Const")) {
    const auto by = integer_constant(right);
    if (by) return Shifted{left, plus ? *by : -*by};
  }
  if (plus && is_column(right) && left.is("A_Const")) {
    if (const auto by = integer_constant(left)) return Shifted{right, *by};
  }
  return std::nullopt;
}

// Far from where sums overflow.
bool is_moderate(long number) {
  constexpr long kMost = 1L << 40;
  return number > -kMost && number < kMost;
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node comparison : context.root.all("A_Expr")) {
    if (!is_comparison(comparison)) continue;
    const auto sum = shifted(comparison["lexpr"]);
    const Node value = comparison["rexpr"];
    const auto number = value.is("A_Const") ? integer_constant(value) : std::nullopt;
    if (!sum || !number || !is_moderate(*number) || !is_moderate(sum->by)) continue;
    const ColumnUse use = context.names().resolve(sum->column);
    if (use.column == nullptr || !is_integer_type(use.column->type)) continue;
    const std::string name = column_words(sum->column);
    add_rewrite(findings, context, kWords, comparison,
                join({"Arithmetic on ", name, " keeps an index from serving the comparison"}), name,
                {{span_of(tree, comparison["lexpr"]), std::string(text_of(tree, sum->column))},
                 put_number(tree, span_of(tree, value), *number - sum->by)},
                {{Proof::kHolds, join({name, " is of type ", use.column->type}), {}}});
  }
}

}  // namespace

Findings arithmetic_on_column(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
