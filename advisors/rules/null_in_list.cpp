// NULL among the values of IN and NOT IN.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "null_in_list",
    .level = Level::kHigh,
    .remedy =
        "Take the NULL out of the list, and say `IS NULL` or `IS NOT NULL` where it was meant.",
    .verify = "`SELECT count(*)` with the old and the new condition.",
    .rollback = "Put the old list back; no data changes by it.",
    .because = "NULL is written in the list"};

bool is_negated(Node in) {
  bool negated = operator_name(in) == "<>";
  for (Node at = in.parent(); at.is("BoolExpr"); at = at.parent()) {
    if (at.text("boolop") == "NOT_EXPR") negated = !negated;
  }
  return negated;
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    for (const Node in : own_nodes(query, "A_Expr")) {
      if (in.text("kind") != "AEXPR_IN" || is_free_of_columns(in["lexpr"])) continue;
      if (std::ranges::none_of(in["rexpr"].list("items"), is_null_constant)) continue;
      const NodeList columns = in["lexpr"].all("ColumnRef");
      const std::string name =
          columns.empty() ? "a subquery" : column_title(context, columns.front());
      const bool negated = is_negated(in);
      const std::string_view what = negated ? "NOT IN with a NULL in its list is never true: "
                                            : "NULL in the list of IN finds nothing: ";
      Finding& finding = add_finding(findings, context, kWords, in, join({what, name}), name);
      if (!negated) finding.level = Level::kLow;
    }
  }
}

}  // namespace

Findings null_in_list(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
