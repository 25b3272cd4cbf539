// Rows of a text table with a delimiter: RFC 4180 quotes, newlines inside quotes, doubled quotes.
// THE scanner of such rows gives views into the bytes and tells how a row ends, and each reader
// decides what to do with one that is broken.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/text_arena.h"

namespace pgcounsel {

struct CsvForm {
  char delimiter = ',';
  bool quotes = true;    // false: a quote is a character like others
  bool lenient = false;  // text behind a closing quote belongs to the cell; else it breaks the row
};

struct CsvCell {
  std::string_view text;    // without the quotes around it
  bool has_quotes = false;  // quotes inside: unquoted() tells what is meant
};

struct CsvRow {
  std::vector<CsvCell> cells;  // the first kMostCsvCells
  std::size_t count = 0;       // of all cells
  std::uint64_t lines = 0;     // that a complete row takes
  const char* end = nullptr;   // behind the row and its newline, or where it breaks off
};
constexpr std::size_t kMostCsvCells = 4096;

enum class CsvEnd : std::uint8_t {
  kNewline,  // a complete row
  kBytes,    // the bytes end behind a cell
  kOpen,     // the bytes end inside quotes; `row.end` is where these begin
  kBroken    // text stands behind a closing quote
};

// The row that begins with `bytes`. Linear in the bytes up to its end.
CsvEnd scan_csv_row(std::string_view bytes, CsvForm form, CsvRow& row);

// The text of a cell with quotes inside: "" stands for one.
std::string unquoted(std::string_view text);
std::string_view unquoted(std::string_view text, TextArena& arena);

// Never fails: what is not well formed comes out as a row with another number of fields. From a
// quote that is never closed on, quotes mean nothing, so the time is linear in the bytes.
class CsvReader {
 public:
  CsvReader(std::string_view bytes, char delimiter) : rest_(bytes), form_{delimiter, true, true} {}

  // The fields of the next row without their quotes; false at the end. An empty line is a row with
  // one empty field. Of a row of more than kMostCsvCells the others are left out.
  bool next(std::vector<std::string>& fields);

 private:
  std::string_view rest_;
  CsvForm form_;
  CsvRow row_;
};

}  // namespace pgcounsel
