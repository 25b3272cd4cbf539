// What the definition of a column in CREATE TABLE or ALTER TABLE says about itself.
#pragma once
#include <string_view>

#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// The first constraint of this kind (`CONSTR_NOTNULL`); nothing where there is none.
Node column_constraint(Node column_def, std::string_view contype);
// It has a default, also that of serial, an identity or a generated column.
bool fills_itself(Node column_def);

// A function in the expression whose value differs from row to row, by PostgreSQL's own list or as
// the catalogue tells; empty where none is known.
std::string_view volatile_call(Node expression, const Catalog& catalog);

}  // namespace pgcounsel
