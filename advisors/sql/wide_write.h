// Whether an UPDATE or DELETE goes for many rows, as far as its text tells.
#pragma once
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// No WHERE, or one that no equality with values, list of values or LIMIT makes narrow.
bool is_wide_write(Node statement);

}  // namespace pgcounsel
