// One statement as the tree that PostgreSQL's own parser makes of it. Nodes and fields have
// PostgreSQL's own names (`SelectStmt`, `whereClause`), as its parsenodes.h writes them; what a
// field holds that is not there is a node, a list or a text of nothing, so that rules need not ask
// before they look deeper. Positions are bytes of the statement's text. Nodes are views into their
// tree, which may be moved while they are in use.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/sql/token.h"

namespace pgcounsel {

class Node;
using NodeList = std::vector<Node>;

class Node {
 public:
  Node() = default;
  explicit operator bool() const { return tree_ != nullptr; }
  bool operator==(const Node&) const = default;

  // "SelectStmt"; empty for no node, and for a place in a list that holds none, as DISTINCT has
  // one.
  std::string_view kind() const;
  bool is(std::string_view kind) const { return this->kind() == kind; }
  std::string_view field() const;         // of the parent, in which it stands: "whereClause"
  Node parent() const;                    // a list in a field is passed over, a `List` node is not
  std::size_t id() const { return at_; }  // its place in all() of the root
  std::size_t end_id() const;             // behind the last node below it
  bool is_of_same_tree(Node other) const { return tree_ == other.tree_; }

  Node operator[](std::string_view field) const;
  NodeList list(std::string_view field) const;
  std::size_t count(std::string_view field) const;      // of list()
  std::string_view text(std::string_view field) const;  // "relname", "jointype", "true"
  bool flag(std::string_view field) const { return text(field) == "true"; }
  long number(std::string_view field, long otherwise = 0) const;
  bool has(std::string_view field) const;
  // The texts of a list of String nodes: of `funcname`, `fields`, `name`, `names`.
  std::vector<std::string_view> names(std::string_view field) const;
  std::string_view last_name(std::string_view field) const;  // empty for none

  int location() const;  // as the parser gives it, -1 where it gives none
  // Every node below and itself, parents before children, in the order of the fields.
  NodeList all() const;
  NodeList all(std::string_view kind) const;
  bool is_inside(Node ancestor) const;  // or is it

 private:
  friend class SyntaxTree;
  struct Data;
  Node(const Data* tree, std::uint32_t at) : tree_(tree), at_(at) {}

  const Data* tree_ = nullptr;
  std::uint32_t at_ = 0;
};

struct SyntaxError {
  std::string message;       // PostgreSQL's own words, without values of the text
  std::size_t position = 0;  // bytes of the text
};

class SyntaxTree {
 public:
  SyntaxTree();  // of nothing
  ~SyntaxTree();
  SyntaxTree(SyntaxTree&&) noexcept;
  SyntaxTree& operator=(SyntaxTree&&) noexcept;

  // Of one statement, with or without its semicolon. Nothing for a text without a statement, and
  // where the text is refused; then `error` says why.
  static std::optional<SyntaxTree> parse(std::string_view sql, SyntaxError* error = nullptr);

  Node root() const;  // the statement: SelectStmt, IndexStmt, ...
  const std::string& text() const;
  const std::vector<Token>& tokens() const;  // of the text, as views into it
  // The token that a place lies in or before; tokens().size() behind the last one.
  std::size_t token_at(std::size_t place) const;

 private:
  void restore_negative_integers();

  std::unique_ptr<Node::Data> data_;
};

}  // namespace pgcounsel
