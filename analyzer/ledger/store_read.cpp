// The reading half of Store: rows back into sums, and the fold of cut sessions.
#include <algorithm>
#include <tuple>

#include "analyzer/ledger/sql.h"
#include "analyzer/ledger/store.h"
#include "analyzer/ledger/store_locks.h"
#include "analyzer/ledger/store_plans.h"
#include "analyzer/ledger/store_pooler.h"
#include "analyzer/ledger/store_ports.h"
#include "analyzer/ledger/store_samples.h"
#include "analyzer/ledger/store_state.h"
#include "analyzer/pools/explain.h"
#include "analyzer/workload/session_fragment.h"
#include "analyzer/workload/transaction_class.h"

namespace pgcounsel {
namespace {

using SQLite::Statement;

Sums read_sums(SQLite::Database& database, std::int64_t server, Time since, Time until) {
  Sums sums;
  auto queries = select_period(
      database, "SELECT * FROM query_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3", server,
      since, until);
  while (queries.executeStep()) {
    sums.queries.emplace(HourId{number_of(queries.getColumn(2)), time_of(queries.getColumn(1))},
                         query_stats_of(queries, 3));
  }
  auto classes = select_period(
      database, "SELECT * FROM hold_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3", server,
      since, until);
  while (classes.executeStep()) {
    sums.classes.emplace(
        ClassKey{time_of(classes.getColumn(1)),
                 static_cast<HoldKind>(classes.getColumn(2).getInt()),
                 classes.getColumn(3).getString(), classes.getColumn(4).getString(),
                 number_of(classes.getColumn(5))},
        class_stats_of(classes, 6));
  }
  auto pools = select_period(database,
                             "SELECT hour, database, user, discards, held, seconds FROM pool_hour "
                             "WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
                             server, since, until);
  while (pools.executeStep()) {
    sums.pools.emplace(PoolKey{time_of(pools.getColumn(0)), pools.getColumn(1).getString(),
                               pools.getColumn(2).getString()},
                       pool_stats_of(pools, 3));
  }
  auto pool_sessions = select_period(database,
                                     "SELECT hour, database, user, seconds FROM pool_session_hour "
                                     "WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
                                     server, since, until);
  while (pool_sessions.executeStep()) {
    const PoolKey key{time_of(pool_sessions.getColumn(0)), pool_sessions.getColumn(1).getString(),
                      pool_sessions.getColumn(2).getString()};
    sums.pools[key].sessions = intact(decode_sessions(blob_of(pool_sessions.getColumn(3))));
  }
  auto dimensions = select_period(
      database, "SELECT * FROM dimension_day WHERE server = ?1 AND day >= ?2 AND day < ?3", server,
      floor_to(since, kDay), until);
  while (dimensions.executeStep()) {
    DimensionKey key;
    key.kind = static_cast<SubjectKind>(dimensions.getColumn(2).getInt());
    key.id = number_of(dimensions.getColumn(3));
    key.day = time_of(dimensions.getColumn(1));
    key.dimension = {dimensions.getColumn(4).getString(), dimensions.getColumn(5).getString(),
                     dimensions.getColumn(6).getString()};
    sums.dimensions[key] = {number_of(dimensions.getColumn(7)), micros_of(dimensions.getColumn(8))};
  }
  auto errors = select_period(
      database, "SELECT * FROM error_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3", server,
      since, until);
  while (errors.executeStep()) {
    sums.errors[ErrorKey{time_of(errors.getColumn(1)), errors.getColumn(2).getString(),
                         errors.getColumn(3).getString(), errors.getColumn(4).getString()}] =
        number_of(errors.getColumn(5));
  }
  auto events = select_period(
      database, "SELECT * FROM event_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3", server,
      since, until);
  while (events.executeStep()) {
    sums.events[{time_of(events.getColumn(1)), events.getColumn(2).getString()}] =
        number_of(events.getColumn(3));
  }
  auto connections = select_period(
      database, "SELECT * FROM connection_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
      server, since, until);
  while (connections.executeStep()) {
    sums.connections[time_of(connections.getColumn(1))] = {
        number_of(connections.getColumn(2)), number_of(connections.getColumn(3)),
        number_of(connections.getColumn(4)), number_of(connections.getColumn(5))};
  }
  auto sessions = select_period(
      database, "SELECT * FROM session_second WHERE server = ?1 AND second >= ?2 AND second < ?3",
      server, since, until);
  while (sessions.executeStep()) {
    sums.sessions[time_of(sessions.getColumn(1))] = {sessions.getColumn(2).getInt64(),
                                                     sessions.getColumn(3).getInt64()};
  }
  auto hours = select_period(
      database, "SELECT * FROM log_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3", server,
      since, until);
  while (hours.executeStep()) {
    LogFacts facts;
    facts.records = number_of(hours.getColumn(2));
    facts.bare_durations = number_of(hours.getColumn(3));
    facts.logged_without_duration = number_of(hours.getColumn(4));
    facts.flags = static_cast<std::uint32_t>(hours.getColumn(5).getInt64());
    facts.first = time_of(hours.getColumn(6));
    facts.last = time_of(hours.getColumn(7));
    sums.hours[time_of(hours.getColumn(1))] = facts;
  }
  sums.pooler = read_pooler(database, server, since, until);
  sums.details = read_event_sums(database, server, since, until);
  sums.locks = read_locks(database, server, since, until);
  sums.plans = read_plans(database, server, since, until);
  sums.ports = read_ports(database, server, since, until);
  return sums;
}

void read_texts(SQLite::Database& database, Sums& sums) {
  Statement texts(database, "SELECT fingerprint, text, parsed FROM statement");
  while (texts.executeStep()) {
    sums.texts[number_of(texts.getColumn(0))] = {texts.getColumn(1).getString(),
                                                 texts.getColumn(2).getInt() != 0};
  }
  Statement steps(database, "SELECT id, steps FROM transaction_class");
  while (steps.executeStep()) {
    sums.class_steps[number_of(steps.getColumn(0))] = decode_steps(blob_of(steps.getColumn(1)));
  }
}

// What the cut sessions of a server add, whatever their time.
Sums fold_sessions(SQLite::Database& database, std::int64_t server, Time end) {
  LiveSums sums;
  std::vector<Time> restarts;
  Statement select_restarts(database, "SELECT time FROM restart WHERE server = ? ORDER BY time");
  select_restarts.bind(1, server);
  while (select_restarts.executeStep()) restarts.push_back(time_of(select_restarts.getColumn(0)));
  const auto end_after = [&](Time last) {
    const auto it = std::upper_bound(restarts.begin(), restarts.end(), last);
    return it == restarts.end() ? std::max(end, last) : *it;
  };
  DimensionTable dimensions;
  const auto fold_one = [&](const std::vector<SessionFragment>& fragments, std::int64_t session) {
    const TimelineOutput out{sums, dimensions, {}, static_cast<std::uint32_t>(session)};
    fold(fragments, end_after, out);
  };
  Statement select(
      database,
      "SELECT session, body FROM session_fragment f JOIN ingest ON ingest.id = f.ingest "
      "WHERE server = ? ORDER BY session, f.first, f.last, ingest.first, f.ingest, number");
  select.bind(1, server);
  std::vector<SessionFragment> fragments;
  std::optional<std::int64_t> session;
  while (select.executeStep()) {
    const std::int64_t next = select.getColumn(0).getInt64();
    if (session && *session != next) {
      fold_one(fragments, *session);
      fragments.clear();
    }
    session = next;
    fragments.push_back(intact(decode_fragment(blob_of(select.getColumn(1)), dimensions)));
  }
  if (session) fold_one(fragments, *session);
  return sums.take(dimensions);
}

std::optional<std::int64_t> find_server(SQLite::Database& database, const std::string& name) {
  Statement select(database, "SELECT id FROM server WHERE name = ?");
  select.bind(1, name);
  if (!select.executeStep()) return std::nullopt;
  return select.getColumn(0).getInt64();
}

Time end_of_log(SQLite::Database& database, std::int64_t server) {
  Statement newest(database, "SELECT coalesce(max(last), 0) FROM log_hour WHERE server = ?");
  newest.bind(1, server);
  PGC_CHECK(newest.executeStep());
  return time_of(newest.getColumn(0));
}

std::int64_t open_before(const Sums& folded, Time time) {
  std::int64_t open = 0;
  for (const auto& [second, changes] : folded.sessions) {
    if (second < time) open += changes.opened - changes.closed;
  }
  return open;
}

std::int64_t stored_open_before(SQLite::Database& database, std::int64_t server, Time time) {
  Statement select(database,
                   "SELECT coalesce(sum(opened - closed), 0) FROM session_second WHERE server = ? "
                   "AND second < ?");
  select.bind(1, server);
  select.bind(2, to_sql(time));
  return select.executeStep() ? select.getColumn(0).getInt64() : 0;
}

void read_first_seen(SQLite::Database& database, std::int64_t server, Time until,
                     const Sums& folded, PeriodSums& view) {
  Statement select(
      database,
      "SELECT fingerprint, min(first) FROM query_hour WHERE server = ? AND hour < ? GROUP BY 1");
  select.bind(1, server);
  select.bind(2, to_sql(until));
  while (select.executeStep()) {
    view.first_seen[number_of(select.getColumn(0))] = time_of(select.getColumn(1));
  }
  for (const auto& [key, stats] : folded.queries) {
    if (key.hour >= until) continue;
    const auto [it, inserted] = view.first_seen.try_emplace(key.id, stats.first);
    if (!inserted) it->second = std::min(it->second, stats.first);
  }
  Statement begin(database, "SELECT min(hour) FROM log_hour WHERE server = ?");
  begin.bind(1, server);
  if (begin.executeStep() && !begin.getColumn(0).isNull())
    view.ledger_begin = time_of(begin.getColumn(0));
}

// The traces of a period, in any order.
void read_traces(SQLite::Database& database, std::int64_t server, Period period, const Sums& folded,
                 PeriodSums& view) {
  auto pieces = select_period(database,
                              "SELECT hour, database, user, holds FROM hold_trace "
                              "WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
                              server, period.since, period.until);
  const auto add = [](const PoolKey& key, const auto& added, auto& traces) {
    if (added.empty()) return;
    auto& trace = traces[key];
    trace.insert(trace.end(), added.begin(), added.end());
  };
  while (pieces.executeStep()) {
    const PoolKey key{time_of(pieces.getColumn(0)), pieces.getColumn(1).getString(),
                      pieces.getColumn(2).getString()};
    const std::string piece = blob_of(pieces.getColumn(3));
    if (is_checkout_trace(piece)) {
      add(key, intact(decode_checkouts(piece)), view.checkouts);
    } else {
      add(key, intact(decode_trace(piece)), view.traces);
    }
  }
  for (const auto& [key, pool] : folded.pools) {
    if (key.hour < period.since || key.hour >= period.until) continue;
    add(key, pool.trace.holds(), view.traces);
    add(key, pool.checkouts, view.checkouts);
  }
}

void read_pool_sessions_before(SQLite::Database& database, std::int64_t server, Time time,
                               const Sums& folded, PeriodSums& view) {
  Statement select(database,
                   "SELECT database, user, sum(opened - closed) FROM pool_session_hour "
                   "WHERE server = ? AND hour < ? GROUP BY 1, 2");
  Binder(select).put(server).put(time);
  while (select.executeStep()) {
    view.pool_sessions_before[{select.getColumn(0).getString(), select.getColumn(1).getString()}] +=
        select.getColumn(2).getInt64();
  }
  for (const auto& [key, pool] : folded.pools) {
    for (const auto& [second, changes] : pool.sessions) {
      if (second >= time) continue;
      view.pool_sessions_before[{key.database, key.user}] += changes.opened - changes.closed;
    }
  }
}

void read_sources(SQLite::Database& database, std::int64_t server, PeriodSums& view) {
  Statement sources(database,
                    "SELECT name, format, bytes, records, unparsed, duplicates, prefix, entries "
                    "FROM source LEFT JOIN source_foreign USING (server, name, format, prefix) "
                    "WHERE server = ? ORDER BY name, format, prefix");
  sources.bind(1, server);
  while (sources.executeStep()) {
    view.sources.push_back({sources.getColumn(0).getString(), sources.getColumn(1).getString(),
                            number_of(sources.getColumn(2)), number_of(sources.getColumn(3)),
                            number_of(sources.getColumn(4)), number_of(sources.getColumn(5)),
                            sources.getColumn(6).getString(), number_of(sources.getColumn(7))});
  }
  Statement warnings(database,
                     "SELECT code, message FROM warning WHERE server = ? ORDER BY code, message");
  warnings.bind(1, server);
  while (warnings.executeStep()) {
    view.warnings.push_back({warnings.getColumn(0).getString(), warnings.getColumn(1).getString()});
  }
}

}  // namespace

QueryStats query_stats_of(Statement& row, int at) {
  QueryStats stats;
  stats.calls = number_of(row.getColumn(at));
  stats.errors = number_of(row.getColumn(at + 1));
  stats.total = micros_of(row.getColumn(at + 2));
  stats.min = micros_of(row.getColumn(at + 3));
  stats.max = micros_of(row.getColumn(at + 4));
  stats.parse = micros_of(row.getColumn(at + 5));
  stats.bind = micros_of(row.getColumn(at + 6));
  stats.hold = micros_of(row.getColumn(at + 7));
  stats.idle = micros_of(row.getColumn(at + 8));
  stats.lock_wait = micros_of(row.getColumn(at + 9));
  stats.temp_bytes = number_of(row.getColumn(at + 10));
  stats.run_count = number_of(row.getColumn(at + 11));
  stats.run_calls = number_of(row.getColumn(at + 12));
  stats.longest_run = number_of(row.getColumn(at + 13));
  stats.run_total = micros_of(row.getColumn(at + 14));
  stats.first = time_of(row.getColumn(at + 15));
  stats.last = time_of(row.getColumn(at + 16));
  stats.slowest = {micros_of(row.getColumn(at + 17)), row.getColumn(at + 18).getString(),
                   number_of(row.getColumn(at + 19))};
  stats.durations = intact(Histogram::decode(blob_of(row.getColumn(at + 20))));
  return stats;
}

ClassStats class_stats_of(Statement& row, int at) {
  ClassStats stats;
  stats.count = number_of(row.getColumn(at));
  stats.unfinished = number_of(row.getColumn(at + 1));
  stats.hold = micros_of(row.getColumn(at + 2));
  stats.busy = micros_of(row.getColumn(at + 3));
  stats.idle = micros_of(row.getColumn(at + 4));
  stats.lock_wait = micros_of(row.getColumn(at + 5));
  stats.max_hold = micros_of(row.getColumn(at + 6));
  stats.holds = intact(Histogram::decode(blob_of(row.getColumn(at + 7))));
  return stats;
}

PoolStats pool_stats_of(Statement& row, int at) {
  PoolStats stats;
  stats.discards = number_of(row.getColumn(at));
  stats.seconds = intact(decode_seconds(blob_of(row.getColumn(at + 2))));
  return stats;
}

Result<RecordFilter::Known> Store::seen(std::int64_t server, std::int64_t minute) const {
  return guarded<RecordFilter::Known>(*state_, [&]() -> Result<RecordFilter::Known> {
    if (!state_->select_minute) {
      state_->select_minute = std::make_unique<Statement>(
          *state_->database, "SELECT keys FROM seen_minute WHERE server = ? AND minute = ?");
    }
    Statement& select = *state_->select_minute;
    Binder(select).put(server).put(minute);
    const Resetting after(select);  // a statement that stands at a row keeps the ledger locked
    RecordFilter::Known known;
    if (!select.executeStep()) return known;
    if (select.getColumn(0).isNull()) {
      known.forgotten = true;
      return known;
    }
    auto decoded = decode_minute(blob_of(select.getColumn(0)));
    if (!decoded) return Error{state_->name() + ": " + decoded.error().message};
    known.minute = *std::move(decoded);
    return known;
  });
}

Result<std::map<PoolKey, std::vector<TracedHold>>> Store::trace(const std::string& server,
                                                                Period period) const {
  using Answer = std::map<PoolKey, std::vector<TracedHold>>;
  return guarded<Answer>(*state_, [&]() -> Answer {
    SQLite::Database& database = *state_->database;
    PeriodSums view;
    const std::optional<std::int64_t> id = find_server(database, server);
    if (!id) return {};
    read_traces(database, *id, period, fold_sessions(database, *id, end_of_log(database, *id)),
                view);
    for (auto& [key, trace] : view.traces) std::sort(trace.begin(), trace.end());
    return std::move(view.traces);
  });
}

Result<PeriodSums> Store::view(const std::string& server, Period period) const {
  return guarded<PeriodSums>(*state_, [&]() -> PeriodSums {
    SQLite::Database& database = *state_->database;
    PeriodSums view;
    const std::optional<std::int64_t> found = find_server(database, server);
    if (!found) return view;
    const std::int64_t id = *found;
    const Time before = period.since - (period.until - period.since);
    const Sums folded = fold_sessions(database, id, end_of_log(database, id));
    view.current = read_sums(database, id, period.since, period.until);
    read_texts(database, view.current);
    view.current.merge(folded.slice(period.since, period.until));
    view.previous = read_sums(database, id, before, period.since);
    view.previous.merge(folded.slice(before, period.since));
    view.open_before_current =
        stored_open_before(database, id, period.since) + open_before(folded, period.since);
    view.open_before_previous =
        stored_open_before(database, id, before) + open_before(folded, before);
    read_first_seen(database, id, period.until, folded, view);
    read_sources(database, id, view);
    view.samples = load_samples(database, id, period);
    view.join = join_pooler(view.current, view.samples);
    read_pool_sessions_before(database, id, period.since, folded, view);
    view.plans_before = read_plan_history(database, id, period.since, view.current.plans);
    view.long_holds = read_long_holds(database, id, view.current.locks, folded);
    for (const Period& part : periods_to_explain(view)) {
      read_traces(database, id, part, folded, view);
    }
    for (auto& [key, holds] : view.traces) std::sort(holds.begin(), holds.end());
    return view;
  });
}

}  // namespace pgcounsel
