#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/schema/ddl_step.h"
#include "parser/schema/ddl_words.h"
#include "parser/sql/expressions.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

bool is_relation(std::string_view type) {
  return type == "OBJECT_TABLE" || type == "OBJECT_VIEW" || type == "OBJECT_MATVIEW" ||
         type == "OBJECT_FOREIGN_TABLE";
}

bool is_routine(std::string_view type) {
  return type == "OBJECT_FUNCTION" || type == "OBJECT_PROCEDURE" || type == "OBJECT_ROUTINE" ||
         type == "OBJECT_AGGREGATE";
}

bool is_type(std::string_view type) {
  return type == "OBJECT_TYPE" || type == "OBJECT_DOMAIN";
}

template <class Object>
bool has_name(const Object& object, const ObjectName& name) {
  return object.name == name.name && (name.schema.empty() || object.schema == name.schema);
}

// Foreign keys that refer to a table that is renamed or gone.
template <class Change>
void change_references(Catalog& catalog, const ObjectName& table, const Change& change) {
  for (const auto& [key, known] : catalog.tables()) {
    const auto refers = [&](const ForeignKey& foreign) {
      return foreign.referenced_table == table.name && foreign.referenced_schema == table.schema;
    };
    if (std::ranges::any_of(known.foreign_keys, refers)) {
      change(*catalog.table(key.first, key.second), refers);
    }
  }
}

void drop_table(const DdlStep& step, const ObjectName& name, int depth = 0) {
  constexpr int kDeepest = 16;
  const CatalogTable* table = step.catalog.table(name.schema, name.name);
  if (table == nullptr || depth > kDeepest) return;
  const ObjectName known{table->schema, table->name};
  if (table->kind == RelationKind::kPartitioned) {
    for (const CatalogTable* child : children_of(step.catalog, *table)) {
      drop_table(step, {child->schema, child->name}, depth + 1);
    }
  }
  step.catalog.remove_table(known.schema, known.name);
  change_references(step.catalog, known, [](CatalogTable& other, const auto& refers) {
    std::erase_if(other.foreign_keys, refers);
  });
}

void drop_index(const DdlStep& step, const ObjectName& name) {
  const auto [table, index] = step.catalog.index(name.schema, name.name);
  if (table != nullptr) table->indexes.erase(table->indexes.begin() + (index - &table->indexes[0]));
}

void drop_function(const DdlStep& step, Node object) {
  const ObjectName name = name_of(step, object.names("objname"));
  const bool any = object.flag("args_unspecified");
  const std::size_t arguments = object.list("objargs").size();
  std::erase_if(step.catalog.function_list, [&](const CatalogFunction& function) {
    return has_name(function, name) && (any || function.arguments == arguments);
  });
}

void drop_schema(Catalog& catalog, std::string_view schema) {
  std::vector<std::string> tables;
  for (const auto& [key, table] : catalog.tables()) {
    if (key.first == schema) tables.push_back(key.second);
  }
  for (const std::string& table : tables) catalog.remove_table(schema, table);
  const auto is_in = [&](const auto& object) { return object.schema == schema; };
  std::erase_if(catalog.function_list, is_in);
  std::erase_if(catalog.type_list, is_in);
}

// The last of the names is the object's own, those before it are its table's.
template <class Erase>
void drop_of_table(const DdlStep& step, Node object, const Erase& erase) {
  auto names = object.names("items");
  if (names.size() < 2) return;
  const std::string_view own = names.back();
  names.pop_back();
  const ObjectName name = name_of(step, names);
  if (CatalogTable* table = step.catalog.table(name.schema, name.name)) erase(*table, own);
}

void drop_policy(CatalogTable& table, std::string_view name) {
  std::erase_if(table.policies, [&](const Policy& policy) { return policy.name == name; });
}

void drop_trigger(CatalogTable& table, std::string_view name) {
  std::erase(table.triggers, std::string(name));
}

void drop_object(const DdlStep& step, std::string_view type, Node object) {
  if (is_relation(type)) drop_table(step, name_of(step, object.names("items")));
  if (type == "OBJECT_INDEX") drop_index(step, name_of(step, object.names("items")));
  if (is_routine(type)) drop_function(step, object);
  if (type == "OBJECT_SCHEMA") drop_schema(step.catalog, object.text("sval"));
  if (type == "OBJECT_EXTENSION") {
    std::erase(step.catalog.extensions, std::string(object.text("sval")));
  }
  if (type == "OBJECT_POLICY") drop_of_table(step, object, drop_policy);
  if (type == "OBJECT_TRIGGER") drop_of_table(step, object, drop_trigger);
  if (is_type(type)) {
    const ObjectName name = name_of(step, object.names("names"));
    std::erase_if(step.catalog.type_list,
                  [&](const CatalogType& known) { return has_name(known, name); });
  }
}

// Moves a table or view to another name, and what refers to it by its old one.
void move_table(const DdlStep& step, CatalogTable& table, std::string schema, std::string name) {
  const ObjectName before{table.schema, table.name};
  const std::string old_name = full_name(table);
  const std::vector<CatalogTable*> children = children_of(step.catalog, table);
  step.catalog.rename_table(table, schema, name);
  for (CatalogTable* child : children) {
    if (child->partition_of == old_name) child->partition_of = full_name(table);
    std::ranges::replace(child->inherits, old_name, full_name(table));
  }
  change_references(step.catalog, before, [&](CatalogTable& other, const auto& refers) {
    for (ForeignKey& key : other.foreign_keys) {
      if (!refers(key)) continue;
      key.referenced_schema = table.schema;
      key.referenced_table = table.name;
    }
  });
}

