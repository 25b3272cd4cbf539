#include "analyzer/samples.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "analyzer/ledger/store.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {
namespace {

// PgBouncer's own console, which is no pool.
constexpr std::string_view kConsole = "pgbouncer";

template <class Map>
void merge_all(Map& into, const Map& from) {
  for (const auto& [key, value] : from) {
    const auto [it, inserted] = into.try_emplace(key, value);
    if (!inserted) it->second.merge(value);
  }
}

std::uint64_t number(const ExportRow& row, std::initializer_list<std::string_view> columns) {
  return whole_number(row.first_of(columns)).value_or(0);
}

Micros micros(const ExportRow& row, std::string_view column) {
  return Micros{static_cast<Micros::rep>(number(row, {column}))};
}

std::string text(const ExportRow& row, std::initializer_list<std::string_view> columns) {
  return std::string(row.first_of(columns));
}

class Reader {
 public:
  Reader(const Zone& zone, Time modified) : zone_(zone), modified_(modified) {}

  SamplesRead read(std::string_view bytes) {
    SamplesRead result;
    result.counts = read_export(bytes, [this](ExportKind kind, const ExportRow& row) {
      if (!take(kind, row)) ++refused_;
    });
    result.counts.unparsed += refused_;
    date_activity();
    result.samples = std::move(samples_);
    return result;
  }

 private:
  bool take(ExportKind kind, const ExportRow& row) {
    switch (kind) {
      case ExportKind::kStatements:
        return take_statement(row);
      case ExportKind::kActivity:
        return take_activity(row);
      case ExportKind::kPools:
        return take_pool(row);
      case ExportKind::kPoolStats:
        return take_pool_stats(row);
      case ExportKind::kDatabases:
        return take_size(PoolSizeSource::kShowDatabases, row);
      case ExportKind::kPoolerConfig:
        return take_size(PoolSizeSource::kConfig, row);
      case ExportKind::kDatabaseStats:
        return take_database(row);
    }
    return false;
  }

  // Of one export the rows of a key add up: statements that differ in their values only, and users
  // that the export tells by number.
  bool take_statement(const ExportRow& row) {
    const std::string_view sql = row.get("query");
    const auto calls = whole_number(row.get("calls"));
    const auto run = milliseconds_of(row.first_of({"total_exec_time", "total_time"}));
    if (!calls || !run || sql.empty() || sql == "<insufficient privilege>") return false;
    const StatementFacts& facts = *book_.look_up(sql);
    StatementKey key;
    key.time = row.time(zone_).value_or(kNoTime);
    key.fingerprint = facts.fingerprint.value;
    key.database = text(row, {"datname", "database", "dbname"});
    key.user = text(row, {"rolname", "usename", "username", "user"});
    key.toplevel = !row.get("toplevel").starts_with('f');
    StatementSnapshot& sum = samples_.statements[std::move(key)];
    sum.calls += *calls;
    sum.total += *run + milliseconds_of(row.get("total_plan_time")).value_or(Micros{0});
    sum.rows += number(row, {"rows"});
    sum.temp_blocks += number(row, {"temp_blks_written"});
    samples_.texts[facts.fingerprint.value].merge(facts.text, facts.parsed);
    return true;
  }

  struct Session {
    std::optional<Time> time;  // of the sample
    ActivityKey key;
    std::optional<Time> transaction, change;  // since when
    Micros transaction_age{}, change_age{};   // as the export computed them
  };

  bool take_activity(const ExportRow& row) {
    const std::string_view backend = row.get("backend_type");
    const std::string state = text(row, {"state"});
    // Background processes have no state.
    if (!backend.empty() && backend != "client backend") return true;
    if (!whole_number(row.get("pid"))) return false;
    if (state.empty()) return true;
    Session session;
    session.time = row.time(zone_);
    session.key = {kNoTime, text(row, {"datname", "database"}),
                   text(row, {"usename", "username", "user"}), text(row, {"application_name"}),
                   state};
    session.transaction = sample_time(row.get("xact_start"), zone_);
    session.change = sample_time(row.get("state_change"), zone_);
    session.transaction_age =
        seconds_of(row.first_of({"xact_age_s", "xact_age"})).value_or(Micros{0});
    session.change_age = seconds_of(row.first_of({"state_age_s", "state_age"})).value_or(Micros{0});
    for (const auto& at :
         {session.transaction, session.change, sample_time(row.get("query_start"), zone_)}) {
      if (at && *at > newest_) newest_ = *at;
    }
    sessions_.push_back(std::move(session));
    return true;
  }

