// Pieces of a DDL statement's own text, from which remedies are made: the commands of ALTER TABLE,
// a keyword put in, names in quotes where they need them. Literals never get into a remedy.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "parser/sql/node_span.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// Of `ALTER TABLE t a, b, c` the spans of a, b and c; empty where they are not found.
std::vector<TextSpan> command_spans(const SyntaxTree& tree);

// The text in one line, without comments, every literal as `...`. Numbers in the brackets of a type
// stay.
std::string plain_text(std::string_view sql);
// The same with words put in behind the first of these keywords.
std::string with_words(std::string_view sql, std::initializer_list<std::string_view> after,
                       std::string_view words);
// Without this keyword.
std::string without_word(std::string_view sql, std::string_view word);

// As SQL writes it: "Order Items", orders.
std::string quoted(std::string_view name);
// Of a RangeVar, or a List of names.
std::string quoted_relation(Node table);
// `a, b` of String nodes.
std::string quoted_list(const std::vector<std::string_view>& names);

}  // namespace pgcounsel
