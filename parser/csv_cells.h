// Walks over the cells of rows of a strict table with commas, for readers that know what stands in
// them. A cell comes out exactly as scan_csv_row() gives it, or not at all: what is cut off,
// broken, at the very end of the bytes or has a carriage return behind a closing quote is left to
// that.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "parser/find.h"

namespace pgcounsel {

// How far behind the last newline of the rows must be looked at.
constexpr std::ptrdiff_t kCsvMargin = kFindBlock;

// The last newline with kCsvMargin bytes behind it; nullptr where there is none. Rows are walked
// over up to there.
inline const char* last_row_end(std::string_view bytes) {
  if (bytes.size() <= kCsvMargin) return nullptr;
  const std::size_t newline = bytes.rfind('\n', bytes.size() - kCsvMargin - 1);
  return newline == std::string_view::npos ? nullptr : bytes.data() + newline;
}

class CsvCells {
 public:
  // `comma` stands behind a cell, before `limit`, a newline with kCsvMargin bytes behind it.
  CsvCells(const char* comma, const char* limit) : at_(comma), limit_(limit) {}

  // The cell behind the comma at(), where there must be one. False where it is none of the plain.
  [[gnu::always_inline]] bool next() {
    const char* at = at_ + 1;
    doubled_ = false;
    if (*at != '"') return take_bare(at);
    std::uint32_t newlines = 0;
    at = closing_quote(++at, newlines);
    if (at >= limit_ || (at[1] != ',' && at[1] != '\n')) return false;
    text_ = {at_ + 2, static_cast<std::size_t>(at - at_ - 2)};
    newlines_ |= newlines;
    at_ = at + 1;
    return true;
  }

  // Moves over all empty cells that begin here and have a comma behind them, up to 14; answers how
  // many.
  std::size_t skip_empty() {
    // Of the 16 characters at least one is taken for none, so that some bit is set.
    const std::uint32_t others = ~(found_in_block(at_, ',') & 0x7FFF);
    const auto empty = static_cast<std::size_t>(std::countr_zero(others)) - 1;
    at_ += empty;
    return empty;
  }

  // Whether the same text as that of `size` bytes at `known`, which begins with a comma, stands
  // here and before the limit.
  bool stands_here(const char* known, std::size_t size) const {
    return limit_ - at_ > static_cast<std::ptrdiff_t>(size) && std::memcmp(at_, known, size) == 0;
  }
  // To a comma or newline that is known to stand behind a cell in the same row.
  void move_to(const char* behind_cell) { at_ = behind_cell; }

  // Of the last cell, without the quotes around it; what is behind it; and whether it holds doubled
  // quotes, so that unquoted() tells what is meant.
  std::string_view text() const { return text_; }
  const char* at() const { return at_; }
  bool is_doubled() const { return doubled_; }
  // Whether newlines stand inside of the quotes of any of the cells.
  bool has_newlines() const { return newlines_ != 0; }
  bool at_row_end() const { return *at_ == '\n'; }

 private:
  // No such cell goes on behind the limit, which is a newline.
  [[gnu::always_inline]] bool take_bare(const char* from) {
    const char* at = from;
    std::uint32_t ends = either_in_block(at, ',', '\n');
    while (ends == 0) ends = either_in_block(at += kFindBlock, ',', '\n');
    at_ = at += std::countr_zero(ends);
    if (*at == '\n' && at[-1] == '\r') --at;
    text_ = {from, static_cast<std::size_t>(at - from)};
    return true;
  }

  // The closing quote of the text that begins at `at`, or something from the limit on. Sets some
  // bit of `newlines` where there are some before it.
  [[gnu::always_inline]] const char* closing_quote(const char* at, std::uint32_t& newlines) {
    while (at < limit_) {
      const std::uint32_t quotes = found_in_block(at, '"');
      const std::uint32_t here = found_in_block(at, '\n');
      if (quotes == 0) {
        newlines |= here;
        at += kFindBlock;
        continue;
      }
      newlines |= here & (quotes - 1);  // those before the first quote
      at += std::countr_zero(quotes);
      if (at[1] != '"') return at;
      doubled_ = true;
      at += 2;
    }
    return at;
  }

  const char* at_;
  const char* const limit_;
  std::string_view text_;
  std::uint32_t newlines_ = 0;
  bool doubled_ = false;
};

}  // namespace pgcounsel
