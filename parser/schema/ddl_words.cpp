#include "parser/schema/ddl_words.h"

#include <algorithm>
#include <vector>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

bool names_column(const Token& token, std::string_view name) {
  if (token.kind == TokenKind::kWord) return is_word(token, name);
  return token.kind == TokenKind::kQuotedName && token.text.size() == name.size() + 2 &&
         token.text.substr(1, name.size()) == name;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_in(const CatalogIndex& index, std::string_view column) {
  return contains(index.included, column) || mentions(index.predicate, column) ||
         std::ranges::any_of(index.keys, [&](const IndexKey& key) {
           return key.column == column || mentions(key.expression, column);
         });
}

void replace(std::vector<std::string>& names, std::string_view from, std::string_view to) {
  std::ranges::replace(names, std::string(from), std::string(to));
}

}  // namespace

bool mentions(std::string_view text, std::string_view name) {
  Lexer lexer(text);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (names_column(token, name)) return true;
  }
  return false;
}

void rename_in(std::string& text, std::string_view from, std::string_view to) {
  std::string renamed;
  Lexer lexer(text);
  std::size_t done = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (!names_column(token, from)) continue;
    const auto at = static_cast<std::size_t>(token.text.data() - text.data());
    renamed.append(text, done, at - done).append(to);
    done = at + token.text.size();
  }
  if (done == 0) return;
  renamed.append(text, done);
  text = std::move(renamed);
}

void forget_column(CatalogTable& table, std::string_view column) {
  std::erase_if(table.indexes, [&](const CatalogIndex& index) { return is_in(index, column); });
  std::erase_if(table.foreign_keys,
                [&](const ForeignKey& key) { return contains(key.columns, column); });
  std::erase_if(table.checks,
                [&](const CheckConstraint& check) { return mentions(check.text, column); });
}

void rename_column(CatalogTable& table, std::string_view from, std::string_view to) {
  const auto column = std::ranges::find(table.columns, from, &CatalogColumn::name);
  if (column != table.columns.end()) column->name = to;
  for (CatalogIndex& index : table.indexes) {
    for (IndexKey& key : index.keys) {
      if (key.column == from) key.column = to;
      rename_in(key.expression, from, to);
    }
    replace(index.included, from, to);
    rename_in(index.predicate, from, to);
  }
  for (ForeignKey& key : table.foreign_keys) replace(key.columns, from, to);
  for (CheckConstraint& check : table.checks) {
    rename_in(check.text, from, to);
    if (check.not_null_column == from) check.not_null_column = to;
  }
}

}  // namespace pgcounsel
