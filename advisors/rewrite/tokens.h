// Tokens around a piece of a statement's text, for edits that no node stands for.
#pragma once
#include <optional>
#include <string_view>

#include "parser/sql/node_span.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// Where the last token that begins before `place` ends: the end of the text without the blanks and
// comments before `place`.
std::size_t end_before(const SyntaxTree& tree, std::size_t place);

// The first token `word` (lower case) that begins in the span and outside of brackets.
std::optional<TextSpan> find_word(const SyntaxTree& tree, TextSpan within, std::string_view word);

// With the brackets that stand directly around the span.
TextSpan with_brackets(const SyntaxTree& tree, TextSpan span);

// `SELECT DISTINCT`: the word and the blanks behind it; empty where the query has none, or has ON.
TextSpan distinct_of_query(const SyntaxTree& tree, Node query);

// `count(DISTINCT a)`: the same of an aggregate.
TextSpan distinct_of_call(const SyntaxTree& tree, Node call);

}  // namespace pgcounsel
