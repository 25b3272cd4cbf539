// A table without a key.
#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "no_primary_key",
    .level = Level::kLow,
    .remedy =
        "Add `id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY` to its columns, or make those "
        "that "
        "name a row already its primary key.",
    .verify = "`\\d` of the table names a primary key.",
    .rollback = "`ALTER TABLE ... DROP CONSTRAINT` of the key.",
    .because = "none of the checked files gives the table a primary key or a unique index"};

bool has_key(const CatalogTable& table) {
  if (table.primary_key() != nullptr) return true;
  for (const CatalogIndex& index : table.indexes) {
    std::vector<std::string> columns;
    for (const IndexKey& key : index.keys) columns.push_back(key.column);
    if (index.unique && table.is_unique(columns)) return true;
  }
  return false;
}

// Its keys may come from elsewhere, or there is nothing to tell apart.
bool may_be_without(Node root) {
  return root["relation"].text("relpersistence") == "t" || root.has("inhRelations") ||
         root.has("ofTypename") || root.list("tableElts").empty() ||
         !root.all("TableLikeClause").empty();
}

void check(const SqlContext& context, Findings& findings) {
  if (!context.root.is("CreateStmt") || may_be_without(context.root)) return;
  const CatalogTable* const table = table_of(context.catalog(), context.root["relation"]);
  if (table == nullptr || has_key(*table)) return;
  const std::string name = relation_words(context.root["relation"]);
  add_finding(findings, context, kWords, {}, join({"table ", name, " has no primary key"}), name);
}

}  // namespace

Findings no_primary_key(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
