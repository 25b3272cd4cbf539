// Room for many small texts in a few large strings. What was put in never moves, not even when the
// arena does, so that views into it stay good as long as the arena lives.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgcounsel {

class TextArena {
 public:
  // A string to which `size` bytes can be appended without moving it; they are its end.
  std::string& with_room(std::size_t size) {
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < size) {
      const std::size_t usual = kFirst << std::min(blocks_.size(), kMostDoublings);
      blocks_.emplace_back().reserve(std::max(usual, size));
    }
    return blocks_.back();
  }

  std::string_view keep(std::string_view text) {
    std::string& block = with_room(text.size());
    const std::size_t begin = block.size();
    block += text;
    return std::string_view(block).substr(begin);
  }

  // Takes over the texts of another.
  void take(TextArena&& other) {
    for (std::string& block : other.blocks_) blocks_.push_back(std::move(block));
    other.blocks_.clear();
  }

  bool empty() const { return blocks_.empty() || blocks_.front().empty(); }
  // Keeps one block, so that what fills the arena again and again needs no new memory.
  void clear() {
    if (blocks_.empty()) return;
    std::swap(blocks_.front(), blocks_.back());
    blocks_.resize(1);
    blocks_.front().clear();
    if (blocks_.front().capacity() > kMostKept) blocks_.clear();
  }

 private:
  static constexpr std::size_t kFirst = std::size_t{1} << 12, kMostDoublings = 6;
  static constexpr std::size_t kMostKept = kFirst << (kMostDoublings + 1);

  std::vector<std::string> blocks_;
};

}  // namespace pgcounsel
