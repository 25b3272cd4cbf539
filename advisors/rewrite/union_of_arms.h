// `... WHERE a OR b` as the UNION of a query with a and of the same query with b. UNION takes away
// what both give; for that to be all that it takes away, rows must differ in the output already.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {

// The statement as a UNION, of which each arm has one of `arms` for the condition `either`: a part
// of WHERE, or of the ON of an inner join. Nothing where it is not known to be the same: the query
// must be the whole statement, show only columns, of types that UNION can compare, that tell its
// rows apart, and have nothing behind WHERE but an ORDER BY of columns that it shows.
std::optional<std::vector<TextEdit>> union_of_arms(const SqlContext& context, Node query,
                                                   Node either,
                                                   const std::vector<std::string>& arms);

// Of `a OR b` within the ANDs that every row of the query fulfils; one for each OR.
NodeList alternatives_of(Node query);

// Whether an index can find the rows: one part of the condition is `column = value`, a range or a
// list of values, or `column IN (subquery)`, where an index begins with the column.
bool is_served_by_index(const SqlContext& context, Node condition);

// What a UNION costs, for rules that make one.
void leave_to_measure(Finding& finding);

}  // namespace pgcounsel
