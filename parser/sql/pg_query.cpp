#include "parser/sql/pg_query.h"

#include <pg_query.h>

#include <string>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

// libpg_query 15 takes a comment for a token where its scanner looks one ahead, and then refuses
// statements that the server accepts: NOT /* x */ IN, NULLS /* x */ FIRST, WITH /* x */ TIME.
std::string without_comments(std::string_view sql) {
  std::string text;
  text.reserve(sql.size());
  Lexer lexer(sql);
  while (true) {
    const Token token = lexer.next();
    if (token.kind == TokenKind::kEnd) {
      if (!token.closed) text += "/*";  // which the parser has to refuse
      return text;
    }
    if (token.gap) text += ' ';
    text += token.text;
  }
}

// The same, with blanks for comments, so that every token stays where it is.
std::string with_blank_comments(std::string_view sql) {
  std::string text(sql.size(), ' ');
  Lexer lexer(sql);
  for (Token token = lexer.next();; token = lexer.next()) {
    if (token.kind == TokenKind::kEnd) {
      if (!token.closed) text += "/*";
      return text;
    }
    token.text.copy(text.data() + (token.text.data() - sql.data()), token.text.size());
  }
}

// `syntax error at or near "4711"` without the 4711.
std::string without_quotes(std::string_view message) {
  std::string text(message.substr(0, message.find('"')));
  while (!text.empty() && text.back() == ' ') text.pop_back();
  constexpr std::string_view kNear = " at or near";
  if (text.ends_with(kNear)) text.resize(text.size() - kNear.size());
  return text;
}

// cursorpos counts characters, from 1.
std::size_t byte_of_character(std::string_view text, int character) {
  std::size_t at = 0;
  for (int left = character - 1; left > 0 && at < text.size(); --left) {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80);
  }
  return at;
}

// The parser keeps a state for each thread, and gives it back itself where a thread ends.
thread_local bool used = false;

bool may_have_comments(std::string_view sql) {
  return sql.find("--") != std::string_view::npos || sql.find("/*") != std::string_view::npos;
}

}  // namespace

std::optional<Fingerprint> pg_fingerprint(std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) return std::nullopt;
  used = true;
  const std::string text = may_have_comments(sql) ? without_comments(sql) : std::string(sql);
  const PgQueryFingerprintResult result = pg_query_fingerprint(text.c_str());
  std::optional<Fingerprint> fingerprint;
  if (result.error == nullptr)
    fingerprint = Fingerprint{result.fingerprint == 0 ? 1 : result.fingerprint};
  pg_query_free_fingerprint_result(result);
  return fingerprint;
}

PgParse pg_parse(std::string_view sql) {
  PgParse parse;
  if (const std::size_t nul = sql.find('\0'); nul != std::string_view::npos) {
    parse.message = "a NUL byte, which no SQL text may hold";
    parse.position = nul;
    return parse;
  }
  used = true;
  const std::string text = may_have_comments(sql) ? with_blank_comments(sql) : std::string(sql);
  const PgQueryParseResult result = pg_query_parse(text.c_str());
  if (result.error == nullptr) {
    parse.json = result.parse_tree;
  } else {
    parse.message = without_quotes(result.error->message);
    parse.position = byte_of_character(text, result.error->cursorpos);
  }
  pg_query_free_parse_result(result);
  return parse;
}

void pg_query_shutdown() {
  // Where it was never called there is nothing to give back, and it would not notice.
  if (used) pg_query_exit();
}

}  // namespace pgcounsel
