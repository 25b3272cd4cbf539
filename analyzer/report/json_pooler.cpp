#include "analyzer/report/json_pooler.h"

#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

void write_waits(JsonWriter& json, const PoolerWaits& waits) {
  json.open('{');
  json.key("lines").number(waits.lines);
  json.key("lines_without_meaning").number(waits.lines_without_meaning);
  json.key("mean_transaction_ms").milliseconds(waits.mean_transaction);
  json.key("mean_wait_ms");
  waits.mean_wait ? json.milliseconds(*waits.mean_wait) : json.null();
  json.key("worst_wait_ms");
  waits.mean_wait ? json.milliseconds(waits.worst_wait) : json.null();
  json.key("worst_minute");
  waits.worst_wait > Micros{0} ? json.time(waits.worst_minute) : json.null();
  // Clients that waited at once, on average of the worst minute.
  json.key("worst_waiting");
  if (waits.worst_waiting) {
    json.number(static_cast<double>(*waits.worst_waiting) / 1000);
  } else {
    json.null();
  }
  json.close('}');
}

void write_peak(JsonWriter& json, const PeakCount& peak) {
  json.open('{');
  json.key("count").number(peak.count);
  json.key("time").time(peak.time);
  json.close('}');
}

void write_peak(JsonWriter& json, const PeakTime& peak) {
  json.open('{');
  json.key("ms").milliseconds(peak.length);
  json.key("time").time(peak.time);
  json.close('}');
}

void write_pool(JsonWriter& json, const PoolPeaks& pool) {
  json.open('{');
  json.key("database").string(pool.database);
  json.key("user").string(pool.user);
  json.key("pool_mode").string_or_null(pool.pool_mode);
  json.key("samples").number(pool.samples);
  json.key("samples_waiting").number(pool.samples_waiting);
  json.key("cl_waiting");
  write_peak(json, pool.cl_waiting);
  json.key("maxwait");
  write_peak(json, pool.maxwait);
  json.key("sv_active");
  write_peak(json, pool.sv_active);
  json.close('}');
}

void write_activity(JsonWriter& json, const SamplesReport& samples) {
  json.open('{');
  json.key("samples").number(samples.activity_samples);
  json.key("states").open('[');
  for (const StatePeak& state : samples.states) {
    json.open('{');
    json.key("state").string(state.state);
    json.key("peak");
    write_peak(json, state.sessions);
    json.close('}');
  }
  json.close(']');
  json.key("longest_idle_in_transaction");
  if (samples.longest_idle) {
    write_peak(json, samples.longest_idle->idle);
  } else {
    json.null();
  }
  json.key("longest_transaction");
  if (samples.longest_transaction) {
    write_peak(json, *samples.longest_transaction);
  } else {
    json.null();
  }
  json.close('}');
}

void write_database(JsonWriter& json, const DatabaseLoad& database) {
  const auto number_or_null = [&json](std::string_view key, bool is_known, double value) {
    json.key(key);
    is_known ? json.number(value) : json.null();
  };
  const auto in_seconds = [](Micros time) { return static_cast<double>(time.count()) / 1e6; };
  const double length = in_seconds(database.length), used = in_seconds(database.used());
  const bool has_load = database.has_times && length > 0;
  json.open('{');
  json.key("database").string_or_null(database.database);
  json.key("samples").number(database.samples);
  json.key("from").time(database.first);
  json.key("to").time(database.last);
  json.key("transactions").number(database.transactions);
  json.key("rollbacks").number(database.rollbacks);
  json.key("deadlocks").number(database.deadlocks);
  json.key("temp_bytes").number(database.temp_bytes);
  json.key("sessions_abandoned").number(database.abandoned);
  json.key("sessions_fatal").number(database.fatal);
  json.key("sessions_killed").number(database.killed);
  json.key("most_backends").number(database.most_backends);
  number_or_null("load", has_load, has_load ? used / length : 0);
  number_or_null("idle_in_transaction_share", has_load && used > 0,
                 used > 0 ? in_seconds(database.idle) / used : 0);
  number_or_null("load_coverage", database.in_log.has_value(),
                 database.in_log ? database.in_log->coverage() : 0);
  json.close('}');
}

void write_statement(JsonWriter& json, const SampledStatement& statement) {
  json.open('{');
  json.key("fingerprint").string(hex(statement.fingerprint));
  json.key("query").string(statement.text);
  json.key("calls").number(statement.calls);
  json.key("total_ms").milliseconds(statement.total);
  json.key("rows").number(statement.rows);
  json.key("temp_blocks").number(statement.temp_blocks);
  json.key("in_log").boolean(statement.in_log);
  json.close('}');
}

}  // namespace

void write_pooler(JsonWriter& json, const PoolerReport& pooler) {
  json.open('{');
  json.key("versions").strings(pooler.versions);
  json.key("max_client_conn");
  pooler.max_client_conn > 0 ? json.number(pooler.max_client_conn) : json.null();
  json.key("records").number(pooler.records);
  json.key("from").time(pooler.first);
  json.key("to").time(pooler.last);
  json.key("refused").number(pooler.refused);
  json.key("most_refused_in_a_second").number(pooler.most_refused);
  json.key("most_refused_at");
  pooler.most_refused > 0 ? json.time(pooler.most_refused_at) : json.null();
  json.key("events").open('[');
  for (const PoolerEventRow& row : pooler.events) {
    json.open('{');
    json.key("class").string(row.message_class);
    json.key("concern").string(name_of(row.concern));
    json.key("side").string_or_null(row.side);
    json.key("database").string_or_null(row.database);
    json.key("user").string_or_null(row.user);
    json.key("count").number(row.count);
    json.close('}');
  }
  json.close(']');
  json.key("stats");
  if (pooler.waits) {
    write_waits(json, *pooler.waits);
  } else {
    json.null();
  }
  json.close('}');
}

void write_samples(JsonWriter& json, const SamplesReport& samples) {
  json.open('{');
  json.key("pools").open('[');
  for (const PoolPeaks& pool : samples.pools) write_pool(json, pool);
  json.close(']');
  json.key("pool_totals").open('[');
  for (const PoolTotals& totals : samples.pool_totals) {
    json.open('{');
    json.key("database").string(totals.database);
    json.key("transactions").number(totals.xacts);
    json.key("mean_transaction_ms").milliseconds(mean_of(totals.xact_time, totals.xacts));
    json.key("mean_wait_ms").milliseconds(mean_of(totals.wait_time, totals.xacts));
    json.close('}');
  }
  json.close(']');
  json.key("databases").open('[');
  for (const DatabaseLoad& database : samples.databases) write_database(json, database);
  json.close(']');
  json.key("activity");
  write_activity(json, samples);
  json.key("statements_at").time(samples.statements_at);
  json.key("statements").open('[');
  for (const SampledStatement& statement : samples.statements) write_statement(json, statement);
  json.close(']');
  json.close('}');
}

}  // namespace pgcounsel
