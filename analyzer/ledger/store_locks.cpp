#include "analyzer/ledger/store_locks.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/ledger/sql.h"

namespace pgcounsel {
namespace {

void write_waits(SQLite::Database& database, std::int64_t server, const LockSums& locks) {
  Statement select(database, "SELECT waits FROM lock_hour WHERE server = ? AND hour = ?");
  Statement replace(database, "REPLACE INTO lock_hour VALUES (?,?,?,?)");
  for (const auto& [hour, added] : locks.hours) {
    LockWaits waits = added;
    Binder(select).put(server).put(hour);
    if (select.executeStep()) {
      waits.merge(intact(LockWaits::decode(blob_of(select.getColumn(0)))));
    }
    Binder row(replace);
    row.put(server).put(hour).put(std::uint64_t{waits.count()}).put_blob(waits.encode()).run();
  }
}

DeadlockStats deadlock_stats_of(Statement& row, int at) {
  return {number_of(row.getColumn(at)), time_of(row.getColumn(at + 1)),
          row.getColumn(at + 2).getString(), number_of(row.getColumn(at + 3))};
}

void write_deadlocks(SQLite::Database& database, std::int64_t server, const LockSums& locks) {
  Statement select(database,
                   "SELECT count, first, source, line FROM deadlock_hour WHERE server = ? AND "
                   "hour = ? AND statements = ? AND relation = ?");
  Statement replace(database, "REPLACE INTO deadlock_hour VALUES (?,?,?,?,?,?,?,?)");
  for (const auto& [key, added] : locks.deadlocks) {
    DeadlockStats stats = added;
    Binder(select).put(server).put(key.hour).put(key.statements).put(key.relation);
    if (select.executeStep()) stats.merge(deadlock_stats_of(select, 0));
    Binder row(replace);
    row.put(server).put(key.hour).put(key.statements).put(key.relation);
    row.put(stats.count).put(stats.first).put(stats.source).put(stats.line).run();
  }
}

void write_long_holds(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  Statement insert(
      database,
      "INSERT INTO long_hold SELECT ?1, ?2, ?3, ?4, (SELECT coalesce(max(piece), 0) + 1 FROM "
      "long_hold WHERE server = ?1 AND hour = ?2 AND database = ?3 AND user = ?4), ?5");
  for (const auto& [key, pool] : sums.pools) {
    if (pool.long_holds.empty()) continue;
    const std::string holds = encode_long_holds(pool.long_holds);
    Binder row(insert);
    row.put(server).put(key.hour).put(key.database).put(key.user).put_blob(holds).run();
  }
}

}  // namespace

void write_locks(SQLite::Database& database, std::int64_t server, const Sums& sums) {
  write_waits(database, server, sums.locks);
  write_deadlocks(database, server, sums.locks);
  write_long_holds(database, server, sums);
}

LockSums read_locks(SQLite::Database& database, std::int64_t server, Time since, Time until) {
  LockSums locks;
  auto waits = select_period(
      database, "SELECT hour, waits FROM lock_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
      server, since, until);
  while (waits.executeStep()) {
    locks.hours[time_of(waits.getColumn(0))] =
        intact(LockWaits::decode(blob_of(waits.getColumn(1))));
  }
  auto deadlocks = select_period(database,
                                 "SELECT hour, statements, relation, count, first, source, line "
                                 "FROM deadlock_hour WHERE server = ?1 AND hour >= ?2 AND hour < "
                                 "?3",
                                 server, since, until);
  while (deadlocks.executeStep()) {
    const DeadlockKey key{time_of(deadlocks.getColumn(0)), deadlocks.getColumn(1).getString(),
                          deadlocks.getColumn(2).getString()};
    locks.deadlocks[key] = deadlock_stats_of(deadlocks, 3);
  }
  return locks;
}

std::map<PoolKey, std::vector<LongHold>> read_long_holds(SQLite::Database& database,
                                                         std::int64_t server, const LockSums& locks,
                                                         const Sums& folded) {
  std::map<PoolKey, std::vector<LongHold>> found;
  std::set<Time> hours;
  for (const auto& [hour, waits] : locks.hours) {
    if (waits.count() > 0) hours.insert(hour);
  }
  if (hours.empty()) return found;
  const auto is_near = [&hours](const LongHold& hold) {
    const auto hour = hours.lower_bound(floor_to(hold.hold.start, kHour) - kHour);
    return hour != hours.end() && *hour <= hold.end() + kHour;
  };
  const auto add = [&](const PoolKey& key, const std::vector<LongHold>& holds) {
    for (const LongHold& hold : holds) {
      if (is_near(hold)) found[key].push_back(hold);
    }
  };
  Statement select(database,
                   "SELECT hour, database, user, holds FROM long_hold WHERE server = ? AND "
                   "hour >= ?");
  Binder(select).put(server).put(*hours.begin() - kHour);
  while (select.executeStep()) {
    add({time_of(select.getColumn(0)), select.getColumn(1).getString(),
         select.getColumn(2).getString()},
        intact(decode_long_holds(blob_of(select.getColumn(3)))));
  }
  for (const auto& [key, pool] : folded.pools) add(key, pool.long_holds);
  for (auto& [key, holds] : found) std::sort(holds.begin(), holds.end());
  return found;
}

void forget_locks(SQLite::Database& database, std::int64_t server, Retention retention) {
  Statement waits(database,
                  "DELETE FROM lock_hour WHERE server = ?1 AND hour < (SELECT max(hour) FROM "
                  "log_hour WHERE server = ?1) - ?2 AND hour NOT IN (SELECT hour FROM hold_trace "
                  "WHERE server = ?1)");
  Binder(waits).put(server).put(kDay * std::int64_t{retention.trace_days}).run();
  // Who waits for a hold does so before its end, at most a day in what is looked for here.
  Statement holds(
      database,
      "DELETE FROM long_hold AS h WHERE server = ?1 AND hour < (SELECT max(hour) FROM "
      "log_hour WHERE server = ?1) - ?2 AND NOT EXISTS (SELECT 1 FROM lock_hour AS l "
      "WHERE l.server = h.server AND l.count > 0 AND l.hour BETWEEN h.hour - ?2 AND h.hour + ?3)");
  Binder(holds).put(server).put(kDay).put(kHour).run();
}

}  // namespace pgcounsel
