// LEFT JOIN ... WHERE right.key IS NULL.
#include <algorithm>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "left_join_as_anti_join",
    .level = Level::kMedium,
    .remedy =
        "Ask with NOT EXISTS: the planner sees an anti-join in this form only where the tested "
        "column is compared in the join itself.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the Left Join with its filter becomes an Anti Join. "
        "Its estimated cost may be higher while its time is lower: measure.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the tested column is NOT NULL, and nothing else of its table is used"};

bool is_tested(Node test, const SqlContext& context, const RangeEntry& right) {
  if (!test.is("NullTest") || test.text("nulltesttype") != "IS_NULL" || !is_column(test["arg"])) {
    return false;
  }
  const ColumnUse use = context.names().resolve(test["arg"]);
  return use.entry == &right && use.column != nullptr && use.column->column != nullptr &&
         use.column->column->not_null;
}

// Whether all columns outside of ON and the test are known, and none is of the right side.
bool is_otherwise_unused(const SqlContext& context, Node query, Node on, Node test,
                         const RangeEntry& right) {
  return std::ranges::all_of(query.all(), [&](Node node) {
    if (node.is("A_Star") || node.is("LockingClause")) return false;
    if (!node.is("ColumnRef") || node.is_inside(on) || node.is_inside(test)) return true;
    const ColumnUse use = context.names().resolve(node);
    return use.entry != nullptr && use.entry != &right;
  });
}

bool is_compared_in(const SqlContext& context, Node on, Node column) {
  const ColumnUse wanted = context.names().resolve(column);
  return std::ranges::any_of(on.all("ColumnRef"), [&](Node node) {
    return context.names().resolve(node).column == wanted.column;
  });
}

void check_join(const SqlContext& context, Findings& findings, Node query, Node join_node) {
  const QueryScope* const scope = context.names().scope_of(query);
  const Node on = join_node["quals"];
  if (join_node.text("jointype") != "JOIN_LEFT" || !join_node["rarg"].is("RangeVar") || !on) return;
  if (scope == nullptr || join_node["alias"]) return;
  const auto right = std::ranges::find_if(
      scope->entries, [&](const RangeEntry& entry) { return entry.node == join_node["rarg"]; });
  if (right == scope->entries.end() || right->table == nullptr || right->is_cte) return;
  const NodeList parts = conjuncts(query["whereClause"]);
  const auto test =
      std::ranges::find_if(parts, [&](Node part) { return is_tested(part, context, *right); });
  if (test == parts.end() || is_compared_in(context, on, (*test)["arg"])) return;
  if (!is_otherwise_unused(context, query, on, *test, *right)) return;

  const SyntaxTree& tree = *context.statement.tree;
  const TextSpan condition = with_brackets(tree, span_of(tree, on));
  const TextSpan table = span_of(tree, join_node["rarg"]);
  const auto left = find_word(tree, {span_of(tree, join_node["larg"]).end, table.begin}, "left");
  const auto at = find_word(tree, {table.begin, condition.begin}, "on");
  if (!left || !at) return;
  const std::string_view text = tree.text();
  const std::string relation(text.substr(table.begin, end_before(tree, at->begin) - table.begin));
  const std::string kept(text.substr(condition.begin, condition.end - condition.begin));
  add_rewrite(
      findings, context, kWords, *test,
      join({"Rows without a row of ", right->name, " are looked for by joining all of it"}),
      right->name,
      {{{end_before(tree, left->begin), condition.end}, {}},
       {span_of(tree, *test),
        join({"NOT EXISTS (SELECT 1 FROM ", relation, " WHERE ", kept, ")"})}},
      {{Proof::kHolds, join({column_words((*test)["arg"]), " is NOT NULL in its table"}), {}},
       nothing_volatile(context, on)});
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : context.root.all("SelectStmt")) {
    const NodeList from = query.list("fromClause");
    if (from.size() == 1 && from[0].is("JoinExpr")) {
      check_join(context, findings, query, from[0]);
    }
  }
}

}  // namespace

Findings left_join_as_anti_join(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
