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

void pg_query_shutdown() {
  // Where it was never called there is nothing to give back, and it would not notice.
  if (used) pg_query_exit();
}

}  // namespace pgcounsel
