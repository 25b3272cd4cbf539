// The word somebody may have meant.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace pgcounsel {

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view one, std::string_view two);

// The candidate with the smallest edit distance, if it is small beside the word's length; the
// first of equals.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates);

}  // namespace pgcounsel
