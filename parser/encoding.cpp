#include "parser/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "parser/utf8.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kLittleMark = "\xFF\xFE", kBigMark = "\xFE\xFF";
constexpr std::uint32_t kReplacement = 0xFFFD;

enum class Order { kNone, kLittle, kBig };

Order order_of(std::string_view bytes) {
  if (bytes.starts_with(kLittleMark)) return Order::kLittle;
  if (bytes.starts_with(kBigMark)) return Order::kBig;
  constexpr std::size_t kLooked = 64, kLeast = 8;
  const std::string_view head = bytes.substr(0, kLooked);
  if (head.size() < kLeast) return Order::kNone;
  std::array<std::size_t, 2> zeros{};
  for (std::size_t at = 0; at < head.size(); ++at) zeros[at % 2] += head[at] == '\0' ? 1U : 0U;
  const std::size_t many = head.size() * 3 / 8;
  if (zeros[1] >= many && zeros[0] * 4 < zeros[1]) return Order::kLittle;
  return zeros[0] >= many && zeros[1] * 4 < zeros[0] ? Order::kBig : Order::kNone;
}

bool is_high(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

// The bytes of the character at `at`; 0 where there is none.
std::size_t size_of_character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xBF) {
    return byte(at + i) >= least && byte(at + i) <= most;
  };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(2) ? 3 : 0;
  }
  if (first < 0xF0 || first > 0xF4) return 0;
  const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
  return second && follows(2) && follows(3) ? 4 : 0;
}

}  // namespace

bool is_utf16(std::string_view bytes) {
  return order_of(bytes) != Order::kNone;
}

std::string utf8_of_utf16(std::string_view bytes) {
  const Order order = order_of(bytes);
  if (bytes.starts_with(kLittleMark) || bytes.starts_with(kBigMark)) bytes.remove_prefix(2);
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    const auto one = static_cast<unsigned char>(bytes[at]);
    const auto two = static_cast<unsigned char>(bytes[at + 1]);
    return order == Order::kLittle ? one | two << 8U : two | one << 8U;
  };
  std::string text;
  text.reserve(bytes.size());
  std::array<char, 4> buffer{};
  const auto put = [&](std::uint32_t code) {
    text.append(buffer.data(), write_utf8(buffer.data(), code));
  };
  std::size_t at = 0;
  while (at + 1 < bytes.size()) {
    std::uint32_t code = unit(at);
    at += 2;
    if (is_high(code) && at + 1 < bytes.size() && is_low(unit(at))) {
      code = 0x10000 + ((code - 0xD800) << 10U) + (unit(at) - 0xDC00);
      at += 2;
    } else if (is_high(code) || is_low(code)) {
      code = kReplacement;
    }
    put(code);
  }
  if (at < bytes.size()) put(kReplacement);
  return text;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = size_of_character(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

}  // namespace pgcounsel
