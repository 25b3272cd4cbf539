// Rows of a strict table with commas that stand one behind the other, found 64 bytes at once. A row
// comes out exactly as scan_csv_row() gives it, or not at all: what is cut off, broken, has very
// many cells or a carriage return behind a closing quote is left to that.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/csv.h"

namespace pgcounsel {

// A complete row: where it and its cells end.
struct PlainCsvRow {
  static constexpr std::size_t kMostCells = 64;

  CsvCell cell(std::size_t column) const;

  const char* begin = nullptr;
  const char* end = nullptr;                      // behind its newline
  std::size_t count = 0;                          // of the cells
  std::uint64_t lines = 0;                        // that it takes
  bool has_quotes = false;                        // some cell may hold a doubled quote
  std::array<const char*, kMostCells + 64> ends;  // of the cells
};

class CsvRows {
 public:
  explicit CsvRows(std::string_view bytes) : end_(bytes.data() + bytes.size()) {}

  // The row that begins at `at`, a place in the bytes; false where it is none of the plain ones.
  // Fastest where it is the end of the row before.
  bool read(const char* at, PlainCsvRow& row);

 private:
  // What is known of the 64 bytes at `block`, a bit for each.
  struct Bits {
    const char* block = nullptr;
    const char* next_block = nullptr;
    std::uint64_t ends = 0;         // commas and newlines outside of quotes, with
    std::uint64_t row_ends = 0;     // the newlines of them
    std::uint64_t inner_lines = 0;  // newlines inside of quotes
    std::uint64_t doubled = 0;      // the second quotes of doubled ones
    // What the bytes hand on to the next, in the lowest bit:
    std::uint64_t was_inside = 0;    // all bits: quotes are open
    std::uint64_t was_closing = 0;   // the last byte is a closing quote
    std::uint64_t was_cell_end = 1;  // the last byte ends a cell, or nothing stands before
  };
  bool load(Bits& bits) const;

  const char* end_;
  const char* next_ = nullptr;  // behind the last row
  Bits bits_;                   // from there on
};

inline CsvCell PlainCsvRow::cell(std::size_t column) const {
  const char* const from = column == 0 ? begin : ends[column - 1] + 1;
  const char* to = ends[column];
  if (from == to) return {};
  if (*from != '"') {
    if (column + 1 == count && to[-1] == '\r') --to;
    return {{from, static_cast<std::size_t>(to - from)}, false};
  }
  const std::string_view text(from + 1, static_cast<std::size_t>(to - from) - 2);
  return {text, has_quotes && text.find('"') != std::string_view::npos};
}

}  // namespace pgcounsel
