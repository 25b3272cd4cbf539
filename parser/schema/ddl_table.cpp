#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/schema/ddl.h"
#include "parser/schema/ddl_step.h"
#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

// The bits of LIKE ... INCLUDING in TableLikeClause.
enum Including : std::uint32_t {
  kConstraints = 1U << 2,
  kDefaults = 1U << 3,
  kGenerated = 1U << 4,
  kIdentity = 1U << 5,
  kIndexes = 1U << 6,
};

bool has_column(const CatalogTable& table, std::string_view name) {
  return table.column(name) != nullptr;
}

std::vector<std::string> name_parts(const CatalogIndex& index) {
  std::vector<std::string> parts;
  for (const IndexKey& key : index.keys) {
    parts.push_back(key.column.empty() ? "expr" : key.column);
  }
  parts.insert(parts.end(), index.included.begin(), index.included.end());
  return parts;
}

CatalogIndex copied(const CatalogTable& to, CatalogIndex index) {
  if (index.primary) {
    index.name = made_name(to, {}, "pkey");
  } else if (index.of_constraint) {
    index.name = made_name(to, name_parts(index), index.unique ? "key" : "excl");
  } else {
    index.name = made_index_name(to, name_parts(index));
  }
  return index;
}

void take_column_like(CatalogTable& table, CatalogColumn column, std::uint32_t including) {
  if (has_column(table, column.name)) return;
  const bool keeps_default = (including & (column.generated ? kGenerated : kDefaults)) != 0;
  if (!keeps_default) {
    column.has_default = column.generated = false;
    column.default_text.clear();
  }
  if ((including & kIdentity) == 0) column.identity = false;
  table.columns.push_back(std::move(column));
}

void take_like(const DdlStep& step, CatalogTable& table, Node clause) {
  const CatalogTable* source = table_of(step, clause["relation"]);
  if (source == nullptr || !source->columns_known) table.columns_known = false;
  if (source == nullptr || source == &table) return;
  const auto including = static_cast<std::uint32_t>(clause.number("options"));
  for (const CatalogColumn& column : source->columns) take_column_like(table, column, including);
  if ((including & kConstraints) != 0) {
    table.checks.insert(table.checks.end(), source->checks.begin(), source->checks.end());
  }
  if ((including & kIndexes) == 0) return;
  for (const CatalogIndex& index : source->indexes) table.indexes.push_back(copied(table, index));
}

void take_parents(const DdlStep& step, CatalogTable& table) {
  const bool partition = static_cast<bool>(step.statement["partbound"]);
  for (const Node relation : step.statement.list("inhRelations")) {
    const CatalogTable* parent = table_of(step, relation);
    const ObjectName name = name_of(step, relation);
    const std::string full = parent != nullptr ? full_name(*parent)
                             : name.schema.empty()
                                 ? std::string(step.catalog.first_schema()) + "." + name.name
                                 : name.schema + "." + name.name;
    if (partition) {
      table.partition_of = full;
    } else {
      table.inherits.push_back(full);
    }
    if (parent == nullptr) {
      table.columns_known = false;
    } else if (parent != &table) {
      inherit_from(table, *parent);
    }
  }
}

// A column that a parent gives, too, is one with it; of a partition it may say only what it adds.
void add_or_merge_column(const DdlStep& step, CatalogTable& table, Node column_def) {
  CatalogColumn column = column_of(step, table, column_def);
  const auto found = std::ranges::find(table.columns, column.name, &CatalogColumn::name);
  if (found == table.columns.end()) {
    table.columns.push_back(std::move(column));
    return;
  }
  column.not_null = column.not_null || found->not_null;
  if (column.type.empty()) column.type = found->type;
  if (!column.has_default && found->has_default) {
    column.has_default = true;
    column.default_text = found->default_text;
  }
  *found = std::move(column);
}

std::string partition_key(const DdlStep& step, Node partspec) {
  std::string text;
  for (const Node element : partspec.list("partParams")) {
    if (!text.empty()) text += ", ";
    text += element.has("name") ? std::string(element.text("name"))
                                : expression_text(step, element["expr"]);
  }
  std::string strategy(partspec.text("strategy"));
  return strategy.append(" (").append(text).append(")");
}

void set_storage(const DdlStep& step, CatalogTable& table, Node relation) {
  table.unlogged = relation.text("relpersistence") == "u";
  table.temporary = relation.text("relpersistence") == "t";
  const Node partspec = step.statement["partspec"];
  if (!partspec) return;
  table.kind = RelationKind::kPartitioned;
  table.partition_key = partition_key(step, partspec);
}

// Constraints come after all columns, as they may be written before them.
void add_elements(const DdlStep& step, CatalogTable& table) {
  const NodeList elements = step.statement.list("tableElts");
  for (const Node element : elements) {
    if (element.is("ColumnDef")) add_or_merge_column(step, table, element);
    if (element.is("TableLikeClause")) take_like(step, table, element);
  }
  for (const Node element : elements) {
    if (element.is("ColumnDef")) add_constraints_of(step, table, element);
    if (element.is("Constraint")) add_constraint(step, table, element);
  }
}

