#include "parser/sql/node_span.h"

#include <algorithm>
#include <vector>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

using Tokens = std::vector<Token>;

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
  Tail(const Tokens& tokens, std::size_t at) : tokens_(tokens), at_(at) {}

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
    if (node.is("A_Const") && is_sign(tokens_[at_]) && next() != nullptr) ++at_;
    if (node.is("A_Const")) {  // interval '1' day, and a string that goes on in the next line
      while (next() != nullptr && is_literal(next()->kind) && is_literal(tokens_[at_].kind)) ++at_;
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
  const Token* next() const { return at_ + 1 < tokens_.size() ? &tokens_[at_ + 1] : nullptr; }
  bool symbol(char c) const { return next() != nullptr && next()->is_symbol(c); }

  void bracket() {
    int depth = 0;
    do {
      ++at_;
      depth += depth_of(tokens_[at_]);
    } while (depth > 0 && at_ + 1 < tokens_.size());
  }

  // double precision, character varying(20), timestamp(3) with time zone, integer[]
  void type_words() {
    take_any({"precision", "varying"});
    if (symbol('(')) bracket();
    if (next() != nullptr && is_any_word(*next(), {"with", "without"}) &&
        at_ + 3 < tokens_.size() && is_word(tokens_[at_ + 2], "time") &&
        is_word(tokens_[at_ + 3], "zone")) {
      at_ += 3;
    }
    while (symbol('[')) bracket();
  }

  const Tokens& tokens_;
  std::size_t at_;
};

// Brackets that are open or closed inside the span have their other half in it, too.
void pair_brackets(const Tokens& tokens, std::size_t& first, std::size_t& last) {
  int depth = 0, lowest = 0;
  for (std::size_t at = first; at <= last; ++at) {
    depth += depth_of(tokens[at]);
    lowest = std::min(lowest, depth);
  }
  for (int missing = -lowest; missing > 0 && first > 0;) missing -= depth_of(tokens[--first]);
  for (depth -= lowest; depth > 0 && last + 1 < tokens.size();) depth += depth_of(tokens[++last]);
}

// CASE has its END, and an ARRAY its brackets, which no node names.
void close_case(const Tokens& tokens, Node node, std::size_t first, std::size_t& last) {
  if (!node.is("CaseExpr")) return;
  int depth = 0;
  for (std::size_t at = first; at < tokens.size(); ++at) {
    if (is_word(tokens[at], "case")) ++depth;
    if (is_word(tokens[at], "end") && --depth == 0) {
      last = std::max(last, at);
      return;
    }
  }
}

bool is_select(Node node) {
  return node.is("SelectStmt");
}

// The word that a query begins with has no place. `at` is the first token of it that a node names.
std::size_t head_of_query(const Tokens& tokens, std::size_t at) {
  for (std::size_t before = at; before-- > 0;) {
    if (is_any_word(tokens[before], {"select", "values", "table"})) return before;
    const bool may_stand_between = tokens[before].is_symbol('(') ||
                                   is_any_word(tokens[before], {"all", "distinct", "on", "from"});
    if (!may_stand_between) return at;
  }
  return at;
}

// Takes the beginning of the leftmost queries and of their brackets in, from `leftmost`, the node
// that names the first token, up to `node`.
std::size_t with_heads(const Tokens& tokens, Node node, Node leftmost, std::size_t first) {
  for (Node at = leftmost;; at = at.parent()) {
    if (is_select(at) && !at["withClause"] && !at["larg"]) first = head_of_query(tokens, first);
    if (at.is("RangeSubselect") && first > 0 && tokens[first - 1].is_symbol('(')) --first;
    if (at == node || !at) return first;
  }
}

// A query in brackets goes on to its closing bracket.
std::size_t end_of_query(const Tokens& tokens, std::size_t first, std::size_t last) {
  if (first == 0 || !tokens[first - 1].is_symbol('(')) return last;
  int depth = 1;
  for (std::size_t at = first; at < tokens.size(); ++at) {
    depth += depth_of(tokens[at]);
    if (depth == 0) return std::max(last, at - 1);
  }
  return last;
}

