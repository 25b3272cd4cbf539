// SQL: tokens, shape, role, and redaction, from which no literal may ever come out.
#include "parser/sql/shape.h"

#include "parser/sql/insert_form.h"
#include "parser/sql/redact.h"
#include "parser/sql/statement_book.h"
#include "parser/sql/statement_role.h"
#include "parser/sql/token.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

// Tokens stand one behind the other; only blanks and comments lie between them. Answers whether all
// are closed.
bool expect_tokens(std::string_view sql) {
  Lexer lexer(sql);
  const char* behind = sql.data();
  bool closed = true;
  for (Token token = lexer.next();; token = lexer.next()) {
    closed = closed && token.closed;
    if (token.kind == TokenKind::kEnd) break;
    expect(!token.text.empty() && lies_in(token.text, sql), "a token stands in the text");
    expect(token.text.data() >= behind, "tokens stand one behind the other");
    expect(token.gap == (token.text.data() > behind), "what lies between tokens is told");
    behind = token.text.data() + token.text.size();
  }
  expect(lexer.next().kind == TokenKind::kEnd, "behind the end is the end");
  return closed;
}

// The literal that a text still has. A number that belongs to a type's name is none.
std::string_view literal_in(std::string_view sql) {
  Lexer lexer(sql);
  Token opener, last;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (token.is_symbol('(')) opener = last;
    const bool is_modifier = token.kind == TokenKind::kNumber && takes_precision(opener.text) &&
                             (last.is_symbol('(') || last.is_symbol(','));
    if ((is_literal(token.kind) && !is_modifier) || !token.closed) return token.text;
    last = token;
  }
  return {};
}

bool is_printable_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xC2) || c > 0xF4) return false;
    if (i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

void expect_redacted(std::string_view sql, std::size_t limit) {
  const std::string once = redact(sql, limit);
  expect(once.size() <= limit, "a redacted text has at most as many bytes as it may");
  expect_equal(literal_in(once), "", "a redacted text has no literal");
  // What stands for a bad byte is longer than it, and a quoted name too long to be one is left out.
  if (is_printable_utf8(sql)) {
    expect_equal(redact(once, limit), once, "a redacted text is redacted to itself");
  }
  expect(is_printable_utf8(once), "a redacted text can be printed");
}

}  // namespace

void fuzz_shape(std::string_view bytes) {
  const bool closed = expect_tokens(bytes);
  const ShapeScan scan = scan_shape(bytes);
  const ShapeScan again = scan_shape(ExactBytes(bytes).view());
  expect(scan.shape == again.shape && scan.layout == again.layout, "one text has one shape");
  expect(scan.complete == closed, "a shape is complete where all tokens are closed");
  for (const std::size_t limit : {std::size_t{8192}, std::size_t{40}}) {
    expect_redacted(bytes, limit);
  }
  role_of(bytes);
  insert_form_of(bytes);
  StatementBook().look_up(bytes);
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_shape);
