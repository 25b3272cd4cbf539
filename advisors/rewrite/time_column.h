// Columns of points in time in rules that rewrite comparisons of their days, months and years.
#pragma once
#include <string>
#include <vector>

#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {

// That the column is a timestamp without time zone, so that no session's time zone has a say; fails
// for columns of other types, and unknown for those with a time zone.
Obligation without_time_zone(const SqlContext& context, Node column);

// Sides of a comparison so that the constant stands right; the operator as it then reads.
struct Sides {
  Node expression, constant;
  std::string comparison;
};
Sides sides_of(Node comparison);

}  // namespace pgcounsel
