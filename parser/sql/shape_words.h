// The pieces of the shape that know no SQL grammar: words as numbers, the hash of 128 bits, and the
// keywords that the shape looks at. For shape.cpp alone.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "parser/sql/mixing.h"
#include "parser/sql/shape.h"

namespace pgcounsel {

// Up to eight characters as one number; different texts without NUL are different numbers.
constexpr Word packed(std::string_view text) {
  Word word = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    word |= Word{static_cast<unsigned char>(text[i])} << (8 * i);
  return word;
}

// The `size` bytes at p, 1 to 8, of a text that ends at `end`; reads nothing behind it.
inline Word load(const char* p, std::size_t size, const char* end) {
  Word word = 0;
  if (end - p >= 8) {
    std::memcpy(&word, p, 8);
    return word & (~Word{0} >> (64 - 8 * size));
  }
  std::memcpy(&word, p, size);
  return word;
}

// A..Z to a..z, in all eight bytes at once; other bytes stay.
inline Word lower(Word word) {
  constexpr Word kOnes = 0x0101010101010101;
  const Word seven_bits = word & (0x7F * kOnes);
  const Word from_a = seven_bits + (0x80 - 'A') * kOnes;
  const Word beyond_z = seven_bits + (0x7F - 'Z') * kOnes;
  return word | ((from_a & ~beyond_z & ~word & (0x80 * kOnes)) >> 2);
}

// Two streams that share nothing but the input, and one of how the tokens are written.
struct ShapeHash {
  Word high = 0x243F6A8885A308D3;
  Word low = 0x13198A2E03707344;
  Word layout = 0;
  Word numbers = 0;  // of placeholders, which are of the layout, but not in a row that is dropped

  void add(Word word) {
    high = multiply_fold(high ^ word, 0x9E3779B97F4A7C15);
    low = multiply_fold(low + word, 0xD6E8FEB86659FD93) ^ word;
  }
  // A word, and a number with it.
  void add_layout(Word word, Word number = 0) {
    layout = (layout ^ word) * 0x9FB21C651E98DF25 + (layout >> 29) + number * 0xA0761D6478BD642F;
  }
  void add_number(Word number) {
    numbers = (numbers ^ number) * 0x9FB21C651E98DF25 + (numbers >> 29);
  }
  Shape shape() const {
    return {multiply_fold(high ^ 0xA4093822299F31D0, 0xA0761D6478BD642F) ^ low,
            multiply_fold(low ^ 0x082EFA98EC4E6C89, 0xE7037ED1A0B428DB) ^ high};
  }
};

enum class Keyword : std::uint8_t {
  kNone,
  // Those that begin a statement whose literals do not count.
  kSelect,
  kInsert,
  kUpdate,
  kDelete,
  kWith,
  kMerge,
  kValues,
  // Reserved, like SELECT: an expression follows, and no type is called so.
  kAll,
  kAny,
  kDistinct,
  kNot,
  kAnd,
  kOr,
  kWhen,
  kThen,
  kElse,
  kCase,
  kEnd,
  kUnion,
  kExcept,
  kIntersect,
  kJoin,
  kBetween,
  kIn,
  kArray,
  kAs,
  kPosition,
  kUescape,
};

constexpr bool begins_dml(Keyword keyword) {
  return keyword >= Keyword::kSelect && keyword <= Keyword::kValues;
}
constexpr bool precedes_expression(Keyword keyword) {
  return keyword == Keyword::kSelect || (keyword >= Keyword::kAll && keyword <= Keyword::kElse);
}

// Finds a keyword of up to eight characters with one look: each has a slot of its own.
class KeywordTable {
 public:
  constexpr KeywordTable() {
    add("select", Keyword::kSelect);
    add("insert", Keyword::kInsert);
    add("update", Keyword::kUpdate);
    add("delete", Keyword::kDelete);
    add("with", Keyword::kWith);
    add("merge", Keyword::kMerge);
    add("values", Keyword::kValues);
    add("all", Keyword::kAll);
    add("any", Keyword::kAny);
    add("distinct", Keyword::kDistinct);
    add("not", Keyword::kNot);
    add("and", Keyword::kAnd);
    add("or", Keyword::kOr);
    add("when", Keyword::kWhen);
    add("then", Keyword::kThen);
    add("else", Keyword::kElse);
    add("case", Keyword::kCase);
    add("end", Keyword::kEnd);
    add("union", Keyword::kUnion);
    add("except", Keyword::kExcept);
    add("join", Keyword::kJoin);
    add("between", Keyword::kBetween);
    add("in", Keyword::kIn);
    add("array", Keyword::kArray);
    add("as", Keyword::kAs);
    add("position", Keyword::kPosition);
    add("uescape", Keyword::kUescape);
  }
  constexpr Keyword find(Word word) const {
    const Entry& entry = entries_[slot(word)];
    return entry.word == word ? entry.keyword : Keyword::kNone;
  }
  constexpr bool without_collision() const { return without_collision_; }

 private:
  struct Entry {
    Word word = 0;
    Keyword keyword = Keyword::kNone;
  };
  static constexpr std::size_t slot(Word word) { return (word * 0x9FB8883ACCDA6559) >> 58; }
  constexpr void add(std::string_view name, Keyword keyword) {
    Entry& entry = entries_[slot(packed(name))];
    if (entry.keyword != Keyword::kNone) without_collision_ = false;
    entry = {packed(name), keyword};
  }

  std::array<Entry, 64> entries_{};
  bool without_collision_ = true;
};

inline constexpr KeywordTable kKeywords;
static_assert(kKeywords.without_collision(), "choose another factor for slot()");

}  // namespace pgcounsel
