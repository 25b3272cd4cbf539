#include "parser/schema/ddl_step.h"

#include <algorithm>
#include <utility>

#include "parser/sql/names.h"
#include "parser/sql/node_span.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestName = 63;

// Not in the middle of a character of UTF-8.
std::size_t clipped(std::string_view text, std::size_t size) {
  if (size >= text.size()) return text.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80) --size;
  return size;
}

// The longer one of two names gives way.
std::string joined_name(std::string_view first, std::string_view second, std::string_view label) {
  const std::size_t overhead = label.size() + 1 + (second.empty() ? 0 : 1);
  std::size_t a = first.size(), b = second.size();
  while (a + b > kLongestName - overhead) --(a > b ? a : b);
  std::string name(first.substr(0, clipped(first, a)));
  if (!second.empty()) name.append("_").append(second.substr(0, clipped(second, b)));
  return name.append("_").append(label);
}

bool is_taken(const CatalogTable& table, std::string_view name) {
  return std::ranges::find(table.indexes, name, &CatalogIndex::name) != table.indexes.end() ||
         std::ranges::find(table.foreign_keys, name, &ForeignKey::name) !=
             table.foreign_keys.end() ||
         std::ranges::find(table.checks, name, &CheckConstraint::name) != table.checks.end();
}

std::string joined_parts(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += '_';
    joined += part;
    if (joined.size() > kLongestName) break;
  }
  return joined;
}

}  // namespace

ObjectName name_of(const DdlStep& step, Node range_var) {
  ObjectName name{std::string(range_var.text("schemaname")),
                  std::string(range_var.text("relname"))};
  if (!name.schema.empty()) return name;
  if (range_var.text("relpersistence") == "t") name.schema = "pg_temp";
  if (name.schema.empty()) name.schema = step.schema;
  return name;
}

ObjectName name_of(const DdlStep& step, const std::vector<std::string_view>& parts) {
  ObjectName name{std::string(step.schema), {}};
  if (!parts.empty()) name.name = parts.back();
  if (parts.size() > 1) name.schema = parts[parts.size() - 2];
  return name;
}

CatalogTable* table_of(const DdlStep& step, Node range_var) {
  const ObjectName name = name_of(step, range_var);
  return step.catalog.table(name.schema, name.name);
}

std::string full_name(const CatalogTable& table) {
  return table.schema + "." + table.name;
}

std::string expression_text(const DdlStep& step, Node expression) {
  return std::string(text_of(step.tree, expression));
}

std::vector<std::string> strings(const std::vector<std::string_view>& texts) {
  return {texts.begin(), texts.end()};
}

std::string made_name(const CatalogTable& table, const std::vector<std::string>& parts,
                      std::string_view label) {
  const std::string second = joined_parts(parts);
  std::string name = joined_name(table.name, second, label);
  constexpr int kMostTries = 32;
  for (int number = 1; number <= kMostTries && is_taken(table, name); ++number) {
    name = joined_name(table.name, second, std::string(label) + std::to_string(number));
  }
  return name;
}

std::string made_index_name(const CatalogTable& table, const std::vector<std::string>& parts) {
  std::vector<std::string> distinct;
  for (const std::string& part : parts) {
    std::string name = part;
    for (int number = 1; std::ranges::find(distinct, name) != distinct.end(); ++number) {
      name = part + std::to_string(number);
    }
    distinct.push_back(std::move(name));
  }
  return made_name(table, distinct, "idx");
}

void take_columns(const DdlStep& step, CatalogTable& table, Node query,
                  const std::vector<std::string_view>& given) {
  const Names names(query, step.catalog);
  const QueryScope* scope = names.scope_of(query);
  table.columns_known = scope != nullptr && scope->output_known;
  if (!table.columns_known) return;
  for (const OutputColumn& output : scope->output) {
    CatalogColumn& column = table.columns.emplace_back();
    const std::size_t at = table.columns.size() - 1;
    column.name = at < given.size() ? std::string(given[at]) : output.name;
    column.type = output.type;
    if (output.column != nullptr) {
      column.type_modifier = output.column->type_modifier;
      column.collation = output.column->collation;
    } else if (column.type == "text" || column.type.starts_with("character")) {
      column.collation = kSomeCollation;
    }
  }
}

std::vector<CatalogTable*> children_of(Catalog& catalog, const CatalogTable& parent) {
  const std::string name = full_name(parent);
  std::vector<CatalogTable*> children;
  for (const auto& [key, table] : catalog.tables()) {
    if (table.partition_of != name &&
        std::ranges::find(table.inherits, name) == table.inherits.end()) {
      continue;
    }
    children.push_back(catalog.table(key.first, key.second));
  }
  return children;
}

}  // namespace pgcounsel
