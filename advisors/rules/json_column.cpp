// json where jsonb is meant.
#include "advisors/sql/column_def.h"
#include "advisors/sql/sql_rule.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "json_column",
    .level = Level::kInfo,
    .remedy = "Declare it as `jsonb`.",
    .verify = "`\\d` of the table shows `jsonb`.",
    .rollback = "Nothing to undo before there are rows: the column gets another type.",
    .confidence = Confidence::kMedium,
    .because = "whether the text of the document must be kept byte for byte is not known"};

void check(const SqlContext& context, Findings& findings) {
  for (const AddedColumn& column : added_columns(context.root)) {
    if (type_of(column.definition["typeName"]) != "json") continue;
    const std::string path = column_path(column);
    add_finding(findings, context, kWords, column.definition,
                join({path, " is json: it is read anew by each query, has no index and no `=`"}),
                path);
  }
}

}  // namespace

Findings json_column(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
