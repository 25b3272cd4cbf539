// What exports tell (pg_stat_statements, pg_stat_activity, pg_stat_database, SHOW POOLS, SHOW
// STATS), as rows with a time: state at a moment, not sums, so that reading an export again changes
// nothing. Of two rows of one key the larger figures stay, in any order. Texts are redacted before
// they get here.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "analyzer/workload/sums.h"
#include "parser/export/exports.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

class Store;

constexpr Time kNoTime{};  // the export does not tell when

struct StatementKey {
  Time time;
  std::uint64_t fingerprint = 0;
  std::string database, user;
  bool toplevel = true;
  auto operator<=>(const StatementKey&) const = default;
};
struct StatementSnapshot {
  std::uint64_t calls = 0;
  Micros total{};  // execution, and planning where it is told
  std::uint64_t rows = 0, temp_blocks = 0;
  void merge(const StatementSnapshot& other);
  bool operator==(const StatementSnapshot&) const = default;
};

struct ActivityKey {
  Time time;
  std::string database, user, application, state;
  auto operator<=>(const ActivityKey&) const = default;
};
struct ActivitySample {
  std::uint64_t count = 0;
  Micros longest_transaction{}, longest_idle{};  // idle in transaction; 0 where not told
  void merge(const ActivitySample& other);
  bool operator==(const ActivitySample&) const = default;
};

struct PoolSampleKey {
  Time time;
  std::string database, user;
  auto operator<=>(const PoolSampleKey&) const = default;
};
struct PoolSample {
  std::string pool_mode;
  std::uint64_t cl_active = 0, cl_waiting = 0, sv_active = 0, sv_idle = 0, sv_used = 0;
  Micros maxwait{};
  void merge(const PoolSample& other);
  bool operator==(const PoolSample&) const = default;
};

struct PoolStatsKey {
  Time time;
  std::string database;
  auto operator<=>(const PoolStatsKey&) const = default;
};
// Totals since the pooler started.
struct PoolStatsSample {
  std::uint64_t xacts = 0, queries = 0, received = 0, sent = 0;
  Micros xact_time{}, query_time{}, wait_time{};
  void merge(const PoolStatsSample& other);
  bool operator==(const PoolStatsSample&) const = default;
};

struct DatabaseStatsKey {
  Time time;
  std::string database;  // empty: the export does not tell which
  auto operator<=>(const DatabaseStatsKey&) const = default;
};
// Totals since the last reset.
struct DatabaseStats {
  std::uint64_t backends = 0;  // now
  std::uint64_t commits = 0, rollbacks = 0;
  Micros session{}, active{}, idle_in_transaction{};   // all 0 before PostgreSQL 14
  std::uint64_t abandoned = 0, fatal = 0, killed = 0;  // sessions
  std::uint64_t deadlocks = 0, temp_bytes = 0;
  Time reset = kNoTime;
  void merge(const DatabaseStats& other);
  bool operator==(const DatabaseStats&) const = default;
};

// How large a pool may become, as its pooler's configuration, SHOW DATABASES or the option
// --pool-size tells. Empty users and the database `*` stand for all that have no row of their own.
// The newest row counts.
enum class PoolSizeSource : std::uint8_t { kConfig = 0, kShowDatabases = 1, kOption = 2 };
constexpr std::string_view kAnyPool = "*";
struct PoolSizeKey {
  PoolSizeSource source = PoolSizeSource::kConfig;
  std::string database, user;
  std::string name = {};  // that the pooler gives to the database; empty: not told
  auto operator<=>(const PoolSizeKey&) const = default;
};
struct PoolSize {
  Time time{};
  std::uint64_t size = 0, reserve = 0;
  std::string mode;
  void merge(const PoolSize& other);
  auto operator<=>(const PoolSize&) const = default;
};

struct Samples {
  std::map<StatementKey, StatementSnapshot> statements;
  std::map<ActivityKey, ActivitySample> activity;
  std::map<PoolSampleKey, PoolSample> pools;
  std::map<PoolStatsKey, PoolStatsSample> pool_stats;
  std::map<DatabaseStatsKey, DatabaseStats> databases;
  std::map<PoolSizeKey, PoolSize> sizes;
  std::unordered_map<std::uint64_t, StatementText> texts;  // of the statements

  void merge(const Samples& other);
  bool empty() const;
};

struct SamplesRead {
  Samples samples;
  ExportCounts counts;  // `unparsed` with the rows whose figures are no numbers
};
// Times without a zone are in `zone`. `modified`: when a configuration was written.
SamplesRead read_samples(std::string_view bytes, const Zone& zone, Time modified = kNoTime);

// Reads a whole export into the ledger.
Result<ExportCounts> ingest_export(Store& store, std::int64_t server, std::string_view bytes,
                                   const Zone& zone, Time modified = kNoTime);

}  // namespace pgcounsel
