#include "parser/csv_rows.h"

#include <bit>
#include <cstring>

#include "parser/byte_block.h"

namespace pgcounsel {

void CsvRows::restart(const char* at) {
  next_block_ = at;
  ends_ = row_ends_ = inner_lines_ = doubled_ = broken_ = 0;
  was_inside_ = was_closing_ = 0;
  was_cell_end_ = 1;
}

// Takes the next 64 bytes; what lacks at the end of the bytes reads as NULs.
bool CsvRows::load() {
  char padded[ByteBlock::kSize];
  const char* bytes = next_block_;
  const auto left = static_cast<std::size_t>(end_ - bytes);
  if (left == 0) return false;
  if (left < ByteBlock::kSize) {
    std::memset(padded, 0, sizeof padded);
    std::memcpy(padded, bytes, left);
    bytes = padded;
  }
  block_ = next_block_;
  next_block_ += std::min(left, ByteBlock::kSize);

  const ByteBlock block(bytes);
  const std::uint64_t quotes = block.equal_to('"');
  const std::uint64_t newlines = block.equal_to('\n');
  if (quotes == 0 && was_inside_ != 0) {  // the middle of a long text
    ends_ = row_ends_ = doubled_ = broken_ = 0;
    was_closing_ = was_cell_end_ = 0;
    inner_lines_ = newlines;
    return true;
  }
  const std::uint64_t inside = parity_up_to(quotes) ^ was_inside_;
  const std::uint64_t opening = quotes & inside, closing = quotes & ~inside;
  ends_ = (block.equal_to(',') | newlines) & ~inside;
  row_ends_ = newlines & ~inside;
  inner_lines_ = newlines & inside;
  const std::uint64_t behind_closing = closing << 1 | was_closing_;
  const std::uint64_t behind_end = ends_ << 1 | was_cell_end_;
  doubled_ = opening & behind_closing;
  broken_ = (opening & ~(behind_end | behind_closing)) | (behind_closing & ~(ends_ | quotes));
  constexpr unsigned kLast = ByteBlock::kSize - 1;
  was_inside_ = std::uint64_t{0} - (inside >> kLast);
  was_closing_ = closing >> kLast;
  was_cell_end_ = ends_ >> kLast;
  return true;
}

// Adds what the given bits of the block say of the row; false where it is broken there.
bool CsvRows::finish(std::uint64_t bits, PlainCsvRow& row) const {
  for (std::uint64_t ends = ends_ & bits; ends != 0; ends &= ends - 1) {
    row.ends[row.count++] = block_ + std::countr_zero(ends);
  }
  for (std::uint64_t lines = inner_lines_ & bits; lines != 0; lines &= lines - 1) ++row.lines;
  row.has_quotes |= (doubled_ & bits) != 0;
  return (broken_ & bits) == 0 && row.count <= PlainCsvRow::kMostCells;
}

bool CsvRows::read(const char* at, PlainCsvRow& row) {
  if (at != next_) restart(at);
  next_ = nullptr;
  row.begin = at;
  row.count = 0;
  row.lines = 1;
  row.has_quotes = false;
  while (row_ends_ == 0) {
    if (!finish(~std::uint64_t{0}, row) || !load()) return false;
  }
  const std::uint64_t bits = row_ends_ ^ (row_ends_ - 1);
  if (!finish(bits, row)) return false;
  ends_ &= ~bits;
  row_ends_ &= ~bits;
  inner_lines_ &= ~bits;
  doubled_ &= ~bits;
  row.end = next_ = row.ends[row.count - 1] + 1;
  return true;
}

}  // namespace pgcounsel
