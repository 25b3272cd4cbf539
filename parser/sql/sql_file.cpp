#include "parser/sql/sql_file.h"

#include <algorithm>

#include "parser/sql/token.h"

namespace pgcounsel {

std::vector<SqlPiece> split_statements(std::string_view text) {
  std::vector<SqlPiece> pieces;
  Lexer lexer(text);
  SqlPiece piece;
  bool begun = false;
  int depth = 0, blocks = 0;
  bool after_begin = false;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    const auto at = static_cast<std::size_t>(token.text.data() - text.data());
    if (token.is_symbol(';') && depth <= 0 && blocks == 0) {
      if (begun) pieces.push_back(piece);
      begun = false;
      depth = 0;
      continue;
    }
    if (!begun) piece.begin = at;
    begun = true;
    piece.end = at + token.text.size();
    if (token.is_symbol('(')) ++depth;
    if (token.is_symbol(')')) --depth;
    if (after_begin && is_word(token, "atomic")) {
      ++blocks;
    } else if (blocks > 0 && is_word(token, "case")) {
      ++blocks;
    } else if (blocks > 0 && is_word(token, "end")) {
      --blocks;
    }
    after_begin = is_word(token, "begin");
  }
  if (begun) pieces.push_back(piece);
  return pieces;
}

TextPosition position_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const std::size_t newline = before.rfind('\n');
  const std::size_t from = newline == std::string_view::npos ? 0 : newline + 1;
  TextPosition position;
  position.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const auto starts_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  };
  position.column =
      1 + static_cast<std::size_t>(std::ranges::count_if(before.substr(from), starts_character));
  return position;
}

}  // namespace pgcounsel
