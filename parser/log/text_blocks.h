// Room for many small texts in a few large strings. What was put in never moves, so that views into
// it stay good as long as the strings do.
#pragma once
#include <algorithm>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace pgcounsel {

class TextBlocks {
 public:
  explicit TextBlocks(std::deque<std::string>& arena) : arena_(arena) {}

  // A string to which `size` bytes can be appended without moving it; they are its end.
  std::string& with_room(std::size_t size) {
    constexpr std::size_t kBlock = 1 << 16;
    if (block_ == nullptr || block_->capacity() - block_->size() < size) {
      block_ = &arena_.emplace_back();
      block_->reserve(std::max(kBlock, size));
    }
    return *block_;
  }

 private:
  std::deque<std::string>& arena_;
  std::string* block_ = nullptr;
};

}  // namespace pgcounsel
