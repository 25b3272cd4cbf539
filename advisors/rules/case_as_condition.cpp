// `CASE WHEN a = 1 THEN true ELSE false END` where only true counts.
#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "case_as_condition",
    .level = Level::kMedium,
    .remedy = "Write the condition of its WHEN alone: the CASE says true exactly where it is true.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the CASE stands where NULL and false are the same"};

bool is_never_true(Node value) {
  return !value || is_null_constant(value) || constant_text(value) == "false";
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  for (const Node choice : context.root.all("CaseExpr")) {
    const NodeList whens = choice.list("args");
    if (choice["arg"] || whens.size() != 1 || !only_true_counts(choice)) continue;
    if (constant_text(whens.front()["result"]) != "true") continue;
    if (!is_never_true(choice["defresult"])) continue;
    const SyntaxTree& tree = *context.statement.tree;
    const Node condition = whens.front()["expr"];
    const NodeList columns = condition.all("ColumnRef");
    const std::string column = columns.empty() ? std::string() : column_words(columns.front());
    add_rewrite(findings, context, kWords, choice,
                join({"CASE … THEN true ELSE false END as a condition",
                      column.empty() ? "" : " on ", column, " keeps an index from serving it"}),
                column, {{span_of(tree, choice), join({"(", text_of(tree, condition), ")"})}}, {});
  }
}

}  // namespace

Findings case_as_condition(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
