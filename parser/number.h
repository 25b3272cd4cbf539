// Whole numbers out of text, for all readers. A number that does not fit its type is none.
#pragma once
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
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

// The number that `text`, 1 to 19 digits, is; false where it is something else.
inline bool read_digits(std::string_view text, std::uint64_t& number) {
  if (text.empty() || text.size() > 19) return false;
  std::uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; text.size() >= 8; text.remove_prefix(8)) {  // eight at once, the first one lowest
      std::uint64_t digits = 0;
      std::memcpy(&digits, text.data(), sizeof digits);
      digits ^= 0x3030303030303030;
      const std::uint64_t over = digits + 0x7676767676767676;  // sets the top bit from 10 on
      if (((digits | over) & 0x8080808080808080) != 0) return false;
      digits = digits * 10 + (digits >> 8);  // pairs
      constexpr std::uint64_t kPairs = 0x000000FF000000FF;
      digits = (digits & kPairs) * (1'000'000ULL << 32 | 100) +
               (digits >> 16 & kPairs) * (10'000ULL << 32 | 1);
      digits >>= 32;
      value = value * 100'000'000 + digits;
    }
  }
  for (const char c : text) {
    const auto digit = static_cast<unsigned>(c) - unsigned{'0'};
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  number = value;
  return true;
}

// The number that `text` begins with; 0 where there is none.
template <class Number>
Number number_of(std::string_view text) {
  const bool negative = std::numeric_limits<Number>::is_signed && text.starts_with('-');
  std::uint64_t digits = 0;
  if (read_digits(text.substr(negative ? 1 : 0), digits) &&
      digits <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max())) {
    const auto number = static_cast<Number>(digits);
    return negative ? static_cast<Number>(0 - number) : number;
  }
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What each character is as a digit of base 16; 16 where it is none.
inline constexpr auto kHexDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  for (unsigned c = 0; c < digits.size(); ++c) {
    const unsigned letter = (c | 0x20) - 'a';
    const bool is_digit = c >= '0' && c <= '9';
    digits[c] = static_cast<std::uint8_t>(is_digit ? c - '0' : letter < 6 ? letter + 10 : 16);
  }
  return digits;
}();

// The number that `text` is from end to end.
template <class Number>
std::optional<Number> whole_text_number(std::string_view text, int base = 10) {
  if (base == 16 && !text.empty() && text.size() <= std::numeric_limits<Number>::digits / 4) {
    Number number{};
    unsigned seen = 0;
    for (const char c : text) {
      const std::uint8_t digit = kHexDigits[static_cast<unsigned char>(c)];
      seen |= digit;
      number = static_cast<Number>(number * 16 + digit);
    }
    if (seen < 16) return number;
  }
  const auto number = take_number<Number>(text, base);
  return text.empty() ? number : std::nullopt;
}

}  // namespace pgcounsel