// `(a.b).c` names nothing behind a.b.
std::size_t end_of_fields(const Tokens& tokens, Node node, std::size_t last) {
  const Node value = node.is("ResTarget") ? node["val"] : node;
  if (!value.is("A_Indirection") || !value["indirection"].is("String")) return last;
  if (last + 2 < tokens.size() && tokens[last + 1].is_symbol(')') &&
      tokens[last + 2].is_symbol('.')) {
    ++last;
  }
  while (last + 2 < tokens.size() && tokens[last + 1].is_symbol('.')) last += 2;
  return last;
}

bool stands_in_brackets(Node query) {
  const Node around = query.parent();
  return around.is("SubLink") || around.is("RangeSubselect") || around.is("CommonTableExpr");
}

struct TokenRange {
  std::size_t first = 0, last = 0;
};

TokenRange whole_statement(const Tokens& tokens) {
  std::size_t last = tokens.size() - 1;
  while (last > 0 && tokens[last].is_symbol(';')) --last;
  return {0, last};
}

// The query of CREATE VIEW, CREATE TABLE AS, EXPLAIN goes on to the end of the statement, without
// WITH NO DATA and WITH CHECK OPTION.
std::size_t end_of_last_query(const Tokens& tokens) {
  const std::size_t last = whole_statement(tokens).last;
  if (!is_any_word(tokens[last], {"data", "option"})) return last;
  for (std::size_t at = last; at + 4 > last && at > 0; --at) {
    if (is_word(tokens[at], "with")) return at - 1;
  }
  return last;
}

bool ends_statement(const SyntaxTree& tree, Node query) {
  const Node around = query.parent();
  return query.field() == "query" && around == tree.root() && !around.is("CopyStmt");
}

// From the first to the last token that the node and those below it name; `leftmost` gets the one
// that names the first. Nothing (first > last) where none has a place.
TokenRange named_tokens(const SyntaxTree& tree, Node node, Node& leftmost) {
  const Tokens& tokens = tree.tokens();
  TokenRange range{tokens.size(), 0};
  for (const Node part : node.all()) {
    const int place = part.location();
    if (place < 0) continue;
    const std::size_t at =
        std::min(tree.token_at(static_cast<std::size_t>(place)), tokens.size() - 1);
    if (at < range.first) {
      range.first = at;
      leftmost = part;
    }
    Tail tail(tokens, at);
    tail.follow(part);
    std::size_t end = tail.at();
    close_case(tokens, part, at, end);
    range.last = std::max(range.last, end);
  }
  return range;
}

}  // namespace

TextSpan span_of(const SyntaxTree& tree, Node node) {
  const Tokens& tokens = tree.tokens();
  if (!node || tokens.empty()) return {};
  TokenRange range;
  if (node == tree.root()) {
    range = whole_statement(tokens);
  } else {
    Node leftmost;
    range = named_tokens(tree, node, leftmost);
    if (range.first == tokens.size()) return {};
    range.first = with_heads(tokens, node, leftmost, range.first);
    if (is_select(node) && stands_in_brackets(node)) {
      range.last = end_of_query(tokens, range.first, range.last);
    } else if (is_select(node) && ends_statement(tree, node)) {
      range.last = std::max(range.last, end_of_last_query(tokens));
    }
    range.last = end_of_fields(tokens, node, range.last);
    pair_brackets(tokens, range.first, range.last);
  }
  const auto begin_of = [&](const Token& token) {
    return static_cast<std::size_t>(token.text.data() - tree.text().data());
  };
  const Token& last = tokens[range.last];
  return {begin_of(tokens[range.first]), begin_of(last) + last.text.size()};
}

std::string_view text_of(const SyntaxTree& tree, Node node) {
  const TextSpan span = span_of(tree, node);
  return std::string_view(tree.text()).substr(span.begin, span.end - span.begin);
}

}  // namespace pgcounsel
