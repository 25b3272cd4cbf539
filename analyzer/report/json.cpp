// The report for scripts. Keys and their meanings are a promise; more may be added, none renamed.
#include "analyzer/report/changes.h"
#include "analyzer/report/json_finding.h"
#include "analyzer/report/json_locks.h"
#include "analyzer/report/json_pooler.h"
#include "analyzer/report/json_pools.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/refusals.h"
#include "analyzer/report/report.h"
#include "analyzer/report/units.h"
#include "analyzer/report/view.h"

namespace pgcounsel {
namespace {

void write_settings(JsonWriter& json, const LogSettings& settings) {
  json.open('{');
  json.key("all_statements").boolean(settings.all_statements);
  json.key("durations_without_text").boolean(settings.durations_without_text);
  json.key("connections").boolean(settings.connections);
  json.key("disconnections").boolean(settings.disconnections);
  json.key("lock_waits").boolean(settings.lock_waits);
  json.key("session_ids").boolean(settings.session_ids);
  json.key("milliseconds").boolean(settings.milliseconds);
  json.key("in_transaction").boolean(settings.in_transaction);
  json.key("names").boolean(settings.names);
  json.key("application").boolean(settings.application);
  json.key("shortest_statement_ms");
  settings.shortest_statement ? json.milliseconds(*settings.shortest_statement) : json.null();
  json.close('}');
}

void write_coverage(JsonWriter& json, const Coverage& coverage) {
  json.open('{');
  json.key("bytes").number(coverage.bytes);
  json.key("records").number(coverage.records);
  json.key("statements").number(coverage.statements);
  json.key("unparsed_records").number(coverage.unparsed_records);
  json.key("duplicate_records").number(coverage.duplicate_records);
  json.key("from").time(coverage.from);
  json.key("to").time(coverage.to);
  json.key("sources").open('[');
  for (const SourceCoverage& source : coverage.sources) {
    json.open('{');
    json.key("name").string(source.name);
    json.key("format").string(source.format);
    json.key("bytes").number(source.bytes);
    json.key("records").number(source.records);
    json.key("unparsed_records").number(source.unparsed_records);
    json.key("duplicate_records").number(source.duplicate_records);
    json.key("prefix").string_or_null(source.prefix);
    json.close('}');
  }
  json.close(']');
  json.key("warnings").open('[');
  for (const Warning& warning : coverage.warnings) {
    json.open('{');
    json.key("code").string(warning.code);
    json.key("message").string(warning.message);
    json.close('}');
  }
  json.close(']');
  json.key("settings");
  write_settings(json, coverage.settings);
  json.close('}');
}

void write_totals(JsonWriter& json, const Totals& totals) {
  json.open('{');
  json.key("statements").number(totals.statements);
  json.key("errors").number(totals.errors);
  json.key("refused").number(totals.refused);
  json.key("hold_s").seconds(totals.hold);
  json.key("busy_s").seconds(totals.busy);
  json.key("idle_s").seconds(totals.idle);
  json.key("lock_wait_s").seconds(totals.lock_wait);
  // Without an execution there is no quantile.
  const auto quantile = [&](std::string_view name, Micros value) {
    json.key(name);
    totals.statements > 0 ? json.milliseconds(value) : json.null();
  };
  quantile("p50_ms", totals.p50);
  quantile("p95_ms", totals.p95);
  quantile("p99_ms", totals.p99);
  json.key("temp_bytes").number(totals.temp_bytes);
  json.key("peak_sessions").number(totals.peak_sessions);
  // Connection-seconds held in the fullest second: connections in use at once.
  json.key("peak_in_use").seconds(totals.peak_in_use);
  json.close('}');
}

void write_query(JsonWriter& json, const QueryRow& query) {
  const auto of_calls = [&](std::string_view name, Micros value) {
    json.key(name);
    query.calls > 0 ? json.milliseconds(value) : json.null();
  };
  json.open('{');
  json.key("fingerprint").string(hex(query.fingerprint));
  json.key("query").string(query.text);
  json.key("parsed").boolean(query.parsed);
  json.key("calls").number(query.calls);
  json.key("errors").number(query.errors);
  json.key("total_ms").milliseconds(query.total);
  of_calls("min_ms", query.min);
  of_calls("max_ms", query.max);
  of_calls("mean_ms", mean_of(query.total, query.calls));
  of_calls("p50_ms", query.p50);
  of_calls("p95_ms", query.p95);
  of_calls("p99_ms", query.p99);
  json.key("hold_s").seconds(query.hold);
  json.key("idle_s").seconds(query.idle);
  json.key("lock_wait_ms").milliseconds(query.lock_wait);
  json.key("temp_bytes").number(query.temp_bytes);
  json.key("databases").strings(query.databases);
  json.key("users").strings(query.users);
  json.key("applications").strings(query.applications);
  json.key("first_seen").time(query.first_seen);
  json.key("last_seen").time(query.last_seen);
  json.key("is_new").boolean(query.is_new);
  json.key("run_count").number(query.run_count);
  json.key("run_calls").number(query.run_calls);
  json.key("longest_run").number(query.longest_run);
  json.key("previous_calls").number(query.previous_calls);
  json.key("previous_total_ms").milliseconds(query.previous_total);
  json.key("previous_hold_s").seconds(query.previous_hold);
  json.close('}');
}

void write_transaction(JsonWriter& json, const TransactionRow& row) {
  json.open('{');
  json.key("id").string(row.id);
  json.key("label").string(row.label);
  std::vector<std::string> fingerprints;
  for (const TransactionStep& step : row.steps) {
    if (step.fingerprint) fingerprints.push_back(hex(step.fingerprint));
  }
  json.key("fingerprints").strings(fingerprints);
  json.key("explicit_block").boolean(row.explicit_block);
  json.key("count").number(row.count);
  json.key("unfinished").number(row.unfinished);
  json.key("hold_s").seconds(row.hold);
  json.key("busy_s").seconds(row.busy);
  json.key("idle_s").seconds(row.idle);
  json.key("lock_wait_s").seconds(row.lock_wait);
  const auto of_holds = [&](std::string_view name, Micros value) {
    json.key(name);
    row.count > 0 ? json.milliseconds(value) : json.null();
  };
  of_holds("hold_mean_ms", mean_of(row.hold, row.count));
  of_holds("hold_p50_ms", row.hold_p50);
  of_holds("hold_p99_ms", row.hold_p99);
  of_holds("hold_max_ms", row.hold_max);
  json.key("databases").strings(row.databases);
  json.key("users").strings(row.users);
  json.key("applications").strings(row.applications);
  json.key("previous_count").number(row.previous_count);
  json.key("previous_hold_s").seconds(row.previous_hold);
  json.close('}');
}

// What changed are plans, so these are before and after.
void write_plan_change(JsonWriter& json, const Change& change) {
  const PlanSwitch& plan = *change.plan;
  json.open('{');
  json.key("kind").string(change.kind);
  json.key("fingerprint").string(hex(change.fingerprint));
  json.key("unit").string("plan_hash");
  json.key("before").string(hex(Fingerprint{plan.before}));
  json.key("after").string(hex(Fingerprint{plan.after}));
  json.key("before_mean_ms").milliseconds(mean_of(plan.total_before, plan.calls_before));
  json.key("after_mean_ms").milliseconds(mean_of(plan.total_after, plan.calls_after));
  json.key("before_calls").number(plan.calls_before);
  json.key("after_calls").number(plan.calls_after);
  json.key("since").time(change.since);
  json.key("notable").boolean(change.notable);
  json.close('}');
}

void write_change(JsonWriter& json, const Change& change) {
  if (change.plan != nullptr) return write_plan_change(json, change);
  const auto figure = [&](std::string_view name, const std::optional<std::uint64_t>& value) {
    json.key(name);
    if (value && change.is_mean) return json.milliseconds(Micros{static_cast<Micros::rep>(*value)});
    json.number(value);
  };
  json.open('{');
  json.key("kind").string(change.kind);
  json.key("fingerprint").string(hex(change.fingerprint));
  json.key("unit").string(change.is_mean ? "mean_ms" : "calls");
  figure("before", change.before);
  figure("after", change.after);
  json.key("since").time(change.since);
  json.key("notable").boolean(change.notable);
  json.close('}');
}

void write_plan(JsonWriter& json, const PlanRow& row, const Findings& findings) {
  json.open('{');
  json.key("fingerprint");
  row.fingerprint ? json.string(hex(row.fingerprint)) : json.null();
  json.key("query").string(row.plan.query);
  json.key("plan_hash").string(hex(Fingerprint{row.hash}));
  json.key("first_seen").time(row.first_seen);
  json.key("last_seen").time(row.last_seen);
  json.key("calls").number(row.calls);
  json.key("total_ms").milliseconds(row.total);
  json.key("max_ms").milliseconds(row.slowest);
  std::vector<std::string> keys;
  for (const Finding* finding : plan_findings_on(findings, row.fingerprint)) {
    keys.push_back(finding->key);
  }
  json.key("findings").strings(keys);
  json.close('}');
}

template <class Rows, class Write>
void write_rows(JsonWriter& json, std::string_view name, const Rows& rows, Write write) {
  json.key(name).open('[');
  for (const auto& row : rows) write(json, row);
  json.close(']');
}

void write_error(JsonWriter& json, const ErrorRow& error) {
  json.open('{');
  json.key("sqlstate").string_or_null(error.sqlstate);
  json.key("severity").string(error.severity);
  json.key("message").string_or_null(error.message);
  json.key("count").number(error.count);
  json.close('}');
}

void write_event(JsonWriter& json, const EventRow& event) {
  json.open('{');
  json.key("class").string(event.event_class);
  json.key("count").number(event.count);
  json.close('}');
}

void write_event_measure(JsonWriter& json, const EventMeasureRow& row) {
  json.open('{');
  json.key("class").string(row.event_class);
  json.key("object").string(row.object);
  json.key("measure").string(row.measure);
  json.key("count").number(row.count);
  json.key("total").number(row.total);
  json.key("largest").number(row.largest);
  json.close('}');
}

void write_session(JsonWriter& json, const SessionRow& row) {
  json.open('{');
  json.key("database").string_or_null(row.database);
  json.key("user").string_or_null(row.user);
  json.key("application").string_or_null(row.application);
  json.key("sessions").number(row.sessions);
  json.key("brief").number(row.brief);
  json.key("total_s").seconds(row.total);
  json.key("p50_ms").milliseconds(row.p50);
  json.close('}');
}

void write_lost(JsonWriter& json, const LossRow& lost) {
  json.open('{');
  json.key("missing").number(lost.missing);
  json.key("sessions").number(lost.sessions);
  json.key("reported").number(lost.reported);
  json.key("cut").number(lost.cut);
  json.close('}');
}

void write_hour(JsonWriter& json, const HourRow& hour) {
  json.open('{');
  json.key("hour").time(hour.hour);
  json.key("calls").number(hour.calls);
  json.key("errors").number(hour.errors);
  json.key("hold_s").seconds(hour.hold);
  json.key("busy_s").seconds(hour.busy);
  json.key("idle_s").seconds(hour.idle);
  json.key("lock_wait_s").seconds(hour.lock_wait);
  json.close('}');
}

void write_refusals(JsonWriter& json, const Refusals& refusals) {
  json.open('{');
  json.key("limit").number(refusals.full);
  json.key("login").number(refusals.login);
  json.key("starting").number(refusals.starting);
  json.key("no_database").number(refusals.no_database);
  json.key("other").number(refusals.other);
  json.close('}');
}

void write_connections(JsonWriter& json, const Workload& workload) {
  const Connections& connections = workload.connections;
  json.open('{');
  json.key("received").number(connections.received);
  json.key("authorized").number(connections.authorized);
  json.key("disconnected").number(connections.disconnected);
  json.key("refused").number(connections.refused);
  json.key("refusals");
  write_refusals(json, refusals_of(workload));
  json.key("peak").number(connections.peak);
  json.close('}');
}

// The keys of one server, into the object that is open.
void write_server(JsonWriter& json, const ServerReport& report) {
  const Workload& workload = report.workload;
  json.key("server").string(workload.server);
  json.key("period").open('{');
  json.key("since").time(workload.period.since);
  json.key("until").time(workload.period.until);
  json.close('}');
  json.key("coverage");
  write_coverage(json, workload.coverage);
  json.key("totals");
  write_totals(json, workload.totals);
  json.key("previous");
  workload.previous ? write_totals(json, *workload.previous) : json.null();
  json.key("connections");
  write_connections(json, workload);
  write_rows(json, "queries", workload.queries, write_query);
  write_rows(json, "transactions", workload.transactions, write_transaction);
  write_rows(json, "errors", workload.errors, write_error);
  write_rows(json, "events", workload.events, write_event);
  // Durations in microseconds, sizes in bytes, all else counts.
  write_rows(json, "event_measures", workload.event_measures, write_event_measure);
  write_rows(json, "sessions", workload.sessions, write_session);
  json.key("lost");
  write_lost(json, workload.lost);
  write_rows(json, "hours", workload.hours, write_hour);
  if (workload.pooler) write_pooler(json.key("pooler"), *workload.pooler);
  if (workload.samples) write_samples(json.key("samples"), *workload.samples);
  write_rows(json, "pools", workload.pools, write_pool);
  write_limits(json, workload);
  write_locks(json, workload.locks);
  const Findings findings = ranked(report.findings);
  write_rows(json, "plans", workload.plans,
             [&findings](JsonWriter& out, const PlanRow& row) { write_plan(out, row, findings); });
  json.key("plan_counts").open('{');
  json.key("read").number(workload.plan_counts.read);
  json.key("unread").number(workload.plan_counts.unread);
  json.key("not_kept").number(workload.plan_counts.not_kept);
  json.close('}');
  write_rows(json, "changes", changes_of(workload), write_change);
  write_rows(json, "findings", findings, write_finding);
}

}  // namespace

std::string render_json(const Report& report) {
  JsonWriter json;
  json.open('{');
  json.key("schema").string("pgcounsel.report/1");
  if (!report.servers.empty()) write_server(json, report.servers.front());
  if (report.servers.size() != 1) {
    write_rows(json, "servers", report.servers, [](JsonWriter& out, const ServerReport& server) {
      out.open('{');
      write_server(out, server);
      out.close('}');
    });
  }
  json.close('}');
  return std::move(json).take();
}

}  // namespace pgcounsel
