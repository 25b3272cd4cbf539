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

class PlainCsvRows {
 public:
  explicit PlainCsvRows(std::string_view bytes);

  // The row that begins at `at`, a place in the bytes. Its first cell is known to be `first` bytes
  // long, with a comma behind it. False where the row is none of the plain ones, or among the last
  // kMargin bytes.
  bool read(const char* at, std::size_t first, PlainCsvRow& row) const;

  static constexpr std::ptrdiff_t kMargin = 16;

 private:
  const char* newline_;  // the last one before the margin
};

}  // namespace pgcounsel
