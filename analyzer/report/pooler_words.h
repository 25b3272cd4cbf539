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

// That clients waited long, in a sentence; empty where they did not, or nothing tells.
std::string waited_words(const Workload& workload);

// What a report lacks that has no records of the server; empty where it has some.
std::string only_pooler_words(const Workload& workload);

}  // namespace pgcounsel
