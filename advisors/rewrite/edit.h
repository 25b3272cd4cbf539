// Edits of a statement's own text. What a rewrite does not touch stays as it was written: comments,
// layout, parameters.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "parser/sql/node_span.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

struct TextEdit {
  TextSpan span;     // of the tree's text; empty to put something in
  std::string text;  // what stands there afterwards
};

// The text with all edits made. Nothing where two overlap, where one lies outside of the text,
// where nothing changes, or where the parser refuses the result.
std::optional<std::string> apply_edits(const SyntaxTree& tree, std::vector<TextEdit> edits);

// An edit that puts a number; a minus behind an operator (`!=`) would become a part of it.
TextEdit put_number(const SyntaxTree& tree, TextSpan span, long number);

}  // namespace pgcounsel
