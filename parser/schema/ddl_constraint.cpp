#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/schema/ddl_step.h"
#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

struct Action {
  std::string_view letter, words;
};
constexpr std::array kActions = {
    Action{"c", "cascade"},
    Action{"r", "restrict"},
    Action{"n", "set null"},
    Action{"d", "set default"},
};

CatalogColumn* column_of(CatalogTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &CatalogColumn::name);
  return found == table.columns.end() ? nullptr : &*found;
}

IndexKey column_key(std::string_view column) {
  IndexKey key;
  key.column = column;
  return key;
}

void set_not_null(CatalogTable& table, const std::vector<IndexKey>& keys) {
  for (const IndexKey& key : keys) {
    if (CatalogColumn* column = column_of(table, key.column)) column->not_null = true;
  }
}

// ADD CONSTRAINT ... USING INDEX takes the constraint's name over to the index.
bool take_index(CatalogTable& table, Node constraint, bool primary) {
  const std::string_view name = constraint.text("indexname");
  if (name.empty()) return false;
  const auto index = std::ranges::find(table.indexes, name, &CatalogIndex::name);
  if (index == table.indexes.end()) return true;
  index->of_constraint = true;
  index->primary = primary;
  index->deferrable = constraint.flag("deferrable");
  if (!constraint.text("conname").empty()) index->name = constraint.text("conname");
  if (primary) set_not_null(table, index->keys);
  return true;
}

std::vector<std::string> key_names(const CatalogIndex& index) {
  std::vector<std::string> names;
  for (const IndexKey& key : index.keys) names.push_back(key.column);
  names.insert(names.end(), index.included.begin(), index.included.end());
  return names;
}

void add_key(CatalogTable& table, Node constraint, std::string_view column) {
  const bool primary = constraint.text("contype") == "CONSTR_PRIMARY";
  if (take_index(table, constraint, primary)) return;
  CatalogIndex index;
  for (const std::string_view key : constraint.names("keys")) {
    index.keys.push_back(column_key(key));
  }
  if (index.keys.empty() && !column.empty()) index.keys.push_back(column_key(column));
  index.included = strings(constraint.names("including"));
  index.unique = true;
  index.primary = primary;
  index.of_constraint = true;
  index.deferrable = constraint.flag("deferrable");
  index.name = constraint.text("conname");
  if (index.name.empty()) {
    index.name = primary ? made_name(table, {}, "pkey") : made_name(table, key_names(index), "key");
  }
  if (primary) set_not_null(table, index.keys);
  table.indexes.push_back(std::move(index));
}

void add_exclusion(const DdlStep& step, CatalogTable& table, Node constraint) {
  CatalogIndex index;
  index.method = constraint.text("access_method");
  std::vector<std::string> parts;
  for (const Node pair : constraint.list("exclusions")) {
    const Node element = pair["items"];
    index.keys.push_back(index_key(step, element));
    parts.push_back(name_part(element));
  }
  index.predicate = expression_text(step, constraint["where_clause"]);
  index.of_constraint = true;
  index.deferrable = constraint.flag("deferrable");
  index.name = constraint.text("conname");
  if (index.name.empty()) index.name = made_name(table, parts, "excl");
  table.indexes.push_back(std::move(index));
}

void add_foreign_key(const DdlStep& step, CatalogTable& table, Node constraint,
                     std::string_view column) {
  ForeignKey key;
  key.columns = strings(constraint.names("fk_attrs"));
  if (key.columns.empty() && !column.empty()) key.columns.emplace_back(column);
  const ObjectName referenced = name_of(step, constraint["pktable"]);
  key.referenced_schema = referenced.schema;
  key.referenced_table = referenced.name;
  if (key.referenced_schema.empty()) {
    const CatalogTable* known = step.catalog.table({}, referenced.name);
    key.referenced_schema = known != nullptr ? known->schema : step.catalog.first_schema();
  }
  key.referenced_columns = strings(constraint.names("pk_attrs"));
  key.validated = !constraint.flag("skip_validation");
  key.deferrable = constraint.flag("deferrable");
  const auto* action =
      std::ranges::find(kActions, constraint.text("fk_del_action"), &Action::letter);
  if (action != kActions.end()) key.on_delete = action->words;
  key.name = constraint.text("conname");
  if (key.name.empty()) key.name = made_name(table, key.columns, "fkey");
  table.foreign_keys.push_back(std::move(key));
}

// PostgreSQL names a check after its column where it has only one.
std::vector<std::string> only_column(Node expression) {
  std::vector<std::string> names;
  for (const Node column : expression.all("ColumnRef")) {
    std::string name(column_name(column));
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names.size() == 1 ? names : std::vector<std::string>{};
}

void add_check(const DdlStep& step, CatalogTable& table, Node constraint) {
  const Node expression = constraint["raw_expr"];
  CheckConstraint check;
  check.text = expression_text(step, expression);
  check.validated = !constraint.flag("skip_validation");
  if (expression.is("NullTest") && expression.text("nulltesttype") == "IS_NOT_NULL" &&
      is_column(expression["arg"])) {
    check.not_null_column = column_name(expression["arg"]);
  }
  check.name = constraint.text("conname");
  if (check.name.empty()) check.name = made_name(table, only_column(expression), "check");
  table.checks.push_back(std::move(check));
}

void set_deferrable(CatalogTable& table, std::string_view of) {
  if (of == "CONSTR_FOREIGN" && !table.foreign_keys.empty()) {
    table.foreign_keys.back().deferrable = true;
  } else if ((of == "CONSTR_PRIMARY" || of == "CONSTR_UNIQUE") && !table.indexes.empty()) {
    table.indexes.back().deferrable = true;
  }
}

}  // namespace

void add_constraint(const DdlStep& step, CatalogTable& table, Node constraint,
                    std::string_view column) {
  const std::string_view type = constraint.text("contype");
  if (type == "CONSTR_PRIMARY" || type == "CONSTR_UNIQUE") add_key(table, constraint, column);
  if (type == "CONSTR_FOREIGN") add_foreign_key(step, table, constraint, column);
  if (type == "CONSTR_CHECK") add_check(step, table, constraint);
  if (type == "CONSTR_EXCLUSION") add_exclusion(step, table, constraint);
}

void add_constraints_of(const DdlStep& step, CatalogTable& table, Node column_def) {
  std::string_view before;
  for (const Node constraint : column_def.list("constraints")) {
    const std::string_view type = constraint.text("contype");
    if (type == "CONSTR_ATTR_DEFERRABLE") set_deferrable(table, before);
    if (!type.starts_with("CONSTR_ATTR_")) before = type;
    add_constraint(step, table, constraint, column_def.text("colname"));
  }
}

}  // namespace pgcounsel
