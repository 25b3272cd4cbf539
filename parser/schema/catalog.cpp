#include "parser/schema/catalog.h"

#include <algorithm>
#include <utility>

namespace pgcounsel {

const CatalogColumn* CatalogTable::column(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &CatalogColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

const CatalogIndex* CatalogTable::primary_key() const {
  const auto found = std::ranges::find(indexes, true, &CatalogIndex::primary);
  return found == indexes.end() ? nullptr : &*found;
}

bool CatalogTable::is_unique(const std::vector<std::string>& given) const {
  const auto is_key = [&](const IndexKey& key) {
    const CatalogColumn* const known = column(key.column);
    return known != nullptr && known->not_null &&
           (key.collation.empty() || key.collation == known->collation) &&
           std::ranges::find(given, key.column) != given.end();
  };
  return std::ranges::any_of(indexes, [&](const CatalogIndex& index) {
    return index.unique && index.valid && !index.deferrable && index.predicate.empty() &&
           !index.keys.empty() && std::ranges::all_of(index.keys, is_key);
  });
}

const CatalogTable* Catalog::table(std::string_view schema, std::string_view name) const {
  const auto in = [&](std::string_view where) -> const CatalogTable* {
    const auto found = tables_.find(std::pair(std::string(where), std::string(name)));
    return found == tables_.end() ? nullptr : &found->second;
  };
  if (!schema.empty()) return in(schema);
  if (const CatalogTable* temporary = in("pg_temp")) return temporary;
  for (const std::string& where : search_path) {
    if (const CatalogTable* found = in(where)) return found;
  }
  return nullptr;
}

CatalogTable* Catalog::table(std::string_view schema, std::string_view name) {
  return const_cast<CatalogTable*>(std::as_const(*this).table(schema, name));
}

std::vector<const CatalogFunction*> Catalog::functions(std::string_view schema,
                                                       std::string_view name) const {
  std::vector<const CatalogFunction*> found;
  for (const CatalogFunction& function : function_list) {
    if (function.name == name && (schema.empty() || function.schema == schema)) {
      found.push_back(&function);
    }
  }
  return found;
}

const CatalogType* Catalog::type(std::string_view schema, std::string_view name) const {
  const auto found = std::ranges::find_if(type_list, [&](const CatalogType& type) {
    return type.name == name && (schema.empty() || type.schema == schema);
  });
  return found == type_list.end() ? nullptr : &*found;
}

std::pair<const CatalogTable*, const CatalogIndex*> Catalog::index(std::string_view schema,
                                                                   std::string_view name) const {
  std::pair<const CatalogTable*, const CatalogIndex*> first{nullptr, nullptr};
  auto best = search_path.end();
  for (const auto& [key, table] : tables_) {
    if (!schema.empty() && key.first != schema) continue;
    const auto found = std::ranges::find(table.indexes, name, &CatalogIndex::name);
    if (found == table.indexes.end()) continue;
    const auto place = std::ranges::find(search_path, key.first);
    if (first.first != nullptr && place >= best) continue;
    first = {&table, &*found};
    best = place;
  }
  return first;
}

std::pair<CatalogTable*, CatalogIndex*> Catalog::index(std::string_view schema,
                                                       std::string_view name) {
  const auto [table, index] = std::as_const(*this).index(schema, name);
  return {const_cast<CatalogTable*>(table), const_cast<CatalogIndex*>(index)};
}

std::string_view Catalog::first_schema() const {
  for (const std::string& where : search_path) {
    if (where != "pg_catalog" && where != "$user") return where;
  }
  return "public";
}

CatalogTable& Catalog::add_table(std::string_view schema, std::string_view name) {
  const std::string where(schema.empty() ? first_schema() : schema);
  CatalogTable& table = tables_[std::pair(where, std::string(name))];
  table = CatalogTable{};
  table.schema = where;
  table.name = name;
  return table;
}

void Catalog::remove_table(std::string_view schema, std::string_view name) {
  const CatalogTable* const found = table(schema, name);
  if (found != nullptr) tables_.erase(std::pair(found->schema, found->name));
}

void Catalog::rename_table(CatalogTable& table, std::string_view schema, std::string_view name) {
  if (table.schema == schema && table.name == name) return;
  auto node = tables_.extract(std::pair(table.schema, table.name));
  if (node.empty()) return;
  table.schema = schema;
  table.name = name;
  node.key() = {table.schema, table.name};
  tables_.erase(node.key());
  tables_.insert(std::move(node));
}

}  // namespace pgcounsel
