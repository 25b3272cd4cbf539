#include "parser/sql/token.h"

#include <algorithm>
#include <cstring>

namespace pgcounsel {
namespace {

using namespace sql_bytes;

bool is_newline(char c) {
  return c == '\n' || c == '\r';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view text, std::string_view keyword) {
  return text.size() == keyword.size() && std::equal(text.begin(), text.end(), keyword.begin(),
                                                     [](char a, char b) { return lower(a) == b; });
}

const char* while_class(const char* p, const char* end, unsigned classes) {
  while (p != end && is(*p, classes)) ++p;
  return p;
}

// The first `c`, or `end`.
const char* find(const char* p, const char* end, char c) {
  if (p == end) return end;
  const void* found = std::memchr(p, c, static_cast<std::size_t>(end - p));
  return found == nullptr ? end : static_cast<const char*>(found);
}

bool starts_with(const char* p, const char* end, std::string_view prefix) {
  return static_cast<std::size_t>(end - p) >= prefix.size() &&
         std::memcmp(p, prefix.data(), prefix.size()) == 0;
}

bool starts_comment(const char* p, const char* end) {
  return end - p >= 2 && ((p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*'));
}

const char* skip_line(const char* p, const char* end) {
  while (p != end && !is_newline(*p)) ++p;
  return p;
}

// From the `/*` of a comment, which may hold others, to behind its end; nothing when it has none.
const char* skip_block_comment(const char* p, const char* end) {
  std::size_t depth = 0;
  while (end - p >= 2) {
    if (p[0] == '/' && p[1] == '*') {
      ++depth;
      p += 2;
    } else if (p[0] == '*' && p[1] == '/') {
      p += 2;
      if (--depth == 0) return p;
    } else {
      ++p;
    }
  }
  return nullptr;
}

// 'a' and 'b' are one string when only blanks with a line's end among them stand between. (The
// server lets `--` comments stand there too, libpg_query does not; nobody writes that.)
const char* continued_string(const char* p, const char* end) {
  bool newline = false;
  while (p != end && is(*p, kBlank)) newline |= is_newline(*p++);
  return newline && p != end && *p == '\'' ? p + 1 : nullptr;
}

// From the first byte of a string's or quoted name's content to behind its closing quote; nothing
// when it has none.
const char* skip_quoted(const char* p, const char* end, char quote, bool backslashes) {
  while (true) {
    if (backslashes) {
      while (p != end && *p != quote) p += *p == '\\' && end - p >= 2 ? 2 : 1;
    } else {
      p = find(p, end, quote);
    }
    if (p == end) return nullptr;
    ++p;
    if (p != end && *p == quote) {
      ++p;
      continue;
    }
    const char* more = quote == '\'' ? continued_string(p, end) : nullptr;
    if (more == nullptr) return p;
    p = more;
  }
}

}  // namespace

bool is_word(const Token& token, std::string_view keyword) {
  return token.kind == TokenKind::kWord && same_word(token.text, keyword);
}

bool is_any_word(const Token& token, std::initializer_list<std::string_view> keywords) {
  return std::any_of(keywords.begin(), keywords.end(),
                     [&token](std::string_view keyword) { return is_word(token, keyword); });
}

bool takes_precision(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "bit",     "char",   "character", "current_time", "current_timestamp", "dec",
      "decimal", "float",  "interval",  "localtime",    "localtimestamp",    "nchar",
      "numeric", "second", "time",      "timestamp",    "varchar",           "varying",
  };
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [word](std::string_view keyword) { return same_word(word, keyword); });
}

// What next() leaves: at_ is behind the blanks.
Token Lexer::take_rare() {
  if (starts_comment(at_, end_)) {
    skip_comments();
    Token token = next();
    token.gap = true;
    return token;
  }
  if (at_ == end_) return take(TokenKind::kEnd, end_, !open_comment_);
  const char c = *at_;
  if (is(c, kNameStart)) return take_quoted_with_prefix();
  if (is(c, kDigit)) return take_number();
  if (is(c, kOperatorPart)) return take_operator();
  switch (c) {
    case '\'':
      return take_quoted(TokenKind::kString, 0);
    case '"':
      return take_quoted(TokenKind::kQuotedName, 0);
    case '$':
      return take_dollar();
    case '.':
      if (peek(1) == '.') return take(TokenKind::kDotDot, at_ + 2);
      if (is(peek(1), kDigit)) return take_number();
      return take(TokenKind::kSymbol, at_ + 1);
    case ':':
      if (peek(1) == ':') return take(TokenKind::kCast, at_ + 2);
      if (peek(1) == '=') return take(TokenKind::kAssign, at_ + 2);
      return take(TokenKind::kSymbol, at_ + 1);
    default:
      return take(TokenKind::kOther, at_ + 1);
  }
}

void Lexer::skip_comments() {
  while (starts_comment(at_, end_)) {
    if (*at_ == '-') {
      at_ = skip_line(at_, end_);
    } else {
      const char* behind = skip_block_comment(at_, end_);
      open_comment_ = behind == nullptr;
      at_ = open_comment_ ? end_ : behind;
    }
    at_ = while_class(at_, end_, kBlank);
  }
}

// E'text' and its like, or else the word it only looks like.
Token Lexer::take_quoted_with_prefix() {
  const char prefix = lower(*at_);
  if (peek(1) == '\'') {
    if (prefix == 'e') return take_quoted(TokenKind::kEscapeString, 1);
    if (prefix == 'b' || prefix == 'x') return take_quoted(TokenKind::kBitString, 1);
    if (prefix == 'n') return take_quoted(TokenKind::kNationalString, 1);
  } else if (peek(1) == '&' && prefix == 'u') {
    if (peek(2) == '\'') return take_quoted(TokenKind::kUnicodeString, 2);
    if (peek(2) == '"') return take_quoted(TokenKind::kQuotedName, 2);
  }
  return take(TokenKind::kWord, while_class(at_ + 1, end_, kNamePart));
}

Token Lexer::take_quoted(TokenKind kind, std::ptrdiff_t prefix) {
  const char* quote = at_ + prefix;
  const char* behind = skip_quoted(quote + 1, end_, *quote, kind == TokenKind::kEscapeString);
  return behind == nullptr ? take(kind, end_, false) : take(kind, behind);
}

Token Lexer::take_number() {
  const char* p = while_class(at_, end_, kDigit);
  if (p != end_ && *p == '.' && !starts_with(p, end_, "..")) p = while_class(p + 1, end_, kDigit);
  if (p != end_ && lower(*p) == 'e') {
    const char* digits = p + 1;
    if (digits != end_ && (*digits == '+' || *digits == '-')) ++digits;
    if (digits != end_ && is(*digits, kDigit)) p = while_class(digits, end_, kDigit);
  }
  if (p == end_ || !is(*p, kNameStart)) return take(TokenKind::kNumber, p);
  return take(TokenKind::kBadNumber, while_class(p, end_, kNamePart));
}

Token Lexer::take_dollar() {
  const char* p = at_ + 1;
  if (is(peek(1), kDigit)) {
    p = while_class(p, end_, kDigit);
    if (p == end_ || !is(*p, kNameStart)) return take(TokenKind::kParameter, p);
    return take(TokenKind::kBadNumber, while_class(p, end_, kNamePart));
  }
  if (is(peek(1), kNameStart)) p = while_class(p, end_, kNameStart | kDigit);
  if (p == end_ || *p != '$') return take(TokenKind::kOther, at_ + 1);
  const std::string_view fence(at_, static_cast<std::size_t>(p + 1 - at_));
  for (p = find(p + 1, end_, '$'); p != end_; p = find(p + 1, end_, '$')) {
    if (starts_with(p, end_, fence)) {
      return take(TokenKind::kDollarString, p + static_cast<std::ptrdiff_t>(fence.size()));
    }
  }
  return take(TokenKind::kDollarString, end_, false);
}

// `=-1` is = and -: an operator ends in a sign only if it has one of the characters below. The
// signs that are left over are operators of their own.
Token Lexer::take_operator() {
  if (at_ < signs_end_) return take(TokenKind::kOperator, at_ + 1);
  const char* p = at_ + 1;
  while (p != end_ && is(*p, kOperatorPart) && !starts_comment(p, end_)) ++p;
  const std::string_view run(at_, static_cast<std::size_t>(p - at_));
  if (run.find_first_of("~!@#^&|`?%") == std::string_view::npos) {
    signs_end_ = p;
    while (p - at_ > 1 && (p[-1] == '+' || p[-1] == '-')) --p;
  }
  return take(TokenKind::kOperator, p);
}

}  // namespace pgcounsel
