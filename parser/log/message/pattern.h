// The texts of the message table, made ready for matching: `a {name:kind} b[ c]` becomes one
// pattern for each way to leave out the parts in brackets, fullest first. A pattern is a chain of
// literals with a value between each two; each value ends where the next literal first appears.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/log/message/message.h"

namespace pgcounsel {

// What a value of a kind is made of.
enum class ValueForm : std::uint8_t { kAny, kNumber, kPids, kWords };

struct PatternField {
  std::string_view name;
  Secret secret = Secret::kOther;
  ValueForm form = ValueForm::kAny;
};

struct MessagePattern {
  const MessageRow* row = nullptr;
  std::vector<std::string> literals;  // one more than fields; the first and the last may be empty
  std::vector<PatternField> fields;

  std::string_view prefix() const { return literals.front(); }
  // Whether it is the pattern of all of `text`; fills `captures` where one is given.
  bool match(std::string_view text, Captures* captures) const;
};

// Appends the patterns of a row. False where its text is malformed: a brace or bracket that is
// not closed, a kind that does not exist, no literal between two values.
bool compile_row(const MessageRow& row, std::vector<MessagePattern>& patterns);

}  // namespace pgcounsel
