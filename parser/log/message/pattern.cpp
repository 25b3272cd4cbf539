#include "parser/log/message/pattern.h"

#include <algorithm>

namespace pgcounsel {
namespace {

struct Kind {
  std::string_view word;
  Secret secret;
  ValueForm form;
};

constexpr Kind kKinds[] = {
    {"number", Secret::kNone, ValueForm::kNumber},
    {"pids", Secret::kNone, ValueForm::kPids},
    {"words", Secret::kNone, ValueForm::kWords},
    {"identifier", Secret::kIdentifier, ValueForm::kAny},
    {"host", Secret::kHost, ValueForm::kAny},
    {"statement", Secret::kStatementText, ValueForm::kAny},
    {"parameter", Secret::kStatementParameter, ValueForm::kAny},
    {"data", Secret::kTableData, ValueForm::kAny},
    {"path", Secret::kPath, ValueForm::kAny},
    {"other", Secret::kOther, ValueForm::kAny},
};

constexpr std::size_t kLongestNumber = 40;
constexpr std::size_t kLongestWords = 600;

// 7, 0.319, 0/14F6598, 0:00:00.393, 0xff, 000000010000000000000002
bool is_number_part(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == '.' ||
         c == '/' || c == ':' || c == '-' || c == 'x';
}

bool is_pids_part(char c) {
  return (c >= '0' && c <= '9') || c == ',' || c == ' ';
}

// Words of the server itself are never quoted and hold no control characters.
bool is_words_part(char c) {
  return static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\x7F';
}

bool has_form(std::string_view value, ValueForm form) {
  switch (form) {
    case ValueForm::kAny:
      return true;
    case ValueForm::kNumber:
      return !value.empty() && value.size() <= kLongestNumber &&
             std::all_of(value.begin(), value.end(), is_number_part);
    case ValueForm::kPids:
      return std::all_of(value.begin(), value.end(), is_pids_part);
    case ValueForm::kWords:
      return value.size() <= kLongestWords &&
             std::all_of(value.begin(), value.end(), is_words_part);
  }
  return false;
}

// Reads `name:kind` between braces.
bool read_field(std::string_view text, PatternField& field) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  field.name = text.substr(0, colon);
  for (const Kind& kind : kKinds) {
    if (kind.word != text.substr(colon + 1)) continue;
    field.secret = kind.secret;
    field.form = kind.form;
    return true;
  }
  return false;
}

// Goes on with `text` behind what `pattern` has. The part in the first brackets is kept, then left
// out; `brackets` tells whether the end of a kept part is to come.
bool expand(MessagePattern pattern, std::string_view text, bool brackets,
            std::vector<MessagePattern>& patterns) {
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '{') {
      const auto end = text.find('}');
      if (end == std::string_view::npos || pattern.fields.size() == kMaxCaptures) return false;
      if (!pattern.fields.empty() && pattern.literals.back().empty()) return false;
      if (!read_field(text.substr(0, end), pattern.fields.emplace_back())) return false;
      pattern.literals.emplace_back();
      text.remove_prefix(end + 1);
    } else if (c == '[') {
      const auto end = text.find(']');
      if (brackets || end == std::string_view::npos) return false;
      return expand(pattern, text, true, patterns) &&
             expand(std::move(pattern), text.substr(end + 1), false, patterns);
    } else if (c == ']') {
      if (!brackets) return false;
      brackets = false;
    } else {
      pattern.literals.back().push_back(c);
    }
  }
  patterns.push_back(std::move(pattern));
  return !brackets;
}

}  // namespace

bool MessagePattern::match(std::string_view text, Captures* captures) const {
  const std::string_view first = literals.front();
  if (fields.empty()) return text == first;
  const std::string_view last = literals.back();
  if (text.size() < first.size() + last.size()) return false;
  if (!text.starts_with(first) || !text.ends_with(last)) return false;
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::size_t length = text.size();
    if (i + 1 < fields.size()) {
      length = text.find(literals[i + 1]);
      if (length == std::string_view::npos) return false;
    }
    const std::string_view value = text.substr(0, length);
    if (!has_form(value, fields[i].form)) return false;
    if (captures != nullptr) captures->list[i] = {fields[i].name, fields[i].secret, value};
    if (i + 1 < fields.size()) text.remove_prefix(length + literals[i + 1].size());
  }
  if (captures != nullptr) captures->count = fields.size();
  return true;
}

bool compile_row(const MessageRow& row, std::vector<MessagePattern>& patterns) {
  MessagePattern pattern;
  pattern.row = &row;
  pattern.literals.emplace_back();
  return expand(std::move(pattern), row.text, false, patterns);
}

}  // namespace pgcounsel