void create_from_query(const DdlStep& step, Node into, Node query) {
  const ObjectName name = name_of(step, into["rel"]);
  if (step.statement.flag("if_not_exists") && step.catalog.table(name.schema, name.name)) return;
  CatalogTable made;
  take_columns(step, made, query, into.names("colNames"));
  CatalogTable& table = step.catalog.add_table(name.schema, name.name);
  table.columns = std::move(made.columns);
  table.columns_known = made.columns_known;
  set_storage(step, table, into["rel"]);
}

}  // namespace

CatalogColumn column_of(const DdlStep& step, const CatalogTable& table, Node column_def) {
  CatalogColumn column;
  column.name = column_def.text("colname");
  const Node type = column_def["typeName"];
  column.type = type_of(type);
  column.type_modifier = type_modifier_of(type);
  column.collation = column_def["collClause"].last_name("collname");
  if (is_serial(type)) {
    column.not_null = column.has_default = true;
    CatalogTable named;
    named.name = table.name;
    column.default_text = "nextval('" + made_name(named, {column.name}, "seq") + "'::regclass)";
  }
  for (const Node constraint : column_def.list("constraints")) {
    const std::string_view kind = constraint.text("contype");
    if (kind == "CONSTR_NOTNULL" || kind == "CONSTR_IDENTITY") column.not_null = true;
    if (kind == "CONSTR_IDENTITY") column.identity = true;
    if (kind == "CONSTR_GENERATED") column.generated = true;
    const bool is_default = kind == "CONSTR_DEFAULT" && !is_null_constant(constraint["raw_expr"]);
    if (is_default || kind == "CONSTR_GENERATED") {
      column.has_default = true;
      column.default_text = expression_text(step, constraint["raw_expr"]);
    }
  }
  return column;
}

void inherit_from(CatalogTable& child, const CatalogTable& parent) {
  if (!parent.columns_known) child.columns_known = false;
  for (const CatalogColumn& column : parent.columns) {
    const auto own = std::ranges::find(child.columns, column.name, &CatalogColumn::name);
    if (own == child.columns.end()) {
      child.columns.push_back(column);
    } else {
      own->not_null = own->not_null || column.not_null;
    }
  }
  for (const CheckConstraint& check : parent.checks) {
    if (std::ranges::find(child.checks, check.name, &CheckConstraint::name) == child.checks.end()) {
      child.checks.push_back(check);
    }
  }
}

void take_indexes(CatalogTable& partition, const CatalogTable& parent) {
  const auto same_keys = [](const CatalogIndex& a, const CatalogIndex& b) {
    return a.unique == b.unique && a.predicate == b.predicate && a.method == b.method &&
           std::ranges::equal(a.keys, b.keys, [](const IndexKey& x, const IndexKey& y) {
             return x.column == y.column && x.expression == y.expression;
           });
  };
  for (const CatalogIndex& index : parent.indexes) {
    const bool has = std::ranges::any_of(
        partition.indexes, [&](const CatalogIndex& own) { return same_keys(own, index); });
    if (!has) partition.indexes.push_back(copied(partition, index));
  }
  for (const ForeignKey& key : parent.foreign_keys) {
    const auto own = std::ranges::find_if(partition.foreign_keys, [&](const ForeignKey& other) {
      return other.columns == key.columns && other.referenced_table == key.referenced_table;
    });
    if (own == partition.foreign_keys.end()) partition.foreign_keys.push_back(key);
  }
}

void create_table(const DdlStep& step) {
  const Node relation = step.statement["relation"];
  const ObjectName name = name_of(step, relation);
  if (step.statement.flag("if_not_exists") && step.catalog.table(name.schema, name.name)) return;
  CatalogTable& table = step.catalog.add_table(name.schema, name.name);
  set_storage(step, table, relation);
  take_parents(step, table);
  add_elements(step, table);
  if (step.statement["ofTypename"]) table.columns_known = false;
  if (table.partition_of.empty()) return;
  const std::size_t dot = table.partition_of.find('.');
  const CatalogTable* parent = std::as_const(step.catalog)
                                   .table(std::string_view(table.partition_of).substr(0, dot),
                                          std::string_view(table.partition_of).substr(dot + 1));
  if (parent != nullptr && parent != &table) take_indexes(table, *parent);
}

void create_table_as(const DdlStep& step) {
  const bool view = step.statement.text("objtype") == "OBJECT_MATVIEW";
  if (view) return create_view(step);
  create_from_query(step, step.statement["into"], step.statement["query"]);
}

void select_into(const DdlStep& step) {
  create_from_query(step, step.statement["intoClause"], step.statement);
}

}  // namespace pgcounsel
