#include "parser/sql/syntax_tree.h"

#include <algorithm>
#include <utility>

#include "parser/number.h"
#include "parser/sql/pg_query.h"
#include "parser/sql/shape.h"
#include "parser/sql/tree_reader.h"
#include "parser/text_arena.h"

namespace pgcounsel {

struct Node::Data {
  std::string text, json;
  TextArena texts;
  TreeTables tables;
  std::vector<Token> tokens;

  const TreeRecord& record(std::uint32_t at) const { return tables.records[at]; }
  const TreeField* find(std::uint32_t at, std::string_view name) const {
    for (std::uint32_t field = record(at).first_field; field != kNoField;) {
      const TreeField& known = tables.fields[field];
      if (known.name == name) return &known;
      field = known.next;
    }
    return nullptr;
  }
};

namespace {

// `-(5)`, `- 5`: the digits behind what stands before them.
std::string_view digits_behind_signs(const std::vector<Token>& tokens, std::size_t at) {
  while (at < tokens.size() && (tokens[at].text == "-" || tokens[at].text == "(")) ++at;
  return at < tokens.size() && tokens[at].kind == TokenKind::kNumber ? tokens[at].text
                                                                     : std::string_view{};
}

}  // namespace

std::string_view Node::kind() const {
  return tree_ == nullptr ? std::string_view{} : tree_->record(at_).kind;
}

std::string_view Node::field() const {
  return tree_ == nullptr ? std::string_view{} : tree_->record(at_).field;
}

Node Node::parent() const {
  return tree_ == nullptr || at_ == 0 ? Node{} : Node{tree_, tree_->record(at_).parent};
}

Node Node::operator[](std::string_view field) const {
  if (tree_ == nullptr) return {};
  const auto* found = tree_->find(at_, field);
  return found == nullptr || found->count == 0 ? Node{} : Node{tree_, found->first};
}

NodeList Node::list(std::string_view field) const {
  NodeList nodes;
  if (tree_ == nullptr) return nodes;
  const auto* found = tree_->find(at_, field);
  if (found == nullptr) return nodes;
  nodes.reserve(found->count);
  std::uint32_t at = found->first;
  for (std::uint32_t left = found->count; left > 0; --left, at = tree_->record(at).next) {
    nodes.push_back(Node{tree_, at});
  }
  return nodes;
}

std::size_t Node::count(std::string_view field) const {
  const auto* found = tree_ == nullptr ? nullptr : tree_->find(at_, field);
  return found == nullptr ? 0 : found->count;
}

std::string_view Node::text(std::string_view field) const {
  if (tree_ == nullptr) return {};
  const auto* found = tree_->find(at_, field);
  return found == nullptr ? std::string_view{} : found->text;
}

long Node::number(std::string_view field, long otherwise) const {
  return whole_text_number<long>(text(field)).value_or(otherwise);
}

bool Node::has(std::string_view field) const {
  return tree_ != nullptr && tree_->find(at_, field) != nullptr;
}

std::vector<std::string_view> Node::names(std::string_view field) const {
  std::vector<std::string_view> texts;
  for (const Node node : list(field)) {
    if (node.is("String")) texts.push_back(node.text("sval"));
  }
  return texts;
}

std::string_view Node::last_name(std::string_view field) const {
  const auto texts = names(field);
  return texts.empty() ? std::string_view{} : texts.back();
}

int Node::location() const {
  // The parser's output leaves out zeros, and of what has a place only WITH can begin a statement.
  return static_cast<int>(number("location", is("WithClause") ? 0 : -1));
}

std::size_t Node::end_id() const {
  return tree_ == nullptr ? 0 : tree_->record(at_).end;
}

// Children have greater numbers than their parents, and all below a node stand in one piece.
NodeList Node::all() const {
  NodeList nodes;
  if (tree_ == nullptr) return nodes;
  const std::uint32_t end = tree_->record(at_).end;
  nodes.reserve(end - at_);
  for (std::uint32_t at = at_; at < end; ++at) nodes.push_back(Node{tree_, at});
  return nodes;
}

NodeList Node::all(std::string_view kind) const {
  NodeList nodes;
  if (tree_ == nullptr) return nodes;
  for (std::uint32_t at = at_; at < tree_->record(at_).end; ++at) {
    if (tree_->record(at).kind == kind) nodes.push_back(Node{tree_, at});
  }
  return nodes;
}

bool Node::is_inside(Node ancestor) const {
  return tree_ != nullptr && tree_ == ancestor.tree_ && at_ >= ancestor.at_ &&
         at_ < tree_->record(ancestor.at_).end;
}

SyntaxTree::SyntaxTree() = default;
SyntaxTree::~SyntaxTree() = default;
SyntaxTree::SyntaxTree(SyntaxTree&&) noexcept = default;
SyntaxTree& SyntaxTree::operator=(SyntaxTree&&) noexcept = default;

// libpg_query writes no integers below zero. They are constants that begin with a sign.
void SyntaxTree::restore_negative_integers() {
  for (TreeRecord& record : data_->tables.records) {
    if (record.kind != "Integer" || record.first_field != kNoField) continue;
    const int place = Node{data_.get(), record.parent}.location();
    if (place < 0 || data_->record(record.parent).kind != "A_Const") continue;
    const std::size_t at = token_at(static_cast<std::size_t>(place));
    if (at >= tokens().size() || tokens()[at].text != "-") continue;
    const std::string_view digits = digits_behind_signs(tokens(), at);
    if (digits.empty()) continue;
    record.first_field = record.last_field =
        static_cast<std::uint32_t>(data_->tables.fields.size());
    TreeField& field = data_->tables.fields.emplace_back();
    field.name = "ival";
    field.text = data_->texts.keep("-" + std::string(digits));
  }
}

std::optional<SyntaxTree> SyntaxTree::parse(std::string_view sql, SyntaxError* error) {
  if (scan_shape(sql).too_complex) {
    if (error != nullptr) *error = {"nested too deeply to be analysed", 0};
    return std::nullopt;
  }
  PgParse parsed = pg_parse(sql);
  if (!parsed.message.empty()) {
    if (error != nullptr) *error = {std::move(parsed.message), parsed.position};
    return std::nullopt;
  }
  SyntaxTree tree;
  tree.data_ = std::make_unique<Node::Data>();
  tree.data_->text = sql;
  tree.data_->json = std::move(parsed.json);
  if (!read_tree(tree.data_->json, tree.data_->texts, tree.data_->tables)) return std::nullopt;
  Lexer lexer(tree.data_->text);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    tree.data_->tokens.push_back(token);
  }
  tree.restore_negative_integers();
  return tree;
}

Node SyntaxTree::root() const {
  return data_ == nullptr ? Node{} : Node{data_.get(), 0};
}

const std::vector<Token>& SyntaxTree::tokens() const {
  static const std::vector<Token> empty;
  return data_ == nullptr ? empty : data_->tokens;
}

std::size_t SyntaxTree::token_at(std::size_t place) const {
  const auto end_of = [this](const Token& token) {
    return static_cast<std::size_t>(token.text.data() - text().data()) + token.text.size();
  };
  const auto found = std::ranges::upper_bound(tokens(), place, {}, end_of);
  return static_cast<std::size_t>(found - tokens().begin());
}

const std::string& SyntaxTree::text() const {
  static const std::string empty;
  return data_ == nullptr ? empty : data_->text;
}

}  // namespace pgcounsel
