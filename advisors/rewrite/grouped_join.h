// Scalar subqueries `(SELECT count(*) FROM t WHERE t.k = outer.k)` and the join that gives the same
// value: one pass over the table, grouped by what it is correlated by.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisors/rewrite/aggregates.h"

namespace pgcounsel {

// One aggregate over one table, tied to the query around it by nothing but equal columns.
struct CorrelatedAggregate {
  Node link, call;                          // the SubLink, and the aggregate in it
  const RangeEntry* inner = nullptr;        // its table
  std::vector<std::pair<Node, Node>> keys;  // equal columns: of the table, of the query around
  NodeList conditions;                      // the rest of its WHERE, of the table alone
  bool counts = false;                      // 0 for no rows, not NULL
};

// Of the SubLinks of the query itself, the first twenty of those that are one.
std::vector<CorrelatedAggregate> correlated_aggregates(const SqlContext& context, Node query);

// The query around can take one more join: one item of FROM, no `*`, no clauses but WHERE and
// ORDER BY, nothing that depends on the order of rows, and not one row asked for by a key.
bool takes_a_join(const SqlContext& context, Node query);

// The edits that put the join behind FROM and its value in the place of the subquery; `after_value`
// stands behind it (an alias). A LEFT JOIN where rows without a match stay.
struct GroupedJoin {
  std::vector<TextEdit> edits;
  std::vector<Obligation> obligations;
};
GroupedJoin grouped_join(const SqlContext& context, const CorrelatedAggregate& aggregate,
                         bool keeps_all, std::string_view after_value);

// An index finds the rows for each row of the query around, of which WHERE may leave few.
bool may_be_cheaper_as_it_is(const CorrelatedAggregate& aggregate, Node query);
inline constexpr std::string_view kGroupingCaveat =
    "An index serves the subquery: where the outer query has few rows, the new form, which groups "
    "the whole table, is the slower one.";

// `x = (SELECT max(x) FROM the same table WHERE its key = the outer row's)`.
bool is_latest_of_group(const SqlContext& context, Node comparison,
                        const CorrelatedAggregate& aggregate);

// The conjunct of WHERE that compares the subquery's value with something without subqueries.
Node comparison_of(Node query, const CorrelatedAggregate& aggregate);

}  // namespace pgcounsel
