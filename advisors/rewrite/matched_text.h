// Places of a statement where PostgreSQL compares expressions by what they say: GROUP BY and what
// is selected, DISTINCT and ORDER BY, ON CONFLICT and an index, and a select list whose columns are
// named by their expressions. An edit of one such place makes the statement fail, or gives a column
// another name.
#pragma once
#include <vector>

#include "advisors/rewrite/edit.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// Whether edits at and below the node leave all such places as they are. `at` may be a query; what
// edits change in its own clauses is not looked at.
bool keeps_matched_text(const SyntaxTree& tree, Node at, const std::vector<TextEdit>& edits);

// Whether an expression of low precedence (NOT ...) may take the node's place without brackets.
bool stands_alone(Node expression);

}  // namespace pgcounsel
