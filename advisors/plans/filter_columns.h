// Which columns of its relation a node's condition compares with something known, so that an index
// could answer it: `((city = 'x'::text) AND (total > 5))` has `city` as equal and `total` as range.
// Read with the SQL lexer from the expression as EXPLAIN prints it. Whatever is not plainly
// `column operator value` (a function of a column, OR, two columns) makes the reading incomplete
// and is left out.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/plan/plan.h"

namespace pgcounsel {

struct FilterColumns {
  std::vector<std::string> equal;  // =, = ANY (array), IS NULL; in order
  std::vector<std::string> range;  // <, <=, >, >=; none that is in `equal`
  std::vector<std::string> rest;   // columns in terms that an ordinary index does not serve
  bool complete = true;            // every term was understood
  // What is compared in terms of the form `expression operator value`, as SQL: `lower(email)`. None
  // that holds a parameter or a subquery.
  std::vector<std::string> expressions{};
};

// `alias` and `relation` are those of the node: a name that they qualify, or nothing does, is its
// column; a name of another relation is a value. Names are as in the expression, without quotes.
FilterColumns filter_columns(std::string_view condition, std::string_view relation,
                             std::string_view alias);
// Of the node's condition.
FilterColumns filter_columns(const PlanNode& node, PlanText condition);

// Columns of an index that serves both conditions: those that are compared for equality first, then
// one range. At most four.
std::vector<std::string> index_columns(const FilterColumns& first, const FilterColumns& second);

// Of an index or statistics on an expression.
constexpr std::string_view kExpressionCaveat =
    "PostgreSQL takes the expression for an index only where it is IMMUTABLE; casts of timestamps "
    "with time zone to days are not: write the condition as a range of the column then. Queries "
    "have to use the very same expression.";
// `CREATE INDEX CONCURRENTLY ON events ((lower(email)));`
std::string create_expression_index(const PlanNode& scan, std::string_view expression);

// `CREATE INDEX CONCURRENTLY ON events (session);`, and the way back, which names the index as
// PostgreSQL does by itself.
std::string create_index(const PlanNode& scan, const std::vector<std::string>& columns);
std::string drop_index(const PlanNode& scan, const std::vector<std::string>& columns);

}  // namespace pgcounsel
