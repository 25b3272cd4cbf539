#include "analyzer/plans/condition.h"

#include <algorithm>

namespace pgcounsel {
namespace {

constexpr std::string_view kConstant = "?";

bool is_name(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName;
}

bool is_constant(const Token& token) {
  return is_literal(token.kind) || token.kind == TokenKind::kParameter;
}

// Words that may follow the first one of a type's name.
bool goes_on(const Token& token) {
  return is_any_word(token, {"varying", "precision", "with", "without", "time", "zone", "local",
                             "year", "month", "day", "hour", "minute", "second", "to"});
}

}  // namespace

bool ConditionFold::ends_with(std::initializer_list<std::string_view> parts) const {
  return parts_.size() >= parts.size() &&
         std::equal(parts.begin(), parts.end(),
                    parts_.end() - static_cast<std::ptrdiff_t>(parts.size()));
}

// Of several constants in a row one is left.
void ConditionFold::put_constant() {
  if (ends_with({kConstant, ","})) {
    drop(1);
  } else {
    parts_.push_back(kConstant);
  }
}

// `ARRAY[1, 2]` is what `'{1,2}'::integer[]` is.
void ConditionFold::close_list() {
  if (ends_with({"ARRAY", "[", kConstant})) {
    drop(3);
    put_constant();
  } else {
    parts_.push_back("]");
  }
}

void ConditionFold::skip_type() {
  bool is_first = true;
  while (is_first ? is_name(next_) : goes_on(next_)) {
    is_first = false;
    next_ = lexer_.next();
    while (next_.is_symbol('.')) {
      next_ = lexer_.next();
      if (is_name(next_)) next_ = lexer_.next();
    }
    if (next_.is_symbol('(')) {  // precision
      while (next_.kind != TokenKind::kEnd && !next_.is_symbol(')')) next_ = lexer_.next();
      if (next_.is_symbol(')')) next_ = lexer_.next();
    }
  }
  while (next_.is_symbol('[')) {
    next_ = lexer_.next();
    if (next_.is_symbol(']')) next_ = lexer_.next();
  }
}

// A cast of a constant is part of it; `($1)::text` is one, too.
void ConditionFold::take_cast() {
  if (ends_with({"(", kConstant, ")"})) {
    drop(3);
    put_constant();
  } else if (ends_with({"NULL"})) {
    drop(1);
    put_constant();
  } else if (!ends_with({kConstant})) {
    parts_.push_back("::");
    return;
  }
  skip_type();
}

void ConditionFold::put(const Token& token) {
  if (is_constant(token)) return put_constant();
  if (token.is_symbol(']')) return close_list();
  const bool is_qualified = is_name(token) && parts_.size() >= 2 && parts_.back() == ".";
  if (is_qualified) drop(2);
  parts_.push_back(token.text);
}

const std::vector<std::string_view>& ConditionFold::fold(std::string_view condition) {
  parts_.clear();
  lexer_ = Lexer(condition);
  next_ = lexer_.next();
  while (next_.kind != TokenKind::kEnd) {
    const Token token = next_;
    next_ = lexer_.next();
    if (token.kind == TokenKind::kCast) {
      take_cast();
    } else {
      put(token);
    }
  }
  return parts_;
}

std::string folded_condition(std::string_view condition) {
  ConditionFold fold;
  std::string text;
  for (const std::string_view part : fold.fold(condition)) {
    if (!text.empty()) text += ' ';
    text += part;
  }
  return text;
}

}  // namespace pgcounsel
