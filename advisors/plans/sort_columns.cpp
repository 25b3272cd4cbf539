#include "advisors/plans/sort_columns.h"

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

bool is_name(const Token& token) {
  return token.closed && (token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName);
}

std::string plain_name(const Token& token) {
  if (token.kind != TokenKind::kQuotedName) return std::string(token.text);
  if (token.text.size() < 2 || token.text[0] != '"') return {};  // U&"..."
  std::string name;
  const std::string_view inside = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '"') ++i;  // doubled
    if (i < inside.size()) name += inside[i];
  }
  return name;
}

class Items {
 public:
  Items(std::string_view key, std::string_view alias) : lexer_(key), alias_(alias) { take(); }

  std::optional<std::vector<SortColumn>> read() {
    std::vector<SortColumn> columns;
    while (true) {
      SortColumn column;
      if (!read_name(column) || !read_suffix(column)) return std::nullopt;
      columns.push_back(std::move(column));
      if (token_.kind == TokenKind::kEnd) return columns;
      if (!token_.is_symbol(',')) return std::nullopt;
      take();
    }
  }

 private:
  void take() { token_ = lexer_.next(); }

  bool read_name(SortColumn& column) {
    if (!is_name(token_)) return false;
    column.name = plain_name(token_);
    take();
    if (!token_.is_symbol('.')) return !column.name.empty();
    if (column.name != alias_) return false;
    take();
    if (!is_name(token_)) return false;
    column.name = plain_name(token_);
    take();
    return !column.name.empty();
  }

  // COLLATE "x", then DESC, then NULLS FIRST or LAST. What else there is, read() refuses.
  bool read_suffix(SortColumn& column) {
    if (is_word(token_, "collate")) {
      add_word(column);
      if (!is_name(token_)) return false;
      add_word(column);
    }
    if (is_word(token_, "desc")) add_word(column);
    if (!is_word(token_, "nulls")) return true;
    add_word(column);
    if (!is_any_word(token_, {"first", "last"})) return false;
    add_word(column);
    return true;
  }

  void add_word(SortColumn& column) {
    if (!column.suffix.empty()) column.suffix += ' ';
    column.suffix += token_.text;
    take();
  }

  Lexer lexer_;
  std::string_view alias_;
  Token token_;
};

}  // namespace

std::optional<std::vector<SortColumn>> sort_columns(std::string_view key, std::string_view alias) {
  return Items(key, alias).read();
}

}  // namespace pgcounsel
