// The tree of a text whose literals are `$n`. The grammar wants some of them as literals
// (`COMMENT ON TABLE a IS $1`, `COST $2`): they become `''` or `0` of the same length.
#pragma once
#include <optional>
#include <string>

#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// Changes `text` where it has to; leaves it as it is where nothing helps.
std::optional<SyntaxTree> parse_normalised(std::string& text, SyntaxError* error = nullptr);

}  // namespace pgcounsel
