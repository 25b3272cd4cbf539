#include "parser/csv_rows.h"

#include <bit>
#include <cstring>

#include "parser/byte_block.h"

namespace pgcounsel {

// Takes the next 64 bytes; what lacks at the end of the bytes reads as NULs. False where there are
// none, or where a quote stands that may not stand there.
inline bool CsvRows::load(Bits& bits) const {
  char padded[ByteBlock::kSize];
  const char* bytes = bits.next_block;
  const auto left = static_cast<std::size_t>(end_ - bytes);
  bits.block = bytes;
  if (left < ByteBlock::kSize) {
    if (left == 0) return false;
    std::memset(padded, 0, sizeof padded);
    std::memcpy(padded, bytes, left);
    bits.next_block = end_;
    bytes = padded;
  } else {
    bits.next_block = bytes + ByteBlock::kSize;
  }
  const ByteBlock block(bytes);
  const std::uint64_t quotes = block.equal_to('"');
  const std::uint64_t newlines = block.equal_to('\n');
  if (quotes == 0 && bits.was_inside != 0) {  // the middle of a long text
    bits.ends = bits.row_ends = bits.doubled = bits.was_closing = bits.was_cell_end = 0;
    bits.inner_lines = newlines;
    return true;
  }
  const std::uint64_t inside = parity_up_to(quotes) ^ bits.was_inside;
  const std::uint64_t opening = quotes & inside, closing = quotes & ~inside;
  bits.ends = (block.equal_to(',') | newlines) & ~inside;
  bits.row_ends = newlines & ~inside;
  bits.inner_lines = newlines & inside;
  const std::uint64_t behind_closing = closing << 1 | bits.was_closing;
  const std::uint64_t behind_end = bits.ends << 1 | bits.was_cell_end;
  bits.doubled = opening & behind_closing;
  constexpr unsigned kLast = ByteBlock::kSize - 1;
  bits.was_inside = std::uint64_t{0} - (inside >> kLast);
  bits.was_closing = closing >> kLast;
  bits.was_cell_end = bits.ends >> kLast;
  return ((opening & ~(behind_end | behind_closing)) | (behind_closing & ~(bits.ends | quotes))) ==
         0;
}

bool CsvRows::read(const char* at, PlainCsvRow& row) {
  Bits bits = bits_;
  if (at != next_) {
    bits = Bits{};
    bits.next_block = at;
  }
  next_ = nullptr;
  const char** out = row.ends.data();
  const char** const most = out + PlainCsvRow::kMostCells;
  std::uint64_t doubled = bits.doubled;
  std::uint64_t lines = 1;
  const auto take = [&](std::uint64_t which) {
    for (std::uint64_t ends = bits.ends & which; ends != 0; ends &= ends - 1) {
      *out++ = bits.block + std::countr_zero(ends);
    }
    for (std::uint64_t inner = bits.inner_lines & which; inner != 0; inner &= inner - 1) ++lines;
  };
  while (bits.row_ends == 0) {
    take(~std::uint64_t{0});
    if (out > most || !load(bits)) return false;
    doubled |= bits.doubled;
  }
  const std::uint64_t of_row = bits.row_ends ^ (bits.row_ends - 1);
  take(of_row);
  if (out > most) return false;
  bits.ends &= ~of_row;
  bits.row_ends &= ~of_row;
  bits.inner_lines &= ~of_row;
  bits_ = bits;
  row.begin = at;
  row.end = next_ = out[-1] + 1;
  row.count = static_cast<std::size_t>(out - row.ends.data());
  row.lines = lines;
  row.has_quotes = doubled != 0;
  return true;
}

}  // namespace pgcounsel
