// What all outputs say about a pooler in the same words.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "analyzer/workload.h"

namespace pgcounsel {

// Clients that were refused, by class, the most frequent first.
std::vector<std::pair<std::string, std::uint64_t>> refused_by_class(const PoolerReport& pooler);

// `PgBouncer refused 925 clients: max_client_conn 924, query_wait_timeout 1.` Empty where it
// refused nobody.
std::string refused_words(const Workload& workload);

}  // namespace pgcounsel
