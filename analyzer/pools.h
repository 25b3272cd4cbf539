// The pools of a server: whose connections were in use, when all of them were, and why. Part of the
// frozen Workload.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parser/time.h"

namespace pgcounsel {

// A class of transactions (or checkouts) that held connections in a window.
struct WindowHolder {
  std::string transaction;  // the id of its TransactionRow
  std::string label;
  double share = 0;   // of the connections that were in use
  double hold_s = 0;  // connection-seconds in the window
  // In the window against calm times; absent where calm times do not know the class.
  std::optional<double> arrival_ratio, hold_ratio, busy_ratio, idle_ratio, lock_ratio;
};

// What could have filled the pool, and the figure that clears it.
struct ClearedSuspect {
  std::string suspect, because;
};
struct UnknownSuspect {
  std::string suspect, missing;
};

struct PoolWindow {
  Time start{}, end{};
  std::optional<std::uint64_t> refused;  // clients that the pooler turned away, if it told
  std::string cause;                     // a name_of(Cause)
  std::string confidence;                // "high", "medium", "low"
  std::string summary;                   // one sentence
  std::vector<std::string> evidence;
  std::vector<ClearedSuspect> ruled_out;
  std::vector<UnknownSuspect> not_known;
  std::vector<WindowHolder> holders;  // most first
};

// The connections of one user to one database.
struct PoolRow {
  std::string database, user;
  std::string mode;  // "transaction", "session", "none"
  std::optional<std::uint64_t> size;
  std::string size_source;
  double offered_load = 0;  // connections in use on average (Erlang)
  double idle_share = 0;    // of that, idle in transaction
  double peak = 0;          // connections in use in the fullest second
  std::vector<PoolWindow> windows;
};

}  // namespace pgcounsel
