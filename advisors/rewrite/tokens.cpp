#include "advisors/rewrite/tokens.h"

#include <vector>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

TextSpan span_of(const SyntaxTree& tree, const Token& token) {
  const auto begin = static_cast<std::size_t>(token.text.data() - tree.text().data());
  return {begin, begin + token.text.size()};
}

// The word `distinct` at tokens[at] and the blanks behind it.
TextSpan distinct_at(const SyntaxTree& tree, std::size_t at) {
  const std::vector<Token>& tokens = tree.tokens();
  if (at + 1 >= tokens.size() || !is_word(tokens[at], "distinct")) return {};
  if (is_word(tokens[at + 1], "on")) return {};
  return {span_of(tree, tokens[at]).begin, span_of(tree, tokens[at + 1]).begin};
}

}  // namespace

std::size_t end_before(const SyntaxTree& tree, std::size_t place) {
  std::size_t end = 0;
  for (const Token& token : tree.tokens()) {
    const TextSpan placed = span_of(tree, token);
    if (placed.begin >= place) break;
    end = placed.end;
  }
  return end;
}

std::optional<TextSpan> find_word(const SyntaxTree& tree, TextSpan within, std::string_view word) {
  int depth = 0;
  for (const Token& token : tree.tokens()) {
    const TextSpan placed = span_of(tree, token);
    if (placed.begin < within.begin) continue;
    if (placed.begin >= within.end) break;
    if (token.is_symbol('(')) ++depth;
    if (token.is_symbol(')')) --depth;
    if (depth == 0 && is_word(token, word)) return placed;
  }
  return std::nullopt;
}

TextSpan with_brackets(const SyntaxTree& tree, TextSpan span) {
  const std::vector<Token>& tokens = tree.tokens();
  std::size_t first = 0, last = 0;
  while (first < tokens.size() && span_of(tree, tokens[first]).begin < span.begin) ++first;
  last = first;
  while (last < tokens.size() && span_of(tree, tokens[last]).end < span.end) ++last;
  while (first > 0 && last + 1 < tokens.size() && tokens[first - 1].is_symbol('(') &&
         tokens[last + 1].is_symbol(')')) {
    --first;
    ++last;
  }
  if (first >= tokens.size() || last >= tokens.size()) return span;
  return {span_of(tree, tokens[first]).begin, span_of(tree, tokens[last]).end};
}

TextSpan distinct_of_query(const SyntaxTree& tree, Node query) {
  const TextSpan span = span_of(tree, query);
  const std::vector<Token>& tokens = tree.tokens();
  for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
    if (span_of(tree, tokens[at]).begin < span.begin) continue;
    return is_word(tokens[at], "select") ? distinct_at(tree, at + 1) : TextSpan{};
  }
  return {};
}

TextSpan distinct_of_call(const SyntaxTree& tree, Node call) {
  const TextSpan span = span_of(tree, call);
  const std::vector<Token>& tokens = tree.tokens();
  for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
    if (span_of(tree, tokens[at]).begin < span.begin || !tokens[at].is_symbol('(')) continue;
    return span_of(tree, tokens[at]).begin < span.end ? distinct_at(tree, at + 1) : TextSpan{};
  }
  return {};
}

}  // namespace pgcounsel
