// Rows of a text table with a delimiter: RFC 4180 quotes, newlines inside quotes, doubled quotes.
// Never fails: what is not well formed comes out as a row with another number of fields. A quote
// that is never closed ends with its line, so the time is linear in the bytes.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/text_arena.h"

namespace pgcounsel {

// A field with its doubled quotes made single, in `arena`.
std::string_view with_single_quotes(std::string_view field, TextArena& arena);

class CsvReader {
 public:
  CsvReader(std::string_view bytes, char delimiter) : bytes_(bytes), delimiter_(delimiter) {}

  // The fields of the next row without their quotes; false at the end. An empty line is a row with
  // one empty field.
  bool next(std::vector<std::string>& fields);

 private:
  std::string quoted_field();
  std::string plain_field();

  std::string_view bytes_;
  char delimiter_;
  std::size_t at_ = 0;
  bool unclosed_ = false;  // a quote has no end: quotes mean nothing from here on
};

}  // namespace pgcounsel
