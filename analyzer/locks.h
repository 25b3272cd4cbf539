// Who waited for locks of whom, by the lines of log_lock_waits, and what was caught in deadlocks.
// Part of the frozen Workload. Waits shorter than deadlock_timeout leave no line.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/source_line.h"
#include "parser/sql/fingerprint.h"
#include "parser/time.h"

namespace pgcounsel {

// Waits of one statement for one class of transactions, on one kind of object.
struct LockEdge {
  Fingerprint victim;       // none: the log does not tell the statement
  std::string victim_text;  // normalised
  std::string blocker;      // the id of its TransactionRow; empty: not known
  std::string blocker_label;
  std::string object;    // "transaction", "tuple", "relation", ...
  std::string relation;  // a name, or `relation 16434`; empty: not told
  std::uint64_t waits = 0;
  Micros blocked{}, longest{};
  std::optional<SourceLine> line;  // of the longest
};

// What waits for nobody, while others wait for it, directly or through others.
struct RootBlocker {
  std::string transaction;  // the id of its TransactionRow; empty: not known
  std::string label;
  std::uint64_t waits = 0, holds = 0;
  Micros blocked{}, longest{};
  double idle_share = 0;  // of its time while it blocked, without its own waits
};

struct DeadlockStatement {
  Fingerprint fingerprint;
  std::string text;
};
struct DeadlockRow {
  std::vector<DeadlockStatement> statements;  // that waited for each other
  std::string relation;
  std::uint64_t count = 0;
  Time first{};
  std::optional<SourceLine> line;  // of the first
};

struct LockReport {
  std::uint64_t waits = 0;
  Micros blocked{}, longest{};     // of all waits
  bool is_sample = false;          // there were more than were looked at
  std::vector<LockEdge> edges;     // most blocked first; a wait for n holders is split among them
  std::vector<RootBlocker> roots;  // most blocked first, likewise
  std::vector<DeadlockRow> deadlocks;  // by count
};

}  // namespace pgcounsel
