// Whether a message is one of a table's texts, in which `*` stands for any characters. A pattern is
// compared piece by piece from the left, so the time is that of one search for each piece.
#pragma once
#include <string_view>

namespace pgcounsel {

bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace pgcounsel
