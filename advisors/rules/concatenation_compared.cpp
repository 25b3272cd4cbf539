// a || b = ...
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "concatenation_compared",
    .level = Level::kLow,
    .remedy =
        "Compare the columns one by one, `(a, b) = ($1, $2)`; where only the whole text is known, "
        "make an index on the expression.",
    .verify = "`EXPLAIN`: the condition stands in an Index Cond.",
    .rollback = "Put the old condition back.",
    .confidence = Confidence::kMedium,
    .because = "an index on a column does not serve the text that it is a part of",
    .caveat =
        "Two pairs of values can give one text, so the comparisons one by one may give fewer "
        "rows."};

void report(const SqlContext& context, Node filter, Node side, Findings& findings) {
  side = without_casts(side);
  if (!is_operator(side, "||")) return;
  const NodeList columns = side.all("ColumnRef");
  if (columns.size() < 2 || is_same_column(columns[0], columns[1])) return;
  const CatalogTable* const table = home_of(context, columns[0]).table;
  if (table != nullptr && has_index_on(*table, side)) return;
  const std::string first = column_title(context, columns[0]),
                    second = column_title(context, columns[1]);
  add_finding(findings, context, kWords, filter,
              join({"Columns ", first, " and ", second, " are concatenated to be compared"}),
              join({first, ",", second}));
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    for (const Node filter : conditions_of(query)) {
      if (!is_comparison(filter)) continue;
      report(context, filter, filter["lexpr"], findings);
      report(context, filter, filter["rexpr"], findings);
    }
  }
}

}  // namespace

Findings concatenation_compared(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
