// `SELECT s.id FROM (SELECT o.*, row_number() OVER (PARTITION BY k ORDER BY t, id) AS rn FROM
// orders o) s WHERE s.rn = 1`.
#include <algorithm>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/rewrite/windows.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "first_row_by_window",
    .level = Level::kLow,
    .remedy =
        "Take the first row of each group with DISTINCT ON and the same order: the rows are not "
        "numbered before all but one of each group are thrown away.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the WindowAgg and its Subquery Scan become a Unique. An "
        "index over the group's and the order's columns spares the sort in both.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a key among the columns of the order leaves one row that can be the first",
    .caveat =
        "The sort is the same in both forms, and most of the time goes there: expect a gain of a "
        "fifth, and measure."};

// `rn = 1` of a column of the entry.
bool asks_for_first(const SqlContext& context, Node part, const RangeEntry& sub) {
  const auto number = integer_constant(part["rexpr"]);
  if (!part["rexpr"].is("A_Const") || !is_column(part["lexpr"]) || !number) return false;
  if (context.names().resolve(part["lexpr"]).entry != &sub) return false;
  const bool at_most_one = is_operator(part, "=") || is_operator(part, "<=");
  return (at_most_one && *number == 1) || (is_operator(part, "<") && *number == 2);
}

// The item of the subquery's list with that name, if it is row_number() and the only window.
Node numbering_of(Node inner, std::string_view name) {
  Node found;
  for (const Node target : inner.list("targetList")) {
    if (target.text("name") != name) continue;
    if (found) return {};
    found = target;
  }
  const NodeList calls = own_nodes(inner, "FuncCall");
  const bool alone = found && calls.size() == 1 && calls.front() == found["val"] &&
                     function_name(calls.front()) == "row_number" &&
                     calls.front().names("funcname").size() == 1;
  return alone && inner.count("targetList") > 1 ? found : Node{};
}

bool is_otherwise_unused(const SqlContext& context, Node query, Node part, const RangeEntry& sub,
                         std::string_view name) {
  const Node item = sub.node;
  return std::ranges::all_of(query.all(), [&](Node node) {
    if (node.is_inside(item)) return true;
    if (node.is("A_Star")) return false;
    if (!node.is("ColumnRef") || node.is_inside(part)) return true;
    const ColumnUse use = context.names().resolve(node);
    return use.entry != nullptr &&
           (use.entry != &sub || (use.column != nullptr && use.column->name != name));
  });
}

// The item and the comma that goes with it.
TextSpan with_comma(const SyntaxTree& tree, Node inner, Node target) {
  const NodeList targets = inner.list("targetList");
  const auto at = std::ranges::find(targets, target);
  const auto begin_of = [&](Node node) { return span_of(tree, node).begin; };
  if (at + 1 != targets.end()) return {begin_of(target), begin_of(*(at + 1))};
  const auto from = find_word(tree, {begin_of(target), span_of(tree, inner).end}, "from");
  if (!from) return {};
  const std::size_t before = end_before(tree, begin_of(target));  // behind the comma
  return {before - 1, end_before(tree, from->begin)};
}

// WHERE without the part.
TextSpan of_condition(const SyntaxTree& tree, Node query, Node part) {
  const NodeList parts = conjuncts(query["whereClause"]);
  const TextSpan own = with_brackets(tree, span_of(tree, part));
  const auto at = std::ranges::find(parts, part);
  if (parts.size() > 1 && at + 1 != parts.end()) {
    return {own.begin, with_brackets(tree, span_of(tree, *(at + 1))).begin};
  }
  if (parts.size() > 1) return {with_brackets(tree, span_of(tree, *(at - 1))).end, own.end};
  constexpr std::size_t kWhere = std::string_view("where").size();
  const std::size_t where = end_before(tree, own.begin) - kWhere;
  return {end_before(tree, where), own.end};
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const QueryScope* const outer = context.names().scope_of(query);
  const Node item = query.list("fromClause").front(), inner = item["subquery"];
  if (outer == nullptr || outer->entries.size() != 1 || item["alias"].has("colnames")) return;
  if (!has_only(inner, {}) || !is_blind_to_order(context, query)) return;
  const QueryScope* const scope = context.names().scope_of(inner);
  if (scope == nullptr || scope->entries.size() != 1) return;
  const RangeEntry &sub = outer->entries.front(), &table = scope->entries.front();
  if (sub.node != item || !is_plain_table(table)) return;
  for (const Node part : conjuncts(query["whereClause"])) {
    if (!part.is("A_Expr") || !asks_for_first(context, part, sub)) continue;
    const std::string_view name = column_name(part["lexpr"]);
    const Node target = numbering_of(inner, name), over = target["val"]["over"];
    if (!target || !is_plain_window(context, over, table) || !over.has("partitionClause")) return;
    if (!orders_totally(context, over, table)) return;
    if (!is_otherwise_unused(context, query, part, sub, name)) return;

    std::string groups, order;
    for (const Node column : over.list("partitionClause")) {
      groups += join({groups.empty() ? "" : ", ", qualified(context, column)});
    }
    for (const Node sort : over.list("orderClause")) {
      const std::string words = sort_words(context, sort);
      if (words.empty()) return;
      order += join({", ", words});
    }
    const SyntaxTree& tree = *context.statement.tree;
    const std::size_t select = end_before(tree, span_of(tree, inner.list("targetList")[0]).begin);
    const std::size_t end = span_of(tree, inner).end;
    add_rewrite(
        findings, context, kWords, inner,
        join({"All rows of ", table.table->name, " are numbered to find the first of each group"}),
        table.table->name,
        {{{select, select}, join({" DISTINCT ON (", groups, ")"})},
         {with_comma(tree, inner, target), {}},
         {{end, end}, join({" ORDER BY ", groups, order})},
         {of_condition(tree, query, part), {}}},
        {{Proof::kHolds,
          join({"a key of ", table.table->name, " is among the columns of the order"}),
          {}},
         nothing_volatile(context, query)});
    return;
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    const NodeList from = query.list("fromClause");
    if (from.size() == 1 && from[0].is("RangeSubselect") && query["whereClause"]) {
      check_query(context, findings, query);
    }
  }
}

}  // namespace

Findings first_row_by_window(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
