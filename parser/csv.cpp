#include "parser/csv.h"

#include <algorithm>
#include <cstring>

#include "parser/find.h"

namespace pgcounsel {
namespace {

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

const char* plain_end(const char* at, const char* end, char delimiter) {
  // Many cells are empty.
  return at < end && *at == delimiter ? at : find_either(at, end, delimiter, '\n');
}

// Moves `at` from behind an opening quote to its closing one and counts the newlines in between;
// false where there is none.
bool find_closing_quote(const char*& at, const char* end, CsvCell& cell, std::uint64_t& lines) {
  const char* const begin = at;
  while (true) {
    at = find_counting('"', at, end, '\n', lines);
    if (at == end) return false;
    if (at + 1 == end || at[1] != '"') break;
    cell.has_quotes = true;
    at += 2;
  }
  cell.text = view(begin, at);
  return true;
}

void without_carriage_return(std::string_view& text, const char* newline, const char* end) {
  if (newline < end && *newline == '\n' && text.ends_with('\r')) text.remove_suffix(1);
}

// The cells of the row before are overwritten: rows of one table have as many.
void make_room(std::vector<CsvCell>& cells) {
  if (cells.size() < kMostCsvCells)
    cells.resize(std::clamp<std::size_t>(cells.size() * 2, 32, kMostCsvCells));
}

}  // namespace

CsvEnd scan_csv_row(std::string_view bytes, CsvForm form, CsvRow& row) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  row.lines = 0;
  std::size_t count = 0;
  CsvEnd row_end = CsvEnd::kBytes;
  while (true) {
    CsvCell cell;
    const char* const begin = at;
    if (at < end && *at == '"' && form.quotes) {
      ++at;
      if (!find_closing_quote(at, end, cell, row.lines)) {
        row.end = begin;
        row_end = CsvEnd::kOpen;
        break;
      }
      const char* const closing = at++;
      if (form.lenient) {
        at = plain_end(at, end, form.delimiter);
        std::string_view behind = view(closing + 1, at);
        without_carriage_return(behind, at, end);
        if (!behind.empty()) cell = {view(begin + 1, behind.data() + behind.size()), true};
      } else if (at + 1 < end && at[0] == '\r' && at[1] == '\n') {
        ++at;
      }
    } else {
      at = plain_end(at, end, form.delimiter);
      cell.text = view(begin, at);
      without_carriage_return(cell.text, at, end);
    }
    if (count == row.cells.size()) make_room(row.cells);
    if (count < kMostCsvCells) row.cells[count] = cell;
    ++count;
    row.end = at;
    if (at == end) {
      ++row.lines;
      break;
    }
    if (*at == '\n') {
      ++row.end;
      ++row.lines;
      row_end = CsvEnd::kNewline;
      break;
    }
    if (*at != form.delimiter) {
      row_end = CsvEnd::kBroken;
      break;
    }
    ++at;
  }
  row.count = count;
  row.cells.resize(std::min(count, kMostCsvCells));
  return row_end;
}

namespace {

// Writes the text without its quotes to where there is room for it with them; answers its end. A
// quote that stands alone is the closing one of a lenient form: what follows is kept as it is.
char* write_unquoted(std::string_view text, char* out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const char* const quote = copy_up_to('"', at, end, out);
    out += quote - at;
    if (quote == end) break;
    at = quote + 1;
    if (at < end && *at == '"') {
      *out++ = '"';
      ++at;
    } else {
      return std::copy(at, end, out);
    }
  }
  return out;
}

}  // namespace

std::string unquoted(std::string_view text) {
  std::string out(text.size(), '\0');
  out.resize(static_cast<std::size_t>(write_unquoted(text, out.data()) - out.data()));
  return out;
}

std::string_view unquoted(std::string_view text, TextArena& arena) {
  return arena.write(text.size(), [text](char* to) { return write_unquoted(text, to); });
}

bool CsvReader::next(std::vector<std::string>& fields) {
  fields.clear();
  if (rest_.empty()) return false;
  while (true) {
    const CsvEnd end = scan_csv_row(rest_, form_, row_);
    for (const CsvCell& cell : row_.cells) {
      fields.push_back(cell.has_quotes ? unquoted(cell.text) : std::string(cell.text));
    }
    rest_.remove_prefix(static_cast<std::size_t>(row_.end - rest_.data()));
    if (end != CsvEnd::kOpen) return true;
    form_.quotes = false;
  }
}

}  // namespace pgcounsel
