// char(n), which pads with blanks.
#include "advisors/sql/column_def.h"
#include "advisors/sql/sql_rule.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "padded_char",
    .level = Level::kInfo,
    .remedy = "Declare it as `text`, with a CHECK on its length where one is meant.",
    .verify = "`\\d` of the table shows `text`.",
    .rollback = "Nothing to undo before there are rows: the column gets another type.",
    .because = "the type is char(n), with n greater than 1"};

void check(const SqlContext& context, Findings& findings) {
  for (const AddedColumn& column : added_columns(context.root)) {
    const Node type = column.definition["typeName"];
    if (type_of(type) != "character" || type_modifier_of(type).size() < 3) continue;
    if (type_modifier_of(type) == "(1)") continue;
    const std::string path = column_path(column);
    add_finding(findings, context, kWords, column.definition,
                join({path, " is char", type_modifier_of(type), ": values are padded with blanks"}),
                path);
  }
}

}  // namespace

Findings padded_char(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
