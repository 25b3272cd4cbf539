// `(a = 1) IS TRUE` where only true counts.
#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "is_true_test",
    .level = Level::kMedium,
    .remedy =
        "Leave out IS TRUE: in WHERE, HAVING and ON a condition that is NULL keeps no row "
        "anyway, and no index serves a test of a test.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the test stands where NULL and false are the same"};

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  for (const Node test : context.root.all("BooleanTest")) {
    if (test.text("booltesttype") != "IS_TRUE" || !only_true_counts(test)) continue;
    const Node condition = test["arg"];
    if (is_column(condition)) continue;  // the planner does that itself
    const SyntaxTree& tree = *context.statement.tree;
    std::string bare = join({"(", text_of(tree, condition), ")"});
    const NodeList columns = condition.all("ColumnRef");
    const std::string column = columns.empty() ? std::string() : column_words(columns.front());
    add_rewrite(findings, context, kWords, test,
                join({"IS TRUE around a condition", column.empty() ? "" : " on ", column,
                      " keeps an index from serving it"}),
                column, {{span_of(tree, test), std::move(bare)}}, {});
  }
}

}  // namespace

Findings is_true_test(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
