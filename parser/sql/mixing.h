// The one step of all hashes of parser/sql: two words become one that depends on every bit of both.
#pragma once
#include <cstdint>

namespace pgcounsel {

using Word = std::uint64_t;

inline Word multiply_fold(Word a, Word b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<Word>(product) ^ static_cast<Word>(product >> 64);
}

}  // namespace pgcounsel
