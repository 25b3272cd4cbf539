// Bytes that grow at their end. Unlike a string it does not write zeros where bytes are to be read.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace pgcounsel {

class ByteBuffer {
 public:
  std::string_view view() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }
  void clear() { size_ = 0; }
  void swap(ByteBuffer& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  // Room for at least `size` more bytes, whose content is anything; `grow` says how many were put
  // there.
  std::span<char> room(std::size_t size) {
    if (capacity_ - size_ < size) reserve(std::max(size_ + size, capacity_ + capacity_ / 2));
    return {bytes_.get() + size_, capacity_ - size_};
  }
  void grow(std::size_t size) { size_ += size; }

  // `text` is none of these bytes.
  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()).data(), text.data(), text.size());
    size_ += text.size();
  }
  void remove_prefix(std::size_t size) {
    size_ -= size;
    if (size_ > 0) std::memmove(bytes_.get(), bytes_.get() + size, size_);
  }

 private:
  void reserve(std::size_t capacity) {
    std::unique_ptr<char[]> bytes(new char[capacity]);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace pgcounsel
