// ADD COLUMN ... NOT NULL without a default: fails where the table has a row.
#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "add_not_null_column",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy = "ALTER TABLE ... ADD COLUMN ... NOT NULL DEFAULT ...;",
    .verify = "Run the migration against a copy of the table that has one row.",
    .rollback = "`ALTER TABLE ... DROP COLUMN ...`.",
    .confidence = Confidence::kMedium,
    .because =
        "the file does not make the table, so it may have rows; if it has none, the statement "
        "succeeds"};

// The type as it was written.
std::string type_text(const SqlContext& context, Node column) {
  return plain_text(text_of(*context.statement.tree, column["typeName"]));
}

std::string remedy(const SqlContext& context, Node table, Node column) {
  const std::string on = "ALTER TABLE " + quoted_relation(table) + " ";
  const std::string name = quoted(column.text("colname"));
  return join({"-- either with a value that fits all rows; nothing is rewritten:\n", on,
               "ADD COLUMN ", name, " ", type_text(context, column), " NOT NULL DEFAULT ...;\n",
               "-- or without NOT NULL; fill it in batches; then a CHECK proves it:\n", on,
               "ADD COLUMN ", name, " ", type_text(context, column), ";"});
}

void check(const DdlContext& context, Findings& findings) {
  for (const Node command : commands_on_existing(context)) {
    const Node column = command["def"];
    if (command.text("subtype") != "AT_AddColumn" || fills_itself(column)) continue;
    if (!column_constraint(column, "CONSTR_NOTNULL")) continue;
    const Node table = context.root["relation"];
    const std::string path = relation_path(table);
    Finding& finding =
        add_ddl_finding(findings, context, kWords, table, command,
                        join({"ADD COLUMN ", path, ".", column.text("colname"),
                              " NOT NULL without DEFAULT fails as soon as the table has a row"}),
                        join({path, ".", column.text("colname")}));
    finding.remedy.text = remedy(context, table, column);
  }
}

}  // namespace

Findings add_not_null_column(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
