// `SELECT (SELECT count(*) FROM t WHERE a = 1), (SELECT sum(x) FROM t WHERE a = 2)`.
#include <algorithm>
#include <vector>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/aggregates.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "aggregates_of_one_table",
    .level = Level::kLow,
    .remedy =
        "Compute them in one pass: `aggregate FILTER (WHERE condition)` for each, over one scan of "
        "the table.",
    .verify = "`EXPLAIN ANALYZE` of both forms: one scan has the place of several InitPlans.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "all subqueries give one aggregate of the same table and are tied to nothing"};

constexpr std::string_view kIndexCaveat =
    "An index may serve the condition of a subquery. Where it leads to few rows, one scan of the "
    "whole table is slower than several scans of the index.";

struct Part {
  Node link, call, where;
  std::string relation;  // as it is written
  const RangeEntry* table = nullptr;
};

std::string written(const SyntaxTree& tree, TextSpan span) {
  return tree.text().substr(span.begin, span.end - span.begin);
}

std::optional<Part> part_of(const SqlContext& context, Node link) {
  const Node query = link["subselect"];
  const NodeList targets = query.list("targetList"), from = query.list("fromClause");
  if (link.text("subLinkType") != "EXPR_SUBLINK" || !has_only(query, {})) return std::nullopt;
  if (targets.size() != 1 || from.size() != 1) return std::nullopt;
  const QueryScope* const scope = context.names().scope_of(query);
  if (scope == nullptr || scope->entries.size() != 1) return std::nullopt;
  const RangeEntry& table = scope->entries.front();
  const Node call = targets[0]["val"], where = query["whereClause"];
  if (table.node != from[0] || !is_plain_table(table) || !is_order_free(context, call) ||
      call["agg_filter"] || !is_all_of(context, query, table) || !query.all("SubLink").empty()) {
    return std::nullopt;
  }
  // One scan asks every row what only some were asked before.
  const NodeList args = call.list("args");
  if ((where && !never_raises(where)) || (!args.empty() && !is_column(args[0])))
    return std::nullopt;
  const SyntaxTree& tree = *context.statement.tree;
  const std::size_t begin = span_of(tree, from[0]).begin, end = end_of_from(tree, query);
  if (end <= begin) return std::nullopt;
  return Part{link, call, where, written(tree, {begin, end}), &table};
}

bool stands_under_operators(Node link) {
  Node at = link.parent();
  while (at.is("CoalesceExpr") || at.is("A_Expr")) at = at.parent();
  return at.is("ResTarget");
}

// The subqueries of a select list in which nothing else can tell rows apart; none if one of them is
// of another kind or another table.
std::vector<Part> parts_of(const SqlContext& context, Node query) {
  constexpr std::size_t kMost = 100;
  std::vector<Part> parts;
  for (const Node node : own_nodes(query)) {
    if (node.is("FuncCall") || node.is("ColumnRef") || node.is("A_Star")) return {};
    if (!node.is("SubLink")) continue;
    auto part = stands_under_operators(node) ? part_of(context, node) : std::nullopt;
    if (!part || parts.size() == kMost) return {};
    if (!parts.empty() && part->relation != parts.front().relation) return {};
    parts.push_back(std::move(*part));
  }
  return parts;
}

bool is_least_by_index(const Part& part) {
  const std::string_view name = function_name(part.call);
  return (name == "min" || name == "max") &&
         index_beginning_with(*part.table->table, column_name(part.call.list("args").front())) !=
             nullptr;
}

bool is_served_by_index(const Part& part) {
  return part.where && std::ranges::any_of(part.where.all("ColumnRef"), [&](Node column) {
           return index_beginning_with(*part.table->table, column_name(column)) != nullptr;
         });
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  if (!has_only(query, {}) || query.has("fromClause") || query.has("whereClause")) return;
  if (!has_known_end(context, query)) return;
  const std::vector<Part> parts = parts_of(context, query);
  if (parts.size() < 2 || std::ranges::any_of(parts, is_least_by_index)) return;

  const SyntaxTree& tree = *context.statement.tree;
  std::vector<TextEdit> edits;
  for (const Part& part : parts) {
    std::string text = written(tree, span_of(tree, part.call));
    if (part.where) {
      text += join(
          {" FILTER (WHERE ", written(tree, with_brackets(tree, span_of(tree, part.where))), ")"});
    }
    const Node target = part.link.parent();
    if (target.is("ResTarget") && !target.has("name")) {
      text += " AS " + identifier(output_name(target["val"]));
    }
    edits.push_back({span_of(tree, part.link), std::move(text)});
  }
  const std::size_t end = span_of(tree, query).end;
  edits.push_back({{end, end}, " FROM " + parts.front().relation});
  SqlWords words = kWords;
  if (std::ranges::any_of(parts, is_served_by_index)) words.caveat = kIndexCaveat;
  const std::string& table = parts.front().table->table->name;
  add_rewrite(
      findings, context, words, query,
      join({std::to_string(parts.size()), " subqueries read ", table, " one after the other"}),
      table, std::move(edits),
      {{Proof::kHolds, join({"each subquery is one aggregate over ", table}), {}},
       nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    check_query(context, findings, query);
  }
}

}  // namespace

Findings aggregates_of_one_table(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
