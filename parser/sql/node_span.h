// Which piece of a statement's text a node of its tree covers. libpg_query tells where nodes begin,
// or where their operator stands; where they end follows from the tokens.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// Bytes of the statement's text.
struct TextSpan {
  std::size_t begin = 0, end = 0;
  bool operator==(const TextSpan&) const = default;
};

// From the first to the last token of the node, brackets in pairs; a query with the word that it
// begins with, the statement's root as a whole; empty where nothing of it has a place. What stands
// behind an expression without a place of its own (`DESC`, an alias, the end of a query that stands
// in no brackets) is left out.
TextSpan span_of(const SyntaxTree& tree, Node node);
std::string_view text_of(const SyntaxTree& tree, Node node);

}  // namespace pgcounsel