  // An export without a sample time was taken when its newest statement, the export itself, began.
  void date_activity() {
    for (Session& session : sessions_) {
      const Time time = session.time.value_or(newest_);
      const auto age = [time](const std::optional<Time>& since, Micros told) {
        return since && *since < time ? time - *since : told;
      };
      session.key.time = time;
      const bool idle = session.key.state.starts_with("idle in transaction");
      ActivitySample& sample = samples_.activity[session.key];
      ++sample.count;
      sample.longest_transaction =
          std::max(sample.longest_transaction, age(session.transaction, session.transaction_age));
      if (!idle) continue;
      sample.longest_idle = std::max(sample.longest_idle, age(session.change, session.change_age));
    }
  }

  bool take_pool(const ExportRow& row) {
    if (!whole_number(row.get("cl_active")) || !whole_number(row.get("cl_waiting"))) return false;
    if (row.get("database") == kConsole) return true;
    PoolSample sample;
    sample.pool_mode = text(row, {"pool_mode"});
    sample.cl_active = number(row, {"cl_active"});
    sample.cl_waiting = number(row, {"cl_waiting"});
    sample.sv_active = number(row, {"sv_active"});
    sample.sv_idle = number(row, {"sv_idle"});
    sample.sv_used = number(row, {"sv_used"});
    sample.maxwait = seconds_of(row.get("maxwait")).value_or(Micros{0}) + micros(row, "maxwait_us");
    samples_
        .pools[{row.time(zone_).value_or(kNoTime), text(row, {"database"}), text(row, {"user"})}]
        .merge(sample);
    return true;
  }

  bool take_pool_stats(const ExportRow& row) {
    if (!whole_number(row.first_of({"total_xact_count", "total_query_count"}))) return false;
    if (row.get("database") == kConsole) return true;
    PoolStatsSample sample;
    sample.xacts = number(row, {"total_xact_count"});
    sample.queries = number(row, {"total_query_count"});
    sample.received = number(row, {"total_received"});
    sample.sent = number(row, {"total_sent"});
    sample.xact_time = micros(row, "total_xact_time");
    sample.query_time = micros(row, "total_query_time");
    sample.wait_time = micros(row, "total_wait_time");
    samples_.pool_stats[{row.time(zone_).value_or(kNoTime), text(row, {"database"})}].merge(sample);
    return true;
  }

  bool take_database(const ExportRow& row) {
    const auto commits = whole_number(row.get("xact_commit"));
    const auto rollbacks = whole_number(row.get("xact_rollback"));
    if (!commits || !rollbacks) return false;
    const std::string database = text(row, {"datname", "database"});
    // The row of the shared objects has no name.
    if (database.empty() && (row.has("datname") || row.has("database"))) return true;
    const auto time_in = [&row](std::string_view column) {
      return milliseconds_of(row.get(column)).value_or(Micros{0});
    };
    DatabaseStats stats;
    stats.backends = number(row, {"numbackends"});
    stats.commits = *commits;
    stats.rollbacks = *rollbacks;
    stats.session = time_in("session_time");
    stats.active = time_in("active_time");
    stats.idle_in_transaction = time_in("idle_in_transaction_time");
    stats.abandoned = number(row, {"sessions_abandoned"});
    stats.fatal = number(row, {"sessions_fatal"});
    stats.killed = number(row, {"sessions_killed"});
    stats.deadlocks = number(row, {"deadlocks"});
    stats.temp_bytes = number(row, {"temp_bytes"});
    stats.reset = sample_time(row.get("stats_reset"), zone_).value_or(kNoTime);
    samples_.databases[{row.time(zone_).value_or(kNoTime), database}].merge(stats);
    return true;
  }

