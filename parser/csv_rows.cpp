#include "parser/csv_rows.h"

#include <bit>

#include "parser/find.h"
#include "parser/lines.h"

namespace pgcounsel {
namespace {

using Block = std::uint32_t;  // a bit for each of 16 bytes
static_assert(kPlainCsvMargin >= kFindBlock);

// The comma or newline from `at` on; behind `last`, from where no block can be looked at, where
// there is none.
inline const char* plain_end(const char* at, const char* last) {
  for (; at <= last; at += kFindBlock) {
    if (const Block ends = either_in_block(at, ',', '\n'); ends != 0) {
      return at + std::countr_zero(ends);
    }
  }
  return at;
}

// What is seen on the way to a closing quote.
struct Inside {
  bool doubled = false;
  Block newlines = 0;  // some bit is set where there are some
};

// The closing quote of the text that begins at `at`, or behind `last`.
inline const char* closing_quote(const char* at, const char* last, Inside& inside) {
  while (at <= last) {
    const Block quotes = found_in_block(at, '"');
    const Block newlines = found_in_block(at, '\n');
    if (quotes == 0) {
      inside.newlines |= newlines;
      at += kFindBlock;
      continue;
    }
    inside.newlines |= newlines & (quotes - 1);  // those before the first quote
    at += std::countr_zero(quotes);
    if (at[1] != '"') return at;
    inside.doubled = true;
    at += 2;
  }
  return last + 1;
}

}  // namespace

bool read_plain_csv_row(std::string_view bytes, std::size_t first, PlainCsvRow& row) {
  if (bytes.size() < first + 1 + kPlainCsvMargin) return false;
  const char* const begin = bytes.data();
  const char* const last = begin + bytes.size() - kPlainCsvMargin;
  const char** end = row.ends.data();
  const char** const most = end + PlainCsvRow::kMostCells;
  std::uint64_t doubled = 0;
  Block newlines = 0;
  const char* at = begin + first;
  while (true) {
    *end++ = at++;
    if (end == most || at > last) return false;
    if (*at == ',') continue;
    if (*at == '"') {
      Inside inside;
      at = closing_quote(at + 1, last, inside) + 1;
      newlines |= inside.newlines;
      if (inside.doubled) doubled |= std::uint64_t{1} << (end - row.ends.data());
      if (at > last) return false;
      if (*at == ',') continue;
      if (*at != '\n') return false;
      *end++ = at;
      break;
    }
    const char* const from = at;
    at = plain_end(at, last);
    if (at > last) return false;
    if (*at == '\n') {
      *end++ = at > from && at[-1] == '\r' ? at - 1 : at;
      break;
    }
  }
  ++at;
  row.begin = begin;
  row.end = at;
  row.count = static_cast<std::size_t>(end - row.ends.data());
  row.lines = newlines == 0 ? 1 : count_of('\n', {begin, at});
  row.doubled = doubled;
  return true;
}

}  // namespace pgcounsel
