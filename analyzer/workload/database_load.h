// The load that pg_stat_database counted between its samples, and how much of it the log shows in
// the same time: a log with a threshold shows less.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analyzer/pooler.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

// Most load first, ties by name.
std::vector<DatabaseLoad> database_loads(const PeriodSums& sums);

// What the log shows of a database's load; absent where no samples tell.
std::optional<LoadInLog> load_in_log(const PeriodSums& sums, const std::string& database);

}  // namespace pgcounsel
