// What the definition of a column in CREATE TABLE or ALTER TABLE says about itself.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// A column that CREATE TABLE or ADD COLUMN makes, with its table (a RangeVar).
struct AddedColumn {
  Node table, definition;
};
// None of temporary tables.
std::vector<AddedColumn> added_columns(Node statement);

// A constraint of a table, or of a column that is made.
struct AddedConstraint {
  Node table, constraint;
  std::string_view column;  // whose definition carries it; else empty
  std::vector<std::string_view> keys(std::string_view field) const;  // else its only column
};
std::vector<AddedConstraint> added_constraints(Node statement);

// `orders.note`
std::string column_path(const AddedColumn& column);
const CatalogTable* table_of(const Catalog& catalog, Node range_var);

// The first constraint of this kind (`CONSTR_NOTNULL`); nothing where there is none.
Node column_constraint(Node column_def, std::string_view contype);
// It has a default, also that of serial, an identity or a generated column.
bool fills_itself(Node column_def);

// A function in the expression whose value differs from row to row, by PostgreSQL's own list or as
// the catalogue tells; empty where none is known.
std::string_view volatile_call(Node expression, const Catalog& catalog);

}  // namespace pgcounsel
