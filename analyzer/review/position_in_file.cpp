#include <algorithm>

#include "analyzer/review.h"
#include "parser/sql/sql_file.h"

namespace pgcounsel {

FilePosition position_in_file(const Review& review, const ReviewStatement& statement,
                              std::size_t byte) {
  if (review.files[statement.file].kind == ReviewKind::kLog) {
    return {statement.line, statement.column};
  }
  const std::string_view text = statement.text;
  byte = std::min(byte, text.size());
  const TextPosition position = position_of(text, byte);
  const std::size_t newline = text.substr(0, byte).rfind('\n');
  const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  const auto from = std::ranges::lower_bound(statement.inserted, line_begin);
  const auto to = std::ranges::lower_bound(statement.inserted, byte);
  std::size_t column = position.column - static_cast<std::size_t>(to - from);
  if (position.line == 1) column += statement.column - 1;
  return {position.line + statement.line - 1, std::max<std::size_t>(column, 1)};
}

}  // namespace pgcounsel
