// `owner_id = current_owner()`, where the function is STABLE.
#include <algorithm>

#include "advisors/rewrite/rewrite.h"
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "stable_function_per_row",
    .level = Level::kMedium,
    .remedy = "Call it in a subquery, `(SELECT f())`: it is then called once for the statement.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the filter compares with an InitPlan, and the time falls "
        "with the calls; `pg_stat_user_functions` counts them.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a STABLE function gives one value during a statement",
    .caveat =
        "The planner cannot estimate the value of a subquery, and takes an average one: look at "
        "the plan where the values are spread unevenly."};

// A condition of WHERE, alone or under AND, OR and NOT.
bool is_in_where(Node comparison) {
  Node node = comparison;
  while (node.parent().is("BoolExpr")) node = node.parent();
  const Node query = node.parent();
  return node.field() == "whereClause" &&
         (query.is("SelectStmt") || query.is("UpdateStmt") || query.is("DeleteStmt"));
}

// One value for a statement, made by a body that is worth a call.
bool is_stable(const SqlContext& context, Node call) {
  const auto name = call.names("funcname");
  const std::string_view schema = name.size() > 1 ? name.front() : std::string_view{};
  if (name.empty() || call["over"] || call.flag("agg_star")) return false;
  const auto known = context.catalog().functions(schema, name.back());
  return !known.empty() && std::ranges::all_of(known, [](const CatalogFunction* function) {
    return function->volatility == Volatility::kStable && !function->returns_set &&
           (function->language == "plpgsql" || function->language == "sql");
  });
}

bool takes_only_values(Node call) {
  return std::ranges::all_of(call.list("args"), [](Node argument) {
    return is_constant(argument) || is_parameter(argument);
  });
}

void check(const SqlContext& context, Findings& findings) {
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node comparison : context.root.all("A_Expr")) {
    if (!is_comparison(comparison) || !is_in_where(comparison)) continue;
    const bool left = comparison["lexpr"].is("FuncCall");
    const Node call = left ? comparison["lexpr"] : comparison["rexpr"];
    const Node column = left ? comparison["rexpr"] : comparison["lexpr"];
    if (!call.is("FuncCall") || !is_column(column) || !takes_only_values(call)) continue;
    if (!is_stable(context, call)) continue;
    const ColumnHome home = home_of(context, column);
    // A search in an index calls the function once.
    if (home.column == nullptr || index_beginning_with(*home.table, home.column->name)) continue;
    const std::string name = join({function_name(call), "()"});
    add_rewrite(findings, context, kWords, comparison,
                join({"STABLE ", name, " is called for every row that ", column_words(column),
                      " is compared of"}),
                name, {{span_of(tree, call), join({"(SELECT ", text_of(tree, call), ")"})}},
                {{Proof::kHolds, join({name, " is STABLE and uses no column"}), {}}});
  }
}

}  // namespace

Findings stable_function_per_row(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
