// More joins than join_collapse_limit.
#include <string>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "too_many_joins",
    .level = Level::kInfo,
    .remedy =
        "Take out joins that are not needed, fetch look-up tables apart, or raise "
        "`join_collapse_limit` and `from_collapse_limit` for this query with `SET LOCAL`.",
    .verify = "`EXPLAIN (ANALYZE)`: planning time, and the order of the joins.",
    .rollback = "`RESET join_collapse_limit; RESET from_collapse_limit;`",
    .confidence = Confidence::kLow,
    .because = "the limits are the server's defaults, and the plan is not known here"};

std::size_t tables_joined(Node query) {
  std::size_t count = 0;
  for (const Node node : own_nodes(query)) {
    const bool item = node.is("RangeVar") || node.is("RangeSubselect") || node.is("RangeFunction");
    count += static_cast<std::size_t>(item && !node.parent().is("LockingClause"));
  }
  return count;
}

void check(const SqlContext& context, Findings& findings) {
  constexpr std::size_t kFree = 8, kGenetic = 12;
  for (const Node select : selects_of(context.root)) {
    const std::size_t count = tables_joined(select);
    if (count <= kFree) continue;
    const Node first =
        own_nodes(select, "RangeVar").empty() ? Node{} : own_nodes(select, "RangeVar").front();
    Finding& finding = add_finding(
        findings, context, kWords, select == context.root ? Node{} : select,
        join({std::to_string(count), " tables in one join: the planner does not try every order"}),
        relation_words(first));
    if (count >= kGenetic) finding.level = Level::kLow;
  }
}

}  // namespace

Findings too_many_joins(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
