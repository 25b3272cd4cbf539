// Whole numbers out of text, for all readers. A number that does not fit its type is none.
#pragma once
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace pgcounsel {

// The number that `text` begins with, which is cut off; nothing, and nothing cut, where none is.
template <class Number>
std::optional<Number> take_number(std::string_view& text, int base = 10) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

// The number that `text` begins with; 0 where there is none.
template <class Number>
Number number_of(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The number that `text` is from end to end.
template <class Number>
std::optional<Number> whole_text_number(std::string_view text, int base = 10) {
  const auto number = take_number<Number>(text, base);
  return text.empty() ? number : std::nullopt;
}

}  // namespace pgcounsel
