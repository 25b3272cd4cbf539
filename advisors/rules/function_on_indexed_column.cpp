// lower(col) = ..., col::date = ..., col + 1 = ...
#include <algorithm>
#include <optional>
#include <utility>

#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"
#include "advisors/sql/wrapped_column.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "function_on_indexed_column",
    .level = Level::kMedium,
    .remedy =
        "Move the function to the other side of the comparison (a range in place of a cast to a "
        "date), so that the column stands alone; or make an index on the expression.",
    .verify =
        "`EXPLAIN (ANALYZE, BUFFERS)`: the condition stands in an Index Cond, not in a Filter.",
    .rollback = "Put the old condition back, or `DROP INDEX CONCURRENTLY` of the new index.",
    .because = "an index of the schema begins with the column, and none is on the expression",
    .caveat =
        "The function form and the plain form may differ for single values (case, time zones, "
        "rounding): check which is meant."};

// Another condition of the query that an index can serve.
bool has_better(const SqlContext& context, const NodeList& filters) {
  return std::ranges::any_of(filters, [&](Node filter) {
    if (!is_operator(filter, "=")) return false;
    for (const auto& [column, value] : {std::pair(filter["lexpr"], filter["rexpr"]),
                                        std::pair(filter["rexpr"], filter["lexpr"])}) {
      const CatalogTable* const table =
          is_column(column) ? home_of(context, column).table : nullptr;
      if (table != nullptr && is_free_of_columns(value) &&
          index_beginning_with(*table, column_name(column)) != nullptr)
        return true;
    }
    return false;
  });
}

// Without a schema: functions that are mostly put around columns that have an index.
bool is_usual(const WrappedColumn& wrapped) {
  return wrapped.by == "lower" || wrapped.by == "upper" || wrapped.by == "date" ||
         wrapped.by == "date_trunc" || wrapped.by == "to_char";
}

std::string_view kind_of(const WrappedColumn& wrapped) {
  return wrapped.is_operator ? "Operator " : "Function ";
}

// With the names of table and column, where what is to be done is known.
void suggest(const WrappedColumn& wrapped, Finding& finding) {
  const std::string_view column = column_name(wrapped.column);
  const Node relation = relation_of(wrapped.column);
  if ((wrapped.by == "lower" || wrapped.by == "upper") && relation) {
    finding.remedy = {
        "sql", join({"CREATE INDEX CONCURRENTLY ON ", relation_words(relation), " (", wrapped.by,
                     "(", column, "));\nANALYZE ", relation_words(relation), ";"})};
  } else if (wrapped.by == "date") {
    finding.remedy.text =
        join({"Compare the column itself with a range: `", column, " >= day AND ", column,
              " < day + 1`. For timestamptz write both bounds with their time zone."});
  } else if (wrapped.is_operator && wrapped.by != "||") {
    finding.remedy.text = join({"Move what is done to `", column,
                                "` to the other side, so that the column stands alone."});
  }
}

void report_possible(const SqlContext& context, const WrappedColumn& wrapped, Findings& findings) {
  const Node relation = relation_of(wrapped.column);
  if (!is_usual(wrapped) || !relation || cte_query(relation) || !is_free_of_columns(wrapped.other))
    return;
  if (context.catalog().table(relation.text("schemaname"), relation.text("relname")) != nullptr)
    return;
  const std::string name = column_title(context, wrapped.column);
  Finding& finding = add_finding(findings, context, kWords, wrapped.comparison,
                                 join({kind_of(wrapped), wrapped.by, " on column ", name,
                                       ": an index on the column cannot serve it"}),
                                 name);
  finding.level = Level::kLow;
  finding.confidence = Confidence::kLow;
  finding.confidence_because = "which indexes there are is not known";
}

void report(const SqlContext& context, const WrappedColumn& wrapped, bool has_other,
            Findings& findings) {
  const ColumnHome home = home_of(context, wrapped.column);
  if (home.table == nullptr) return report_possible(context, wrapped, findings);
  const CatalogIndex* const index = index_beginning_with(*home.table, column_name(wrapped.column));
  if (index == nullptr || !changes_value(wrapped, *home.column) ||
      has_index_on(*home.table, wrapped.expression))
    return;
  const std::string name = column_title(context, wrapped.column);
  Finding& finding = add_finding(findings, context, kWords, wrapped.comparison,
                                 join({kind_of(wrapped), wrapped.by, " on indexed column ", name,
                                       ": ", index->name, " cannot serve it"}),
                                 name);
  suggest(wrapped, finding);
  const bool joins = !is_free_of_columns(wrapped.other);
  if (!joins && !has_other) return;
  finding.level = Level::kLow;
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      joins ? "the index would help where the join is made by it"
            : "another condition of the query has an index, which may be enough";
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    const NodeList filters = conditions_of(query);
    std::optional<bool> better;  // asked only where there is something to report
    for (const Node filter : filters) {
      const auto wrapped = wrapped_column(filter);
      if (!wrapped) continue;
      if (!better) better = has_better(context, filters);
      report(context, *wrapped, *better, findings);
    }
  }
}

}  // namespace

Findings function_on_indexed_column(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
