// DISTINCT ON without a full order.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "distinct_on_order",
    .level = Level::kMedium,
    .remedy =
        "Let ORDER BY begin with the columns of DISTINCT ON and go on with what makes a row the "
        "first: `ORDER BY key, created_at DESC, id DESC`.",
    .verify =
        "The query with another plan (`SET enable_hashagg = off`, another index) gives the same "
        "rows.",
    .rollback = "Take the new part of the ORDER BY away.",
    .because = "the order does not go beyond the columns of DISTINCT ON"};

bool is_only_keys(Node select) {
  const NodeList keys = select.list("distinctClause");
  return std::ranges::all_of(select.list("targetList"), [&](Node target) {
    return std::ranges::any_of(keys, [&](Node key) {
      return is_same_column(key, target["val"]) || integer_constant(key).has_value();
    });
  });
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : selects_of(context.root)) {
    const NodeList keys = select.list("distinctClause");
    if (keys.empty() || has_plain_distinct(select) || is_only_keys(select)) continue;
    const bool ordered = select.has("sortClause");
    if (select.list("sortClause").size() > keys.size() ||
        (!ordered && has_ordered_subquery(select)))
      continue;
    const std::string name =
        is_column(keys.front()) ? std::string(column_name(keys.front())) : "an expression";
    const std::string_view rest =
        ordered ? "): ORDER BY does not say which row of each group comes first"
                : ") without ORDER BY takes any row of each group";
    Finding& finding = add_finding(findings, context, kWords, keys.front(),
                                   join({"DISTINCT ON (", name, rest}), name);
    if (ordered) finding.level = Level::kLow;
  }
}

}  // namespace

Findings distinct_on_order(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
