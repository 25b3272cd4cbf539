// The type money, whose value depends on a setting.
#include "advisors/sql/column_def.h"
#include "advisors/sql/sql_rule.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "money_type",
    .level = Level::kInfo,
    .remedy = "Declare it as `numeric(12,2)`, with a column for the currency.",
    .verify = "`\\d` of the table shows `numeric`.",
    .rollback = "Nothing to undo before there are rows: the column gets another type.",
    .because = "the type is money"};

void check(const SqlContext& context, Findings& findings) {
  for (const AddedColumn& column : added_columns(context.root)) {
    if (type_of(column.definition["typeName"]) != "money") continue;
    const std::string path = column_path(column);
    add_finding(findings, context, kWords, column.definition,
                join({path, " is money: its currency and its decimals are those of lc_monetary"}),
                path);
  }
}

}  // namespace

Findings money_type(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
