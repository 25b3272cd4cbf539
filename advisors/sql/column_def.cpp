#include "advisors/sql/column_def.h"

#include <algorithm>
#include <array>

#include "parser/schema/ddl.h"
#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

// Volatile functions that stand in defaults, of PostgreSQL and of uuid-ossp and pgcrypto.
constexpr std::array<std::string_view, 18> kVolatile = {
    "clock_timestamp",    "currval",          "gen_random_bytes", "gen_random_uuid",
    "gen_salt",           "lastval",          "nextval",          "random",
    "random_normal",      "setval",           "timeofday",        "uuid_generate_v1",
    "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4",           "uuidv7",
    "pg_sleep",           "txid_current"};

bool is_volatile(Node call, const Catalog& catalog) {
  const std::string_view name = function_name(call);
  const auto names = call.names("funcname");
  const std::string_view schema = names.size() < 2 ? std::string_view{} : names[names.size() - 2];
  const auto known = catalog.functions(schema, name);
  if (!known.empty()) {
    return std::ranges::all_of(known, [](const CatalogFunction* function) {
      return function->volatility == Volatility::kVolatile;
    });
  }
  return std::ranges::find(kVolatile, name) != kVolatile.end();
}

NodeList parts_of(Node statement) {
  if (statement.is("CreateStmt")) return statement.list("tableElts");
  NodeList parts;
  const bool of_table =
      statement.is("AlterTableStmt") && statement.text("objtype") == "OBJECT_TABLE";
  if (!of_table) return parts;
  for (const Node command : statement.list("cmds")) {
    const std::string_view type = command.text("subtype");
    if (type == "AT_AddColumn" || type == "AT_AddConstraint") parts.push_back(command["def"]);
  }
  return parts;
}

}  // namespace

std::vector<AddedColumn> added_columns(Node statement) {
  std::vector<AddedColumn> columns;
  const Node table = statement["relation"];
  if (table.text("relpersistence") == "t") return columns;
  for (const Node part : parts_of(statement)) {
    if (part.is("ColumnDef")) columns.push_back({table, part});
  }
  return columns;
}

std::vector<std::string_view> AddedConstraint::keys(std::string_view field) const {
  return column.empty() ? constraint.names(field) : std::vector<std::string_view>{column};
}

std::vector<AddedConstraint> added_constraints(Node statement) {
  std::vector<AddedConstraint> constraints;
  const Node table = statement["relation"];
  if (table.text("relpersistence") == "t") return constraints;
  for (const Node part : parts_of(statement)) {
    if (part.is("Constraint")) constraints.push_back({table, part, {}});
    if (!part.is("ColumnDef")) continue;
    for (const Node constraint : part.list("constraints")) {
      constraints.push_back({table, constraint, part.text("colname")});
    }
  }
  return constraints;
}

std::string column_path(const AddedColumn& column) {
  return relation_words(column.table) + "." + std::string(column.definition.text("colname"));
}

const CatalogTable* table_of(const Catalog& catalog, Node range_var) {
  return catalog.table(range_var.text("schemaname"), range_var.text("relname"));
}

Node column_constraint(Node column_def, std::string_view contype) {
  for (const Node constraint : column_def.list("constraints")) {
    if (constraint.text("contype") == contype) return constraint;
  }
  return {};
}

bool fills_itself(Node column_def) {
  return is_serial(column_def["typeName"]) || column_constraint(column_def, "CONSTR_DEFAULT") ||
         column_constraint(column_def, "CONSTR_IDENTITY") ||
         column_constraint(column_def, "CONSTR_GENERATED");
}

std::string_view volatile_call(Node expression, const Catalog& catalog) {
  for (const Node call : expression.all("FuncCall")) {
    if (is_volatile(call, catalog)) return function_name(call);
  }
  return {};
}

}  // namespace pgcounsel
