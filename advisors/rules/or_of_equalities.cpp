// `a = 1 OR a = 2 OR a = 3`.
#include <algorithm>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "or_of_equalities",
    .level = Level::kLow,
    .remedy =
        "Write one IN list: it is one search in an index instead of one for each value, and "
        "one look into a hash table where there is no index.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: one Index Cond with `= ANY`, or one Filter with it.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "all comparisons are of one column with constants of its type"};

constexpr std::size_t kFewest = 3;
constexpr int kDoneByPlanner = 180000;

bool fits(Node value, std::string_view type) {
  if (!value.is("A_Const") || is_null_constant(value)) return false;
  return is_integer_type(type) ? value.has("ival") : is_text_type(type) && value.has("sval");
}

// The column that all arms compare with a constant of its type; no node where they do not.
Node column_of_all(const SqlContext& context, const NodeList& arms) {
  const Node first = arms.front()["lexpr"];
  const ColumnUse use = context.names().resolve(first);
  if (!is_column(first) || use.column == nullptr) return {};
  const bool all = std::ranges::all_of(arms, [&](Node arm) {
    return is_operator(arm, "=") && is_column(arm["lexpr"]) &&
           column_words(arm["lexpr"]) == column_words(first) &&
           fits(arm["rexpr"], use.column->type);
  });
  return all ? first : Node{};
}

void check(const SqlContext& context, Findings& findings) {
  if (context.review.server_version >= kDoneByPlanner || context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node either : context.root.all("BoolExpr")) {
    if (either.text("boolop") != "OR_EXPR") continue;
    if (either.parent().text("boolop") == "OR_EXPR") continue;  // a part of a longer chain
    const NodeList arms = disjuncts(either);
    if (arms.size() < kFewest) continue;
    const Node column = column_of_all(context, arms);
    if (!column) continue;
    std::string list;
    for (const Node arm : arms) {
      list += list.empty() ? "" : ", ";
      list += text_of(tree, arm["rexpr"]);
    }
    const std::string name = column_words(column);
    add_rewrite(findings, context, kWords, either,
                join({"A chain of ORs compares ", name, " with ", std::to_string(arms.size()),
                      " constants"}),
                name, {{span_of(tree, either), join({text_of(tree, column), " IN (", list, ")"})}},
                {{Proof::kHolds, join({"all constants are of the type of ", name}), {}}});
  }
}

}  // namespace

Findings or_of_equalities(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
