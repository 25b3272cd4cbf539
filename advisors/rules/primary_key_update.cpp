// UPDATE of a primary key.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "primary_key_update",
    .level = Level::kLow,
    .remedy =
        "Leave the key as it is and change a column of its own; where the key must change, insert "
        "the new row, move what refers to it in batches, and delete the old one.",
    .verify =
        "`EXPLAIN (ANALYZE)` of the UPDATE in a transaction that is rolled back: the time of its "
        "constraint triggers.",
    .rollback = "An UPDATE back to the old key.",
    .confidence = Confidence::kMedium,
    .because = "the column is the table's key; how many rows refer to it is not known here"};

const CatalogTable* referring_table(const SqlContext& context, const CatalogTable& table) {
  for (const auto& [name, other] : context.catalog().tables()) {
    const bool refers = std::ranges::any_of(other.foreign_keys, [&](const ForeignKey& key) {
      return key.referenced_table == table.name &&
             (key.referenced_schema.empty() || key.referenced_schema == table.schema);
    });
    if (refers) return &other;
  }
  return nullptr;
}

bool is_key(const CatalogTable* table, std::string_view column) {
  if (table == nullptr) return column == "id";
  const CatalogIndex* const key = table->primary_key();
  return key != nullptr &&
         std::ranges::find(key->keys, column, &IndexKey::column) != key->keys.end();
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node update : context.root.all("UpdateStmt")) {
    const Node relation = update["relation"];
    const CatalogTable* const table =
        context.catalog().table(relation.text("schemaname"), relation.text("relname"));
    for (const Node target : update.list("targetList")) {
      const std::string_view column = target.text("name");
      if (!is_key(table, column) || column_name(target["val"]) == column) continue;
      const std::string name = join({relation_words(relation), ".", column});
      const CatalogTable* const other =
          table == nullptr ? nullptr : referring_table(context, *table);
      const std::string rest =
          other == nullptr ? std::string() : join({", to which ", other->name, " refers"});
      Finding& finding = add_finding(findings, context, kWords, target,
                                     join({"UPDATE of the primary key ", name, rest}), name);
      if (other != nullptr) finding.level = Level::kMedium;
    }
  }
}

}  // namespace

Findings primary_key_update(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
