// Compact binary encoding of stored blobs: LEB128 varints, zigzag for signed numbers,
// length-prefixed text.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace pgcounsel {

constexpr std::size_t kLongestVarint = 10;

// These write a number to `to`, which has room for kLongestVarint bytes, and answer the end of it.
inline char* write_varint(char* to, std::uint64_t value) {
  while (value >= 0x80) {
    *to++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<char>(value);
  return to;
}
inline char* write_signed(char* to, std::int64_t value) {
  return write_varint(
      to, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}
// The distance from the number before, which becomes this one. It wraps around, so that no two
// numbers are too far apart.
inline char* write_distance(char* to, std::int64_t value, std::int64_t& previous) {
  const auto distance = static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(previous);
  previous = value;
  return write_signed(to, static_cast<std::int64_t>(distance));
}

class ByteWriter {
 public:
  void put(std::uint64_t value) {
    std::array<char, kLongestVarint> piece;
    append(piece.data(), write_varint(piece.data(), value));
  }
  void put_signed(std::int64_t value) {
    std::array<char, kLongestVarint> piece;
    append(piece.data(), write_signed(piece.data(), value));
  }
  void put_distance(std::int64_t value, std::int64_t& previous) {
    std::array<char, kLongestVarint> piece;
    append(piece.data(), write_distance(piece.data(), value, previous));
  }
  void put_text(std::string_view text) {
    put(text.size());
    bytes_.append(text);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void append(const char* begin, const char* end) {
    bytes_.append(begin, static_cast<std::size_t>(end - begin));
  }

  std::string bytes_;
};

// Reading past the end or a number of more than 64 bits makes the reader fail: it answers zeros
// from then on, and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t get() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    bytes_ = {};
    return 0;
  }
  std::int64_t get_signed() {
    const std::uint64_t value = get();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  std::int64_t get_distance(std::int64_t& previous) {
    previous = static_cast<std::int64_t>(static_cast<std::uint64_t>(previous) +
                                         static_cast<std::uint64_t>(get_signed()));
    return previous;
  }
  std::string_view get_text() {
    const std::uint64_t size = get();
    if (size > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const std::string_view text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return text;
  }
  std::string_view rest() const { return bytes_; }
  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace pgcounsel
