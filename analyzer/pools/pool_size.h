// What is told about the size of a pool from outside of the server's log: --pool-size, a pooler's
// configuration, its SHOW DATABASES and SHOW POOLS, and clients that its log says waited. A pool of
// the server's may be that of several pools of the pooler's, or of several poolers: then it is as
// large as all of them together.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "analyzer/workload/summary.h"

namespace pgcounsel {

struct PoolSizeTold {
  std::optional<std::int64_t> size;
  std::string source;  // where from, in words
  std::optional<std::uint64_t> reserve;
  bool is_said_of_it = false;     // --pool-size names its database
  bool is_behind_pooler = false;  // most of its sessions come from a pooler
  bool has_waited = false;        // clients waited for a connection of the pool
};

PoolSizeTold pool_size_told(const PeriodSums& sums, const PoolName& pool);

// SHOW POOLS in [since, until), whatever the pooler calls the pool: of several pools of one time
// all clients and connections, and the longest wait.
using PoolSamples = std::map<Time, PoolSample>;
PoolSamples samples_of_pool(const PeriodSums& sums, const PoolName& pool, Time since, Time until);

}  // namespace pgcounsel
