// Reads the objects that programs write into logs line by line: no blanks, no objects or arrays
// inside, no escapes in keys. What it takes comes out exactly as any reader of JSON gives it; all
// else is left to such a one.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "parser/find.h"
#include "parser/json.h"

namespace pgcounsel {
namespace flat_json {

enum Class : std::uint8_t { kOther, kWordLetter, kOfNumber, kBeginsNumber };

inline constexpr auto kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = kWordLetter;
  for (const char c : {'.', '+', 'E'}) classes[static_cast<unsigned char>(c)] = kOfNumber;
  for (const char c : std::string_view("-0123456789")) {
    classes[static_cast<unsigned char>(c)] = kBeginsNumber;
  }
  return classes;
}();

inline Class class_of(char c) {
  return static_cast<Class>(kClasses[static_cast<unsigned char>(c)]);
}

inline std::string_view view(const char* from, const char* to) {
  return {from, static_cast<std::size_t>(to - from)};
}

// The closing quote of the string that begins at `at`; `end` where it has none.
inline const char* string_end(const char* at, const char* end, bool& has_escapes) {
  while (true) {
    at = find_either(at, end, '"', '\\');
    if (at == end || *at == '"') return at;
    has_escapes = true;
    if (end - at < 2) return end;
    at += 2;
  }
}

// The closing quote of the string that begins at `at`, in the same line; nullptr where there is
// none before `limit`. Some bytes behind that are looked at.
inline const char* line_string_end(const char* at, const char* limit, bool& has_escapes) {
  while (at < limit) {
    const std::uint32_t found = any_in_block(at, '"', '\\', '\n');
    if (found == 0) {
      at += kFindBlock;
      continue;
    }
    at += static_cast<std::size_t>(std::countr_zero(found));
    if (*at == '"') return at;
    if (*at == '\n' || at[1] == '\n') return nullptr;
    has_escapes = true;
    at += 2;
  }
  return nullptr;
}

inline const char* number_end(const char* at, const char* end) {
  at = digits_end(at + 1, end);
  while (at < end && (class_of(*at) >= kOfNumber || *at == 'e')) ++at;
  return at;
}

inline const char* word_end(const char* at, const char* end) {
  while (at < end && class_of(*at) == kWordLetter) ++at;
  return at;
}

// Moves behind the value that begins at `at`; false where it is not a plain one.
inline bool read_value(const char*& at, const char* end, JsonField& field) {
  const char* const begin = at;
  if (*at == '"') {
    bool has_escapes = false;
    at = string_end(at + 1, end, has_escapes);
    if (at == end) return false;
    field.kind = JsonField::Kind::kString;
    field.raw = view(begin + 1, at);
    field.is_plain = !has_escapes;
    ++at;
    return true;
  }
  const bool is_number = class_of(*at) == kBeginsNumber;
  field.kind = is_number ? JsonField::Kind::kNumber : JsonField::Kind::kWord;
  at = is_number ? number_end(at, end) : word_end(at, end);
  field.raw = view(begin, at);
  return at != begin;
}

}  // namespace flat_json

// Gives each field of the object that `text` is from end to end to `taker`, whose take(field)
// answers whether to go on; false where it does not, or the object is not of that kind.
template <class Taker>
bool scan_flat_json(std::string_view text, Taker&& taker) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return false;
  const char* at = text.data() + 1;
  const char* const end = text.data() + text.size() - 1;  // of the brace
  while (true) {
    if (at == end || *at != '"') return false;
    const char* const key = at + 1;
    bool has_escapes = false;
    at = flat_json::string_end(key, end, has_escapes);
    if (has_escapes || end - at < 3 || at[1] != ':') return false;
    JsonField field;
    field.key = flat_json::view(key, at);
    at += 2;
    if (!flat_json::read_value(at, end, field) || !taker.take(field)) return false;
    if (at == end) return true;
    if (*at++ != ',') return false;
  }
}

}  // namespace pgcounsel
