// Everything that is summed over records: the mergeable heart of the program. Only integers, so
// that merging is exact, commutative and associative: any split of the input, in any order, gives
// the same sums. The ledger stores these rows; a report is made from the rows of its period.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/workload/checkout_trace.h"
#include "analyzer/workload/client_ports.h"
#include "analyzer/workload/dimension.h"
#include "analyzer/workload/event_sums.h"
#include "analyzer/workload/histogram.h"
#include "analyzer/workload/hold_trace.h"
#include "analyzer/workload/lock_sums.h"
#include "analyzer/workload/long_hold.h"
#include "analyzer/workload/plan_sums.h"
#include "analyzer/workload/pooler_sums.h"
#include "parser/sql/fingerprint.h"
#include "parser/time.h"

namespace pgcounsel {

// Where and how long the slowest execution was. The larger wins, ties go to the earlier place.
struct Slowest {
  Micros duration{-1};
  std::string source;
  std::uint64_t line = 0;
  void merge(const Slowest& other);
};

// One fingerprint in one hour.
struct QueryStats {
  std::uint64_t calls = 0, errors = 0;
  Micros total{}, min{Micros::max()}, max{Micros{-1}};
  Micros parse{}, bind{};  // extended protocol, not part of total
  Micros hold{}, idle{};   // see QueryRow
  Micros lock_wait{};
  std::uint64_t temp_bytes = 0;
  std::uint64_t run_count = 0, run_calls = 0, longest_run = 0;
  Micros run_total{};
  Time first{Time::max()}, last{Time::min()};
  Slowest slowest;
  Histogram durations;

