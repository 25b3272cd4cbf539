#include "parser/csv_rows.h"

#include <bit>

#include "parser/find.h"
#include "parser/lines.h"

namespace pgcounsel {
namespace {

using Block = std::uint32_t;  // a bit for each of kFindBlock bytes
static_assert(PlainCsvRows::kMargin >= kFindBlock);

std::uint64_t first_of(Block bits) {
  return static_cast<std::uint64_t>(std::countr_zero(bits));
}

// The comma or newline from `at` on, which there is.
inline const char* plain_end(const char* at) {
  while (true) {
    const Block ends = either_in_block(at, ',', '\n');
    if (ends != 0) return at + first_of(ends);
    at += kFindBlock;
  }
}

// What is seen on the way to a closing quote.
struct Inside {
  bool doubled = false;
  Block newlines = 0;  // some bit is set where there are some
};

// The closing quote of the text that begins at `at`, or something from `limit` on.
inline const char* closing_quote(const char* at, const char* limit, Inside& inside) {
  while (at < limit) {
    const Block quotes = found_in_block(at, '"');
    const Block newlines = found_in_block(at, '\n');
    if (quotes == 0) {
      inside.newlines |= newlines;
      at += kFindBlock;
      continue;
    }
    inside.newlines |= newlines & (quotes - 1);  // those before the first quote
    at += first_of(quotes);
    if (at[1] != '"') return at;
    inside.doubled = true;
    at += 2;
  }
  return at;
}

}  // namespace

PlainCsvRows::PlainCsvRows(std::string_view bytes) : newline_(nullptr) {
  if (bytes.size() <= kMargin) return;
  const std::size_t newline = bytes.rfind('\n', bytes.size() - kMargin - 1);
  if (newline != std::string_view::npos) newline_ = bytes.data() + newline;
}

bool PlainCsvRows::read(const char* at, std::size_t first, PlainCsvRow& row) const {
  const char* const limit = newline_;
  row.begin = at;
  at += first;
  if (limit == nullptr || at >= limit) return false;
  const char** end = row.ends.data();
  const char** const most = end + PlainCsvRow::kMostCells;
  std::uint64_t doubled = 0;
  Block newlines = 0;
  // No cell goes on behind the last newline, unless it has quotes.
  while (true) {
    *end++ = at++;
    if (end == most) return false;
    if (*at == ',') continue;
    if (*at != '"') {
      at = plain_end(at);
      if (*at == ',') continue;
      *end++ = at[-1] == '\r' ? at - 1 : at;
      break;
    }
    Inside inside;
    at = closing_quote(at + 1, limit, inside) + 1;
    if (at > limit) return false;
    newlines |= inside.newlines;
    if (inside.doubled) doubled |= std::uint64_t{1} << (end - row.ends.data());
    if (*at == ',') continue;
    if (*at != '\n') return false;
    *end++ = at;
    break;
  }
  row.end = at + 1;
  row.count = static_cast<std::size_t>(end - row.ends.data());
  row.lines = newlines == 0 ? 1 : count_of('\n', {row.begin, row.end});
  row.doubled = doubled;
  return true;
}

}  // namespace pgcounsel
