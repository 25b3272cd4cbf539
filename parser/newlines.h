// The newlines of a text, one after the other. Those of a stretch of the text are found together,
// 64 bytes at a time and without a jump that depends on where they are: a search from each newline
// to the next one would begin anew for every line, and where it ends no processor can foresee.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/find.h"

namespace pgcounsel {

class Newlines {
 public:
  explicit Newlines(std::string_view text)
      : begin_(text.data()), next_(text.data()), end_(text.data() + text.size()) {}

  // Where the next one stands; nullptr: there are no more.
  const char* next() {
    if (told_ == count_ && !find_more()) return nullptr;
    return begin_ + found_[told_++];
  }

 private:
  static constexpr std::ptrdiff_t kStretch = 2048, kWord = 64;
  static constexpr std::size_t kUsualInWord = 1;  // written whether it is there or not
  using Offset = std::uint16_t;                   // in the stretch

  bool find_more() {
    told_ = count_ = 0;
    while (count_ == 0 && next_ != end_) {
      begin_ = next_;
      next_ += std::min(kStretch, end_ - next_);
      find_in_stretch();
    }
    return count_ != 0;
  }

  void find_in_stretch() {
    const char* at = begin_;
    for (; next_ - at >= kWord; at += kWord) note(at - begin_, newlines_at(at));
    for (; at != next_; ++at) {
      if (*at == '\n') found_[count_++] = static_cast<Offset>(at - begin_);
    }
  }

  static std::uint64_t newlines_at(const char* at) {
    std::uint64_t found = 0;
    for (int block = 0; block < kWord / kFindBlock; ++block) {
      found |= std::uint64_t{found_in_block(at + block * kFindBlock, '\n')} << block * kFindBlock;
    }
    return found;
  }

  void note(std::ptrdiff_t offset, std::uint64_t found) {
    constexpr std::uint64_t kLast = std::uint64_t{1} << (kWord - 1);  // so that one bit is set
    std::size_t count = count_;
    for (std::size_t i = 0; i < kUsualInWord; ++i) {
      found_[count] = static_cast<Offset>(offset + std::countr_zero(found | kLast));
      count += found != 0 ? 1 : 0;
      found &= found - 1;
    }
    for (; found != 0; found &= found - 1) {
      found_[count++] = static_cast<Offset>(offset + std::countr_zero(found));
    }
    count_ = count;
  }

  const char* begin_;  // of the stretch whose newlines were found, up to
  const char* next_;
  const char* const end_;
  std::size_t told_ = 0, count_ = 0;
  std::array<Offset, kStretch + kUsualInWord> found_;
};

}  // namespace pgcounsel
