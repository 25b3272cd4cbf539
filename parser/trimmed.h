// A line without the blanks, tabs and carriage returns around it.
#pragma once
#include <string_view>

namespace pgcounsel {

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\r";
  const std::size_t begin = text.find_first_not_of(kAround);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kAround) - begin + 1);
}

}  // namespace pgcounsel
