// JSON for tests, read into a tree that is asked by name: value["runs"][0]["tool"]. What is not
// there is `missing`, which fails a test where it is compared.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/json.h"

namespace pgcounsel {

class JsonValue {
 public:
  explicit JsonValue(std::string raw, bool is_text = false)
      : raw_(std::move(raw)), is_text_(is_text) {}

  // A field of an object.
  JsonValue operator[](std::string_view key) const {
    JsonReader reader;
    JsonFields fields;
    const JsonField* field = reader.read(raw_, fields) ? find_field(fields, key) : nullptr;
    return field == nullptr ? JsonValue("missing")
                            : JsonValue(std::string(field->raw), field->is_text());
  }
  JsonValue operator[](std::size_t index) const {
    const std::vector<JsonValue> all = items();
    return index < all.size() ? all[index] : JsonValue("missing");
  }

  // Of an array.
  std::vector<JsonValue> items() const {
    std::vector<JsonValue> found;
    std::size_t depth = 0, begin = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < raw_.size(); ++at) {
      const char c = raw_[at];
      if (quoted && c == '\\') {
        ++at;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '[' || c == '{')) {
        if (++depth == 1) begin = at + 1;
      } else if (!quoted && (c == ']' || c == '}' || c == ',')) {
        if (depth == 1) add(found, std::string_view(raw_).substr(begin, at - begin));
        if (depth == 1) begin = at + 1;
        if (c != ',') --depth;
      }
    }
    return found;
  }
  std::size_t size() const { return items().size(); }

  std::string text() const {
    if (!is_text_) return raw_;
    std::string text;
    unescape_json(raw_, text);
    return text;
  }
  bool missing() const { return !is_text_ && raw_ == "missing"; }

 private:
  static void add(std::vector<JsonValue>& found, std::string_view raw) {
    const std::size_t begin = raw.find_first_not_of(" \n"), end = raw.find_last_not_of(" \n");
    if (begin == raw.npos) return;
    raw = raw.substr(begin, end - begin + 1);
    const bool is_text = raw.front() == '"';
    found.emplace_back(std::string(is_text ? raw.substr(1, raw.size() - 2) : raw), is_text);
  }

  std::string raw_;
  bool is_text_ = false;
};

}  // namespace pgcounsel
