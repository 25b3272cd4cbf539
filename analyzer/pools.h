// The pools of a server: whose connections were in use, when all of them were, and why. Part of the
// frozen Workload.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/source_line.h"
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

// Something at or around a window: a row of its timeline.
struct WindowEvent {
  enum class Kind { kLoad, kHolder, kLock, kServer, kClient, kPool };
  Kind kind = Kind::kServer;
  Time time{};
  std::optional<Time> until;       // where it lasted
  bool is_cause = false;           // it is, or shows, the window's cause
  std::string text;                // prose, statements normalised: "lock waits begin"
  std::uint64_t count = 0;         // of log lines or transactions; 0: not counted
  std::optional<SourceLine> line;  // the first of them
};
std::string_view name_of(WindowEvent::Kind kind);  // "load", "holder", "lock", "server", ...

// A class of transactions that others of a window waited for, itself waiting for nobody.
struct WindowBlocker {
  std::string transaction;  // the id of its TransactionRow; empty: not known
  std::string label;
  std::string user;  // where it is not the pool's own
  std::uint64_t waits = 0;
  double blocked_s = 0;        // connection-seconds in the window
  double idle_share = 0;       // of its time while it blocked, without its own waits
  std::optional<double> late;  // of that time, paused beyond its pauses in calm times, if known
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
  std::vector<WindowHolder> holders;    // most first
  std::vector<WindowBlocker> blockers;  // most first
  std::uint64_t lock_waits = 0;         // by their log lines, and
  double lock_wait_s = 0;               // connection-seconds in the window
  bool waits_for_forgotten = false;     // these count as idle in transaction
  std::vector<WindowEvent> events;      // by time
};

// How many healthy transactions (those of calm seconds) took longer than a customary timeout: in
// statements, pauses and waits of one transaction together, so as many as the timeout would have
// ended, at most.
struct TimeoutStep {
  Micros limit{};
  std::uint64_t running = 0, idle = 0, waiting = 0, held = 0;
};
struct HealthyHolds {
  std::uint64_t transactions = 0;
  Micros longest_running{}, longest_idle{}, longest_wait{}, longest_hold{};
  std::vector<TimeoutStep> steps;  // from 1 s to 1 h, by limit
};

// A pool of the pooler's, by its own names, whose sessions are those of a pool of the server's:
// told by the ports that both logs name.
struct PoolOfPooler {
  std::string database, user;
  std::uint64_t sessions = 0;  // that the pooler opened
  std::uint64_t joined = 0;    // of these, found in the server's log
  std::uint64_t poolers = 1;   // at a time
};

// The connections of one user to one database, or all of them.
struct PoolRow {
  std::string database, user;
  bool is_server = false;  // the server as a whole, which refused connections; without names
  std::string mode;        // "transaction", "session", "none"
  std::optional<std::uint64_t> size;
  std::string size_source;
  bool is_size_certain = false;          // else a lower bound
  double offered_load = 0;               // connections in use on average (Erlang)
  double idle_share = 0;                 // of that, idle in transaction
  double peak = 0;                       // connections in use in the fullest second
  std::vector<PoolWindow> windows;       // by time
  std::optional<HealthyHolds> healthy;   // where there are windows and calm seconds
  std::optional<std::uint64_t> reserve;  // reserve_pool_size, where a configuration tells it
  std::vector<PoolOfPooler> pooler;        // by name; empty where no session was joined
};

// What findings and scripts call a pool: `database/user`, of the server as a whole `*/*`.
std::string pool_id(const PoolRow& pool);

// Sessions of one database and user.
struct SessionShare {
  std::string database, user;
  std::uint64_t sessions = 0;
};

// The server refused connections because its own limit (max_connections, or that of a role or
// database) was reached: SQLSTATE 53300.
struct ConnectionLimit {
  std::uint64_t refused = 0;
  std::optional<Time> first, last;     // minutes with refusals
  std::uint64_t limit = 0;             // sessions open at once in these minutes; 0: not known
  std::vector<SessionShare> sessions;  // that made them up, most first
};

// The minute in which most sessions were opened, where that is far more than usual.
struct ConnectionBurst {
  Time minute{};
  std::uint64_t opened = 0, usual = 0;  // usual: the median of the period's minutes with sessions
  std::vector<SessionShare> sessions;   // opened in it, most first
};

}  // namespace pgcounsel
