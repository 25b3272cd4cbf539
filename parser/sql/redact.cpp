// Redaction works on tokens and on nothing else: what the lexer calls a literal is replaced, what
// it calls a comment is dropped, also in text that no parser would take. On top of that:
//
//  - Words are values too where a setting or a password takes one: `SET x TO secret`,
//    `ALTER USER u PASSWORD secret` (which is refused, and logged).
//  - Quoted names are none where they look like a value: see looks_like_value().
//  - Where quotes may have been understood wrongly (standard_conforming_strings = off, or another
//    escape around the text), all that follows is one value: see may_go_on(). No SQL has a
//    backslash outside of strings.
//  - `-5` is one value where no operand stands before the sign, as in libpg_query's tree.
//  - `varchar(20)` keeps its 20: that is part of the type's name, and `varchar($1)` is no SQL.
//  - Elements of IN (...) and ARRAY[...] that are one value and nothing else are folded into the
//    first. A row of VALUES is written, and taken back when a row before it reads the same but for
//    the numbers of its placeholders. Both leave libpg_query's fingerprint as it is.
//
// The result is redacted to itself: it has no literals any more, and between a placeholder and a
// name that touched the literal a blank is set, so that its tokens stay what they are.
#include "parser/sql/redact.h"

#include <algorithm>
#include <deque>
#include <unordered_set>
#include <utility>
#include <vector>

#include "parser/sql/hidden_names.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::string_view kHiddenName = "\"\xE2\x80\xA6\"";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

// The length of the printable character at i, 0 when the bytes there are none.
std::size_t character_length(std::string_view text, std::size_t i) {
  const unsigned a = byte_at(text, i);
  const unsigned b = byte_at(text, i + 1);
  const auto follows = [&](std::size_t offset) {
    return (byte_at(text, i + offset) & 0xC0U) == 0x80;
  };
  if (a < 0x80) return a >= 0x20 && a != 0x7F ? 1 : 0;
  if (a >= 0xC2 && a <= 0xDF) return follows(1) && (a != 0xC2 || b >= 0xA0) ? 2 : 0;
  if (a >= 0xE0 && a <= 0xEF) {
    const bool in_range = (a != 0xE0 || b >= 0xA0) && (a != 0xED || b < 0xA0);
    return in_range && follows(1) && follows(2) ? 3 : 0;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    const bool in_range = (a != 0xF0 || b >= 0x90) && (a != 0xF4 || b < 0x90);
    return in_range && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

// Appends the text as valid UTF-8 without control characters.
void append_printable(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text, i);
    if (length > 0) {
      out += text.substr(i, length);
    } else if (byte_at(text, i) < 0x80) {
      out += ' ';
    } else {
      out += kReplacement;
    }
    i += std::max<std::size_t>(1, length);
  }
}

// `$12` -> `$`: what two rows have in common that differ in their values.
std::string without_numbers(std::string_view text) {
  std::string result;
  bool number = false;
  for (char c : text) {
    number = c == '$' || (number && c >= '0' && c <= '9');
    if (!number || c == '$') result += c;
  }
  return result;
}

