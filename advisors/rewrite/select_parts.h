// Questions to one SELECT, and pieces of its text, for rules that take tables out of it, add
// conditions to it or write it twice.
#pragma once
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {

// A plain SELECT that has, beside its list, FROM and WHERE, no other clauses than these
// ("sortClause").
bool has_only(Node query, std::initializer_list<std::string_view> clauses);
// The same, and it has a FROM.
bool is_plain_select(Node query, std::initializer_list<std::string_view> clauses);

// Whether the order in which rows come does not change what is given: no LIMIT, or one under an
// ORDER BY by columns that tell all rows apart; no aggregate that keeps an order.
bool is_free_of_row_order(const SqlContext& context, Node query);
// ORDER BY of columns that tell all rows apart.
bool has_total_order(const SqlContext& context, Node query);

// What uses an item of FROM, but for what stands inside of `except`; kUnknown where a name may be
// one of its columns.
enum class Use { kNone, kSome, kUnknown };
Use use_of(const SqlContext& context, Node query, const RangeEntry& entry, const NodeList& except);
// Whether some column of the item stands in the node.
bool mentions(const SqlContext& context, Node node, const RangeEntry& entry);

const RangeEntry* entry_at(const SqlContext& context, Node query, Node from_item);

// Where the last token ends that is no semicolon.
std::size_t end_of_statement(const SyntaxTree& tree);
TextSpan place_of_token(const SyntaxTree& tree, std::size_t at);
// Where FROM and WHERE of a query end.
std::size_t end_of_body(const SyntaxTree& tree, Node query);
// The token `word` before a place, with nothing but opening brackets between.
std::optional<std::size_t> word_before(const SyntaxTree& tree, std::size_t place,
                                       std::string_view word);

// A condition as it can stand between ANDs.
std::string as_operand(const SyntaxTree& tree, Node condition);
// The edit that makes these the WHERE of the query: none takes it away.
std::optional<TextEdit> put_conditions(const SyntaxTree& tree, Node query,
                                       const std::vector<std::string>& conditions);
// The edits that add a condition to WHERE.
std::vector<TextEdit> add_condition(const SyntaxTree& tree, Node query, std::string_view condition);

// `a JOIN b ON ...` as FROM, or a part of it that inner joins, and left joins from their left side,
// hold: what it leaves out can as well be left out by WHERE.
bool is_filtering_join(Node join);

}  // namespace pgcounsel
