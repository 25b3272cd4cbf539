// Which pool of the server a pool of the pooler's is: a database of the pooler's may stand for
// another one and another user. The port of each server connection stands in both logs, at about
// the same time; where sessions cannot be joined (unix sockets), a configuration may tell it. What
// is told nowhere has the same names on both sides.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/samples.h"
#include "analyzer/workload/client_ports.h"
#include "analyzer/workload/sums.h"

namespace pgcounsel {

// A pool of the pooler's whose sessions are those of a server's pool.
struct JoinedPool {
  PoolName name;               // as the pooler calls it
  std::uint64_t sessions = 0;  // that it opened while the server's log was written
  std::uint64_t joined = 0;    // of these, with sessions of the server's pool
  std::size_t poolers = 1;     // addresses that these come from at a time, each with a pool
  bool operator==(const JoinedPool&) const = default;
};

struct PoolerJoin {
  std::map<PoolName, std::vector<JoinedPool>> pools;     // by the server's pool
  std::map<PoolName, std::uint64_t> sessions_of_server;  // of these pools, from wherever
  // What the pooler calls otherwise than the server: its names, and by the server's.
  std::set<PoolName> renamed;
  std::map<PoolName, std::vector<PoolName>> other_names;

  // What the pooler calls this pool of the server's, in the log and in its samples.
  std::vector<PoolName> names_of(const PoolName& pool) const;
  // Empty where nothing was joined.
  const std::vector<JoinedPool>& joined_with(const PoolName& pool) const;
  // Do most of its sessions come from the pooler?
  bool is_behind_pooler(const PoolName& pool) const;
};

inline bool is_any_of(const std::vector<PoolName>& names, std::string_view database,
                      std::string_view user) {
  for (const PoolName& name : names) {
    if (name.first == database && name.second == user) return true;
  }
  return false;
}

PoolerJoin join_pooler(const Sums& sums, const Samples& samples);

}  // namespace pgcounsel
