// The fields of a log_line_prefix that have a shape of their own, read from the start of a text.
// Each answers how many bytes the field has, or kNoField when the text starts with no such field.
#pragma once
#include <charconv>
#include <cstddef>
#include <string_view>

#include "parser/time.h"

namespace pgcounsel {

constexpr std::size_t kNoField = std::string_view::npos;

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
inline bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

// How many bytes from `at` on satisfy `belongs`.
template <class Predicate>
std::size_t run_of(std::string_view text, std::size_t at, Predicate belongs) {
  std::size_t end = at;
  while (end < text.size() && belongs(text[end])) ++end;
  return end - at;
}

// Leaves `out` alone where `text` starts with no number or one that does not fit.
template <class Number>
void to_number(std::string_view text, int base, Number& out) {
  Number value{};
  if (std::from_chars(text.data(), text.data() + text.size(), value, base).ec == std::errc{}) {
    out = value;
  }
}

std::size_t number_length(std::string_view text, bool with_sign);  // 4711
std::size_t session_id_length(std::string_view text);              // 6b029e2a.68d2
std::size_t virtual_xid_length(std::string_view text);             // 3/4711
std::size_t sqlstate_length(std::string_view text);                // 57P03
std::size_t backend_type_length(std::string_view text);       // client backend, as a whole word
std::size_t command_tag_length(std::string_view text);        // idle in transaction, SELECT
std::size_t host_and_port_length(std::string_view text);      // 10.0.0.1(4711)
std::size_t read_epoch(std::string_view text, LogTime& out);  // 1795333674.732
std::size_t ipv4_length(std::string_view text);               // 10.0.0.1, as a whole word
std::size_t ipv6_length(std::string_view text);
std::size_t ipv6_run(std::string_view text);  // of characters that can be of such an address
bool is_ipv6(std::string_view text);          // as a whole: fe80::2

}  // namespace pgcounsel
