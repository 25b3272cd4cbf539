// A class of transactions that blocked others, and how it is called.
#pragma once
#include <compare>
#include <cstdint>
#include <set>
#include <string>

#include "analyzer/locks/blocked_wait.h"
#include "analyzer/workload/sums.h"

namespace pgcounsel {

struct Blocker {
  bool is_known = false;  // false: the log shows no transaction of the process
  std::uint64_t class_id = 0;
  auto operator<=>(const Blocker&) const = default;
};
Blocker blocker_of(const LockingProcess& process);

// The id of its TransactionRow; empty where it is not known.
std::string id_of(const Blocker& blocker);
// `pids`: the processes, for those that are not known.
std::string label_of(const Blocker& blocker, const std::set<std::uint32_t>& pids, const Sums& sums);

// The part of a wait that each of its holders answers for; the first one for what is left over.
Micros part_of(Micros whole, std::size_t parts, std::size_t index);

}  // namespace pgcounsel