  bool take_size(PoolSizeSource source, const ExportRow& row) {
    const auto size = whole_number(row.get("pool_size"));
    if (!size) return false;
    if (row.get("name") == kConsole) return true;
    PoolSize told;
    told.time = row.time(zone_).value_or(modified_);
    told.size = *size;
    told.reserve = number(row, {"reserve_pool", "reserve_pool_size"});
    told.mode = text(row, {"pool_mode"});
    samples_
        .sizes[{source, text(row, {"database", "name"}), text(row, {"force_user"}),
                text(row, {"name"})}]
        .merge(told);
    return true;
  }

  const Zone& zone_;
  Time modified_;
  StatementBook book_;
  Samples samples_;
  std::vector<Session> sessions_;
  Time newest_ = kNoTime;
  std::uint64_t refused_ = 0;
};

}  // namespace

void StatementSnapshot::merge(const StatementSnapshot& other) {
  calls = std::max(calls, other.calls);
  total = std::max(total, other.total);
  rows = std::max(rows, other.rows);
  temp_blocks = std::max(temp_blocks, other.temp_blocks);
}

void ActivitySample::merge(const ActivitySample& other) {
  count = std::max(count, other.count);
  longest_transaction = std::max(longest_transaction, other.longest_transaction);
  longest_idle = std::max(longest_idle, other.longest_idle);
}

void PoolSample::merge(const PoolSample& other) {
  pool_mode = std::max(pool_mode, other.pool_mode);
  cl_active = std::max(cl_active, other.cl_active);
  cl_waiting = std::max(cl_waiting, other.cl_waiting);
  sv_active = std::max(sv_active, other.sv_active);
  sv_idle = std::max(sv_idle, other.sv_idle);
  sv_used = std::max(sv_used, other.sv_used);
  maxwait = std::max(maxwait, other.maxwait);
}

void PoolStatsSample::merge(const PoolStatsSample& other) {
  xacts = std::max(xacts, other.xacts);
  queries = std::max(queries, other.queries);
  received = std::max(received, other.received);
  sent = std::max(sent, other.sent);
  xact_time = std::max(xact_time, other.xact_time);
  query_time = std::max(query_time, other.query_time);
  wait_time = std::max(wait_time, other.wait_time);
}

void DatabaseStats::merge(const DatabaseStats& other) {
  backends = std::max(backends, other.backends);
  commits = std::max(commits, other.commits);
  rollbacks = std::max(rollbacks, other.rollbacks);
  session = std::max(session, other.session);
  active = std::max(active, other.active);
  idle_in_transaction = std::max(idle_in_transaction, other.idle_in_transaction);
  abandoned = std::max(abandoned, other.abandoned);
  fatal = std::max(fatal, other.fatal);
  killed = std::max(killed, other.killed);
  deadlocks = std::max(deadlocks, other.deadlocks);
  temp_bytes = std::max(temp_bytes, other.temp_bytes);
  reset = std::max(reset, other.reset);
}

void PoolSize::merge(const PoolSize& other) {
  *this = std::max(*this, other);
}

void Samples::merge(const Samples& other) {
  merge_all(statements, other.statements);
  merge_all(activity, other.activity);
  merge_all(pools, other.pools);
  merge_all(pool_stats, other.pool_stats);
  merge_all(databases, other.databases);
  merge_all(sizes, other.sizes);
  merge_all(texts, other.texts);
}

bool Samples::empty() const {
  return statements.empty() && activity.empty() && pools.empty() && pool_stats.empty() &&
         databases.empty() && sizes.empty();
}

SamplesRead read_samples(std::string_view bytes, const Zone& zone, Time modified) {
  return Reader(zone, modified).read(bytes);
}

Result<ExportCounts> ingest_export(Store& store, std::int64_t server, std::string_view bytes,
                                   const Zone& zone, Time modified) {
  const SamplesRead read = read_samples(bytes, zone, modified);
  if (auto done = store.add_samples(server, read.samples); !done) return done.error();
  return read.counts;
}

}  // namespace pgcounsel
