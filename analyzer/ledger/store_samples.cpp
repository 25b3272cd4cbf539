#include "analyzer/ledger/store_samples.h"

#include <string>

namespace pgcounsel {
namespace {

// `INSERT` of so many columns, where of each figure that is there already the larger one stays.
std::string keeping_larger(const std::string& table, int columns,
                           std::initializer_list<const char*> figures) {
  std::string sql = "INSERT INTO " + table + " VALUES (?";
  for (int i = 1; i < columns; ++i) sql += ",?";
  sql += ") ON CONFLICT DO UPDATE SET ";
  const char* separator = "";
  for (const char* figure : figures) {
    sql += fmt::format("{0}{1} = max({1}, excluded.{1})", separator, figure);
    separator = ", ";
  }
  return sql;
}

void write_texts(SQLite::Database& database, const Samples& samples) {
  Statement select(database, "SELECT text, parsed FROM statement WHERE fingerprint = ?");
  Statement replace(database, "REPLACE INTO statement VALUES (?,?,?)");
  for (const auto& [id, added] : samples.texts) {
    StatementText text = added;
    Binder(select).put(id);
    if (select.executeStep()) {
      text.merge(select.getColumn(0).getString(), select.getColumn(1).getInt() != 0);
    }
    Binder(replace).put(id).put(text.text).put(std::int64_t{text.parsed ? 1 : 0}).run();
  }
}

// Of two rows of a key the newer, else the larger one stays, in whatever order they come.
void write_sizes(SQLite::Database& database, std::int64_t server, const Samples& samples) {
  Statement upsert(
      database,
      "INSERT INTO named_pool_size VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
      "time = excluded.time, size = excluded.size, reserve = excluded.reserve, "
      "mode = excluded.mode WHERE (excluded.time, excluded.size, excluded.reserve, "
      "excluded.mode) > (time, size, reserve, mode)");
  for (const auto& [key, size] : samples.sizes) {
    Binder row(upsert);
    row.put(server).put(static_cast<std::int64_t>(key.source)).put(key.name).put(key.database);
    row.put(key.user).put(size.time).put(size.size).put(size.reserve).put(size.mode).run();
  }
}

void read_sizes(SQLite::Database& database, std::int64_t server, Samples& samples) {
  Statement select(database,
                   "SELECT source, database, user, name, time, size, reserve, mode FROM "
                   "named_pool_size "
                   "WHERE server = ?");
  Binder(select).put(server);
  while (select.executeStep()) {
    const auto source = static_cast<PoolSizeSource>(select.getColumn(0).getInt());
    samples.sizes[{source, select.getColumn(1).getString(), select.getColumn(2).getString(),
                   select.getColumn(3).getString()}] = {
        time_of(select.getColumn(4)), number_of(select.getColumn(5)),
        number_of(select.getColumn(6)), select.getColumn(7).getString()};
  }
}

void write_databases(SQLite::Database& database, std::int64_t server, const Samples& samples) {
  Statement upsert(database, keeping_larger("database_sample", 15,
                                            {"backends", "commits", "rollbacks", "session",
                                             "active", "idle_in_transaction", "abandoned", "fatal",
                                             "killed", "deadlocks", "temp_bytes", "reset"}));
  for (const auto& [key, stats] : samples.databases) {
    Binder row(upsert);
    row.put(server).put(key.time).put(key.database).put(stats.backends).put(stats.commits);
    row.put(stats.rollbacks).put(stats.session).put(stats.active).put(stats.idle_in_transaction);
    row.put(stats.abandoned).put(stats.fatal).put(stats.killed).put(stats.deadlocks);
    row.put(stats.temp_bytes).put(stats.reset).run();
  }
}

void read_databases(Statement row, Samples& samples) {
  while (row.executeStep()) {
    samples.databases[{time_of(row.getColumn(1)), row.getColumn(2).getString()}] = {
        number_of(row.getColumn(3)),  number_of(row.getColumn(4)),  number_of(row.getColumn(5)),
        micros_of(row.getColumn(6)),  micros_of(row.getColumn(7)),  micros_of(row.getColumn(8)),
        number_of(row.getColumn(9)),  number_of(row.getColumn(10)), number_of(row.getColumn(11)),
        number_of(row.getColumn(12)), number_of(row.getColumn(13)), time_of(row.getColumn(14))};
  }
}

}  // namespace

void write_samples(SQLite::Database& database, std::int64_t server, const Samples& samples) {
  write_texts(database, samples);
  Statement statement(database, keeping_larger("statement_snapshot", 10,
                                               {"calls", "total", "rows", "temp_blocks"}));
  for (const auto& [key, figures] : samples.statements) {
    Binder row(statement);
    row.put(server).put(key.time).put(key.fingerprint).put(key.database).put(key.user);
    row.put(std::int64_t{key.toplevel ? 1 : 0}).put(figures.calls).put(figures.total);
    row.put(figures.rows).put(figures.temp_blocks).run();
  }
  Statement activity(database, keeping_larger("activity_sample", 9,
                                              {"count", "longest_transaction", "longest_idle"}));
  for (const auto& [key, figures] : samples.activity) {
    Binder row(activity);
    row.put(server).put(key.time).put(key.database).put(key.user).put(key.application);
    row.put(key.state).put(figures.count).put(figures.longest_transaction);
    row.put(figures.longest_idle).run();
  }
  Statement pool(database, keeping_larger("pool_sample", 11,
                                          {"pool_mode", "cl_active", "cl_waiting", "sv_active",
                                           "sv_idle", "sv_used", "maxwait"}));
  for (const auto& [key, figures] : samples.pools) {
    Binder row(pool);
    row.put(server).put(key.time).put(key.database).put(key.user).put(figures.pool_mode);
    row.put(figures.cl_active).put(figures.cl_waiting).put(figures.sv_active);
    row.put(figures.sv_idle).put(figures.sv_used).put(figures.maxwait).run();
  }
  Statement stats(database, keeping_larger("pool_stats_sample", 10,
                                           {"xacts", "queries", "received", "sent", "xact_time",
                                            "query_time", "wait_time"}));
  for (const auto& [key, figures] : samples.pool_stats) {
    Binder row(stats);
    row.put(server).put(key.time).put(key.database).put(figures.xacts).put(figures.queries);
    row.put(figures.received).put(figures.sent).put(figures.xact_time).put(figures.query_time);
    row.put(figures.wait_time).run();
  }
  write_databases(database, server, samples);
  write_sizes(database, server, samples);
}

Samples load_samples(SQLite::Database& database, std::int64_t server, Period period) {
  Samples samples;
  const auto rows_of = [&](const std::string& table) {
    return select_period(database,
                         "SELECT * FROM " + table +
                             " WHERE server = ?1 AND (time = 0 OR (time >= ?2 AND time < ?3))",
                         server, period.since, period.until);
  };
  auto row = rows_of("statement_snapshot");
  while (row.executeStep()) {
    samples.statements[{time_of(row.getColumn(1)), number_of(row.getColumn(2)),
                        row.getColumn(3).getString(), row.getColumn(4).getString(),
                        row.getColumn(5).getInt() != 0}] = {
        number_of(row.getColumn(6)), micros_of(row.getColumn(7)), number_of(row.getColumn(8)),
        number_of(row.getColumn(9))};
  }
  auto activity = rows_of("activity_sample");
  while (activity.executeStep()) {
    samples.activity[{time_of(activity.getColumn(1)), activity.getColumn(2).getString(),
                      activity.getColumn(3).getString(), activity.getColumn(4).getString(),
                      activity.getColumn(5).getString()}] = {number_of(activity.getColumn(6)),
                                                             micros_of(activity.getColumn(7)),
                                                             micros_of(activity.getColumn(8))};
  }
  auto pool = rows_of("pool_sample");
  while (pool.executeStep()) {
    samples.pools[{time_of(pool.getColumn(1)), pool.getColumn(2).getString(),
                   pool.getColumn(3).getString()}] = {
        pool.getColumn(4).getString(), number_of(pool.getColumn(5)), number_of(pool.getColumn(6)),
        number_of(pool.getColumn(7)),  number_of(pool.getColumn(8)), number_of(pool.getColumn(9)),
        micros_of(pool.getColumn(10))};
  }
  auto stats = rows_of("pool_stats_sample");
  while (stats.executeStep()) {
    samples.pool_stats[{time_of(stats.getColumn(1)), stats.getColumn(2).getString()}] = {
        number_of(stats.getColumn(3)), number_of(stats.getColumn(4)), number_of(stats.getColumn(5)),
        number_of(stats.getColumn(6)), micros_of(stats.getColumn(7)), micros_of(stats.getColumn(8)),
        micros_of(stats.getColumn(9))};
  }
  read_databases(rows_of("database_sample"), samples);
  read_sizes(database, server, samples);
  return samples;
}

}  // namespace pgcounsel
