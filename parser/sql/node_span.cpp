#include "parser/sql/node_span.h"

#include <algorithm>
#include <vector>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

struct Placed {
  Token token;
  std::size_t begin = 0, end = 0;
};

std::vector<Placed> tokens_of(const std::string& text) {
  std::vector<Placed> tokens;
  Lexer lexer(text);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    const auto begin = static_cast<std::size_t>(token.text.data() - text.data());
    tokens.push_back({token, begin, begin + token.text.size()});
  }
  return tokens;
}

int depth_of(const Token& token) {
  if (token.kind != TokenKind::kSymbol) return 0;
  const char c = token.text.front();
  return c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
}

bool is_sign(const Token& token) {
  return token.kind == TokenKind::kOperator && (token.text == "-" || token.text == "+");
}

// Walks over the tokens from the last one that a node names to the last one that belongs to it.
class Tail {
 public:
  Tail(const std::vector<Placed>& tokens, std::size_t at) : tokens_(tokens), at_(at) {}

  std::size_t at() const { return at_; }

  void follow(Node node) {
    if (node.is("ColumnRef") || node.is("RangeVar") || node.is("TypeName") || node.is("FuncCall")) {
      while (symbol('.')) at_ = std::min(at_ + 2, tokens_.size() - 1);
    }
    if (node.is("TypeName")) type_words();
    if (node.is("FuncCall") && symbol('(')) bracket();
    if (node.is("NullTest") || node.is("BooleanTest")) {
      take("not");
      take_any({"null", "true", "false", "unknown"});
    }
    if (node.is("A_Const") && is_sign(tokens_[at_].token) && next() != nullptr) ++at_;
    if (node.is("A_Const")) {  // interval '1' day, and a string that goes on in the next line
      while (next() != nullptr && is_literal(next()->kind) && is_literal(tokens_[at_].token.kind))
        ++at_;
    }
    if (node.is("SQLValueFunction") && symbol('(')) bracket();
  }

  bool take(std::string_view word) { return take_any({word}); }
  bool take_any(std::initializer_list<std::string_view> words) {
    if (next() == nullptr || !is_any_word(*next(), words)) return false;
    ++at_;
    return true;
  }

 private:
  const Token* next() const { return at_ + 1 < tokens_.size() ? &tokens_[at_ + 1].token : nullptr; }
  bool symbol(char c) const { return next() != nullptr && next()->is_symbol(c); }

  void bracket() {
    int depth = 0;
    do {
      ++at_;
      depth += depth_of(tokens_[at_].token);
    } while (depth > 0 && at_ + 1 < tokens_.size());
  }

  // double precision, character varying(20), timestamp(3) with time zone, integer[]
  void type_words() {
    take_any({"precision", "varying"});
    if (symbol('(')) bracket();
    if (next() != nullptr && is_any_word(*next(), {"with", "without"}) &&
        at_ + 3 < tokens_.size() && is_word(tokens_[at_ + 2].token, "time") &&
        is_word(tokens_[at_ + 3].token, "zone")) {
      at_ += 3;
    }
    while (symbol('[')) bracket();
  }

  const std::vector<Placed>& tokens_;
  std::size_t at_;
};

// Brackets that are open or closed inside the span have their other half in it, too.
void pair_brackets(const std::vector<Placed>& tokens, std::size_t& first, std::size_t& last) {
  int depth = 0, lowest = 0;
  for (std::size_t at = first; at <= last; ++at) {
    depth += depth_of(tokens[at].token);
    lowest = std::min(lowest, depth);
  }
  for (int missing = -lowest; missing > 0 && first > 0;) missing -= depth_of(tokens[--first].token);
  for (depth -= lowest; depth > 0 && last + 1 < tokens.size();)
    depth += depth_of(tokens[++last].token);
}

std::size_t token_at(const std::vector<Placed>& tokens, std::size_t place) {
  const auto found = std::ranges::find_if(tokens, [&](const Placed& t) { return t.end > place; });
  return std::min(static_cast<std::size_t>(found - tokens.begin()), tokens.size() - 1);
}

// CASE has its END, and an ARRAY its brackets, which no node names.
void close_case(const std::vector<Placed>& tokens, Node node, std::size_t first,
                std::size_t& last) {
  if (!node.is("CaseExpr")) return;
  int depth = 0;
  for (std::size_t at = first; at < tokens.size(); ++at) {
    if (is_word(tokens[at].token, "case")) ++depth;
    if (is_word(tokens[at].token, "end") && --depth == 0) {
      last = std::max(last, at);
      return;
    }
  }
}

}  // namespace

TextSpan span_of(const SyntaxTree& tree, Node node) {
  const std::vector<Placed> tokens = tokens_of(tree.text());
  std::size_t first = tokens.size(), last = 0;
  for (const Node part : node.all()) {
    const int place = part.location();
    if (place < 0 || tokens.empty()) continue;
    const std::size_t at = token_at(tokens, static_cast<std::size_t>(place));
    first = std::min(first, at);
    Tail tail(tokens, at);
    tail.follow(part);
    std::size_t end = tail.at();
    close_case(tokens, part, at, end);
    last = std::max(last, end);
  }
  if (first == tokens.size()) return {};
  pair_brackets(tokens, first, last);
  return {tokens[first].begin, tokens[last].end};
}

std::string_view text_of(const SyntaxTree& tree, Node node) {
  const TextSpan span = span_of(tree, node);
  return std::string_view(tree.text()).substr(span.begin, span.end - span.begin);
}

}  // namespace pgcounsel
