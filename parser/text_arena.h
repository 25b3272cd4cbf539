// Room for many small texts in a few large blocks. What was put in never moves, not even when the
// arena does, so that views into it stay good as long as the arena lives.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace pgcounsel {

class TextArena {
 public:
  // Keeps a text of at most `most` bytes that `writer` writes: it gets where to, and answers the
  // end of what it wrote.
  template <class Writer>
  std::string_view write(std::size_t most, const Writer& writer) {
    if (blocks_.empty() || blocks_.back().capacity - blocks_.back().size < most) add_block(most);
    Block& block = blocks_.back();
    char* const begin = block.bytes.get() + block.size;
    const auto size = static_cast<std::size_t>(writer(begin) - begin);
    block.size += size;
    return {begin, size};
  }

  std::string_view keep(std::string_view text) {
    return write(text.size(), [text](char* to) { return std::copy(text.begin(), text.end(), to); });
  }

  // Takes over the texts of another.
  void take(TextArena&& other) {
    for (Block& block : other.blocks_) blocks_.push_back(std::move(block));
    other.blocks_.clear();
  }

  bool empty() const { return blocks_.empty() || blocks_.front().size == 0; }
  // Keeps one block, so that what fills the arena again and again needs no new memory.
  void clear() {
    if (blocks_.empty()) return;
    std::swap(blocks_.front(), blocks_.back());
    blocks_.resize(1);
    blocks_.front().size = 0;
    if (blocks_.front().capacity > kMostKept) blocks_.clear();
  }

 private:
  static constexpr std::size_t kFirst = std::size_t{1} << 12, kMostDoublings = 6;
  static constexpr std::size_t kMostKept = kFirst << (kMostDoublings + 1);

  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0, capacity = 0;
  };

  void add_block(std::size_t least) {
    const std::size_t usual = kFirst << std::min(blocks_.size(), kMostDoublings);
    const std::size_t capacity = std::max(usual, least);
    blocks_.push_back({std::unique_ptr<char[]>(new char[capacity]), 0, capacity});
  }

  std::vector<Block> blocks_;
};

}  // namespace pgcounsel