void rename_column_of(const DdlStep& step, CatalogTable& table, std::string_view from,
                      std::string_view to, int depth = 0) {
  constexpr int kDeepest = 16;
  if (depth > kDeepest) return;
  rename_column(table, from, to);
  const ObjectName name{table.schema, table.name};
  change_references(step.catalog, name, [&](CatalogTable& other, const auto& refers) {
    for (ForeignKey& key : other.foreign_keys) {
      if (refers(key)) {
        std::ranges::replace(key.referenced_columns, std::string(from), std::string(to));
      }
    }
  });
  for (CatalogTable* child : children_of(step.catalog, table)) {
    rename_column_of(step, *child, from, to, depth + 1);
  }
}

void rename_constraint(CatalogTable& table, std::string_view from, std::string_view to) {
  const auto rename = [&](auto& objects) {
    for (auto& object : objects) {
      if (object.name == from) object.name = to;
    }
  };
  rename(table.indexes);
  rename(table.foreign_keys);
  rename(table.checks);
}

void rename_index(const DdlStep& step, Node relation, std::string_view to) {
  const ObjectName name = name_of(step, relation);
  const auto [table, index] = step.catalog.index(name.schema, name.name);
  if (index != nullptr) index->name = to;
}

// Functions and types, of which nothing else refers to by name.
template <class Objects, class Change>
void change_named(Objects& objects, const ObjectName& name, const Change& change) {
  for (auto& object : objects) {
    if (has_name(object, name)) change(object);
  }
}

ObjectName name_of_object(const DdlStep& step, Node object) {
  if (object.is("ObjectWithArgs")) return name_of(step, object.names("objname"));
  return name_of(step, object.names(object.is("TypeName") ? "names" : "items"));
}

template <class Change>
void change_object(const DdlStep& step, std::string_view type, const Change& change) {
  const ObjectName name = name_of_object(step, step.statement["object"]);
  if (is_routine(type)) change_named(step.catalog.function_list, name, change);
  if (is_type(type)) change_named(step.catalog.type_list, name, change);
}

std::vector<std::string> path_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view word = trimmed(text.substr(0, comma));
    if (word.size() > 1 && word.starts_with('"') && word.ends_with('"')) {
      word = word.substr(1, word.size() - 2);
    }
    if (!word.empty()) words.emplace_back(word);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return words;
}

void set_search_path(Catalog& catalog, std::vector<std::string> path) {
  std::erase_if(path, [](const std::string& schema) {
    return schema.empty() || schema == "$user" || schema == "pg_catalog" || schema == "pg_temp";
  });
  catalog.search_path = std::move(path);
}

}  // namespace

void drop_objects(const DdlStep& step) {
  for (const Node object : step.statement.list("objects")) {
    drop_object(step, step.statement.text("removeType"), object);
  }
}

void rename_object(const DdlStep& step) {
  const std::string_view type = step.statement.text("renameType");
  const std::string_view to = step.statement.text("newname");
  const Node relation = step.statement["relation"];
  CatalogTable* table = relation ? table_of(step, relation) : nullptr;
  if (type == "OBJECT_INDEX" || (is_relation(type) && table == nullptr)) {
    return rename_index(step, relation, to);
  }
  if (!relation) {
    return change_object(step, type, [&](auto& object) { object.name = to; });
  }
  if (table == nullptr) return;
  const std::string_view from = step.statement.text("subname");
  if (is_relation(type)) move_table(step, *table, table->schema, std::string(to));
  if (type == "OBJECT_COLUMN") rename_column_of(step, *table, from, to);
  if (type == "OBJECT_TABCONSTRAINT") rename_constraint(*table, from, to);
  if (type == "OBJECT_TRIGGER")
    std::ranges::replace(table->triggers, std::string(from), std::string(to));
  if (type == "OBJECT_POLICY") {
    for (Policy& policy : table->policies) {
      if (policy.name == from) policy.name = to;
    }
  }
}

void move_object(const DdlStep& step) {
  const std::string_view type = step.statement.text("objectType");
  const std::string_view to = step.statement.text("newschema");
  if (const Node relation = step.statement["relation"]) {
    CatalogTable* table = table_of(step, relation);
    if (table != nullptr) move_table(step, *table, std::string(to), table->name);
    return;
  }
  change_object(step, type, [&](auto& object) { object.schema = to; });
}

// SET search_path, and SELECT set_config('search_path', ...).
void set_variable(const DdlStep& step) {
  NodeList values = step.statement.list("args");
  std::string_view name = step.statement.text("name");
  const Node call = step.statement["targetList"]["val"];
  std::string first;
  if (call) {
    values = call.list("args");
    if (values.size() != 3) return;
    first = constant_text(values[0]).value_or("");
    name = first;
    values = {values[1]};
  }
  if (name != "search_path") return;
  std::vector<std::string> path;
  for (const Node value : values) {
    const std::optional<std::string> text = constant_text(value);
    if (!text) return;
    if (call) {
      path = path_words(*text);
    } else {
      path.push_back(*text);
    }
  }
  const std::string_view kind = step.statement.text("kind");
  if (kind == "VAR_SET_DEFAULT" || kind == "VAR_RESET") path = {"public"};
  if (kind == "VAR_SET_CURRENT") return;
  set_search_path(step.catalog, std::move(path));
}

}  // namespace pgcounsel
