// `SELECT u.id, (SELECT count(*) FROM events e WHERE e.user_id = u.id) FROM users u`.
#include <algorithm>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/grouped_join.h"
#include "advisors/sql/query_parts.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "correlated_aggregate_shown",
    .level = Level::kMedium,
    .remedy =
        "Join the table grouped by what it is tied by: it is read once, and not once for every row "
        "of the result. Rows without a match keep NULL, and 0 for a count.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the SubPlan with its many loops becomes one aggregate "
        "under a Hash or Merge Left Join.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the subquery has one table, and equal columns tie it to the outer query"};

// The item of the select list that the subquery is, or stands in under nothing but operators.
Node target_of(Node link) {
  Node at = link.parent();
  while (at.is("CoalesceExpr") || at.is("A_Expr")) at = at.parent();
  return at.is("ResTarget") && at.parent().is("SelectStmt") ? at : Node{};
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const auto aggregates = correlated_aggregates(context, query);
  if (aggregates.empty() || !takes_a_join(context, query)) return;
  for (const CorrelatedAggregate& aggregate : aggregates) {
    const Node target = target_of(aggregate.link);
    if (!target) continue;
    const bool named = target.has("name") || target["val"] != aggregate.link;
    const std::string alias =
        named ? std::string() : " AS " + identifier(output_name(target["val"]));
    GroupedJoin grouped = grouped_join(context, aggregate, true, alias);
    const std::string call(function_name(aggregate.call));
    SqlWords words = kWords;
    if (may_be_cheaper_as_it_is(aggregate, query)) {
      words.level = Level::kLow;
      words.caveat = kGroupingCaveat;
    }
    const std::string& table = aggregate.inner->table->name;
    const std::string_view key = column_name(aggregate.keys.front().first);
    add_rewrite(findings, context, words, aggregate.link,
                join({call, "() over ", table, " is computed for each row of the result"}),
                join({call, ":", table, ".", key}), std::move(grouped.edits),
                std::move(grouped.obligations));
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    if (query.has("fromClause")) check_query(context, findings, query);
  }
}

}  // namespace

Findings correlated_aggregate_shown(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
