// Reads JSON objects one level at a time: each field with its key and its value as it stands. Text
// is looked at only where it is asked for, and is a view into what was given wherever it holds no
// escape. Bytes that are not UTF-8 and raw control characters in a string do not lose the object.
// The only user of simdjson.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parser/text_arena.h"

namespace pgcounsel {

struct JsonField {
  enum class Kind : std::uint8_t { kString, kNumber, kWord, kObject, kArray };  // kWord: true, null

  std::string_view key;  // between its quotes, as it stands
  std::string_view raw;  // of a string what is between its quotes, of all else the whole value
  Kind kind = Kind::kWord;
  bool is_plain = false;  // a string that is known to hold no escapes

  bool is_text() const { return kind == Kind::kString; }
  bool is_object() const { return kind == Kind::kObject; }
};
using JsonFields = std::vector<JsonField>;

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;

  // The fields of the object that `text` is from end to end, blanks around it aside; false where it
  // is none. Values inside of values are not checked.
  bool read(std::string_view text, JsonFields& fields);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The last field of that name, as most readers of JSON take it; nullptr where there is none.
const JsonField* find_field(const JsonFields& fields, std::string_view key);

// Appends the text of a string without its escapes (half of a surrogate pair becomes U+FFFD). It is
// never longer than with them.
void unescape_json(std::string_view raw, std::string& text);

// What a field says: a string without its escapes (in `arena`, if it has some), a number as it
// stands, nothing for null, objects and arrays.
std::string_view text_of(const JsonField& field, TextArena& arena);

// The first object in `raw`, an array or an object (`[{"a":1}]` -> `{"a":1}`); empty where it does
// not begin with one. Where others follow, the end of the array stays in.
std::string_view first_object(std::string_view raw);

}  // namespace pgcounsel
