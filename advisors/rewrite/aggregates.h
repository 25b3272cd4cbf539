// What must be known of aggregates, keys and conditions before rows are grouped elsewhere than they
// were: that the order of the rows has no say, that equal keys fall into one group, and that rows
// which were not looked at before raise no error now.
#pragma once
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/select_parts.h"

namespace pgcounsel {

// Of one rule in one statement: each is a new text that is parsed, and statements with more of them
// are generated.
inline constexpr std::size_t kMostRewrites = 20;

// A built-in aggregate whose result is the same in whatever order the rows come: not of floats, nor
// min and max of values that are equal and look different. `count`, `sum`, `avg`, `min`, `max`,
// `bool_and`, `bool_or`, `every`, with or without FILTER.
bool is_order_free(const SqlContext& context, Node call);
bool is_order_free_in_frame(const SqlContext& context, Node call);  // with OVER, too

// A query that gives the same rows in whatever order those of its FROM come: no LIMIT, DISTINCT ON,
// locks or windows, and no aggregates but order-free ones.
bool is_blind_to_order(const SqlContext& context, Node query);

// A condition that gives true, false or NULL for every row: comparisons and tests of columns,
// literals and parameters.
bool never_raises(Node condition);

// Whether `left = right` between two columns holds for all values of a group of `left` or for none,
// and for one group at most: integers, or the same type with an equality of its own.
bool are_matched_alike(const SqlContext& context, Node left, Node right);

// Types of one value, for which IS NOT NULL means just that.
bool is_plain_type(std::string_view type);

// A table of the catalogue that a query reads as it is: no CTE, view, ONLY or row security.
bool is_plain_table(const RangeEntry& entry);

// Every column below the node belongs to the entry.
bool is_all_of(const SqlContext& context, Node node, const RangeEntry& entry);

// A name that nothing in the statement, and no column of its tables, has. Not quoted.
std::string fresh_name(const SqlContext& context, std::string_view wanted);

// A query that stands alone or in brackets, so that its end is known.
bool has_known_end(const SqlContext& context, Node query);
// Behind the last token of FROM in a query that has_only() where, group, having and sort clauses.
std::size_t end_of_from(const SyntaxTree& tree, Node query);

// Edits that add a condition to the WHERE of a query as end_of_from() takes it.
std::vector<TextEdit> with_condition(const SyntaxTree& tree, Node query, std::string condition);

// WHERE asks for one row of one of the query's tables, by a key.
bool is_pinned_by_key(const SqlContext& context, Node query);

}  // namespace pgcounsel
