// A point in time without its zone.
#include "advisors/sql/column_def.h"
#include "advisors/sql/sql_rule.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "timestamp_without_time_zone",
    .level = Level::kInfo,
    .remedy = "Declare it as `timestamptz`.",
    .verify = "`\\d` of the table shows `timestamp with time zone`.",
    .rollback = "Nothing to undo before there are rows: the column gets another type.",
    .confidence = Confidence::kMedium,
    .because = "whether the column means a point in time or a local time is not known"};

void check(const SqlContext& context, Findings& findings) {
  std::string names;
  Node first;
  for (const AddedColumn& column : added_columns(context.root)) {
    if (type_of(column.definition["typeName"]) != "timestamp without time zone") continue;
    if (names.empty()) first = column.definition;
    if (!names.empty()) names += ", ";
    names += column.definition.text("colname");
  }
  if (names.empty()) return;
  const std::string table = relation_words(context.root["relation"]);
  add_finding(findings, context, kWords, first,
              join({table, ": timestamp without time zone: ", names}), table);
}

}  // namespace

Findings timestamp_without_time_zone(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
