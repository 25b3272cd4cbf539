// What makes two plans of a query the same one: the kinds of the nodes with strategy and type of
// join, what they read by which index, and their conditions and keys. Costs, rows, times, workers
// and constants do not, nor which of the partitions of a table were read, nor in what form the
// plan was printed.
#pragma once
#include <cstdint>

#include "parser/plan/plan.h"

namespace pgcounsel {

// Never 0. Digits in the name of a table, and in that of an index where they are the table's, are
// folded: tomorrow's partition is today's plan. Equal children of an Append count as one; an
// Append with one child is that child, as the planner itself leaves it out. No recursion; time is
// linear in the plan's size, but for the sorting of an Append's children.
std::uint64_t plan_hash(const Plan& plan);

}  // namespace pgcounsel
