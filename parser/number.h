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

// Up to 8 characters as the bytes of a word, the last one highest; `text` may not be empty. Zeros
// of base 10 and 16 stand for those that lack.
inline std::uint64_t digits_word(std::string_view text) {
  const std::size_t size = text.size();
  const char* const at = text.data();
  std::uint64_t word = 0;
  if (size == 8) {
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  const auto lack = static_cast<unsigned>(8 * (8 - size));
  if (size >= 4) {
    std::uint32_t first = 0, last = 0;
    std::memcpy(&first, at, sizeof first);
    std::memcpy(&last, at + size - 4, sizeof last);
    word = std::uint64_t{last} << 32 | std::uint64_t{first} << lack;
  } else {
    const auto put = [&](std::size_t place) {
      word |= std::uint64_t{static_cast<unsigned char>(at[place])} << (lack + 8 * place);
    };
    put(0);
    put(size / 2);
    put(size - 1);
  }
  return word | 0x3030303030303030 >> (64 - lack);
}

// Eight digits, the first one lowest; false where one is none.
inline bool read_digits_word(std::uint64_t digits, std::uint64_t& number) {
  digits ^= 0x3030303030303030;
  const std::uint64_t over = digits + 0x7676767676767676;  // sets the top bit from 10 on
  if (((digits | over) & 0x8080808080808080) != 0) return false;
  digits = digits * 10 + (digits >> 8);  // pairs
  constexpr std::uint64_t kPairs = 0x000000FF000000FF;
  digits = (digits & kPairs) * (1'000'000ULL << 32 | 100) +
           (digits >> 16 & kPairs) * (10'000ULL << 32 | 1);
  number = digits >> 32;
  return true;
}

// The last digits, as many as `known`, of the eight that end before `end`.
inline bool read_last_digits(const char* end, std::size_t known, std::uint64_t& number) {
  constexpr std::uint64_t kZeros = 0x3030303030303030;
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  constexpr std::uint64_t kFirst[] = {kAll,       kAll >> 8,  kAll >> 16, kAll >> 24,
                                      kAll >> 32, kAll >> 40, kAll >> 48, kAll >> 56};
  std::uint64_t word = 0;
  std::memcpy(&word, end - sizeof word, sizeof word);
  return read_digits_word((word & ~kFirst[known]) | (kZeros & kFirst[known]), number);
}

// The number that `text`, 1 to 19 digits, is; false where it is something else.
inline bool read_digits(std::string_view text, std::uint64_t& number) {
  if (text.empty() || text.size() > 19) return false;
  if constexpr (std::endian::native == std::endian::little) {
    if (text.size() < 8) return read_digits_word(digits_word(text), number);
    constexpr std::uint64_t kPowers[] = {1, 10, 100, 1000, 10'000, 100'000, 1'000'000, 10'000'000};
    std::uint64_t word = 0, value = 0, rest = 0;
    std::memcpy(&word, text.data(), sizeof word);
    if (!read_digits_word(word, value)) return false;
    std::size_t known = text.size() - 8;
    if (known >= 8) {
      std::memcpy(&word, text.data() + 8, sizeof word);
      if (!read_digits_word(word, word)) return false;
      value = value * 100'000'000 + word;
      known -= 8;
    }
    if (!read_last_digits(text.data() + text.size(), known, rest)) return false;
    number = value * kPowers[known] + rest;
    return true;
  } else {
    std::uint64_t value = 0;
    for (const char c : text) {
      const auto digit = static_cast<unsigned>(c) - unsigned{'0'};
      if (digit > 9) return false;
      value = value * 10 + digit;
    }
    number = value;
    return true;
  }
}

// The number of the 1 to 7 digits at `at`, behind which something else stands, and how many they
// are; 0 where there are more or none. Eight bytes are looked at.
inline std::size_t read_small_number(const char* at, std::uint64_t& number) {
  if constexpr (std::endian::native != std::endian::little) return 0;
  constexpr std::uint64_t kZeros = 0x3030303030303030;
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  // Of what is no digit, the top bit is set; what carries beyond is behind the first of them.
  const std::uint64_t bits = word ^ kZeros;
  const std::uint64_t others = (bits | (bits + 0x7676767676767676)) & 0x8080808080808080;
  const auto size = static_cast<unsigned>(std::countr_zero(others)) / 8;
  if (size == 0 || size == 8) return 0;
  const unsigned lack = 64 - 8 * size;
  return read_digits_word(word << lack | kZeros >> (64 - lack), number) ? size : 0;
}

// The number that `text`, 1 to 8 digits of base 16, is; false where it is something else.
inline bool read_hex(std::string_view text, std::uint32_t& number) {
  if (text.empty() || text.size() > 8) return false;
  if constexpr (std::endian::native == std::endian::little) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    const std::uint64_t word = digits_word(text);
    const std::uint64_t letters = word >> 6 & kOnes;
    // What is below its first digit gets the top bit, and what is above its last one in `over`.
    std::uint64_t digits = (word | letters << 5) - kOnes * '0' - letters * ('a' - '0');
    const std::uint64_t over = digits + kOnes * (127 - 9) + letters * 4;
    if (((digits | over | word) & kOnes << 7) != 0) return false;
    digits += letters * 10;
    digits = (digits << 4 | digits >> 8) & 0x00FF00FF00FF00FF;
    digits = (digits << 8 | digits >> 16) & 0x0000FFFF0000FFFF;
    number = static_cast<std::uint32_t>(digits << 16 | digits >> 32);
    return true;
  } else {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    return error == std::errc{} && stop == text.data() + text.size();
  }
}

// `6b029e2a.68d2`, a number of 8 digits of base 16 and one of 1 to 8, as the halves of one; false
// where it is something else.
inline bool read_hex_pair(std::string_view text, std::uint64_t& pair) {
  std::uint32_t high = 0, low = 0;
  if (text.size() < 10 || text[8] != '.' || !read_hex(text.substr(0, 8), high) ||
      !read_hex(text.substr(9), low)) {
    return false;
  }
  pair = std::uint64_t{high} << 32 | low;
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
