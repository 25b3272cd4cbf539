#include "parser/json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "parser/find.h"
#include "parser/json_flat.h"
#include "parser/utf8.h"

namespace pgcounsel {
namespace {

namespace ondemand = simdjson::ondemand;

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Where strings hold what JSON forbids, their structure is still plain.
void make_harmless(char* text, std::size_t size) {
  std::replace_if(
      text, text + size, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  std::replace_if(
      text, text + size, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
}

}  // namespace

namespace {

struct FieldKeeper {
  bool take(const JsonField& field) {
    fields.push_back(field);
    return true;
  }
  JsonFields& fields;
};

}  // namespace

struct JsonReader::State {
  ondemand::parser parser;
  // simdjson reads behind the end of what it is given, so it is given a copy. Where something
  // stands in the copy, it stands in the original.
  std::string scratch;

  simdjson::error_code fields_of(std::string_view text, JsonFields& fields);
};

namespace {

JsonField::Kind kind_of(std::string_view token) {
  switch (token.front()) {
    case '"':
      return JsonField::Kind::kString;
    case '{':
      return JsonField::Kind::kObject;
    case '[':
      return JsonField::Kind::kArray;
    default: {
      const bool number = (token.front() >= '0' && token.front() <= '9') || token.front() == '-';
      return number ? JsonField::Kind::kNumber : JsonField::Kind::kWord;
    }
  }
}

// An array or object from end to end.
template <class Container>
simdjson::error_code whole_of(simdjson::simdjson_result<Container> opened, std::string_view& raw) {
  Container container;
  if (const auto error = std::move(opened).get(container)) return error;
  const auto error = container.raw_json().get(raw);
  raw = trim_end(raw);
  return error;
}

// The value, whose first token is given, as a view into the copy.
simdjson::error_code value_of(ondemand::value& value, std::string_view token, JsonField& field) {
  token = trim_end(token);
  if (token.empty()) return simdjson::TAPE_ERROR;
  field.kind = kind_of(token);
  field.raw = token;
  switch (field.kind) {
    case JsonField::Kind::kString: {
      if (token.size() < 2 || token.back() != '"') return simdjson::STRING_ERROR;
      field.raw = token.substr(1, token.size() - 2);
      // A string that is not taken could be skipped as a key, with what stands behind its colon.
      ondemand::raw_json_string taken;
      return value.get_raw_json_string().get(taken);
    }
    case JsonField::Kind::kObject:
      return whole_of(value.get_object(), field.raw);
    case JsonField::Kind::kArray:
      return whole_of(value.get_array(), field.raw);
    case JsonField::Kind::kNumber:
    case JsonField::Kind::kWord:
      break;
  }
  return simdjson::SUCCESS;
}

// The key that begins at `begin` and ends before the colon in front of `value`.
std::string_view key_between(const char* begin, const char* value) {
  const char* end = value;
  while (end > begin && *--end != ':') {
  }
  while (end > begin && *--end != '"') {
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

simdjson::error_code JsonReader::State::fields_of(std::string_view text, JsonFields& fields) {
  fields.clear();
  ondemand::document document;
  const simdjson::padded_string_view padded(scratch.data(), text.size(), scratch.size());
  if (const auto error = parser.iterate(padded).get(document)) return error;
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return error;
  const auto original = [&](std::string_view copy) {
    return std::string_view(text.data() + (copy.data() - scratch.data()), copy.size());
  };
  for (auto entry : object) {
    ondemand::field read;
    if (const auto error = std::move(entry).get(read)) return error;
    const char* const key = read.key().raw();
    const std::string_view token = read.value().raw_json_token();
    JsonField& field = fields.emplace_back();
    field.key = original(key_between(key, token.data()));
    if (const auto error = value_of(read.value(), token, field)) return error;
    field.raw = original(field.raw);
  }
  // Behind the object there is nothing more to point to.
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

bool JsonReader::read(std::string_view text, JsonFields& fields) {
  fields.clear();
  if (scan_flat_json(text, FieldKeeper{fields})) return true;
  std::string& scratch = state_->scratch;
  const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (scratch.size() < needed) scratch.resize(std::max<std::size_t>(needed + needed / 2, 4096));
  std::memcpy(scratch.data(), text.data(), text.size());
  auto error = state_->fields_of(text, fields);
  if (error == simdjson::UTF8_ERROR || error == simdjson::UNESCAPED_CHARS) {
    make_harmless(scratch.data(), text.size());
    error = state_->fields_of(text, fields);
  }
  if (error != simdjson::SUCCESS) fields.clear();
  return error == simdjson::SUCCESS;
}

const JsonField* find_field(const JsonFields& fields, std::string_view key) {
  const auto found = std::find_if(fields.rbegin(), fields.rend(),
                                  [&](const JsonField& field) { return field.key == key; });
  return found == fields.rend() ? nullptr : &*found;
}

namespace {

// The code unit of `\uXXXX` whose digits begin at `at`, or -1.
int code_unit(std::string_view raw, std::size_t at) {
  if (at + 4 > raw.size()) return -1;
  unsigned value = 0;
  const char* const end = raw.data() + at + 4;
  const auto [stop, error] = std::from_chars(raw.data() + at, end, value, 16);
  return error == std::errc{} && stop == end ? static_cast<int>(value) : -1;
}

// Reads `uXXXX` at `at`, and the second half of a pair behind it; answers the characters read.
std::size_t take_unicode(std::string_view raw, std::size_t at, char*& to) {
  constexpr unsigned kReplacement = 0xFFFD;
  const int first = code_unit(raw, at + 1);
  if (first < 0) {
    *to++ = 'u';
    return 1;
  }
  auto code = static_cast<unsigned>(first);
  if (code < 0xD800 || code > 0xDFFF) {
    to = write_utf8(to, code);
    return 5;
  }
  const bool has_next = raw.substr(std::min(at + 5, raw.size())).starts_with("\\u");
  const int second = has_next ? code_unit(raw, at + 7) : -1;
  if (code > 0xDBFF || second < 0xDC00 || second > 0xDFFF) {
    to = write_utf8(to, kReplacement);
    return 5;
  }
  to = write_utf8(to, 0x10000 + ((code - 0xD800) << 10) + (static_cast<unsigned>(second) - 0xDC00));
  return 11;
}

// What each character stands for behind a backslash.
constexpr auto kEscapes = [] {
  std::array<char, 256> meant{};
  for (unsigned c = 0; c < meant.size(); ++c) meant[c] = static_cast<char>(c);
  meant['n'] = '\n';
  meant['t'] = '\t';
  meant['r'] = '\r';
  meant['b'] = '\b';
  meant['f'] = '\f';
  return meant;
}();

// Writes the text to where there is room for it with its escapes; answers its end.
char* write_unescaped(std::string_view raw, char* to) {
  const char* at = raw.data();
  const char* const end = at + raw.size();
  while (true) {
    const char* const escape = copy_up_to('\\', at, end, to);
    to += escape - at;
    if (end - escape < 2) return to;  // one at the end escapes nothing
    at = escape + 1;
    if (*at == 'u') {
      at += take_unicode(raw, static_cast<std::size_t>(at - raw.data()), to);
    } else {
      *to++ = kEscapes[static_cast<unsigned char>(*at++)];
    }
  }
}

}  // namespace

void unescape_json(std::string_view raw, std::string& text) {
  const std::size_t begin = text.size();
  text.resize(begin + raw.size());
  const char* const end = write_unescaped(raw, text.data() + begin);
  text.resize(static_cast<std::size_t>(end - text.data()));
}

namespace {

std::string_view unescaped(std::string_view raw, TextArena& arena) {
  return arena.write(raw.size(), [raw](char* to) { return write_unescaped(raw, to); });
}

}  // namespace

std::string_view text_of(const JsonField& field, TextArena& arena) {
  switch (field.kind) {
    case JsonField::Kind::kString:
      return field.is_plain || field.raw.find('\\') == std::string_view::npos
                 ? field.raw
                 : unescaped(field.raw, arena);
    case JsonField::Kind::kNumber:
      return field.raw;
    case JsonField::Kind::kWord:
      return field.raw == "null" ? std::string_view{} : field.raw;
    case JsonField::Kind::kObject:
    case JsonField::Kind::kArray:
      break;
  }
  return {};
}

std::string_view first_object(std::string_view raw) {
  if (raw.starts_with('[') && raw.ends_with(']')) raw = raw.substr(1, raw.size() - 2);
  const auto begin = raw.find_first_not_of(" \n\r\t");
  if (begin == std::string_view::npos || raw[begin] != '{') return {};
  return trim_end(raw.substr(begin));
}

}  // namespace pgcounsel
