// Rows of a strict table with commas: where the cells of one end, for readers that want few of
// them. A row comes out exactly as scan_csv_row() gives it, or not at all: what is cut off, broken,
// at the very end of the bytes, has very many cells or a carriage return behind a closing quote is
// left to that.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgcounsel {

// A complete row.
struct PlainCsvRow {
  static constexpr std::size_t kMostCells = 64;

  // Of a cell that there is, without the quotes around it.
  std::string_view text(std::size_t column) const {
    const char* const from = column == 0 ? begin : ends[column - 1] + 1;
    const std::ptrdiff_t quote = *from == '"' ? 1 : 0;
    return {from + quote, static_cast<std::size_t>(ends[column] - from - 2 * quote)};
  }
  // Whether doubled quotes stand in it: unquoted() tells what is meant.
  bool has_quotes(std::size_t column) const { return (doubled >> column & 1) != 0; }

  const char* begin = nullptr;
  const char* end = nullptr;  // behind its newline
  std::size_t count = 0;      // of the cells
  std::uint64_t lines = 0;    // that it takes
  std::uint64_t doubled = 0;  // which cells hold doubled quotes, the first one lowest
  std::array<const char*, kMostCells> ends;  // of the cells, before a carriage return
};

// The row that begins with the bytes, of which the first cell is known to be the first `first`
// bytes, with a comma behind it; false where it is none of the plain ones, or where it ends less
// than kPlainCsvMargin bytes before the others.
bool read_plain_csv_row(std::string_view bytes, std::size_t first, PlainCsvRow& row);
constexpr std::size_t kPlainCsvMargin = 16;

}  // namespace pgcounsel
