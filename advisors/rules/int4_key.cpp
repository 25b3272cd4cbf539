// A key that counts up in a type that ends at two billion.
#include <string>

#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/sql_rule.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "int4_key",
    .level = Level::kLow,
    .remedy = "Declare it as `id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`.",
    .verify = "`SELECT last_value, max_value FROM pg_sequences` of the key's sequence.",
    .rollback = "Nothing to undo before there are rows: the column gets another type.",
    .because = "the column is the primary key, counts up by itself and has 2 or 4 bytes",
    .caveat = "Columns that refer to the key must have the same type."};

bool counts_up(Node definition, const CatalogColumn& column) {
  return is_serial(definition["typeName"]) || column.identity ||
         column.default_text.find("nextval") != std::string::npos;
}

void check(const SqlContext& context, Findings& findings) {
  for (const AddedColumn& added : added_columns(context.root)) {
    const std::string_view name = added.definition.text("colname");
    const CatalogTable* const table = table_of(context.catalog(), added.table);
    const CatalogColumn* const column = table == nullptr ? nullptr : table->column(name);
    if (column == nullptr || (column->type != "integer" && column->type != "smallint")) continue;
    const CatalogIndex* const key = table->primary_key();
    if (key == nullptr || key->keys.size() != 1 || key->keys.front().column != name) continue;
    if (!counts_up(added.definition, *column)) continue;
    const std::string_view most = column->type == "integer" ? "2,147,483,647" : "32,767";
    Finding& finding = add_finding(
        findings, context, kWords, added.definition,
        join({"primary key ", column_path(added), " is ", column->type, ": it ends at ", most}),
        column_path(added));
    finding.remedy.text = join(
        {"Declare it as `", quoted(name), " bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`."});
  }
}

}  // namespace

Findings int4_key(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
