// A table or column that the running application may still use is dropped or gets another name.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kDropped{
    .rule = "drop_or_rename",
    .level = Level::kLow,
    .remedy =
        "First release an application that does not name it any more, then drop it, in a later "
        "migration.",
    .verify =
        "The ledger of the last days, or `pg_stat_statements`, has no query that names it: "
        "`SELECT query FROM pg_stat_statements WHERE query ILIKE '%NAME%'`.",
    .rollback = "Only a backup has the data.",
    .confidence = Confidence::kMedium,
    .because = "the file does not make it; whether an application still uses it is not known"};

constexpr SqlWords kRenamed{
    .rule = "drop_or_rename",
    .level = Level::kMedium,
    .remedy =
        "Add the new name beside the old one, let the application write both and read the new one, "
        "then drop the old one.",
    .verify =
        "The ledger of the last days, or `pg_stat_statements`, has no query that uses the old "
        "name.",
    .rollback = "Rename it back.",
    .confidence = Confidence::kMedium,
    .because = "no application can know both names at the moment of the change"};

// A view, or the table that takes its place, has the old name afterwards.
bool keeps_name(const DdlContext& context, Node table) {
  return context.catalog().table(relation_schema(table), relation_name(table)) != nullptr;
}

std::string remedy_of_table(Node table, std::string_view new_name) {
  const std::string schema(relation_schema(table));
  const std::string target = join({schema.empty() ? "" : quoted(schema) + ".", quoted(new_name)});
  return join({"BEGIN;\nALTER TABLE ", quoted_relation(table), " RENAME TO ", quoted(new_name),
               ";\n-- for those that still use the old name:\nCREATE VIEW ", quoted_relation(table),
               " AS SELECT * FROM ", target, ";\nCOMMIT;"});
}

void check_rename(const DdlContext& context, Findings& findings) {
  const Node root = context.root, table = root["relation"];
  const std::string_view type = root.text("renameType");
  const bool column = type == "OBJECT_COLUMN" && root.text("relationType") == "OBJECT_TABLE";
  if ((!column && type != "OBJECT_TABLE") || context.state.is_new(table)) return;
  if (!column && keeps_name(context, table)) return;
  const std::string path = relation_path(table);
  const std::string name = column ? join({path, ".", root.text("subname")}) : path;
  Finding& finding =
      add_ddl_finding(findings, context, kRenamed, table, {},
                      join({column ? "column " : "table ", name, " gets the name ",
                            root.text("newname"), ": what runs now fails until it is replaced"}),
                      name);
  if (column) return;
  finding.remedy = {"sql", remedy_of_table(table, root.text("newname"))};
}

// `DROP TABLE IF EXISTS t; CREATE TABLE t`: a script that sets something up.
bool is_made_again(const DdlContext& context, Node table) {
  return context.review.before->table(relation_schema(table), relation_name(table)) == nullptr &&
         context.catalog().table(relation_schema(table), relation_name(table)) != nullptr;
}

void check_drop(const DdlContext& context, Findings& findings) {
  const Node root = context.root;
  if (!root.is("DropStmt") || root.text("removeType") != "OBJECT_TABLE") return;
  for (const Node table : root.list("objects")) {
    if (context.state.is_new(relation_schema(table), relation_name(table))) continue;
    if (root.flag("missing_ok") && is_made_again(context, table)) continue;
    const std::string name = relation_path(table);
    add_ddl_finding(
        findings, context, kDropped, table, {},
        join({"DROP TABLE ", name, ": what still uses it fails, and its rows are gone"}), name);
  }
}

void check_columns(const DdlContext& context, Findings& findings) {
  const Node table = context.root["relation"];
  for (const Node command : commands_on_existing(context)) {
    if (command.text("subtype") != "AT_DropColumn") continue;
    const std::string name = join({relation_path(table), ".", command.text("name")});
    add_ddl_finding(
        findings, context, kDropped, table, command,
        join({"DROP COLUMN ", name, ": what still uses it fails, and its values are gone"}), name);
  }
}

void check(const DdlContext& context, Findings& findings) {
  if (context.file.kind == ReviewKind::kLog) return;
  if (context.root.is("RenameStmt")) check_rename(context, findings);
  check_drop(context, findings);
  check_columns(context, findings);
}

}  // namespace

Findings drop_or_rename(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
