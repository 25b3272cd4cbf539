#include "parser/sql/insert_form.h"

#include "parser/sql/token.h"

namespace pgcounsel {

namespace {

// Nearly all statements are none by their first letter.
bool may_insert(std::string_view sql) {
  std::size_t i = 0;
  while (i < sql.size() && sql_bytes::is(sql[i], sql_bytes::kBlank)) ++i;
  return i < sql.size() && (sql[i] == 'i' || sql[i] == 'I' || sql[i] == '-' || sql[i] == '/');
}

}  // namespace

InsertForm insert_form_of(std::string_view sql) {
  if (!may_insert(sql)) return InsertForm::kNone;
  Lexer lexer(sql);
  Token token = lexer.next();
  if (!is_word(token, "insert")) return InsertForm::kNone;
  while (!is_word(token, "values")) {
    if (token.kind == TokenKind::kEnd || is_word(token, "select") || is_word(token, "with")) {
      return InsertForm::kQuery;
    }
    token = lexer.next();
  }
  int depth = 0;
  for (token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (token.is_symbol('(')) ++depth;
    if (token.is_symbol(')')) --depth;
    if (depth > 0) continue;
    const bool goes_on = token.is_symbol(')') && lexer.next().is_symbol(',');
    return goes_on ? InsertForm::kSeveralRows : InsertForm::kOneRow;
  }
  return InsertForm::kOneRow;
}

}  // namespace pgcounsel
