// The beginning of a text that may be long.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace pgcounsel {

// At most `limit` bytes and the sign `…`, cut between characters.
std::string cut_text(std::string_view text, std::size_t limit);

}  // namespace pgcounsel
