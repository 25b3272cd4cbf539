// SQL text -> tokens, by the rules of PostgreSQL's own scanner (version 15 with
// standard_conforming_strings on). The one lexer of the project: the shape, the redaction and the
// role of a statement all stand on it. It works on any bytes, also on cut or broken text, never
// reads past the end and takes time linear in the text's length. Tokens are views into the text.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace pgcounsel {

enum class TokenKind : std::uint8_t {
  kEnd,
  kWord,            // a keyword or a plain name
  kQuotedName,      // "name", U&"name"
  kString,          // 'text'
  kNationalString,  // N'text'
  kEscapeString,    // E'text'
  kUnicodeString,   // U&'text'
  kBitString,       // B'01', X'1f'
  kDollarString,    // $$text$$, $tag$text$tag$
  kNumber,          // 1, 1.5, .5e-3
  kBadNumber,       // digits that run into letters (0x1f, 1_000, $1a): an error before version 16
  kParameter,       // $1
  kOperator,        // +, <=, ->>, ...
  kCast,            // ::
  kAssign,          // :=
  kDotDot,          // ..
  kSymbol,          // one of , ( ) [ ] . ; :
  kOther,           // any other byte
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool closed = true;  // false: the text ends inside this token, or, at kEnd, inside a comment
  bool gap = false;    // blanks or comments stand before it
  std::string_view text;

  bool is_symbol(char c) const { return kind == TokenKind::kSymbol && text[0] == c; }
};

// Strings and numbers of all kinds; parameters are none.
constexpr bool is_literal(TokenKind kind) {
  return kind >= TokenKind::kString && kind <= TokenKind::kBadNumber;
}

// Whether the token is this keyword, in any case. `keyword` is in lower case.
bool is_word(const Token& token, std::string_view keyword);
bool is_any_word(const Token& token, std::initializer_list<std::string_view> keywords);

// Whether `word(n)` is a type or a time function with its precision, so that n is an integer of the
// grammar and no expression: varchar, timestamp, current_time, ...
bool takes_precision(std::string_view word);

// Classes of bytes.
namespace sql_bytes {

enum : std::uint8_t {
  kBlank = 1,
  kDigit = 2,
  kNameStart = 4,
  kNamePart = 8,
  kOperatorPart = 16,
  kAlone = 32,  // a token by itself
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  const auto any_of = [](std::string_view set, char c) { return set.find(c) != set.npos; };
  std::array<std::uint8_t, 256> classes{};
  for (unsigned i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    unsigned bits = 0;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || i >= 0x80)
      bits |= kNameStart | kNamePart;
    if (c >= '0' && c <= '9') bits |= kDigit | kNamePart;
    if (c == '$') bits |= kNamePart;
    if (any_of(" \t\n\r\f", c)) bits |= kBlank;
    if (any_of("~!@#^&|`?+-*/%<>=", c)) bits |= kOperatorPart;
    if (any_of(",;()[]", c)) bits |= kAlone;
    classes[i] = static_cast<std::uint8_t>(bits);
  }
  return classes;
}

inline constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

inline bool is(char c, unsigned classes) {
  return (kClasses[static_cast<unsigned char>(c)] & classes) != 0;
}

}  // namespace sql_bytes

class Lexer {
 public:
  explicit Lexer(std::string_view sql)
      : at_(sql.data()), end_(sql.data() + sql.size()), signs_end_(sql.data()) {}
  // At the end it gives kEnd, again and again.
  Token next();

 private:
  char peek(std::ptrdiff_t offset) const { return end_ - at_ > offset ? at_[offset] : '\0'; }
  Token take(TokenKind kind, const char* to, bool closed = true) {
    const std::string_view text(at_, static_cast<std::size_t>(to - at_));
    at_ = to;
    return {kind, closed, gap_, text};
  }
  Token take_rare();
  Token take_quoted_with_prefix();
  Token take_quoted(TokenKind kind, std::ptrdiff_t prefix);
  Token take_number();
  Token take_dollar();
  Token take_operator();
  void skip_comments();

  const char* at_;
  const char* end_;
  const char* signs_end_;  // up to here operators are single signs
  bool gap_ = false;
  bool open_comment_ = false;
};

// Here to be inlined: nearly all of SQL is words, blanks, brackets, short operators and integers.
[[gnu::always_inline]] inline Token Lexer::next() {
  const char* p = at_;
  const char* const end = end_;
  while (p != end && sql_bytes::is(*p, sql_bytes::kBlank)) ++p;
  gap_ = p != at_;
  at_ = p;
  if (p == end) return take_rare();
  if (sql_bytes::is(*p, sql_bytes::kNameStart)) {
    do ++p;
    while (p != end && sql_bytes::is(*p, sql_bytes::kNamePart));
    if (p - at_ == 1 && p != end && (*p == '\'' || *p == '&')) return take_rare();
    return take(TokenKind::kWord, p);
  }
  if (sql_bytes::is(*p, sql_bytes::kAlone)) return take(TokenKind::kSymbol, p + 1);
  if (sql_bytes::is(*p, sql_bytes::kDigit)) {
    do ++p;
    while (p != end && sql_bytes::is(*p, sql_bytes::kDigit));
    if (p != end && (*p == '.' || sql_bytes::is(*p, sql_bytes::kNameStart))) return take_rare();
    return take(TokenKind::kNumber, p);
  }
  if (end - p < 2) return take_rare();
  if (sql_bytes::is(*p, sql_bytes::kOperatorPart) &&
      !sql_bytes::is(p[1], sql_bytes::kOperatorPart)) {
    return take(TokenKind::kOperator, p + 1);
  }
  if (*p == '.' && p[1] != '.' && !sql_bytes::is(p[1], sql_bytes::kDigit))
    return take(TokenKind::kSymbol, p + 1);
  return take_rare();
}

}  // namespace pgcounsel
