// The writing half of Store: every row is the sum of what stood there and what the batch brings.
// Rows are written in the order of their keys, which SQLite takes several times faster.
#include <algorithm>

#include "analyzer/ledger/sql.h"
#include "analyzer/ledger/store.h"
#include "analyzer/ledger/store_locks.h"
#include "analyzer/ledger/store_plans.h"
#include "analyzer/ledger/store_pooler.h"
#include "analyzer/ledger/store_ports.h"
#include "analyzer/ledger/store_samples.h"
#include "analyzer/ledger/store_state.h"
#include "analyzer/workload/transaction_class.h"

namespace pgcounsel {
namespace {

using SQLite::Statement;

// The keys of a hash map by hour, then id: the order of the tables.
template <class Map>
std::vector<HourId> sorted_keys(const Map& map) {
  std::vector<HourId> keys;
  keys.reserve(map.size());
  for (const auto& entry : map) keys.push_back(entry.first);
  std::sort(keys.begin(), keys.end(), [](const HourId& a, const HourId& b) {
    return std::pair(a.hour, to_sql(a.id)) < std::pair(b.hour, to_sql(b.id));
  });
  return keys;
}

void write_queries(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement select(database,
                   "SELECT * FROM query_hour WHERE server = ? AND hour = ? AND fingerprint = ?");
  Statement replace(
      database, "REPLACE INTO query_hour VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  for (const HourId& key : sorted_keys(sums.queries)) {
    QueryStats stats = sums.queries.at(key);
    select.reset();
    select.bind(1, server);
    select.bind(2, to_sql(key.hour));
    select.bind(3, to_sql(key.id));
    if (select.executeStep()) stats.merge(query_stats_of(select, 3));
    Binder(replace)
        .put(server)
        .put(key.hour)
        .put(key.id)
        .put(stats.calls)
        .put(stats.errors)
        .put(stats.total)
        .put(stats.min)
        .put(stats.max)
        .put(stats.parse)
        .put(stats.bind)
        .put(stats.hold)
        .put(stats.idle)
        .put(stats.lock_wait)
        .put(stats.temp_bytes)
        .put(stats.run_count)
        .put(stats.run_calls)
        .put(stats.longest_run)
        .put(stats.run_total)
        .put(stats.first)
        .put(stats.last)
        .put(stats.slowest.duration)
        .put(stats.slowest.source)
        .put(stats.slowest.line)
        .put_blob(stats.durations.encode())
        .run();
  }
}

void write_classes(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement select(database,
                   "SELECT * FROM hold_hour WHERE server = ? AND hour = ? AND kind = ? AND "
                   "database = ? AND user = ? AND class = ?");
  Statement replace(database, "REPLACE INTO hold_hour VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  const auto put_key = [server](Binder& row, const ClassKey& key) {
    row.put(server).put(key.hour).put(static_cast<std::int64_t>(key.kind));
    row.put(key.database).put(key.user).put(key.id);
  };
  for (const auto& [key, added] : sums.classes) {
    ClassStats stats = added;
    Binder wanted(select);
    put_key(wanted, key);
    if (select.executeStep()) stats.merge(class_stats_of(select, 6));
    Binder row(replace);
    put_key(row, key);
    row.put(stats.count).put(stats.unfinished).put(stats.hold).put(stats.busy).put(stats.idle);
    row.put(stats.lock_wait).put(stats.max_hold).put_blob(stats.holds.encode()).run();
  }
}

void write_pools(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement select(
      database,
      "SELECT discards, held, seconds FROM pool_hour WHERE server = ? AND hour = ? AND "
      "database = ? AND user = ?");
  Statement replace(database, "REPLACE INTO pool_hour VALUES (?,?,?,?,?,?,?,NULL)");
  const auto put_key = [server](Binder& row, const PoolKey& key) {
    row.put(server).put(key.hour).put(key.database).put(key.user);
  };
  for (const auto& [key, added] : sums.pools) {
    if (added.seconds.empty() && added.discards == 0) continue;  // sessions only
    std::uint64_t discards = added.discards;
    SecondSeries seconds = added.seconds;
    Binder wanted(select);
    put_key(wanted, key);
    if (select.executeStep()) {
      const PoolStats known = pool_stats_of(select, 0);
      discards += known.discards;
      for (const auto& [second, totals] : known.seconds) seconds[second].merge(totals);
    }
    Micros held{};
    for (const auto& [second, totals] : seconds) held += totals.busy + totals.idle;
    Binder row(replace);
    put_key(row, key);
    row.put(discards).put(held).put_blob(encode_seconds(seconds)).run();
  }
}

// A piece for the holds of each pool and hour, and one for its checkouts.
void write_traces(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement insert(
      database,
      "INSERT INTO hold_trace SELECT ?1, ?2, ?3, ?4, (SELECT coalesce(max(piece), 0) + 1 FROM "
      "hold_trace WHERE server = ?1 AND hour = ?2 AND database = ?3 AND user = ?4), ?5");
  const auto write = [&](const PoolKey& key, const std::string& piece) {
    Binder row(insert);
    row.put(server).put(key.hour).put(key.database).put(key.user).put_blob(piece).run();
  };
  for (const auto& [key, added] : sums.pools) {
    if (!added.trace.empty()) write(key, added.trace.encode());
    if (!added.checkouts.empty()) write(key, encode_checkouts(added.checkouts));
  }
}

void write_pool_sessions(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement select(database,
                   "SELECT seconds FROM pool_session_hour WHERE server = ? AND hour = ? AND "
                   "database = ? AND user = ?");
  Statement replace(database, "REPLACE INTO pool_session_hour VALUES (?,?,?,?,?,?,?)");
  for (const auto& [key, pool] : sums.pools) {
    if (pool.sessions.empty()) continue;
    SessionSeries all = pool.sessions;
    Binder wanted(select);
    wanted.put(server).put(key.hour).put(key.database).put(key.user);
    if (select.executeStep()) {
      add_sessions(all, intact(decode_sessions(blob_of(select.getColumn(0)))));
    }
    SessionChanges total;
    for (const auto& [second, changes] : all) {
      total.opened += changes.opened;
      total.closed += changes.closed;
    }
    Binder row(replace);
    row.put(server).put(key.hour).put(key.database).put(key.user);
    row.put(total.opened).put(total.closed).put_blob(encode_sessions(all)).run();
  }
}

template <class Value>
std::vector<std::uint64_t> sorted_ids(const std::unordered_map<std::uint64_t, Value>& map) {
  std::vector<std::uint64_t> ids;
  for (const auto& entry : map) ids.push_back(entry.first);
  std::sort(ids.begin(), ids.end(), [](auto a, auto b) { return to_sql(a) < to_sql(b); });
  return ids;
}

void write_texts(SQLite::Database& database, const Sums& sums) {
  Statement select(database, "SELECT text, parsed FROM statement WHERE fingerprint = ?");
  Statement replace(database, "REPLACE INTO statement VALUES (?,?,?)");
  for (const std::uint64_t id : sorted_ids(sums.texts)) {
    StatementText text = sums.texts.at(id);
    select.reset();
    select.bind(1, to_sql(id));
    if (select.executeStep()) {
      text.merge(select.getColumn(0).getString(), select.getColumn(1).getInt() != 0);
    }
    Binder(replace).put(id).put(text.text).put(std::int64_t{text.parsed ? 1 : 0}).run();
  }
  Statement select_class(database, "SELECT steps FROM transaction_class WHERE id = ?");
  Statement replace_class(database, "REPLACE INTO transaction_class VALUES (?,?)");
  for (const std::uint64_t id : sorted_ids(sums.class_steps)) {
    ClassSteps steps = sums.class_steps.at(id);
    select_class.reset();
    select_class.bind(1, to_sql(id));
    if (select_class.executeStep()) steps.merge(decode_steps(blob_of(select_class.getColumn(0))));
    Binder(replace_class).put(id).put_blob(encode_steps(steps)).run();
  }
}

void write_dimensions(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement upsert(database,
                   "INSERT INTO dimension_day VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                   "count = count + excluded.count, hold = hold + excluded.hold");
  for (const auto& [key, stats] : sums.dimensions) {
    Binder(upsert)
        .put(server)
        .put(key.day)
        .put(static_cast<std::int64_t>(key.kind))
        .put(key.id)
        .put(key.dimension.database)
        .put(key.dimension.user)
        .put(key.dimension.application)
        .put(stats.count)
        .put(stats.hold)
        .run();
  }
}

void write_counts(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement error(database,
                  "INSERT INTO error_hour VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                  "count = count + excluded.count");
  for (const auto& [key, count] : sums.errors) {
    Binder(error)
        .put(server)
        .put(key.hour)
        .put(key.severity)
        .put(key.sqlstate)
        .put(key.message)
        .put(count)
        .run();
  }
  Statement event(database,
                  "INSERT INTO event_hour VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET "
                  "count = count + excluded.count");
  for (const auto& [key, count] : sums.events) {
    Binder(event).put(server).put(key.first).put(key.second).put(count).run();
  }
  Statement connection(database,
                       "INSERT INTO connection_hour VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                       "received = received + excluded.received, authorized = authorized + "
                       "excluded.authorized, disconnected = disconnected + excluded.disconnected, "
                       "refused = refused + excluded.refused");
  for (const auto& [hour, counts] : sums.connections) {
    Binder(connection)
        .put(server)
        .put(hour)
        .put(counts.received)
        .put(counts.authorized)
        .put(counts.disconnected)
        .put(counts.refused)
        .run();
  }
  Statement session(database,
                    "INSERT INTO session_second VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET "
                    "opened = opened + excluded.opened, closed = closed + excluded.closed");
  for (const auto& [second, changes] : sums.sessions) {
    Binder(session).put(server).put(second).put(changes.opened).put(changes.closed).run();
  }
  Statement log(database,
                "INSERT INTO log_hour VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                "records = records + excluded.records, bare_durations = bare_durations + "
                "excluded.bare_durations, logged_without_duration = logged_without_duration + "
                "excluded.logged_without_duration, flags = flags | excluded.flags, "
                "first = min(first, excluded.first), last = max(last, excluded.last)");
  for (const auto& [hour, facts] : sums.hours) {
    Binder(log)
        .put(server)
        .put(hour)
        .put(facts.records)
        .put(facts.bare_durations)
        .put(facts.logged_without_duration)
        .put(std::int64_t{facts.flags})
        .put(facts.first)
        .put(facts.last)
        .run();
  }
  Statement restart(database, "INSERT OR IGNORE INTO restart VALUES (?,?)");
  for (const Time time : sums.restarts) Binder(restart).put(server).put(time).run();
}

void write_reading(SQLite::Database& database, std::int64_t server, const LedgerBatch& batch) {
  Statement source(database,
                   "INSERT INTO source VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                   "bytes = bytes + excluded.bytes, records = records + excluded.records, "
                   "unparsed = unparsed + excluded.unparsed, "
                   "duplicates = duplicates + excluded.duplicates");
  Binder(source)
      .put(server)
      .put(batch.source.name)
      .put(batch.source.format)
      .put(batch.source.prefix)
      .put(batch.source.bytes)
      .put(batch.source.records)
      .put(batch.source.unparsed_records)
      .put(batch.source.duplicate_records)
      .run();
  if (batch.source.foreign_entries > 0) {
    Statement foreign(database,
                      "INSERT INTO source_foreign VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                      "entries = entries + excluded.entries");
    Binder row(foreign);
    row.put(server).put(batch.source.name).put(batch.source.format).put(batch.source.prefix);
    row.put(batch.source.foreign_entries).run();
  }
  Statement warning(database, "INSERT OR IGNORE INTO warning VALUES (?,?,?)");
  for (const Warning& w : batch.warnings)
    Binder(warning).put(server).put(w.code).put(w.message).run();
  Statement minute(database, "REPLACE INTO seen_minute VALUES (?,?,?)");
  for (const auto& [number, seen] : batch.seen) {
    Binder(minute).put(server).put(number).put_blob(seen).run();
  }
  if (batch.first) {
    Statement ingest(database, "UPDATE ingest SET first = ? WHERE id = ?");
    Binder(ingest).put(*batch.first).put(batch.ingest).run();
  }
  Statement keep(database, "REPLACE INTO session_fragment VALUES (?,?,?,?,?,?,?)");
  Statement drop(database,
                 "DELETE FROM session_fragment WHERE server = ? AND session = ? AND ingest = ? AND "
                 "number = ?");
  for (const auto& fragment : batch.fragments) {
    Binder row(fragment.complete ? drop : keep);
    row.put(server).put(fragment.session).put(batch.ingest).put(fragment.number);
    if (!fragment.complete) row.put(fragment.first).put(fragment.last).put_blob(fragment.bytes);
    row.run();
  }
}

}  // namespace

Result<std::int64_t> Store::begin_ingest() {
  return guarded<std::int64_t>(*state_, [&]() -> std::int64_t {
    state_->database->exec("INSERT INTO ingest (first) VALUES (NULL)");
    return state_->database->getLastInsertRowid();
  });
}

Result<void> Store::commit(std::int64_t server, const LedgerBatch& batch) {
  return guarded<void>(*state_, [&]() -> Result<void> {
    SQLite::Database& database = *state_->database;
    SQLite::Transaction transaction(database);
    write_reading(database, server, batch);
    write_texts(database, batch.sums);
    write_queries(database, server, batch.sums);
    write_classes(database, server, batch.sums);
    write_pools(database, server, batch.sums);
    write_traces(database, server, batch.sums);
    write_pool_sessions(database, server, batch.sums);
    write_dimensions(database, server, batch.sums);
    write_counts(database, server, batch.sums);
    write_pooler(database, server, batch.sums.pooler);
    write_event_sums(database, server, batch.sums.details);
    write_locks(database, server, batch.sums);
    write_plans(database, server, batch.sums.plans);
    write_ports(database, server, batch.sums.ports);
    if (!batch.sums.empty()) {
      database.exec("UPDATE property SET value = value + 1 WHERE name = 'generation'");
    }
    transaction.commit();
    return {};
  });
}

Result<void> Store::add_samples(std::int64_t server, const Samples& samples) {
  return guarded<void>(*state_, [&]() -> Result<void> {
    SQLite::Database& database = *state_->database;
    SQLite::Transaction transaction(database);
    write_samples(database, server, samples);
    if (!samples.empty()) {
      database.exec("UPDATE property SET value = value + 1 WHERE name = 'generation'");
    }
    transaction.commit();
    return {};
  });
}

Result<void> Store::forget(std::int64_t server, Retention retention) {
  return guarded<void>(*state_, [&]() -> Result<void> {
    Statement keys(
        *state_->database,
        "UPDATE seen_minute SET keys = NULL WHERE server = ?1 AND keys IS NOT NULL AND minute < "
        "(SELECT max(minute) FROM seen_minute WHERE server = ?1) - ?2");
    Binder(keys).put(server).put(std::int64_t{retention.identity_days} * 24 * 60).run();
    // Of each older day a pool keeps the trace of its busiest hour.
    Statement traces(
        *state_->database,
        "DELETE FROM hold_trace AS t WHERE server = ?1 AND "
        "hour < (SELECT max(hour) FROM log_hour WHERE server = ?1) - ?2 AND EXISTS ("
        "SELECT 1 FROM pool_hour AS p JOIN pool_hour AS other USING (server, database, user) WHERE "
        "p.server = t.server AND p.hour = t.hour AND p.database = t.database AND p.user = t.user "
        "AND other.hour / ?3 = p.hour / ?3 AND (other.held, other.hour) > (p.held, p.hour))");
    Binder(traces).put(server).put(kDay * std::int64_t{retention.trace_days}).put(kDay).run();
    Statement marks(*state_->database,
                    "DELETE FROM event_mark_minute WHERE server = ?1 AND minute < "
                    "(SELECT max(hour) FROM log_hour WHERE server = ?1) - ?2");
    Binder(marks).put(server).put(kDay * std::int64_t{retention.identity_days}).run();
    forget_locks(*state_->database, server, retention);
    forget_plans(*state_->database, server, retention);
    forget_pooler(*state_->database, server, retention);
    forget_ports(*state_->database, server, retention);
    forget_session_lines(*state_->database, server, kDay * std::int64_t{retention.identity_days});
    return {};
  });
}

Result<void> Store::store_findings(const std::string& server_name, const Findings& findings) {
  auto id = server(server_name);
  if (!id) return id.error();
  return guarded<void>(*state_, [&]() -> Result<void> {
    SQLite::Database& database = *state_->database;
    SQLite::Transaction transaction(database);
    Statement clear(database, "DELETE FROM finding WHERE server = ?");
    Binder(clear).put(*id).run();
    Statement insert(database,
                     "INSERT INTO finding VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
                     "(SELECT value FROM property WHERE name = 'generation'))");
    for (const Finding& finding : findings) {
      insert.reset();
      insert.clearBindings();
      insert.bind(1, *id);
      const std::string texts[] = {finding.key,
                                   finding.rule,
                                   std::string(name_of(finding.level)),
                                   finding.subject.kind,
                                   finding.subject.id,
                                   finding.title,
                                   finding.remedy.text,
                                   std::string(name_of(finding.safety)),
                                   std::string(name_of(finding.confidence))};
      int at = 1;
      for (const std::string& text : texts) insert.bind(++at, text);
      if (finding.gain) {
        insert.bind(at + 1, finding.gain->connection_s_per_day_low);
        insert.bind(at + 2, finding.gain->connection_s_per_day_high);
      }
      insert.bind(at + 3, finding.verify);
      insert.bind(at + 4, finding.rollback);
      insert.exec();
    }
    transaction.commit();
    return {};
  });
}

}  // namespace pgcounsel
