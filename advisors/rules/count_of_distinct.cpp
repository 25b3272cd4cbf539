// `SELECT count(DISTINCT x) FROM t` and nothing else in the select list.
#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/aggregates.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "count_of_distinct",
    .level = Level::kLow,
    .remedy =
        "Count the rows of a subquery with DISTINCT: it can hash the values, in parallel too, "
        "where "
        "count(DISTINCT) always sorts every one of them in one process.",
    .verify = "`EXPLAIN ANALYZE` of both forms, with the values of a working day.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "nothing else is shown, and the column's type has a plain equality",
    .caveat =
        "Few different values among many rows make the new form faster. Where most values differ "
        "there is nothing to gain, and a hash table that does not fit into memory is slower than "
        "the "
        "sort: compare the column's n_distinct with the rows of the table."};

// The only item of the list, and its only argument.
Node counted_column(const SqlContext& context, Node query) {
  const NodeList targets = query.list("targetList");
  if (targets.size() != 1 || !has_only(query, {}) || query.list("fromClause").size() != 1)
    return {};
  const Node call = targets[0]["val"];
  const NodeList args = call.list("args");
  const bool counts = function_name(call) == "count" && call.flag("agg_distinct") &&
                      call.names("funcname").size() == 1 && args.size() == 1 && !call["over"] &&
                      !call.has("agg_filter") && !call.has("agg_order") && is_column(args[0]);
  if (!counts) return {};
  const ColumnUse use = context.names().resolve(args[0]);
  const bool own = !use.outer && use.entry != nullptr && use.column != nullptr;
  return own && is_plain_type(use.column->type) ? args[0] : Node{};
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const Node column = counted_column(context, query);
  if (!column || !has_known_end(context, query)) return;
  if (tells_rows_apart(context, query, {column})) return;
  const std::string name = qualified(context, column);
  const SyntaxTree& tree = *context.statement.tree;
  const std::size_t end = span_of(tree, query).end;
  const TextSpan call = span_of(tree, query.list("targetList")[0]["val"]);
  const auto from = find_word(tree, {call.end, end}, "from");
  if (name.empty() || !from) return;

  std::vector<TextEdit> edits;
  if (!context.names().is_not_null(column)) {
    edits = with_condition(tree, query, name + " IS NOT NULL");
  }
  edits.push_back({call, "count(*)"});
  edits.push_back({{from->end, from->end}, join({" (SELECT DISTINCT ", name, " FROM"})});
  const std::string alias = fresh_name(context, join({"distinct_", column_name(column)}));
  edits.push_back({{end, end}, join({") ", identifier(alias)})});
  const std::string title = column_title(context, column);
  add_rewrite(findings, context, kWords, query,
              join({"count(DISTINCT ", title, ") sorts every value"}), title, std::move(edits),
              {{Proof::kHolds, join({"NULLs of ", title, " are counted in neither form"}), {}},
               nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    if (query.has("fromClause")) check_query(context, findings, query);
  }
}

}  // namespace

Findings count_of_distinct(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
