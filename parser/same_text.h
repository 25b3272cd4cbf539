// Whether two short texts are the same, without a call.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "parser/find.h"

namespace pgcounsel {

// Whether the texts of `size` bytes, at least a block, are the same: four blocks at a time, which
// overlap at the end, so that sizes that differ by little take the same way.
inline bool same_blocks(const char* a, const char* b, std::size_t size) {
  constexpr std::size_t kBlock = kFindBlock, kAtOnce = 4;
  const std::size_t last = size - kBlock;
  for (std::size_t at = 0; at < size; at += kAtOnce * kBlock) {
    std::uint32_t same = 0xFFFF;
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      const std::size_t block = std::min(at + i * kBlock, last);
      same &= equal_in_block(a + block, b + block);
    }
    if (same != 0xFFFF) return false;
  }
  return true;
}

inline bool same_text(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const auto differ = [&]<class Word>(std::size_t at, Word) {
    Word x, y;
    std::memcpy(&x, a.data() + at, sizeof x);
    std::memcpy(&y, b.data() + at, sizeof y);
    return x ^ y;
  };
  if (size > 16) return same_blocks(a.data(), b.data(), size);
  if (size >= 8) return (differ(0, std::uint64_t{}) | differ(size - 8, std::uint64_t{})) == 0;
  if (size >= 4) return (differ(0, std::uint32_t{}) | differ(size - 4, std::uint32_t{})) == 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace pgcounsel
