// IN (SELECT a column that only the outer query has).
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "subquery_column_from_outside",
    .level = Level::kHigh,
    .remedy =
        "Name the column that the subquery's own table has, with the table's alias before it.",
    .verify = "`EXPLAIN (VERBOSE)`: the subquery's output is a column of its own table.",
    .rollback = "Nothing to undo: the statement has not run yet.",
    .because = "by the schema the subquery's tables have no such column"};

void check(const SqlContext& context, Findings& findings) {
  for (const Node link : context.root.all("SubLink")) {
    const Node select = link["subselect"];
    const NodeList targets = select.list("targetList"), tables = own_nodes(select, "RangeVar");
    const std::string_view type = link.text("subLinkType");
    if (type == "EXISTS_SUBLINK" || !is_plain_select(select) || targets.size() != 1 ||
        tables.empty())
      continue;
    const Node value = targets.front()["val"];
    if (!is_column(value) || !column_table(value).empty()) continue;
    const ColumnUse use = context.names().resolve(value);
    if (!use.outer || use.entry == nullptr || use.column == nullptr) continue;
    const std::string inner = relation_words(tables.front()), name(column_name(value));
    const std::string outer =
        use.entry->table != nullptr ? use.entry->table->name : use.entry->name;
    add_finding(findings, context, kWords, value,
                join({"Subquery over ", inner, " selects ", name, " of ", outer, ": ", inner,
                      " has no such column"}),
                join({inner, ".", name}));
  }
}

}  // namespace

Findings subquery_column_from_outside(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
