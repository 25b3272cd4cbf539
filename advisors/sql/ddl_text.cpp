#include "advisors/sql/ddl_text.h"

#include <algorithm>

#include "advisors/sql/ddl_locks.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

// Those that cannot be the name of a table or a column without quotes.
constexpr std::string_view kReserved[] = {"all",
                                          "analyse",
                                          "analyze",
                                          "and",
                                          "any",
                                          "array",
                                          "as",
                                          "asc",
                                          "asymmetric",
                                          "authorization",
                                          "binary",
                                          "both",
                                          "case",
                                          "cast",
                                          "check",
                                          "collate",
                                          "collation",
                                          "column",
                                          "concurrently",
                                          "constraint",
                                          "create",
                                          "cross",
                                          "current_catalog",
                                          "current_date",
                                          "current_role",
                                          "current_schema",
                                          "current_time",
                                          "current_timestamp",
                                          "current_user",
                                          "default",
                                          "deferrable",
                                          "desc",
                                          "distinct",
                                          "do",
                                          "else",
                                          "end",
                                          "except",
                                          "false",
                                          "fetch",
                                          "for",
                                          "foreign",
                                          "freeze",
                                          "from",
                                          "full",
                                          "grant",
                                          "group",
                                          "having",
                                          "ilike",
                                          "in",
                                          "initially",
                                          "inner",
                                          "intersect",
                                          "into",
                                          "is",
                                          "isnull",
                                          "join",
                                          "lateral",
                                          "leading",
                                          "left",
                                          "like",
                                          "limit",
                                          "localtime",
                                          "localtimestamp",
                                          "natural",
                                          "not",
                                          "notnull",
                                          "null",
                                          "offset",
                                          "on",
                                          "only",
                                          "or",
                                          "order",
                                          "outer",
                                          "overlaps",
                                          "placing",
                                          "primary",
                                          "references",
                                          "returning",
                                          "right",
                                          "select",
                                          "session_user",
                                          "similar",
                                          "some",
                                          "symmetric",
                                          "table",
                                          "tablesample",
                                          "then",
                                          "to",
                                          "trailing",
                                          "true",
                                          "union",
                                          "unique",
                                          "user",
                                          "using",
                                          "variadic",
                                          "verbose",
                                          "when",
                                          "where",
                                          "window",
                                          "with"};

std::size_t place_in(std::string_view sql, const Token& token) {
  return static_cast<std::size_t>(token.text.data() - sql.data());
}

int depth_of(const Token& token) {
  if (token.kind != TokenKind::kSymbol) return 0;
  const char c = token.text.front();
  return c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
}

// Behind the name of `ALTER TABLE [IF EXISTS] [ONLY] name [*]`.
Token skip_head(Lexer& lexer) {
  Token token = lexer.next();
  while (is_any_word(
      token, {"alter", "foreign", "materialized", "table", "view", "if", "exists", "only"})) {
    token = lexer.next();
  }
  for (token = lexer.next(); token.is_symbol('.'); token = lexer.next()) lexer.next();
  return token.kind == TokenKind::kOperator && token.text == "*" ? lexer.next() : token;
}

// One line, in which words can be put in.
class Line {
 public:
  void add(const Token& token) {
    const bool value = is_literal(token.kind) && !in_type_;
    word(value ? std::string_view("...") : token.text, token.gap);
    note(token);
  }
  void word(std::string_view text, bool gap) {
    if (gap && !text_.empty() && text_.back() != '(' && text != ")") text_ += ' ';
    text_ += text;
  }
  std::string text() && { return std::move(text_); }

 private:
  // `numeric(10,2)`: a bracket right behind a type's name holds no value.
  void note(const Token& token) {
    if (token.is_symbol('(') && after_type_) in_type_ = true;
    if (token.is_symbol(')')) in_type_ = false;
    after_type_ = token.kind == TokenKind::kWord &&
                  (takes_precision(token.text) ||
                   is_any_word(token, {"varying", "numeric", "decimal", "varbit"}));
  }

  std::string text_;
  bool after_type_ = false, in_type_ = false;
};

}  // namespace

std::vector<TextSpan> command_spans(const SyntaxTree& tree) {
  std::vector<TextSpan> spans;
  if (!tree.root().is("AlterTableStmt")) return spans;
  const std::string_view sql = tree.text();
  Lexer lexer(sql);
  Token token = skip_head(lexer);
  TextSpan span{place_in(sql, token), 0};
  for (int depth = 0; token.kind != TokenKind::kEnd && !token.is_symbol(';');
       token = lexer.next()) {
    depth += depth_of(token);
    if (depth == 0 && token.is_symbol(',')) {
      spans.push_back(span);
      span = {};
      continue;
    }
    if (span.end == 0) span.begin = place_in(sql, token);
    span.end = place_in(sql, token) + token.text.size();
  }
  spans.push_back(span);
  if (spans.size() != tree.root().list("cmds").size()) spans.clear();
  return spans;
}

std::string plain_text(std::string_view sql) {
  return without_word(sql, {});
}

std::string with_words(std::string_view sql, std::initializer_list<std::string_view> after,
                       std::string_view words) {
  Line line;
  bool done = false;
  Lexer lexer(sql);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    line.add(token);
    if (done || !is_any_word(token, after)) continue;
    line.word(words, true);
    done = true;
  }
  return std::move(line).text();
}

std::string without_word(std::string_view sql, std::string_view word) {
  Line line;
  Lexer lexer(sql);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (word.empty() || !is_word(token, word)) line.add(token);
  }
  return std::move(line).text();
}

std::string quoted(std::string_view name) {
  const bool plain = !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
                     std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                     });
  if (plain && !std::ranges::binary_search(kReserved, name)) return std::string(name);
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text += '"';
}

std::string quoted_relation(Node table) {
  std::string text;
  if (!relation_schema(table).empty()) text = quoted(relation_schema(table)) + ".";
  return text += quoted(relation_name(table));
}

std::string quoted_list(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += quoted(name);
  }
  return text;
}

}  // namespace pgcounsel
