// A comparison whose column stands inside something: a function, a cast, arithmetic. No index on
// the column itself serves it.
#pragma once
#include <optional>
#include <string>

#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

struct WrappedColumn {
  Node comparison;           // the condition
  Node expression;           // its side with the column
  Node column;               // the only one in it
  Node other;                // the other side; a list for IN and BETWEEN
  std::string by;            // the outermost function, type or operator: "lower", "date", "+"
  bool is_operator = false;  // it is an operator
};

// Of a comparison, IN or BETWEEN. Nothing where the column stands alone, where there are several, a
// subquery or an aggregate, and where the other side has columns of the same table.
std::optional<WrappedColumn> wrapped_column(Node condition);

// False for casts that keep the values as an index has them (varchar to text, a type to itself).
bool changes_value(const WrappedColumn& wrapped, const CatalogColumn& column);

}  // namespace pgcounsel
