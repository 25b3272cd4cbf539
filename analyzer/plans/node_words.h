// How a node is called in every output: `Parallel Hash Left Join`, `Index Scan using orders_pkey on
// orders o`, as EXPLAIN's text form does.
#pragma once
#include <cstddef>
#include <string>

#include "parser/plan/plan.h"

namespace pgcounsel {

std::string kind_words(const PlanNode& node);  // `Parallel Hash Left Join`
std::string node_words(const PlanNode& node);  // `Index Scan using orders_pkey on orders o`
// The relation that the node or, where it has none, the bitmap scan above it reads; may be empty.
std::string relation_of(const Plan& plan, std::size_t place);

}  // namespace pgcounsel
