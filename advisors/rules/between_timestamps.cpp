// BETWEEN with a date as the end of timestamps.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "between_timestamps",
    .level = Level::kLow,
    .remedy = "Write a half-open range: `column >= first_day AND column < day_after_the_last`.",
    .verify = "`SELECT max(column)` of the rows that come: the last day is there.",
    .rollback = "Put BETWEEN back; no data changes by it.",
    .confidence = Confidence::kMedium,
    .because = "BETWEEN includes its end, and a date as a timestamp is midnight",
    .caveat = "The mended query gives other rows: this changes the result on purpose."};

bool is_timestamp(const SqlContext& context, Node column) {
  const CatalogColumn* const known = home_of(context, column).column;
  if (known != nullptr) return known->type.starts_with("timestamp");
  const std::string_view name = column_name(column);
  return name.ends_with("_at") || name.ends_with("_time") || name.ends_with("timestamp");
}

// `2024-01-31`, `CAST(x AS date)`.
bool is_date(Node end) {
  if (end.is("TypeCast") && end["typeName"].last_name("names") == "date") return true;
  const auto text = constant_text(end);
  if (!text || text->size() < 8 || text->size() > 10 || end.is("TypeCast")) return false;
  return text->find_first_not_of("0123456789-/.") == std::string::npos &&
         text->find_first_of("-/.") != std::string::npos;
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node between : context.root.all("A_Expr")) {
    if (between.text("kind") != "AEXPR_BETWEEN" || !is_column(between["lexpr"])) continue;
    const NodeList bounds = between["rexpr"].list("items");
    if (bounds.size() != 2 || !is_date(bounds[1]) || !is_timestamp(context, between["lexpr"]))
      continue;
    const std::string name = column_title(context, between["lexpr"]);
    add_finding(
        findings, context, kWords, between,
        join({"BETWEEN on ", name, ": the end is a date, so its day is left out but for midnight"}),
        name);
  }
}

}  // namespace

Findings between_timestamps(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
