// SELECT DISTINCT of rows that a key tells apart, count(DISTINCT key).
#include <algorithm>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "redundant_distinct",
    .level = Level::kMedium,
    .remedy =
        "Leave DISTINCT out: a key of the table is in the list, and no join repeats its rows.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the Sort and Unique, or the HashAggregate, are gone.",
    .rollback = "Put the word back.",
    .because = "the keys are in the catalogue"};

bool is_plain(Node query) {
  constexpr std::string_view kOthers[] = {"groupClause", "havingClause", "windowClause",
                                          "lockingClause", "valuesLists"};
  for (const std::string_view field : kOthers) {
    if (query.has(field)) return false;
  }
  return query.text("op") == "SETOP_NONE";
}

// The plain columns of a select list; none where something in it may make several rows of one.
NodeList shown_columns(Node query) {
  NodeList columns;
  for (const Node target : query.list("targetList")) {
    const Node value = target["val"];
    if (!value.all("FuncCall").empty()) return {};
    if (is_column(value)) columns.push_back(value);
  }
  return columns;
}

std::string tables_of(const SqlContext& context, Node query) {
  const QueryScope* const scope = context.names().scope_of(query);
  return scope == nullptr || scope->entries.empty() ? std::string() : scope->entries.front().name;
}

Obligation keyed(const std::string& table) {
  return {Proof::kHolds, join({"a key of ", table, " is shown, and joins are by keys"}), {}};
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  if (!query.has("distinctClause") || !is_plain(query)) return;
  const TextSpan distinct = distinct_of_query(*context.statement.tree, query);
  const NodeList columns = shown_columns(query);
  if (distinct.begin == distinct.end || columns.empty()) return;
  if (!tells_rows_apart(context, query, columns)) return;
  const std::string table = tables_of(context, query);
  add_rewrite(findings, context, kWords, query,
              join({"DISTINCT over rows of ", table, " that differ already"}), table,
              {{distinct, {}}}, {keyed(table)});
}

void check_count(const SqlContext& context, Findings& findings, Node call) {
  const NodeList args = call.list("args");
  const bool counts = function_name(call) == "count" && call.flag("agg_distinct") &&
                      args.size() == 1 && is_column(args[0]) && !call.has("agg_order");
  Node query = call;
  while (query && !query.is("SelectStmt")) query = query.parent();
  if (!counts || !query || context.names().resolve(args[0]).outer) return;
  const TextSpan distinct = distinct_of_call(*context.statement.tree, call);
  if (distinct.begin == distinct.end || !tells_rows_apart(context, query, {args[0]})) return;
  const std::string name = column_words(args[0]);
  add_rewrite(findings, context, kWords, call,
              join({"count(DISTINCT ", name, ") sorts values that differ already"}), name,
              {{distinct, {}}}, {keyed(tables_of(context, query))});
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : context.root.all("SelectStmt")) check_query(context, findings, query);
  for (const Node call : context.root.all("FuncCall")) check_count(context, findings, call);
}

}  // namespace

Findings redundant_distinct(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
