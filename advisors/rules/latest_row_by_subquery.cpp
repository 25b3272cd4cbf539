// `WHERE o.created_at = (SELECT max(i.created_at) FROM orders i WHERE i.user_id = o.user_id)`.
#include "advisors/rewrite/grouped_join.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "latest_row_by_subquery",
    .level = Level::kMedium,
    .remedy =
        "Join the table grouped by the key, with the last (or first) value of each group: one pass "
        "and one join. Rows that share the last value are all kept, as before; DISTINCT ON or "
        "row_number() would keep one.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the SubPlan with a loop for each row becomes one "
        "aggregate under a join.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the subquery reads the same table, tied to it by its key"};

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const auto aggregates = correlated_aggregates(context, query);
  if (aggregates.empty() || !takes_a_join(context, query)) return;
  const bool filtered = conjuncts(query["whereClause"]).size() > 1;
  for (const CorrelatedAggregate& aggregate : aggregates) {
    const Node comparison = comparison_of(query, aggregate);
    if (!comparison || !is_latest_of_group(context, comparison, aggregate)) continue;
    GroupedJoin grouped = grouped_join(context, aggregate, false, {});
    SqlWords words = kWords;
    if (filtered && may_be_cheaper_as_it_is(aggregate, query)) {
      words.level = Level::kLow;
      words.caveat = kGroupingCaveat;
    }
    const std::string& table = aggregate.inner->table->name;
    const std::string_view key = column_name(aggregate.keys.front().first);
    const std::string_view last = function_name(aggregate.call) == "max" ? "last" : "first";
    add_rewrite(findings, context, words, comparison,
                join({"The ", last, " row of ", table, " by ", key,
                      " is looked for anew for each of its rows"}),
                join({table, ".", key}), std::move(grouped.edits), std::move(grouped.obligations));
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    if (query.has("whereClause")) check_query(context, findings, query);
  }
}

}  // namespace

Findings latest_row_by_subquery(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
