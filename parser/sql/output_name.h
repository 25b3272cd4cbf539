// The name that PostgreSQL gives to a column of a select list that has no alias.
#pragma once
#include <string_view>

#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

inline constexpr std::string_view kNoOutputName = "?column?";

// `total` of `o.total`, `lower` of `lower(x)`, `int4` of `'1'::int`, kNoOutputName of `a + 1`.
std::string_view output_name(Node expression);

}  // namespace pgcounsel
