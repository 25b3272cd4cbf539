// What happened on one server in one period: the frozen result that advisors and reports read.
// Built by the ledger (Store::load) and never changed afterwards. Rows are complete and sorted:
// queries by held time, transactions by held time, errors and events by count, ties by their key.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/coverage.h"
#include "analyzer/locks.h"
#include "analyzer/plans.h"
#include "analyzer/pooler.h"
#include "analyzer/pools.h"
#include "analyzer/source_line.h"
#include "parser/sql/fingerprint.h"
#include "parser/time.h"

namespace pgcounsel {

struct Period {
  Time since, until;  // [since, until)
};

struct QueryRow {
  Fingerprint fingerprint;
  std::string text;  // normalised, without values
  bool parsed = true;
  std::uint64_t calls = 0, errors = 0;
  Micros total{}, min{}, max{}, p50{}, p95{}, p99{};  // of completed executions
  Micros hold{};  // parse + bind + execution + the idle time in transactions that followed it
  Micros idle{};  // that idle time alone
  Micros lock_wait{};
  std::uint64_t temp_bytes = 0;
  std::vector<std::string> databases, users, applications;  // sorted
  Time first_seen{}, last_seen{};                           // in the ledger up to the period's end
  bool is_new = false;  // first seen in this period, and the ledger knows an earlier one
  std::optional<SourceLine> slowest;  // its slowest execution
  // Runs of the same statement one after the other in one session (n + 1), 10 executions and more.
  std::uint64_t run_count = 0, run_calls = 0, longest_run = 0;
  Micros run_total{};  // from the first start to the last end of these runs
  // The period before, for comparison; 0 calls when it was not there.
  std::uint64_t previous_calls = 0;
  Micros previous_total{}, previous_hold{};
};

// One step of a transaction class.
struct TransactionStep {
  Fingerprint fingerprint;
  std::string text;  // normalised statement
};

struct TransactionRow {
  std::string id;     // 16 hex digits of the sequence of fingerprints
  std::string label;  // `BEGIN; SELECT a; (INSERT b)×n; COMMIT`, normalised statements
  std::vector<TransactionStep> steps;  // loops folded
  bool explicit_block = false;         // BEGIN .. COMMIT; false: a statement of its own
  bool checkout = false;  // session pooling: what one client did between two DISCARD ALL
  std::uint64_t count = 0;
  std::uint64_t unfinished =
      0;  // ended by an error, FATAL, disconnection, or still open where the log ends
  Micros hold{}, busy{}, idle{}, lock_wait{};  // hold = busy + idle; lock_wait is part of busy
  Micros hold_p50{}, hold_p99{}, hold_max{};
  std::vector<std::string> databases, users, applications;
  std::uint64_t previous_count = 0;
  Micros previous_hold{};
};

struct ErrorRow {
  std::string severity;  // "ERROR"
  std::string sqlstate;  // empty: the log does not tell
  std::string message;   // values folded; empty: a text that is not in the table of messages
  std::uint64_t count = 0;
};

struct EventRow {
  std::string event_class;  // "lock_wait", "checkpoint", ...
  std::uint64_t count = 0;
};

// One figure of one class of the server's messages over the period (see parser/log/amounts.h).
struct EventMeasureRow {
  std::string event_class, object, measure;
  std::uint64_t count = 0, total = 0, largest = 0;
  // The hour in which it came to most.
  Time busiest_hour{};
  std::uint64_t busiest_count = 0, busiest_total = 0;
};

struct ErrorMinuteRow {
  Time minute{};
  std::string sqlstate, severity;
  std::uint64_t count = 0;
};

// Errors of one hour by who met them; names are empty where the log does not tell.
struct ErrorSourceRow {
  Time hour{};
  std::string severity, sqlstate, message;
  std::string database, user, application;
  Fingerprint fingerprint;  // none: no statement
  std::uint64_t count = 0;
};

// Sessions that ended in the period, of one database, user and application.
struct SessionRow {
  std::string database, user, application;
  std::uint64_t sessions = 0;
  std::uint64_t brief = 0;  // shorter than kBriefSession
  Micros total{}, p50{};
  Time busiest_hour{};
  std::uint64_t busiest_sessions = 0;
};

// What is known to lack in the log.
struct LossRow {
  std::uint64_t missing = 0;   // records within sessions, by the sessions' own count
  std::uint64_t sessions = 0;  // that they lack in
  std::uint64_t reported = 0;  // messages that the carrier says it dropped
  std::uint64_t cut = 0;       // messages without their end
};

struct Connections {
  std::uint64_t received = 0, authorized = 0, disconnected = 0, refused = 0;
  std::optional<std::uint64_t> peak;  // sessions at once; absent without connection lines
};

// One bucket of the day's curve.
struct HourRow {
  Time hour{};
  std::uint64_t calls = 0, errors = 0;
  Micros hold{}, busy{}, idle{}, lock_wait{};
  Micros peak_in_use{};  // as in Totals, of this hour
};

// The figures of the report's head, for one period.
struct Totals {
  std::uint64_t statements = 0, errors = 0, refused = 0;
  Micros hold{}, busy{}, idle{}, lock_wait{};
  Micros p50{}, p95{}, p99{};  // of all statements
  std::uint64_t temp_bytes = 0;
  std::optional<std::uint64_t> peak_sessions;
  Micros peak_in_use{};  // connection-microseconds held in the fullest second
};

struct Workload {
  std::string server;
  Period period;
  Coverage coverage;
  Totals totals;
  std::optional<Totals>
      previous;  // the period of equal length before; absent when the ledger has none
  Connections connections;
  std::vector<QueryRow> queries;
  std::vector<TransactionRow> transactions;
  std::vector<ErrorRow> errors;
  std::vector<EventRow> events;
  std::vector<HourRow> hours;                   // every hour of the period that has records
  std::vector<EventMeasureRow> event_measures;  // by class, object, measure
  std::vector<ErrorMinuteRow> error_minutes;    // by minute, SQLSTATE, severity
  std::vector<ErrorSourceRow> error_sources;    // by hour, then as the fields stand
  std::vector<SessionRow> sessions;             // by count, then names
  LossRow lost;
  LockReport locks;
  std::vector<PoolRow> pools;  // by database and user
  std::optional<ConnectionLimit> connection_limit;
  std::optional<ConnectionBurst> connection_burst;
  std::optional<PoolerReport> pooler;     // where a pooler's log was read
  std::optional<SamplesReport> samples;   // where exports were read
  std::vector<PlanRow> plans;             // by query, then total time of each plan
  std::vector<PlanSwitch> plan_switches;  // by time
  PlanCounts plan_counts;
};

}  // namespace pgcounsel
