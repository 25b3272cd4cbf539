// The server as the pool of all that connect to it, where it refused connections because none was
// free: its size is the sessions that were open then, and a session is in use as long as it is
// open, whatever it does.
#pragma once
#include <optional>

#include "analyzer/pools/usage.h"

namespace pgcounsel {

// The name of that pool: all databases, all users.
inline const PoolName kWholeServer{"*", "*"};

// Nothing where the server refused none, or connection lines are not in the log. Full is the server
// in the seconds with 95 % of the sessions from its first refusal to its last.
std::optional<PoolUsage> server_usage(const PeriodSums& sums);

}  // namespace pgcounsel
