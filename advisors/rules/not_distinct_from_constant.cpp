// `a IS NOT DISTINCT FROM 7` where only true counts.
#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "not_distinct_from_constant",
    .level = Level::kMedium,
    .remedy =
        "Write `=`: the constant is not NULL, so both say true for the same rows, and only "
        "`=` can be served by an index.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because =
        "the constant is not NULL and the condition stands where NULL and false are the same"};

bool is_value(Node node) {
  return is_constant(node) && !is_null_constant(node);
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node test : context.root.all("A_Expr")) {
    if (test.text("kind") != "AEXPR_NOT_DISTINCT" || !only_true_counts(test)) continue;
    const Node left = test["lexpr"], right = test["rexpr"];
    const Node column = is_column(left) ? left : right;
    const Node value = is_column(left) ? right : left;
    if (!is_column(column) || !is_value(value)) continue;
    const TextSpan whole{span_of(tree, left).end, span_of(tree, right).begin};
    add_rewrite(findings, context, kWords, test,
                join({column_words(column),
                      " IS NOT DISTINCT FROM a constant keeps an index from "
                      "serving it"}),
                column_words(column), {{whole, " = "}}, {});
  }
}

}  // namespace

Findings not_distinct_from_constant(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
