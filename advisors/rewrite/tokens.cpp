#include "advisors/rewrite/tokens.h"

#include <vector>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

struct Placed {
  Token token;
  TextSpan span;
};

std::vector<Placed> tokens_of(const SyntaxTree& tree) {
  const std::string& text = tree.text();
  std::vector<Placed> tokens;
  Lexer lexer(text);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    const auto begin = static_cast<std::size_t>(token.text.data() - text.data());
    tokens.push_back({token, {begin, begin + token.text.size()}});
  }
  return tokens;
}

// The word `distinct` at tokens[at] and the blanks behind it.
TextSpan distinct_at(const std::vector<Placed>& tokens, std::size_t at) {
  if (at + 1 >= tokens.size() || !is_word(tokens[at].token, "distinct")) return {};
  if (is_word(tokens[at + 1].token, "on")) return {};
  return {tokens[at].span.begin, tokens[at + 1].span.begin};
}

}  // namespace

std::size_t end_before(const SyntaxTree& tree, std::size_t place) {
  std::size_t end = 0;
  for (const Placed& placed : tokens_of(tree)) {
    if (placed.span.begin >= place) break;
    end = placed.span.end;
  }
  return end;
}

std::optional<TextSpan> find_word(const SyntaxTree& tree, TextSpan within, std::string_view word) {
  int depth = 0;
  for (const Placed& placed : tokens_of(tree)) {
    if (placed.span.begin < within.begin) continue;
    if (placed.span.begin >= within.end) break;
    if (placed.token.is_symbol('(')) ++depth;
    if (placed.token.is_symbol(')')) --depth;
    if (depth == 0 && is_word(placed.token, word)) return placed.span;
  }
  return std::nullopt;
}

TextSpan with_brackets(const SyntaxTree& tree, TextSpan span) {
  const std::vector<Placed> tokens = tokens_of(tree);
  std::size_t first = 0, last = 0;
  while (first < tokens.size() && tokens[first].span.begin < span.begin) ++first;
  last = first;
  while (last < tokens.size() && tokens[last].span.end < span.end) ++last;
  while (first > 0 && last + 1 < tokens.size() && tokens[first - 1].token.is_symbol('(') &&
         tokens[last + 1].token.is_symbol(')')) {
    --first;
    ++last;
  }
  if (first >= tokens.size() || last >= tokens.size()) return span;
  return {tokens[first].span.begin, tokens[last].span.end};
}

TextSpan distinct_of_query(const SyntaxTree& tree, Node query) {
  const TextSpan span = span_of(tree, query);
  const std::vector<Placed> tokens = tokens_of(tree);
  for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
    if (tokens[at].span.begin < span.begin) continue;
    return is_word(tokens[at].token, "select") ? distinct_at(tokens, at + 1) : TextSpan{};
  }
  return {};
}

TextSpan distinct_of_call(const SyntaxTree& tree, Node call) {
  const TextSpan span = span_of(tree, call);
  const std::vector<Placed> tokens = tokens_of(tree);
  for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
    if (tokens[at].span.begin < span.begin || !tokens[at].token.is_symbol('(')) continue;
    return tokens[at].span.begin < span.end ? distinct_at(tokens, at + 1) : TextSpan{};
  }
  return {};
}

}  // namespace pgcounsel
