// DISTINCT beside GROUP BY.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "distinct_with_group",
    .level = Level::kInfo,
    .remedy = "Leave out DISTINCT.",
    .verify = "`EXPLAIN`: one Unique or HashAggregate less; the rows are the same.",
    .rollback = "Put DISTINCT back.",
    .because = "every column of the GROUP BY is in the select list, so no two rows are equal"};

bool is_selected(Node select, Node key) {
  return std::ranges::any_of(select.list("targetList"),
                             [&](Node target) { return is_same_column(key, target["val"]); });
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : selects_of(context.root)) {
    const NodeList keys = select.list("groupClause");
    if (!has_plain_distinct(select) || keys.empty() ||
        !std::ranges::all_of(keys, [&](Node key) { return is_selected(select, key); }))
      continue;
    const NodeList tables = own_nodes(select, "RangeVar");
    const std::string name = tables.empty() ? "a subquery" : relation_words(tables.front());
    add_finding(findings, context, kWords, select == context.root ? Node{} : select,
                join({"DISTINCT on groups of ", name, " does nothing"}), name);
  }
}

}  // namespace

Findings distinct_with_group(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
