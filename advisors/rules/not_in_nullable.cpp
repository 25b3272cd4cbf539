// NOT IN (SELECT column that may be NULL).
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "not_in_nullable",
    .level = Level::kHigh,
    .remedy =
        "Say `NOT EXISTS (SELECT FROM t WHERE t.y = x)`; or add `WHERE y IS NOT NULL` to the "
        "subquery; or declare the column NOT NULL if it is.",
    .verify = "`SELECT count(*) FROM t WHERE y IS NULL`, and the rows that both forms give.",
    .rollback = "Put the old condition back; no data changes by it.",
    .because = "the schema lets the column be NULL, and nothing in the subquery leaves NULLs out",
    .caveat =
        "Where there are NULLs, the mended query gives other rows: this changes the result on "
        "purpose."};

bool is_not_in(Node link) {
  if (link.text("subLinkType") == "ANY_SUBLINK" && !link.has("operName")) {
    return link.parent().is("BoolExpr") && link.parent().text("boolop") == "NOT_EXPR";
  }
  return link.text("subLinkType") == "ALL_SUBLINK" && link.last_name("operName") == "<>";
}

// A condition that is not true where the column is NULL.
bool leaves_nulls_out(Node condition, Node column) {
  if (condition.is("NullTest"))
    return condition.text("nulltesttype") == "IS_NOT_NULL" &&
           is_same_column(condition["arg"], column);
  const bool list = condition.text("kind") == "AEXPR_IN" ||
                    condition.text("kind") == "AEXPR_BETWEEN" ||
                    condition.text("kind") == "AEXPR_LIKE";
  if (!is_comparison(condition) && !list) return false;
  return is_same_column(without_casts(condition["lexpr"]), column) ||
         is_same_column(without_casts(condition["rexpr"]), column);
}

bool cannot_be_null(const SqlContext& context, Node select, Node value) {
  if (!is_column(value))
    return context.names().is_not_null(value) || is_constant(value) ||
           function_name(value) == "count" || function_name(value) == "unnest" ||
           value.is("CoalesceExpr");
  if (context.names().is_not_null(value)) return true;
  if (std::ranges::any_of(filters_of(select),
                          [&](Node filter) { return leaves_nulls_out(filter, value); }))
    return true;
  return home_of(context, value).column == nullptr &&
         (column_name(value) == "id" || column_name(value) == "oid");
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node link : context.root.all("SubLink")) {
    const Node select = link["subselect"];
    const NodeList targets = select.list("targetList");
    if (!is_not_in(link) || !is_plain_select(select) || targets.size() != 1) continue;
    const Node value = targets.front()["val"];
    if (cannot_be_null(context, select, value)) continue;
    const NodeList columns = value.all("ColumnRef");
    if (columns.empty() || column_name(columns.front()).empty()) continue;
    const bool known = is_column(value) && home_of(context, value).column != nullptr;
    const std::string name = column_title(context, columns.front());
    Finding& finding = add_finding(findings, context, kWords, link,
                                   join({"NOT IN over ", name,
                                         known ? ", which may be NULL: then no row comes"
                                               : ": if it can be NULL, no row comes"}),
                                   name);
    if (known) continue;
    finding.level = Level::kLow;
    finding.confidence = Confidence::kLow;
    finding.confidence_because = "whether the column can be NULL is not known";
  }
}

}  // namespace

Findings not_in_nullable(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
