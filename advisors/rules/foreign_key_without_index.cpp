// A foreign key whose own columns no index leads with.
#include <algorithm>

#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "foreign_key_without_index",
    .level = Level::kMedium,
    .remedy_kind = "sql",
    .remedy = "CREATE INDEX CONCURRENTLY ...",
    .verify =
        "`EXPLAIN (ANALYZE) DELETE` of one row of the other table, in a transaction that is rolled "
        "back: the time of the trigger for the constraint falls.",
    .rollback = "`DROP INDEX CONCURRENTLY` of the index.",
    .because = "the schema with the checked files applied has no such index",
    .caveat =
        "Where rows of the other table are never deleted and their keys never change, and nobody "
        "joins from there, the index is not needed."};

using Columns = std::vector<std::string_view>;

// The first columns of the index are these, in any order.
bool leads_with(const CatalogIndex& index, const Columns& columns) {
  if (index.keys.size() < columns.size() || !index.valid) return false;
  if (index.method != "btree" && index.method != "hash") return false;
  return std::ranges::all_of(columns, [&](std::string_view column) {
    const auto end = index.keys.begin() + static_cast<std::ptrdiff_t>(columns.size());
    return std::find_if(index.keys.begin(), end,
                        [&](const IndexKey& key) { return key.column == column; }) != end;
  });
}

// A partial index serves the check of the key where it leaves out NULLs only.
bool is_usable(const CatalogIndex& index) {
  return index.predicate.empty() || index.predicate.find("NOT NULL") != std::string::npos ||
         index.predicate.find("not null") != std::string::npos;
}

bool has_index(const CatalogTable& table, const Columns& columns) {
  return std::ranges::any_of(table.indexes, [&](const CatalogIndex& index) {
    return is_usable(index) && leads_with(index, columns);
  });
}

std::string remedy(const DdlContext& context, const AddedConstraint& key, const Columns& columns) {
  std::string name(key.table.text("relname"));
  for (const std::string_view column : columns) name += join({"_", column});
  const bool is_new = context.state.is_new(key.table) || context.root.is("CreateStmt");
  return join({"CREATE INDEX ", is_new ? "" : "CONCURRENTLY ", quoted(name + "_idx"), " ON ",
               quoted_relation(key.table), " (", quoted_list(columns), ");"});
}

void check(const DdlContext& context, Findings& findings) {
  for (const AddedConstraint& key : added_constraints(context.root)) {
    if (key.constraint.text("contype") != "CONSTR_FOREIGN") continue;
    const CatalogTable* const table = table_of(context.catalog(), key.table);
    const Columns columns = key.keys("fk_attrs");
    if (table == nullptr || columns.empty() || has_index(*table, columns)) continue;
    const std::string name = relation_words(key.table);
    const std::string list = quoted_list(columns);
    Finding& finding = add_finding(
        findings, context, kWords, key.constraint,
        join({"no index on ", name, " (", list, "), which refers to ",
              relation_words(key.constraint["pktable"]), ": a DELETE there reads all of ", name}),
        join({name, "/", list}));
    finding.remedy.text = remedy(context, key, columns);
    if (is_small(*table)) finding.level = Level::kLow;
  }
}

}  // namespace

Findings foreign_key_without_index(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
