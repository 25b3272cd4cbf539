// `WHERE p.price > (SELECT avg(q.price) FROM products q WHERE q.category_id = p.category_id)`.
#include "advisors/rewrite/grouped_join.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "correlated_aggregate_compared",
    .level = Level::kMedium,
    .remedy =
        "Join the table grouped by what it is tied by, and compare with the group's value: the "
        "table is read once, and not once for every row that is tested. Rows without a group have "
        "nothing to be compared with and drop out in both forms; a count of them is 0.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the SubPlan with its many loops becomes one aggregate "
        "under a Hash or Merge Join.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the subquery has one table, and equal columns tie it to the outer query"};

// The rest of WHERE, beside this comparison, leaves few rows perhaps.
bool is_filtered_otherwise(Node query) {
  return conjuncts(query["whereClause"]).size() > 1;
}

// `count(*) > 0` and the like ask whether there is a row: EXISTS answers that better.
bool asks_for_any(Node comparison, const CorrelatedAggregate& aggregate) {
  const bool left = comparison["lexpr"] == aggregate.link;
  const auto number = integer_constant(left ? comparison["rexpr"] : comparison["lexpr"]);
  const bool equal = is_operator(comparison, "=") || is_operator(comparison, "<>");
  return aggregate.counts && number && (*number == 0 || (*number == 1 && !equal));
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const auto aggregates = correlated_aggregates(context, query);
  if (aggregates.empty() || !takes_a_join(context, query)) return;
  for (const CorrelatedAggregate& aggregate : aggregates) {
    const Node comparison = comparison_of(query, aggregate);
    if (!comparison || is_latest_of_group(context, comparison, aggregate)) continue;
    if (asks_for_any(comparison, aggregate)) continue;
    GroupedJoin grouped = grouped_join(context, aggregate, aggregate.counts, {});
    SqlWords words = kWords;
    if (is_filtered_otherwise(query) && may_be_cheaper_as_it_is(aggregate, query)) {
      words.level = Level::kLow;
      words.caveat = kGroupingCaveat;
    }
    const std::string call(function_name(aggregate.call));
    const std::string& table = aggregate.inner->table->name;
    const std::string_view key = column_name(aggregate.keys.front().first);
    add_rewrite(
        findings, context, words, comparison,
        join({call, "() over ", table, " is computed for each row that it is compared with"}),
        join({call, ":", table, ".", key}), std::move(grouped.edits),
        std::move(grouped.obligations));
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    if (query.has("whereClause")) check_query(context, findings, query);
  }
}

}  // namespace

Findings correlated_aggregate_compared(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
