// ATTACH PARTITION that reads the table to see that its rows belong there.
#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "attach_partition_without_check",
    .level = Level::kMedium,
    .remedy_kind = "sql",
    .remedy = "ALTER TABLE ... ADD CONSTRAINT ... CHECK (...) NOT VALID;",
    .verify =
        "With `SET client_min_messages = debug1` the server says that the partition constraint is "
        "implied by existing constraints.",
    .rollback = "`ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY`.",
    .because = "the schema knows the table that is attached, and it has no validated CHECK"};

bool has_check(const CatalogTable& table) {
  for (const CheckConstraint& check : table.checks) {
    if (check.validated) return true;
  }
  return false;
}

std::string remedy(Node partition) {
  const std::string table = quoted_relation(partition);
  const std::string name = quoted(join({relation_name(partition), "_bounds"}));
  return join({"-- what the partition may hold, with IS NOT NULL of the key:\nALTER TABLE ", table,
               " ADD CONSTRAINT ", name, " CHECK (...) NOT VALID;\nALTER TABLE ", table,
               " VALIDATE CONSTRAINT ", name, ";\n-- then ATTACH PARTITION, then:\nALTER TABLE ",
               table, " DROP CONSTRAINT ", name, ";"});
}

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root;
  if (!root.is("AlterTableStmt") || root.text("objtype") != "OBJECT_TABLE") return;
  for (const Node command : root.list("cmds")) {
    const Node part = command["def"], partition = part["name"];
    if (command.text("subtype") != "AT_AttachPartition" || context.state.is_new(partition))
      continue;
    const CatalogTable* const table = table_of(context.state.schema_before(), partition);
    if (table == nullptr || has_check(*table) || table->kind != RelationKind::kTable) continue;
    const std::string name = relation_path(partition);
    Finding& finding = add_ddl_finding(
        findings, context, kWords, partition, command,
        join({"ATTACH PARTITION reads all rows of ", name, ", which no CHECK says to fit"}), name);
    finding.remedy.text = remedy(partition);
    finding.evidence.push_back({"lock", "ACCESS EXCLUSIVE on the table that is attached", ""});
  }
}

}  // namespace

Findings attach_partition_without_check(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
