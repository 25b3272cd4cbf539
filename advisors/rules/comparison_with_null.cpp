// `= NULL`.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "comparison_with_null",
    .level = Level::kHigh,
    .remedy =
        "Say `IS NULL` (or `IS NOT NULL` for `<>`); for a value that may be NULL, `IS NOT DISTINCT "
        "FROM`.",
    .verify = "`SELECT count(*)` with the old and the new condition: the old one counts no row.",
    .rollback = "Put the old condition back; no data changes by it.",
    .because = "a comparison with NULL gives NULL whatever the other side is",
    .caveat = "The mended query gives other rows: this changes the result on purpose."};

void report(const SqlContext& context, Node comparison, Findings& findings) {
  const Node left = comparison["lexpr"], right = comparison["rexpr"];
  const Node other = is_null_constant(right) ? left : right;
  if (!(is_null_constant(left) || is_null_constant(right)) || is_free_of_columns(other)) return;
  const NodeList columns = other.all("ColumnRef");
  const std::string name = columns.empty() ? "a subquery" : column_title(context, columns.front());
  const std::string_view sign = operator_name(comparison);
  const bool equal = sign == "=", unequal = sign == "<>" || sign == "!=";
  add_finding(findings, context, kWords, comparison,
              join({"Comparison with NULL is never true: ", name, " ", sign, " NULL",
                    equal     ? " wants IS NULL"
                    : unequal ? " wants IS NOT NULL"
                              : ""}),
              name);
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    for (const Node node : own_nodes(query, "A_Expr")) {
      if (is_comparison(node)) report(context, node, findings);
    }
  }
}

}  // namespace

Findings comparison_with_null(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
