// One more index on a table that has many.
#include "advisors/sql/column_def.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "many_indexes",
    .level = Level::kLow,
    .remedy =
        "See which indexes are never used, and drop them: `SELECT indexrelname, idx_scan FROM "
        "pg_stat_user_indexes WHERE relname = 'TABLE' ORDER BY idx_scan`.",
    .verify = "`n_tup_hot_upd` of pg_stat_user_tables grows faster than before.",
    .rollback = "`CREATE INDEX CONCURRENTLY` of an index that was dropped.",
    .confidence = Confidence::kMedium,
    .because =
        "the number is that of the schema with the checked files applied; how often the table "
        "is written is not known"};

constexpr std::size_t kMany = 10;

void check(const DdlContext& context, Findings& findings) {
  if (!context.root.is("IndexStmt")) return;
  const CatalogTable* const table = table_of(context.catalog(), context.root["relation"]);
  if (table == nullptr || table->indexes.size() < kMany) return;
  const std::string name = relation_words(context.root["relation"]);
  if (!context.state.first(join({kWords.rule, "/", table->name}))) return;
  add_finding(findings, context, kWords, {},
              join({"table ", name, " gets ", std::to_string(table->indexes.size()), " indexes"}),
              name);
}

}  // namespace

Findings many_indexes(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
