#include "analyzer/ledger/store_pooler.h"

#include <string>
#include <tuple>

namespace pgcounsel {
namespace {

using StatsHours = std::map<std::pair<Time, std::uint32_t>, std::map<Time, PoolerStats>>;

StatsHours by_hour(const std::map<PoolerStatsKey, PoolerStats>& stats) {
  StatsHours hours;
  for (const auto& [key, line] : stats) {
    hours[{floor_to(key.time, kHour), key.pid}][key.time] = line;
  }
  return hours;
}

void write_stats(SQLite::Database& database, std::int64_t server, const PoolerSums& sums) {
  Statement select(database,
                   "SELECT lines FROM pooler_stats_hour WHERE server = ? AND hour = ? AND pid = ?");
  Statement replace(database, "REPLACE INTO pooler_stats_hour VALUES (?,?,?,?)");
  for (auto& [key, lines] : by_hour(sums.stats)) {
    const std::int64_t pid = key.second;
    std::map<Time, PoolerStats> all = lines;
    Binder(select).put(server).put(key.first).put(pid);
    if (select.executeStep()) {
      for (const auto& [time, line] : intact(decode_stats(blob_of(select.getColumn(0))))) {
        all[time] = std::max(all[time], line);
      }
    }
    Binder(replace).put(server).put(key.first).put(pid).put_blob(encode_stats(all)).run();
  }
}

void write_refused(SQLite::Database& database, std::int64_t server, const PoolerSums& sums) {
  Statement select(database,
                   "SELECT seconds FROM pooler_refused_hour WHERE server = ? AND hour = ? AND "
                   "database = ? AND user = ? AND class = ?");
  Statement replace(database, "REPLACE INTO pooler_refused_hour VALUES (?,?,?,?,?,?)");
  const auto put_key = [server](Binder& row, const PoolerPool& key) {
    row.put(server).put(key.hour).put(key.database).put(key.user).put(key.message_class);
  };
  for (const auto& [key, added] : sums.refused) {
    RefusedSeconds seconds = added;
    Binder wanted(select);
    put_key(wanted, key);
    if (select.executeStep()) {
      for (const auto& [second, known] : intact(decode_refused(blob_of(select.getColumn(0))))) {
        seconds[second].closed += known.closed;
        seconds[second].told += known.told;
      }
    }
    Binder row(replace);
    put_key(row, key);
    row.put_blob(encode_refused(seconds)).run();
  }
}

void write_servers(SQLite::Database& database, std::int64_t server, const PoolerSums& sums) {
  Statement select(database,
                   "SELECT changes FROM pooler_server_hour WHERE server = ? AND hour = ? AND "
                   "database = ? AND user = ?");
  Statement replace(database, "REPLACE INTO pooler_server_hour VALUES (?,?,?,?,?)");
  for (const auto& [key, added] : sums.servers) {
    std::multiset<PoolerServerChange> changes = added;
    Binder(select).put(server).put(key.hour).put(key.database).put(key.user);
    if (select.executeStep()) {
      changes.merge(intact(decode_servers(blob_of(select.getColumn(0)))));
    }
    Binder row(replace);
    row.put(server).put(key.hour).put(key.database).put(key.user);
    row.put_blob(encode_servers(changes)).run();
  }
}

}  // namespace

void write_pooler(SQLite::Database& database, std::int64_t server, const PoolerSums& sums) {
  if (sums.empty()) return;
  Statement hour(database,
                 "INSERT INTO pooler_hour VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                 "records = records + excluded.records, first = min(first, excluded.first), "
                 "last = max(last, excluded.last)");
  for (const auto& [time, facts] : sums.hours) {
    Binder row(hour);
    row.put(server).put(time).put(facts.records).put(facts.first).put(facts.last).run();
  }
  Statement event(database,
                  "INSERT INTO pooler_event_hour VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE "
                  "SET count = count + excluded.count");
  for (const auto& [key, count] : sums.events) {
    Binder row(event);
    row.put(server).put(key.hour).put(key.database).put(key.user);
    row.put(static_cast<std::int64_t>(key.side)).put(static_cast<std::int64_t>(key.form));
    row.put(key.message_class).put(count).run();
  }
  Statement start(database,
                  "INSERT INTO pooler_start VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                  "version = max(version, excluded.version), "
                  "max_client_conn = max(max_client_conn, excluded.max_client_conn)");
  for (const auto& [key, told] : sums.starts) {
    Binder row(start);
    row.put(server).put(key.time).put(std::int64_t{key.pid}).put(told.version);
    row.put(told.max_client_conn).run();
  }
  write_stats(database, server, sums);
  write_refused(database, server, sums);
  write_servers(database, server, sums);
}

PoolerSums read_pooler(SQLite::Database& database, std::int64_t server, Time since, Time until) {
  PoolerSums sums;
  const auto rows_of = [&](const std::string& table) {
    return select_period(
        database, "SELECT * FROM " + table + " WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
        server, since, until);
  };
  auto hours = rows_of("pooler_hour");
  while (hours.executeStep()) {
    sums.hours[time_of(hours.getColumn(1))] = {
        number_of(hours.getColumn(2)), time_of(hours.getColumn(3)), time_of(hours.getColumn(4))};
  }
  auto events = rows_of("pooler_event_hour");
  while (events.executeStep()) {
    sums.events[{
        time_of(events.getColumn(1)), events.getColumn(2).getString(),
        events.getColumn(3).getString(), static_cast<PoolerSide>(events.getColumn(4).getInt()),
        static_cast<PoolerForm>(events.getColumn(5).getInt()), events.getColumn(6).getString()}] =
        number_of(events.getColumn(7));
  }
  auto stats = rows_of("pooler_stats_hour");
  while (stats.executeStep()) {
    const auto pid = static_cast<std::uint32_t>(stats.getColumn(2).getInt64());
    for (const auto& [time, line] : intact(decode_stats(blob_of(stats.getColumn(3))))) {
      sums.stats[{time, pid}] = line;
    }
  }
  auto refused = rows_of("pooler_refused_hour");
  while (refused.executeStep()) {
    sums.refused[{time_of(refused.getColumn(1)), refused.getColumn(2).getString(),
                  refused.getColumn(3).getString(), refused.getColumn(4).getString()}] =
        intact(decode_refused(blob_of(refused.getColumn(5))));
  }
  auto servers = rows_of("pooler_server_hour");
  while (servers.executeStep()) {
    sums.servers[{time_of(servers.getColumn(1)), servers.getColumn(2).getString(),
                  servers.getColumn(3).getString()}] =
        intact(decode_servers(blob_of(servers.getColumn(4))));
  }
  Statement starts(database,
                   "SELECT time, pid, version, max_client_conn FROM pooler_start WHERE server = ?");
  starts.bind(1, server);
  while (starts.executeStep()) {
    sums.starts[{time_of(starts.getColumn(0)),
                 static_cast<std::uint32_t>(starts.getColumn(1).getInt64())}] = {
        starts.getColumn(2).getString(), number_of(starts.getColumn(3))};
  }
  return sums;
}

void forget_pooler(SQLite::Database& database, std::int64_t server, Retention retention) {
  Statement servers(database,
                    "DELETE FROM pooler_server_hour WHERE server = ?1 AND hour < "
                    "(SELECT max(hour) FROM pooler_hour WHERE server = ?1) - ?2");
  Binder(servers).put(server).put(kDay * std::int64_t{retention.trace_days}).run();
}

}  // namespace pgcounsel