std::uint64_t parameter_number(std::string_view text) {
  std::uint64_t number = 0;
  for (char c : text.substr(1)) {
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
    if (number > 1'000'000'000) return 1'000'000'000;
  }
  return number;
}

bool is_backslash(const Token& token) {
  return token.kind == TokenKind::kOther && token.text == "\\";
}

struct Survey {
  std::uint64_t highest_parameter = 0;
  bool unclosed = false;
  bool backslash = false;
};

Survey survey_of(std::string_view sql) {
  Survey survey;
  Lexer lexer(sql);
  Token token;
  do {
    token = lexer.next();
    if (token.kind == TokenKind::kParameter)
      survey.highest_parameter = std::max(survey.highest_parameter, parameter_number(token.text));
    survey.unclosed |= !token.closed;
    survey.backslash |= is_backslash(token);
  } while (token.kind != TokenKind::kEnd);
  return survey;
}

class Redactor {
 public:
  Redactor(std::string_view sql, std::size_t limit)
      : lexer_(sql),
        limit_(limit),
        survey_(survey_of(sql)),
        next_number_(survey_.highest_parameter + 1) {}
  std::string run();

 private:
  struct Bracket {
    bool foldable = false;   // the list of IN ( or ARRAY[
    bool has_value = false;  // it has an element that is one value
  };
  struct Rows {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::size_t depth = kNone;  // of the brackets around the VALUES
    bool inside = false;
    std::size_t begin = 0;  // in out_, with the comma before it
    std::size_t open = 0;   // in out_
    std::uint64_t number = 0;
    std::unordered_set<std::string> known;
  };

  const Token& peek(std::size_t ahead);
  Token next();
  void take(const Token& token);
  void take_value(const Token& token);
  void take_symbol(const Token& token);
  bool take_type_modifier(const Token& open);
  bool is_sign(const Token& token);
  bool may_go_on(const Token& token) const;
  bool wait_for_row() const { return rows_.depth == brackets_.size() && !rows_.inside; }
  void end_row();
  void flush_comma();
  void emit(const Token& token, std::string_view text);
  bool is_full() const;
  std::string finish();

  Lexer lexer_;
  std::size_t limit_;
  std::deque<Token> ahead_;
  HiddenNames hidden_names_;
  Survey survey_;
  std::uint64_t next_number_;
  Token previous_;
  Token before_previous_;
  bool previous_hidden_ = false;
  std::vector<Bracket> brackets_;
  Rows rows_;
  bool held_comma_ = false;  // of a foldable list, whose next element may be dropped
  Token comma_;
  std::string out_;
  std::size_t fits_ = 0;  // so much of out_ leaves room for the ellipsis
};

std::string Redactor::run() {
  for (Token token = next(); token.kind != TokenKind::kEnd && !is_full(); token = next()) {
    if (is_backslash(token) || may_go_on(token)) {
      take_value(token);
      break;
    }
    take(token);
    before_previous_ = previous_;
    previous_ = token;
  }
  flush_comma();
  return finish();
}

// Control characters between tokens are blanks to everything here.
const Token& Redactor::peek(std::size_t ahead) {
  bool gap = false;
  while (ahead_.size() <= ahead) {
    Token token = lexer_.next();
    token.gap |= std::exchange(gap, false);
    if (token.kind == TokenKind::kOther && character_length(token.text, 0) == 0) {
      gap = true;
    } else {
      ahead_.push_back(token);
    }
  }
  return ahead_[ahead];
}

Token Redactor::next() {
  const Token token = peek(0);
  ahead_.pop_front();
  return token;
}

// Whether the quote at the end of a string was perhaps a part of it. If so, then every second of
// such quotes is taken for the beginning of a string: behind an odd number of them the text ends
// inside a string, and the backslash of every even one stands outside of any.
bool Redactor::may_go_on(const Token& token) const {
  if (!is_literal(token.kind) || token.kind >= TokenKind::kNumber) return false;
  return survey_.backslash || (survey_.unclosed && token.text.ends_with("\\'"));
}

void Redactor::take(const Token& token) {
  const bool hidden = hidden_names_.hides(token);
  if (is_literal(token.kind) || token.kind == TokenKind::kParameter || !token.closed || hidden) {
    take_value(token);
  } else if (is_sign(token)) {
    Token number = next();
    number.gap = token.gap;
    take_value(number);
  } else if (token.kind == TokenKind::kSymbol) {
    take_symbol(token);
  } else if (looks_like_value(token)) {
    flush_comma();
    emit(token, kHiddenName);
  } else {
    if (is_word(token, "values") && !rows_.inside) {
      rows_ = Rows{};
      rows_.depth = brackets_.size();
    }
    flush_comma();
    emit(token, token.text);
  }
  previous_hidden_ = hidden;
}

void Redactor::take_value(const Token& token) {
  const bool element = held_comma_ || previous_.is_symbol('(') || previous_.is_symbol('[');
  const Token& after = peek(0);
  if (element && !brackets_.empty() && brackets_.back().foldable &&
      (after.is_symbol(',') || after.is_symbol(')') || after.is_symbol(']'))) {
    if (brackets_.back().has_value) {
      held_comma_ = false;
      return;
    }
    brackets_.back().has_value = true;
  }
  flush_comma();
  if (token.kind == TokenKind::kParameter) {
    emit(token, token.text);
  } else {
    emit(token, "$" + std::to_string(next_number_++));
  }
}

// The minus of a negative number, unless a cast binds the number first.
bool Redactor::is_sign(const Token& token) {
  if (token.kind != TokenKind::kOperator || token.text != "-") return false;
  if (peek(0).kind != TokenKind::kNumber || peek(1).kind == TokenKind::kCast) return false;
  return previous_.kind == TokenKind::kOperator || previous_.kind == TokenKind::kAssign ||
         previous_.is_symbol('(') || previous_.is_symbol('[') || previous_.is_symbol(',') ||
         is_any_word(previous_, {"select", "distinct", "all", "where", "on", "having", "and", "or",
                                 "not", "between", "when", "then", "else", "limit", "offset",
                                 "returning", "from", "for"});
}

void Redactor::take_symbol(const Token& token) {
  const char c = token.text[0];
  const bool plain_name = before_previous_.is_symbol('.') || is_word(before_previous_, "as");
  if (c == ',' && !brackets_.empty() && brackets_.back().foldable && !wait_for_row()) {
    flush_comma();
    held_comma_ = true;
    comma_ = token;
    return;
  }
  flush_comma();
  if (c == '(' && take_type_modifier(token)) return;
  if (wait_for_row()) {
    const bool first = is_word(previous_, "values");
    if (c == '(' && (first || previous_.is_symbol(','))) {
      if (first) rows_.begin = out_.size();
      rows_.open = out_.size();
      rows_.number = next_number_;
      rows_.inside = true;
    } else if (c == ',' && previous_.is_symbol(')')) {
      rows_.begin = out_.size();
    } else {
      rows_.depth = Rows::kNone;
    }
  }
  emit(token, token.text);
  if (c == '(' || c == '[') {
    const bool list = is_word(previous_, c == '(' ? "in" : "array") && !plain_name;
    brackets_.push_back({list, false});
  } else if ((c == ')' || c == ']') && !brackets_.empty()) {
    brackets_.pop_back();
    if (rows_.inside && brackets_.size() == rows_.depth) end_row();
  } else if (c == ';') {
    hidden_names_.begin_statement();
  }
}

bool is_small_integer(const Token& token) {
  return token.kind == TokenKind::kNumber && token.text.size() <= 8 &&
         token.text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The (20) of varchar(20), the (10,2) of numeric(10,2). Behind a word that is a value it is none.
bool Redactor::take_type_modifier(const Token& open) {
  if (previous_.kind != TokenKind::kWord || previous_hidden_) return false;
  if (!takes_precision(previous_.text)) return false;
  if (!is_small_integer(peek(0))) return false;
  const bool pair = peek(1).is_symbol(',') && is_small_integer(peek(2));
  const std::size_t close = pair ? 3 : 1;
  if (!peek(close).is_symbol(')')) return false;
  std::string text(open.text);
  for (std::size_t i = 0; i <= close; ++i) {
    const Token token = next();
    if (token.gap) text += ' ';
    text += token.text;
  }
  emit(open, text);
  return true;
}

void Redactor::end_row() {
  rows_.inside = false;
  if (rows_.known.insert(without_numbers(std::string_view(out_).substr(rows_.open))).second) return;
  out_.resize(rows_.begin);
  fits_ = std::min(fits_, rows_.begin);
  next_number_ = rows_.number;
}

void Redactor::flush_comma() {
  if (!held_comma_) return;
  held_comma_ = false;
  emit(comma_, comma_.text);
}

void Redactor::emit(const Token& token, std::string_view text) {
  const char last = out_.empty() ? ' ' : out_.back();
  const bool word_before = sql_bytes::is(last, sql_bytes::kNamePart);
  const bool touches = word_before && sql_bytes::is(text[0], sql_bytes::kNamePart);
  if (!out_.empty() && (token.gap || touches)) out_ += ' ';
  append_printable(text, out_);
  if (out_.size() + 1 + kEllipsis.size() <= limit_) fits_ = out_.size();
}

// Nothing more can be of the result. A row that is not finished may still be taken back, but not
// one that is longer than any that was kept.
bool Redactor::is_full() const {
  return out_.size() - (rows_.inside ? rows_.open : 0) > limit_;
}

std::string Redactor::finish() {
  if (out_.size() <= limit_) return std::move(out_);
  if (limit_ < kEllipsis.size()) return {};
  out_.resize(fits_);
  if (!out_.empty()) out_ += ' ';
  out_ += kEllipsis;
  return std::move(out_);
}

}  // namespace

std::string redact(std::string_view sql, std::size_t limit) {
  return Redactor(sql, limit).run();
}

}  // namespace pgcounsel
