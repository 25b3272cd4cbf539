// What people write around the fields of a log_line_prefix: `user=`, `pid="`, `"db":"`, `from`.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "parser/log/prefix/fields.h"

namespace pgcounsel {

inline bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}
inline bool is_plain_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
inline bool is_word(char c) {
  return is_plain_word(c) || static_cast<unsigned char>(c) >= 0x80;
}
// What an unquoted, unnamed name is taken to consist of.
inline bool is_name(char c) {
  return is_word(c) || c == '.' || c == '$' || c == '-' || c == '+';
}
inline char char_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : '\0';
}

struct KeyText {
  char escape;         // the field that goes by this key
  std::size_t length;  // of `key=`, with blanks around the `=` and a quote behind it
  char quote;          // that ends the value, or '\0'
};

// `user=`, `pid="`, `sql_error_code = `, `"user":"` at the start of `text`.
std::optional<KeyText> read_key(std::string_view text);

// The escape that goes by this key, or '\0'.
char escape_of_key(std::string_view key);

// Words of prose between the fields: `%u@%d from %r`.
bool is_preposition(std::string_view word);

// How many bytes of UTF-8 a quotation mark (« “ ‹) has at the start of `text`; 0: there is none.
std::size_t quotation_length(std::string_view text);

}  // namespace pgcounsel
