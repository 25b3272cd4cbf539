// One session's events in the order of its log, turned into executions and holds.
//
// A hold is the time for which a transaction (or a statement of its own) keeps its server
// connection: from the start of BEGIN to the end of COMMIT or ROLLBACK, the application's pauses
// included. Start of a statement = time of its log line - its duration. busy = the durations (parse
// and bind too), idle in transaction = hold - busy, lock wait is part of busy. A failed statement
// has no duration line: its end is the ERROR line; its time counts as busy where it was cancelled,
// else as idle. FATAL and disconnection end a hold where they stand.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/workload/live_sums.h"
#include "analyzer/workload/transaction_class.h"
#include "parser/bytes.h"
#include "parser/sql/fingerprint.h"
#include "parser/sql/statement_role.h"
#include "parser/time.h"

namespace pgcounsel {

struct SessionEvent {
  enum class Kind : std::uint8_t {
    kReceived,  // connection received or authorized: a session begins
    kDisconnected,
    kFatal,  // ends the session
    kError,
    kStatement,  // completed, simple protocol
    kExecute,    // completed, extended protocol
    kParse,
    kBind,
    kBare,    // a duration without a text
    kLogged,  // log_statement's line: begins, its duration follows as a bare one
    kLockWaiting,
    kLockAcquired,
  };
  Kind kind = Kind::kBare;
  StatementRole role = StatementRole::kOther;
  bool outside_transaction = false;  // the log says so (virtual transaction id n/0)
  bool cancelled = false;            // of an error: the statement ran until it was cancelled
  bool nameless = false;  // neither its line nor its session's authorization tells who it is
  Time time{};            // of the log line
  Micros duration{};      // of the statement, or of the lock wait so far
  Fingerprint fingerprint;
  std::uint32_t dimension = 0;  // index in the run's DimensionTable
  std::uint64_t line = 0;

  Time start() const { return time - duration; }
  bool completes() const { return kind == Kind::kStatement || kind == Kind::kExecute; }
  bool has_statement() const {
    return completes() || kind == Kind::kParse || kind == Kind::kBind || kind == Kind::kLogged;
  }
};

// What a session is in the middle of.
struct SessionState {
  struct Transaction {
    Time start{}, last_end{};
    Micros busy{}, lock_wait{};
    Fingerprint last;
    std::uint32_t dimension = 0;
    ClassBuilder steps;
    bool operator==(const Transaction&) const = default;
  };
  struct Batch {  // parse and bind of a statement whose execution has not been logged yet
    Time start{}, end{};
    Micros busy{};
    bool operator==(const Batch&) const = default;
  };
  struct Pending {  // a logged statement that waits for its duration
    Fingerprint fingerprint;
    StatementRole role = StatementRole::kOther;
    Time time{};
    std::uint64_t line = 0;
    bool operator==(const Pending&) const = default;
  };
  struct LockWait {
    Time time{};
    Micros waited{};
    Fingerprint fingerprint;
    bool operator==(const LockWait&) const = default;
  };
  struct Run {  // the same statement again and again
    Fingerprint fingerprint;
    std::uint64_t count = 0;
    Time start{}, end{};
    bool operator==(const Run&) const = default;
  };
  std::optional<Transaction> transaction;
  std::optional<Batch> batch;
  std::optional<Batch> prelude;  // the pooler's SET before a transaction: part of the next hold
  std::optional<Pending> pending;
  std::optional<LockWait> lock;
  Micros statement_lock_wait{};  // acquired after waiting, by the statement that runs now
  Run run;
  Time last{Time::min()};
  bool operator==(const SessionState&) const = default;

  // Nothing is open and nothing is expected, except perhaps a run.
  bool at_rest() const {
    return !transaction && !batch && !prelude && !pending && !lock &&
           statement_lock_wait == Micros{0};
  }
};

// Pause that still lets one execution follow "at once" on another of the same statement.
constexpr Micros kRunPause{100'000};
// Executions from which a run is counted (n_plus_one).
constexpr std::uint64_t kRunLength = 10;

// Where a timeline's events come from and where its sums go.
struct TimelineOutput {
  LiveSums& sums;
  const DimensionTable& dimensions;
  std::string_view source;  // for the place of the slowest execution
  std::uint32_t pid = 0;    // of the session; 0: not known
};

// Applies one event.
void advance(SessionState& state, const SessionEvent& event, const TimelineOutput& out);
// Ends what is open: a transaction becomes an unfinished hold up to `end` (never before its last
// event).
void finish(SessionState& state, Time end, const TimelineOutput& out);
// Whether `event` cannot continue the run of the state.
bool breaks_run(const SessionState& state, const SessionEvent& event);

void write_dimension(ByteWriter& out, std::uint32_t index, const DimensionTable& dimensions);
std::uint32_t read_dimension(ByteReader& in, DimensionTable& dimensions);
void write_state(ByteWriter& out, const SessionState& state, const DimensionTable& dimensions);
SessionState read_state(ByteReader& in, DimensionTable& dimensions);
void write_event(ByteWriter& out, const SessionEvent& event, const DimensionTable& dimensions);
SessionEvent read_event(ByteReader& in, DimensionTable& dimensions);

}  // namespace pgcounsel