  void add_execution(Micros duration);
  void seen_at(Time time);
  void merge(const QueryStats& other);
};

// A transaction holds its connection for itself; a checkout is what one client keeps (see
// checkout.h).
enum class HoldKind : std::uint8_t { kTransaction = 0, kCheckout = 1 };

// One class of holds in one hour and pool.
struct ClassKey {
  Time hour;
  HoldKind kind = HoldKind::kTransaction;
  std::string database, user;
  std::uint64_t id = 0;
  auto operator<=>(const ClassKey&) const = default;
};

struct ClassStats {
  std::uint64_t count = 0, unfinished = 0;
  Micros hold{}, busy{}, idle{}, lock_wait{}, max_hold{};
  Histogram holds;
  // One hold: `lock_wait` is part of `busy`, `busy` part of `length`.
  void add_hold(Micros length, Micros busy, Micros lock_wait, bool is_unfinished);
  void merge(const ClassStats& other);
};

// Sessions that began and ended in one second.
struct SessionChanges {
  std::int64_t opened = 0, closed = 0;
  bool operator==(const SessionChanges&) const = default;
};
using SessionSeries = std::map<Time, SessionChanges>;  // by second
void add_sessions(SessionSeries& sessions, const SessionSeries& others);
std::string encode_sessions(const SessionSeries& sessions);
Result<SessionSeries> decode_sessions(std::string_view bytes);

// What the connections of a pool did in one second: connection-microseconds of that second.
struct SecondTotals {
  std::uint64_t arrivals = 0;  // holds of transactions that began
  Micros busy{}, idle{};       // of transactions; lock_wait is part of busy
  Micros lock_wait{};
  Micros checked_out{};  // kept by a client (checkouts)
  void merge(const SecondTotals& other);
  bool operator==(const SecondTotals&) const = default;
};
using SecondSeries = std::map<Time, SecondTotals>;  // by second
std::string encode_seconds(const SecondSeries& seconds);
Result<SecondSeries> decode_seconds(std::string_view bytes);

struct PoolKey {
  Time hour;
  std::string database, user;
  auto operator<=>(const PoolKey&) const = default;
};
struct PoolStats {
  std::uint64_t discards =
      0;  // checkouts that ended with DISCARD ALL: more than one is session pooling
  SecondSeries seconds;
  HoldTrace trace;                        // holds that ended in this hour
  std::vector<LongHold> long_holds;       // those of them that could block others
  std::vector<TracedCheckout> checkouts;  // that touch this hour
  SessionSeries sessions;                 // whose names are known
  void merge(const PoolStats& other);
};

// The statements of a transaction class with loops folded, and the loops as first and last step.
struct ClassSteps {
  std::vector<Fingerprint> steps;
  std::set<std::pair<std::uint8_t, std::uint8_t>> loops;
  bool empty() const { return steps.empty(); }
  // Loops of both; the steps are the same where the class is.
  void merge(const ClassSteps& other);
  bool operator==(const ClassSteps&) const = default;
};

struct StatementText {
  std::string text;
  bool parsed = true;
  // Of several texts of one fingerprint the shorter, then the smaller one is kept: no order
  // decides.
  void merge(std::string_view other, bool other_parsed);
  void merge(const StatementText& other) { merge(other.text, other.parsed); }
};

struct ErrorKey {
  Time hour;
  std::string severity, sqlstate, message;
  auto operator<=>(const ErrorKey&) const = default;
};

struct ConnectionCounts {
  std::uint64_t received = 0, authorized = 0, disconnected = 0, refused = 0;
  void merge(const ConnectionCounts& other);
};

// Facts about what the log shows, from the log itself.
struct LogFacts {
  enum Flag : std::uint32_t {
    kSessionIds = 1,
    kMilliseconds = 2,
    kInTransaction = 4,
    kNames = 8,
    kApplication = 16,
    kTime = 32,
    kAll = 63
  };
  std::uint64_t records = 0;
  std::uint64_t bare_durations = 0;           // durations whose statement is not in the log
  std::uint64_t logged_without_duration = 0;  // statements whose duration is not in the log
  std::uint32_t flags = 0;
  Time first{Time::max()}, last{Time::min()};
  void merge(const LogFacts& other);
};

enum class SubjectKind : std::uint8_t { kQuery = 0, kTransaction = 1 };

struct DimensionKey {
  SubjectKind kind;
  std::uint64_t id;  // fingerprint or class id
  Time day;
  Dimension dimension;
  auto operator<=>(const DimensionKey&) const = default;
};

struct DimensionStats {
  std::uint64_t count = 0;
  Micros hold{};
  void add(Micros length) {
    ++count;
    hold += length;
  }
  void merge(const DimensionStats& other);
};

struct HourId {
  std::uint64_t id;  // fingerprint
  Time hour;
  auto operator<=>(const HourId&) const = default;
};
struct HourIdHash {
  std::size_t operator()(const HourId& key) const {
    const auto hour = static_cast<std::uint64_t>(key.hour.time_since_epoch().count());
    return static_cast<std::size_t>(key.id ^ (hour * 0x9E3779B97F4A7C15ULL));
  }
};

struct Sums {
  std::unordered_map<HourId, QueryStats, HourIdHash> queries;
  std::map<ClassKey, ClassStats> classes;
  std::map<PoolKey, PoolStats> pools;
  std::unordered_map<std::uint64_t, StatementText> texts;     // by fingerprint
  std::unordered_map<std::uint64_t, ClassSteps> class_steps;  // by class id
  std::map<DimensionKey, DimensionStats> dimensions;
  std::map<ErrorKey, std::uint64_t> errors;
  std::map<std::pair<Time, std::string>, std::uint64_t> events;  // hour, class
  std::map<Time, ConnectionCounts> connections;                  // by hour
  SessionSeries sessions;
  std::map<Time, LogFacts> hours;
  std::set<Time> restarts;
  PoolerSums pooler;  // of a pooler's log, apart from all above
  EventSums details;  // of messages, errors, sessions, and what the log lacks
  LockSums locks;
  PlanSums plans;
  ClientPorts ports;  // of sessions through TCP

  QueryStats& query(Fingerprint fingerprint, Time time);
  void merge(const Sums& other);
  // The rows of [since, until), whole days of dimensions that touch it, and all texts and steps.
  Sums slice(Time since, Time until) const;
  bool empty() const {
    return hours.empty() && queries.empty() && classes.empty() && pooler.empty() &&
           locks.hours.empty() && plans.empty();
  }
};

}  // namespace pgcounsel
