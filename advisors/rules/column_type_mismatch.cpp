// Comparisons that convert the column.
#include <algorithm>

#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"
#include "advisors/sql/wrapped_column.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "column_type_mismatch",
    .level = Level::kLow,
    .remedy =
        "Give the value the column's type (`$1::bigint`), or give both columns of the join one "
        "type.",
    .verify = "`EXPLAIN`: the condition stands in an Index Cond, without a cast of the column.",
    .rollback = "Put the old comparison back.",
    .because = "by the types of the schema the column is converted in every row"};

bool is_integer(std::string_view type) {
  return type == "bigint" || type == "integer" || type == "smallint";
}

// Types that integers are converted to.
bool is_wider(std::string_view type) {
  return type == "numeric" || type == "double precision" || type == "real";
}

std::string type_of_value(const SqlContext& context, Node node) {
  if (node.is("TypeCast")) return type_of(node["typeName"]);
  if (is_constant(node)) return without_casts(node).has("fval") ? "numeric" : "";
  if (is_column(node)) {
    const CatalogColumn* const column = home_of(context, node).column;
    return column == nullptr ? "" : column->type;
  }
  return {};
}

// A whole number that is too large for an integer is written like a decimal one.
bool is_large_integer(Node node) {
  const auto text = constant_text(node);
  return text && node.is("A_Const") && text->find_first_not_of("0123456789") == std::string::npos &&
         text->size() < 19;
}

void report(const SqlContext& context, Node comparison, Node column, std::string_view as,
            Findings& findings) {
  const ColumnHome home = home_of(context, column);
  const std::string name = column_title(context, column);
  const CatalogIndex* const index = index_beginning_with(*home.table, home.column->name);
  Finding& finding = add_finding(
      findings, context, kWords, comparison,
      join({"Types differ: ", name, " is ", home.column->type, ", compared as ", as,
            index == nullptr ? std::string() : join({", so ", index->name, " cannot serve it"})}),
      name);
  if (index != nullptr) finding.level = Level::kMedium;
}

// An integer column beside something that makes it a numeric or a float.
void check_sides(const SqlContext& context, Node comparison, Node column, Node value,
                 Findings& findings) {
  if (!is_column(column) || is_large_integer(value)) return;
  const CatalogColumn* const known = home_of(context, column).column;
  // Within one table no index could serve it anyway.
  if (is_column(value) && home_of(context, value).table == home_of(context, column).table) return;
  const std::string type = type_of_value(context, value);
  if (known != nullptr && is_integer(known->type) && is_wider(type))
    report(context, comparison, column, type, findings);
}

// `a.id::text = b.ref`: a cast that stands for a type that is missing in the schema.
void check_cast(const SqlContext& context, Node comparison, Node cast, Node value,
                Findings& findings) {
  if (!cast.is("TypeCast") || !is_column(cast["arg"]) || !is_column(value)) return;
  const ColumnHome home = home_of(context, cast["arg"]), other = home_of(context, value);
  const auto wrapped = wrapped_column(comparison);
  if (home.column == nullptr || other.column == nullptr || home.table == other.table || !wrapped)
    return;
  if (!changes_value(*wrapped, *home.column) || has_index_on(*home.table, cast)) return;
  report(context, comparison, cast["arg"], type_of(cast["typeName"]), findings);
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    for (const Node condition : conditions_of(query)) {
      if (!is_comparison(condition)) continue;
      const Node left = condition["lexpr"], right = condition["rexpr"];
      check_sides(context, condition, left, right, findings);
      check_sides(context, condition, right, left, findings);
      check_cast(context, condition, left, right, findings);
      check_cast(context, condition, right, left, findings);
    }
  }
}

}  // namespace

Findings column_type_mismatch(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
