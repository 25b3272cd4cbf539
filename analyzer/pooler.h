// What a pooler's log and the exports tell about one period: part of the frozen Workload. Rows are
// complete and sorted by count or size, ties by their key.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parser/log/pooler/pooler_message.h"
#include "parser/sql/fingerprint.h"
#include "parser/time.h"

namespace pgcounsel {

struct PoolerEventRow {
  std::string message_class;
  PoolerConcern concern = PoolerConcern::kNone;
  std::string side;            // "client", "server", or empty
  std::string database, user;  // empty where the pooler does not know them yet
  std::uint64_t count = 0;     // of events: what was logged in two forms counts once
};

// From the stats lines: every line counts alike, whatever stats_period is.
struct PoolerWaits {
  std::uint64_t lines = 0;
  std::uint64_t lines_without_meaning = 0;  // what their `wait` means is not known: the version is
                                            // not in the log
  Micros mean_transaction{};                // from the client's first packet on, the wait included
  std::optional<Micros> mean_wait;          // for one transaction
  Micros worst_wait{};                      // mean of the worst minute
  Time worst_minute{};
  // Clients that waited at once, on average of the worst minute, in thousandths; only to 1.22.
  std::optional<std::uint64_t> worst_waiting;
};

struct PoolerReport {
  std::vector<std::string> versions;
  std::uint64_t max_client_conn = 0;  // 0: not told
  std::uint64_t records = 0;
  Time first{}, last{};
  std::vector<PoolerEventRow> events;
  std::uint64_t refused = 0;       // clients
  std::uint64_t most_refused = 0;  // in one second
  Time most_refused_at{};
  std::optional<PoolerWaits> waits;
};

// A figure and when it was seen; no time where the export does not tell.
struct PeakCount {
  std::uint64_t count = 0;
  std::optional<Time> time;
};
struct PeakTime {
  Micros length{};
  std::optional<Time> time;
};

struct PoolPeaks {
  std::string database, user, pool_mode;
  std::uint64_t samples = 0;
  std::uint64_t samples_waiting = 0;  // with a client waiting
  PeakCount cl_waiting, sv_active;
  PeakTime maxwait;
};
// What SHOW STATS counted between the first and the last sample.
struct PoolTotals {
  std::string database;
  std::uint64_t xacts = 0;
  Micros xact_time{}, wait_time{};
};
// Of the time that both saw: what the server counted, and what the log shows. The log may show
// more: the server misses the idle time of sessions that a timeout ended.
struct LoadInLog {
  Micros counted{}, shown{};
  double coverage() const {
    return static_cast<double>(shown.count()) / static_cast<double>(counted.count());
  }
  // Below nine tenths the log is said to hide load.
  bool is_lacking() const { return shown * 10 < counted * 9; }
};
// What pg_stat_database counted between the first and the last sample; where it was reset, that
// step is left out.
struct DatabaseLoad {
  std::string database;  // empty: the export does not tell
  std::uint64_t samples = 0;
  std::optional<Time> first, last;  // of the samples
  Micros length{};                  // of the steps between them
  std::uint64_t transactions = 0, rollbacks = 0, deadlocks = 0, temp_bytes = 0;
  std::uint64_t abandoned = 0, fatal = 0, killed = 0;  // sessions that ended so
  std::uint64_t most_backends = 0;
  bool has_times = false;   // else the server does not count them (before PostgreSQL 14)
  Micros active{}, idle{};  // connection time; idle in transaction
  // Absent where they are less than a minute in common, or the log tells no databases.
  std::optional<LoadInLog> in_log;

  Micros used() const { return active + idle; }
};
struct StatePeak {
  std::string state;
  PeakCount sessions;
};
struct IdleSession {
  PeakTime idle;
  std::string database, user, application;
};
struct SampledStatement {
  Fingerprint fingerprint;
  std::string text;
  std::uint64_t calls = 0, rows = 0, temp_blocks = 0;
  Micros total{};
  bool in_log = false;
};

struct SamplesReport {
  std::vector<PoolPeaks> pools;
  std::vector<PoolTotals> pool_totals;
  std::vector<DatabaseLoad> databases;  // most load first
  std::uint64_t activity_samples = 0;
  std::vector<StatePeak> states;
  std::optional<IdleSession> longest_idle;
  std::optional<PeakTime> longest_transaction;
  std::optional<Time> statements_at;
  std::vector<SampledStatement> statements;  // of the newest snapshot
};

}  // namespace pgcounsel
