// Lines of a text.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pgcounsel {

// Most texts have none or few, so that the next is jumped to.
inline std::uint64_t newlines_in(std::string_view text) {
  std::uint64_t count = 0;
  while (!text.empty()) {
    const void* found = std::memchr(text.data(), '\n', text.size());
    if (found == nullptr) break;
    ++count;
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1);
  }
  return count;
}

}  // namespace pgcounsel
