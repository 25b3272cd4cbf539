// A change of a plan in words, the same in every output.
#pragma once
#include <string>
#include <vector>

#include "analyzer/plans/plan_change.h"

namespace pgcounsel {

// `×3.5 slower: 12.3 ms before, 43 ms now`; by cost where times are not known. Empty where neither
// is known of both.
std::string headline_of(const PlanChange& change);

// A line for each change, without an end: `orders o: Seq Scan became Index Scan using orders_pkey`.
// Names in them are foreign text. Empty where nothing changed.
std::vector<std::string> words_on(const PlanChange& change);

}  // namespace pgcounsel
