// A migration that writes a whole table in one statement.
#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"
#include "advisors/sql/wide_write.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "backfill_in_migration",
    .level = Level::kMedium,
    .remedy_kind = "sql",
    .remedy = "",
    .verify =
        "No transaction of the backfill is longer than some seconds: `SELECT now() - xact_start, "
        "query FROM pg_stat_activity`.",
    .rollback = "A batch that was committed stays; stop the job between two batches.",
    .confidence = Confidence::kMedium,
    .because =
        "no equality with a value narrows the statement; how many rows the table has is not known"};

std::string remedy(const SqlContext& context, Node root) {
  const std::string table = quoted_relation(root["relation"]);
  const CatalogTable* const known =
      context.catalog().table(relation_schema(root["relation"]), relation_name(root["relation"]));
  const CatalogIndex* const key = known == nullptr ? nullptr : known->primary_key();
  const bool simple = key != nullptr && key->keys.size() == 1;
  const std::string id = simple ? quoted(key->keys.front().column) : std::string("id");
  const std::string_view verb = root.is("UpdateStmt") ? "UPDATE " : "DELETE FROM ";
  const std::string_view set = root.is("UpdateStmt") ? " SET ..." : "";
  return join({"-- in a job outside of the migration; COMMIT after each, until the last ", id,
               " is reached:\n", verb, table, set, "\n WHERE ... AND ", id, " > :last AND ", id,
               " <= :last + 5000;"});
}

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root, table = root["relation"];
  if (context.file.kind != ReviewKind::kMigration || !is_wide_write(root)) return;
  if (context.state.is_new(table)) return;
  if (root.is("DeleteStmt") && !root["whereClause"]) return;  // delete_without_where speaks of it
  const CatalogTable* const known =
      context.catalog().table(relation_schema(table), relation_name(table));
  if (known != nullptr && known->kind == RelationKind::kView) return;
  const std::string name = relation_path(table);
  const std::string_view verb = root.is("UpdateStmt") ? "UPDATE" : "DELETE";
  Finding& finding = add_ddl_finding(findings, context, kWords, table, {},
                                     join({"one ", verb, " goes over ", name,
                                           " in a migration: its rows stay "
                                           "locked until it ends"}));
  finding.remedy.text = remedy(context, root);
}

}  // namespace

Findings backfill_in_migration(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
