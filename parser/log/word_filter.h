// Tells most texts from the words of a table without a look at the table: by first byte and size.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace pgcounsel {

// For each first byte, one bit for each size (modulo 64) of a word that begins with it.
using WordFilter = std::array<std::uint64_t, 256>;

template <class Table>
constexpr WordFilter filter_of(const Table& table) {
  WordFilter filter{};
  for (const auto& entry : table) {
    filter[static_cast<unsigned char>(entry.word[0])] |= std::uint64_t{1} << entry.word.size() % 64;
  }
  return filter;
}

constexpr bool may_have(const WordFilter& filter, std::string_view word) {
  return !word.empty() &&
         (filter[static_cast<unsigned char>(word[0])] >> word.size() % 64 & 1) != 0;
}

}  // namespace pgcounsel
