// Small questions to nodes of a statement's tree that many rules ask.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// The operands of a tree of ANDs (or ORs) from left to right; the node itself where it is none.
NodeList conjuncts(Node condition);
NodeList disjuncts(Node condition);

// `a.x` or `x`. The table's part is empty where there is none.
bool is_column(Node node);
std::string_view column_name(Node column_ref);  // empty for `*`
std::string_view column_table(Node column_ref);
std::string column_words(Node column_ref);  // "o.user_id"

// A literal with or without casts, or a sign before a number.
bool is_constant(Node node);
bool is_null_constant(Node node);
bool is_parameter(Node node);  // $1, also with a cast
// A literal's text: digits, the string without quotes, `true`; nothing for NULL and what is none.
std::optional<std::string> constant_text(Node node);
std::optional<long> integer_constant(Node node);
Node without_casts(Node node);

// A plain operator with two sides, `a = b`;
bool is_operator(Node node, std::string_view name);
bool is_comparison(Node node);                // = <> < <= > >=
std::string_view operator_name(Node a_expr);  // "="

// A call by its last name, lower case: "count". Empty where it is no call.
std::string_view function_name(Node call);
bool is_aggregate(Node call);   // count, sum, ... without OVER
bool has_aggregate(Node node);  // somewhere in it, not in subqueries

// `schema.name` or `name` of a RangeVar.
std::string relation_words(Node range_var);

// The RangeVars of FROM items of a query, subqueries not opened.
NodeList relations_of(Node from_item);

// Whether the node stands inside a subquery of `query`, not in `query` itself.
bool is_in_subquery(Node node, Node query);

}  // namespace pgcounsel
