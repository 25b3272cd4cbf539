#include "parser/log/message/message.h"

#include <cstring>
#include <functional>
#include <unordered_map>
#include <vector>

#include "parser/log/message/pattern.h"
#include "parser/log/message/rows/rows.h"
#include "parser/result.h"

namespace pgcounsel {
namespace {

// The patterns of a table by the first bytes of their texts: by eight where the text begins with
// so many, else by four, and those that begin with a value for every message. A longer beginning
// is the narrower text, so it is tried first; within one list the order is that of the rows.
class Grammar {
 public:
  explicit Grammar(std::initializer_list<std::span<const MessageRow>> themes) {
    for (const auto theme : themes) rows_.insert(rows_.end(), theme.begin(), theme.end());
    for (const MessageRow& row : rows_) {
      first_pattern_.push_back(patterns_.size());
      PGC_CHECK(compile_row(row, patterns_));
    }
    first_pattern_.push_back(patterns_.size());
    for (const MessagePattern& pattern : patterns_) list_for(pattern.prefix()).push_back(&pattern);
  }
  Grammar(const Grammar&) = delete;
  Grammar& operator=(const Grammar&) = delete;

  std::span<const MessageRow> rows() const { return rows_; }

  const MessageRow* find(std::string_view text) const {
    if (text.size() >= 8) {
      const auto list = by_eight_.find(first_bytes<std::uint64_t>(text));
      if (list != by_eight_.end()) {
        if (const MessageRow* row = find_in(list->second, text)) return row;
      }
    }
    if (text.size() >= 4) {
      const auto list = by_four_.find(first_bytes<std::uint32_t>(text));
      if (list != by_four_.end()) {
        if (const MessageRow* row = find_in(list->second, text)) return row;
      }
    }
    return find_in(all_, text);
  }

  bool has(const MessageRow& row) const {
    return !std::less<>{}(&row, rows_.data()) && std::less<>{}(&row, rows_.data() + rows_.size());
  }

  Captures captures(const MessageRow& row, std::string_view text) const {
    Captures captures;
    const auto index = static_cast<std::size_t>(&row - rows_.data());
    for (std::size_t i = first_pattern_[index]; i < first_pattern_[index + 1]; ++i) {
      if (patterns_[i].match(text, &captures)) return captures;
    }
    return {};
  }

 private:
  using List = std::vector<const MessagePattern*>;

  template <class Number>
  static Number first_bytes(std::string_view text) {
    Number number;
    std::memcpy(&number, text.data(), sizeof number);
    return number;
  }

  List& list_for(std::string_view prefix) {
    if (prefix.size() >= 8) return by_eight_[first_bytes<std::uint64_t>(prefix)];
    if (prefix.size() >= 4) return by_four_[first_bytes<std::uint32_t>(prefix)];
    return all_;
  }

  static const MessageRow* find_in(const List& list, std::string_view text) {
    for (const MessagePattern* pattern : list) {
      if (pattern->match(text, nullptr)) return pattern->row;
    }
    return nullptr;
  }

  std::vector<MessageRow> rows_;
  std::vector<MessagePattern> patterns_;
  std::vector<std::size_t> first_pattern_;  // of each row, and the end
  std::unordered_map<std::uint64_t, List> by_eight_;
  std::unordered_map<std::uint32_t, List> by_four_;
  List all_;
};

const Grammar& messages() {
  static const Grammar grammar{lock_rows(),       session_rows(),        connection_rows(),
                               server_rows(),     maintenance_rows(),    wal_rows(),
                               constraint_rows(), transaction_rows(),    statement_rows(),
                               object_rows(),     value_rows(),          resource_rows(),
                               role_rows(),       translated_lock_rows()};
  return grammar;
}

const Grammar& details() {
  static const Grammar grammar{detail_rows()};
  return grammar;
}

const Grammar& contexts() {
  static const Grammar grammar{context_rows()};
  return grammar;
}

const Grammar& pooler_reasons() {
  static const Grammar grammar{pooler_reason_rows()};
  return grammar;
}

const Grammar& pooler_messages() {
  static const Grammar grammar{pooler_message_rows()};
  return grammar;
}

}  // namespace

std::span<const MessageRow> message_table() {
  return messages().rows();
}

std::span<const MessageRow> detail_table() {
  return details().rows();
}

std::span<const MessageRow> context_table() {
  return contexts().rows();
}

std::span<const MessageRow> pooler_reason_table() {
  return pooler_reasons().rows();
}

std::span<const MessageRow> pooler_message_table() {
  return pooler_messages().rows();
}

const MessageRow* find_message(std::string_view message) {
  return messages().find(message);
}

const MessageRow* find_detail(std::string_view detail) {
  return details().find(detail);
}

const MessageRow* find_context(std::string_view line) {
  return contexts().find(line);
}

const MessageRow* find_pooler_reason(std::string_view reason) {
  return pooler_reasons().find(reason);
}

const MessageRow* find_pooler_message(std::string_view message) {
  return pooler_messages().find(message);
}

std::string folded_text(const MessageRow& row) {
  std::string text;
  bool in_value = false;
  for (const char c : row.text) {
    if (c == '{') {
      text += "…";
      in_value = true;
    } else if (c == '}') {
      in_value = false;
    } else if (!in_value && c != '[' && c != ']') {
      text.push_back(c);
    }
  }
  return text;
}

std::string_view Captures::operator[](std::string_view name) const {
  for (const Capture& capture : all()) {
    if (capture.name == name) return capture.text;
  }
  return {};
}

Captures captures_of(const MessageRow& row, std::string_view message) {
  for (const Grammar* grammar :
       {&messages(), &details(), &contexts(), &pooler_reasons(), &pooler_messages()}) {
    if (grammar->has(row)) return grammar->captures(row, message);
  }
  return {};
}

std::optional<std::string_view> field_of(const MessageRow& row, std::string_view message,
                                         std::string_view name) {
  const Captures captures = captures_of(row, message);
  for (const Capture& capture : captures.all()) {
    if (capture.name == name) return capture.text;
  }
  return std::nullopt;
}

}  // namespace pgcounsel
