// A file of SQL -> its statements, each with its place. Text that no parser would accept is split,
// too, so that a broken statement does not hide the next.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace pgcounsel {

// Bytes of the file, from the first to the last token of the statement, without its semicolon.
struct SqlPiece {
  std::size_t begin = 0, end = 0;
};

// Splits at semicolons outside of brackets, strings, comments and BEGIN ATOMIC bodies.
std::vector<SqlPiece> split_statements(std::string_view text);

// From 1; a column counts characters of UTF-8, a byte that is none counts as one.
struct TextPosition {
  std::size_t line = 1, column = 1;
};
TextPosition position_of(std::string_view text, std::size_t byte);

}  // namespace pgcounsel
