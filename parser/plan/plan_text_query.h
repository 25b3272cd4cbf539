// Reads what auto_explain prints before the tree of the text form: `Query Text: ...` and, since
// PostgreSQL 16, `Query Parameters: ...`. A query holds any text, also such as a plan begins with,
// inside of its literals and comments.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

constexpr std::string_view kQueryText = "Query Text: ";

// Sets the plan's query and parameters. Returns where the tree begins: 0 where the text begins with
// no query; where none follows, what stands there is no head.
std::size_t read_text_query(std::string_view text, Plan& plan);

}  // namespace pgcounsel
