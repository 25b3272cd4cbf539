// What is told about the size of a pool from outside of the server's log: --pool-size, a pooler's
// configuration, its SHOW DATABASES and SHOW POOLS, and clients that its log says waited.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/workload/summary.h"

namespace pgcounsel {

struct PoolSizeTold {
  std::optional<std::int64_t> size;
  std::string source;  // where from, in words
  std::optional<std::uint64_t> reserve;
  bool is_said_of_it = false;  // --pool-size names its database
  bool has_waited = false;     // clients waited for a connection of the pool
};

PoolSizeTold pool_size_told(const PeriodSums& sums, const std::string& database,
                            const std::string& user);

}  // namespace pgcounsel
