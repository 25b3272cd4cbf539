// ADD COLUMN that writes the whole table anew.
#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "volatile_default",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy = "ALTER TABLE ... ADD COLUMN ...;\nALTER TABLE ... ALTER COLUMN ... SET DEFAULT ...;",
    .verify =
        "`SELECT pg_relation_filenode('TABLE')` before and after, on a copy: the same number means "
        "that nothing was rewritten.",
    .rollback =
        "`ALTER TABLE ... DROP COLUMN ...`: old rows keep the space until they are written "
        "again.",
    .because = "the file does not make the table, so it may have rows"};

constexpr int kFirstWithFastDefault = 110000;

// Why every row gets a value of its own; empty where none does.
std::string reason_of(const SqlContext& context, Node column) {
  if (is_serial(column["typeName"]))
    return join({column["typeName"].last_name("names"), " counts the old rows"});
  if (column_constraint(column, "CONSTR_IDENTITY")) return "an identity counts the old rows";
  if (column_constraint(column, "CONSTR_GENERATED"))
    return "a generated column is stored in each row";
  const Node value = column_constraint(column, "CONSTR_DEFAULT")["raw_expr"];
  const std::string_view call = volatile_call(value, context.catalog());
  if (!call.empty()) return join({"DEFAULT ", call, "() differs from row to row"});
  const bool old = context.review.server_version < kFirstWithFastDefault;
  return old && value && !is_null_constant(value) ? "a DEFAULT is written into each row before "
                                                    "PostgreSQL 11"
                                                  : "";
}

std::string default_of(const SqlContext& context, Node column) {
  const Node value = column_constraint(column, "CONSTR_DEFAULT")["raw_expr"];
  if (!value) return {};
  return plain_text(text_of(*context.statement.tree, value));
}

std::string remedy(const SqlContext& context, Node table, Node column) {
  const std::string on = "ALTER TABLE " + quoted_relation(table) + " ";
  const std::string name = quoted(column.text("colname"));
  const std::string value = default_of(context, column);
  const std::string type = is_serial(column["typeName"])
                               ? std::string("bigint")
                               : plain_text(text_of(*context.statement.tree, column["typeName"]));
  std::string text = join({on, "ADD COLUMN ", name, " ", type, ";\n"});
  if (!value.empty()) {
    text += join({on, "ALTER COLUMN ", name, " SET DEFAULT ", value, ";  -- for new rows\n"});
  } else if (!column_constraint(column, "CONSTR_GENERATED")) {
    text +=
        "-- a sequence as its default for new rows: CREATE SEQUENCE, SET DEFAULT nextval(...)\n";
  } else {
    text += "-- a trigger, the application or a view gives the value of new rows\n";
  }
  return text + "-- then fill the old rows in batches, each with its own COMMIT";
}

void check(const DdlContext& context, Findings& findings) {
  for (const Node command : commands_on_existing(context)) {
    const Node column = command["def"];
    if (command.text("subtype") != "AT_AddColumn") continue;
    const std::string reason = reason_of(context, column);
    if (reason.empty()) continue;
    const Node table = context.root["relation"];
    const std::string path = relation_path(table);
    Finding& finding = add_ddl_finding(
        findings, context, kWords, table, command,
        join({"ADD COLUMN ", path, ".", column.text("colname"), " rewrites the table: ", reason}),
        join({path, ".", column.text("colname")}));
    finding.remedy.text = remedy(context, table, column);
    finding.evidence.push_back(
        {"lock", "ACCESS EXCLUSIVE, while all rows and indexes are written", ""});
  }
}

}  // namespace

Findings volatile_default(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
