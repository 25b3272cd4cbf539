#include "analyzer/workload/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "analyzer/locks/lock_graph.h"
#include "analyzer/pools/connections.h"
#include "analyzer/pools/explain.h"
#include "analyzer/workload/cut_text.h"
#include "analyzer/workload/database_load.h"
#include "analyzer/workload/event_summary.h"
#include "analyzer/workload/plan_summary.h"
#include "analyzer/workload/pooler_summary.h"
#include "parser/log/prefix/prefix.h"
#include "parser/sql/statement_role.h"

namespace pgcounsel {
namespace {

// The sums of one fingerprint or class over all hours of a period.
template <class Stats, class Map>
std::map<std::uint64_t, Stats> by_id(const Map& map) {
  std::map<std::uint64_t, Stats> stats;
  for (const auto& [key, value] : map) stats[key.id].merge(value);
  return stats;
}

using Pool = std::pair<std::string, std::string>;  // database, user

// Pools whose clients give connections back with DISCARD ALL: there a connection is held from
// checkout to checkout, not by the transaction.
std::set<Pool> session_pools(const Sums& sums) {
  std::map<Pool, std::uint64_t> discards;
  for (const auto& [key, stats] : sums.pools) discards[{key.database, key.user}] += stats.discards;
  std::set<Pool> pools;
  for (const auto& [pool, count] : discards) {
    if (count > 1) pools.insert(pool);
  }
  return pools;
}

// The classes of holds that count: checkouts in session pools, transactions elsewhere.
std::map<ClassKey, ClassStats> counted_classes(const Sums& sums, const std::set<Pool>& session) {
  std::map<ClassKey, ClassStats> counted;
  for (const auto& [key, stats] : sums.classes) {
    const bool pooled = session.contains({key.database, key.user});
    if (pooled == (key.kind == HoldKind::kCheckout)) counted.emplace(key, stats);
  }
  return counted;
}

// Connection time held in each second, all pools together.
std::map<Time, Micros> held_by_second(const Sums& sums, const std::set<Pool>& session) {
  std::map<Time, Micros> held;
  for (const auto& [key, pool] : sums.pools) {
    const bool pooled = session.contains({key.database, key.user});
    for (const auto& [second, totals] : pool.seconds) {
      held[second] += pooled ? totals.checked_out : totals.busy + totals.idle;
    }
  }
  return held;
}

struct Names {
  std::set<std::string> databases, users, applications;
};

std::map<std::pair<SubjectKind, std::uint64_t>, Names> names_of(const Sums& sums) {
  std::map<std::pair<SubjectKind, std::uint64_t>, Names> names;
  for (const auto& [key, stats] : sums.dimensions) {
    Names& entry = names[{key.kind, key.id}];
    if (!key.dimension.database.empty()) entry.databases.insert(key.dimension.database);
    if (!key.dimension.user.empty()) entry.users.insert(key.dimension.user);
    if (!key.dimension.application.empty()) entry.applications.insert(key.dimension.application);
  }
  return names;
}

template <class Row>
void put_names(Row& row, const Names& names) {
  row.databases.assign(names.databases.begin(), names.databases.end());
  row.users.assign(names.users.begin(), names.users.end());
  row.applications.assign(names.applications.begin(), names.applications.end());
}

std::string text_of(const Sums& sums, Fingerprint fingerprint) {
  const auto it = sums.texts.find(fingerprint.value);
  return it == sums.texts.end() ? std::string() : it->second.text;
}

std::vector<QueryRow> queries_of(Period period, const PeriodSums& sums) {
  auto names = names_of(sums.current);
  const auto previous = by_id<QueryStats>(sums.previous.queries);
  std::vector<QueryRow> rows;
  for (const auto& [id, stats] : by_id<QueryStats>(sums.current.queries)) {
    QueryRow row;
    row.fingerprint = Fingerprint{id};
    row.text = text_of(sums.current, row.fingerprint);
    const auto text = sums.current.texts.find(id);
    row.parsed = text == sums.current.texts.end() || text->second.parsed;
    row.calls = stats.calls;
    row.errors = stats.errors;
    row.total = stats.total;
    row.min = stats.calls > 0 ? stats.min : Micros{0};
    row.max = std::max(stats.max, Micros{0});
    row.p50 = stats.durations.quantile(0.50);
    row.p95 = stats.durations.quantile(0.95);
    row.p99 = stats.durations.quantile(0.99);
    row.hold = stats.hold;
    row.idle = stats.idle;
    row.lock_wait = stats.lock_wait;
    row.temp_bytes = stats.temp_bytes;
    put_names(row, names[{SubjectKind::kQuery, id}]);
    row.last_seen = stats.last;
    const auto first = sums.first_seen.find(id);
    row.first_seen = first == sums.first_seen.end() ? stats.first : first->second;
    row.is_new =
        sums.ledger_begin && *sums.ledger_begin < period.since && row.first_seen >= period.since;
    if (!stats.slowest.source.empty())
      row.slowest = SourceLine{stats.slowest.source, stats.slowest.line};
    row.run_count = stats.run_count;
    row.run_calls = stats.run_calls;
    row.longest_run = stats.longest_run;
    row.run_total = stats.run_total;
    if (const auto it = previous.find(id); it != previous.end()) {
      row.previous_calls = it->second.calls;
      row.previous_total = it->second.total;
      row.previous_hold = it->second.hold;
    }
    // A statement that was only prepared or logged without an end has not run.
    if (row.calls + row.errors > 0 || row.hold > Micros{0} || row.temp_bytes > 0 ||
        row.lock_wait > Micros{0}) {
      rows.push_back(std::move(row));
    }
  }
  std::sort(rows.begin(), rows.end(), [](const QueryRow& a, const QueryRow& b) {
    return std::tuple(-a.hold, a.fingerprint) < std::tuple(-b.hold, b.fingerprint);
  });
  return rows;
}

// What a class of holds is called: its statements, in order or, for a checkout, as a set.
void put_class(TransactionRow& row, HoldKind kind, const ClassSteps& steps, const Sums& sums) {
  for (const Fingerprint step : steps.steps) row.steps.push_back({step, text_of(sums, step)});
  row.checkout = kind == HoldKind::kCheckout;
  row.label = label_of(steps, sums);
  if (row.checkout) {
    row.label = "checkout: " + (steps.empty() ? "without a statement in the log" : row.label);
  }
  row.explicit_block =
      !row.checkout && !row.steps.empty() &&
      (row.steps.size() > 1 || role_of(row.steps.front().text) == StatementRole::kBegin);
}

std::vector<TransactionRow> transactions_of(const PeriodSums& sums, const std::set<Pool>& session) {
  struct Class {
    HoldKind kind = HoldKind::kTransaction;
    ClassStats stats, previous;
    Names names;  // of its pools; applications are told for transactions
  };
  std::map<std::uint64_t, Class> classes;
  for (const auto& [key, stats] : counted_classes(sums.current, session)) {
    Class& entry = classes[key.id];
    entry.kind = key.kind;
    entry.stats.merge(stats);
    if (!key.database.empty()) entry.names.databases.insert(key.database);
    if (!key.user.empty()) entry.names.users.insert(key.user);
  }
  for (const auto& [key, stats] : counted_classes(sums.previous, session)) {
    const auto it = classes.find(key.id);
    if (it != classes.end()) it->second.previous.merge(stats);
  }
  auto names = names_of(sums.current);
  std::vector<TransactionRow> rows;
  for (auto& [id, entry] : classes) {
    TransactionRow row;
    row.id = fmt::format("{:016x}", id);
    const auto steps = sums.current.class_steps.find(id);
    if (steps != sums.current.class_steps.end()) {
      put_class(row, entry.kind, steps->second, sums.current);
    }
    const ClassStats& stats = entry.stats;
    row.count = stats.count;
    row.unfinished = stats.unfinished;
    row.hold = stats.hold;
    row.busy = stats.busy;
    row.idle = stats.idle;
    row.lock_wait = stats.lock_wait;
    row.hold_p50 = stats.holds.quantile(0.50);
    row.hold_p99 = stats.holds.quantile(0.99);
    row.hold_max = stats.max_hold;
    entry.names.applications = names[{SubjectKind::kTransaction, id}].applications;
    put_names(row, entry.names);
    row.previous_count = entry.previous.count;
    row.previous_hold = entry.previous.hold;
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const TransactionRow& a, const TransactionRow& b) {
    return std::tuple(-a.hold, a.id) < std::tuple(-b.hold, b.id);
  });
  return rows;
}

// Sessions at once, where both their begins and their ends are in the log.
std::optional<std::uint64_t> peak_of(const Sums& sums, std::int64_t open) {
  ConnectionCounts counts;
  for (const auto& [hour, of_hour] : sums.connections) counts.merge(of_hour);
  if (counts.disconnected == 0 && open == 0) return std::nullopt;
  std::int64_t peak = open;
  for (const auto& [second, changes] : sums.sessions) {
    open += changes.opened - changes.closed;
    peak = std::max(peak, open);
  }
  return static_cast<std::uint64_t>(std::max<std::int64_t>(peak, 0));
}

Totals totals_of(const Sums& sums, std::int64_t open, const std::set<Pool>& session) {
  Totals totals;
  Histogram durations;
  for (const auto& [key, stats] : sums.queries) {
    totals.statements += stats.calls;
    totals.temp_bytes += stats.temp_bytes;
    durations.merge(stats.durations);
  }
  for (const auto& [key, stats] : counted_classes(sums, session)) {
    totals.hold += stats.hold;
    totals.busy += stats.busy;
    totals.idle += stats.idle;
    totals.lock_wait += stats.lock_wait;
  }
  for (const auto& [key, count] : sums.errors) {
    if (key.severity != "WARNING") totals.errors += count;
  }
  for (const auto& [hour, counts] : sums.connections) totals.refused += counts.refused;
  totals.p50 = durations.quantile(0.50);
  totals.p95 = durations.quantile(0.95);
  totals.p99 = durations.quantile(0.99);
  totals.peak_sessions = peak_of(sums, open);
  for (const auto& [second, held] : held_by_second(sums, session)) {
    totals.peak_in_use = std::max(totals.peak_in_use, held);
  }
  return totals;
}

std::vector<HourRow> hours_of(const Sums& sums, const std::set<Pool>& session) {
  std::map<Time, HourRow> hours;
  for (const auto& [hour, facts] : sums.hours) hours[hour].hour = hour;
  for (const auto& [key, stats] : sums.queries) hours[key.hour].calls += stats.calls;
  for (const auto& [key, count] : sums.errors) {
    if (key.severity != "WARNING") hours[key.hour].errors += count;
  }
  for (const auto& [key, stats] : counted_classes(sums, session)) {
    HourRow& row = hours[key.hour];
    row.hold += stats.hold;
    row.busy += stats.busy;
    row.idle += stats.idle;
    row.lock_wait += stats.lock_wait;
  }
  for (const auto& [second, held] : held_by_second(sums, session)) {
    Micros& peak = hours[floor_to(second, kHour)].peak_in_use;
    peak = std::max(peak, held);
  }
  std::vector<HourRow> rows;
  for (auto& [hour, row] : hours) {
    row.hour = hour;
    rows.push_back(row);
  }
  return rows;
}

LogSettings settings_of(const Sums& sums) {
  LogSettings settings;
  LogFacts facts;
  for (const auto& [hour, of_hour] : sums.hours) facts.merge(of_hour);
  const auto has = [&facts](std::uint32_t flag) { return (facts.flags & flag) != 0; };
  settings.session_ids = has(LogFacts::kSessionIds);
  settings.milliseconds = has(LogFacts::kMilliseconds);
  settings.in_transaction = has(LogFacts::kInTransaction);
  settings.names = has(LogFacts::kNames);
  settings.application = has(LogFacts::kApplication);
  settings.durations_without_text = facts.bare_durations > 0;
  std::uint64_t calls = 0;
  for (const auto& [key, stats] : sums.queries) calls += stats.calls;
  settings.statements_without_duration = facts.logged_without_duration > calls;
  Micros shortest = Micros::max();
  for (const auto& [key, stats] : sums.queries) {
    if (stats.calls > 0) shortest = std::min(shortest, stats.min);
  }
  if (shortest != Micros::max()) {
    settings.shortest_statement = shortest;
    settings.all_statements = shortest < Micros{1000};
  }
  for (const auto& [hour, counts] : sums.connections) {
    settings.connections |= counts.received + counts.authorized > 0;
    settings.disconnections |= counts.disconnected > 0;
  }
  for (const auto& [key, count] : sums.events) {
    settings.lock_waits |= key.second == "lock_wait" || key.second == "lock_acquired";
  }
  return settings;
}

// Lines of background processes carry no names; the prefix shows that those of others would.
bool prefixes_have(const std::vector<SourceCoverage>& sources, std::string_view escapes) {
  bool any = false;
  for (const SourceCoverage& source : sources) {
    if (source.prefix.empty()) continue;
    any = true;
    const auto prefix = PrefixMatcher::compile(source.prefix);
    const bool has_all = prefix && std::all_of(escapes.begin(), escapes.end(), [&](char escape) {
                           return prefix->has_escape(escape);
                         });
    if (!has_all) return false;
  }
  return any;
}

Coverage coverage_of(const PeriodSums& sums, std::uint64_t statements) {
  Coverage coverage;
  coverage.sources = sums.sources;
  coverage.warnings = sums.warnings;
  for (const SourceCoverage& source : sums.sources) {
    coverage.bytes += source.bytes;
    coverage.unparsed_records += source.unparsed_records;
    coverage.duplicate_records += source.duplicate_records;
  }
  for (const auto& [hour, facts] : sums.current.hours) {
    coverage.records += facts.records;
    if (!coverage.from || facts.first < *coverage.from) coverage.from = facts.first;
    if (!coverage.to || facts.last > *coverage.to) coverage.to = facts.last;
  }
  coverage.statements = statements;
  if (coverage.duplicate_records > 0) {
    coverage.warnings.push_back(
        {"repeated_records", "Some records came again (duplicates); each was counted once."});
  }
  LogSettings settings = settings_of(sums.current);
  if (!settings.names) settings.names = prefixes_have(sums.sources, "ud");
  if (!settings.application) settings.application = prefixes_have(sums.sources, "a");
  coverage.settings = settings;
  return coverage;
}

std::vector<ErrorRow> errors_of(const Sums& sums) {
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> counts;
  for (const auto& [key, count] : sums.errors)
    counts[{key.severity, key.sqlstate, key.message}] += count;
  std::vector<ErrorRow> rows;
  for (const auto& [key, count] : counts) {
    rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const ErrorRow& a, const ErrorRow& b) { return a.count > b.count; });
  return rows;
}

std::vector<EventRow> events_of(const Sums& sums) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [key, count] : sums.events) counts[key.second] += count;
  std::vector<EventRow> rows;
  for (const auto& [name, count] : counts) rows.push_back({name, count});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const EventRow& a, const EventRow& b) { return a.count > b.count; });
  return rows;
}

}  // namespace

std::string label_of(const ClassSteps& class_steps, const Sums& sums) {
  constexpr std::size_t kStatement = 80, kLabel = 400;
  const auto& steps = class_steps.steps;
  if (steps.size() == 1) {
    return cut_text(text_of(sums, steps[0]), kLabel) + (class_steps.loops.empty() ? "" : " ×n");
  }
  std::string label;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i > 0) label += "; ";
    for (const auto& loop : class_steps.loops) label += loop.first == i ? "(" : "";
    label += cut_text(text_of(sums, steps[i]), kStatement);
    for (const auto& loop : class_steps.loops) label += loop.second == i ? ")×n" : "";
  }
  return cut_text(label, kLabel);
}

Workload summarise(const std::string& server, Period period, const PeriodSums& sums) {
  Workload workload;
  workload.server = server;
  workload.period = period;
  const std::set<Pool> session = session_pools(sums.current);
  workload.totals = totals_of(sums.current, sums.open_before_current, session);
  if (!sums.previous.hours.empty()) {
    workload.previous = totals_of(sums.previous, sums.open_before_previous, session);
  }
  workload.coverage = coverage_of(sums, workload.totals.statements);
  for (const auto& [hour, counts] : sums.current.connections) {
    workload.connections.received += counts.received;
    workload.connections.authorized += counts.authorized;
    workload.connections.disconnected += counts.disconnected;
    workload.connections.refused += counts.refused;
  }
  workload.connections.peak = workload.totals.peak_sessions;
  workload.queries = queries_of(period, sums);
  workload.transactions = transactions_of(sums, session);
  workload.errors = errors_of(sums.current);
  workload.events = events_of(sums.current);
  workload.hours = hours_of(sums.current, session);
  summarise_events(sums.current.details, workload);
  workload.locks = lock_graph(sums);
  workload.pools = explain_pools(sums, workload.transactions);
  workload.connection_limit = connection_limit_of(sums);
  workload.connection_burst = connection_burst_of(sums);
  workload.pooler = summarise_pooler(sums.current.pooler);
  workload.samples = summarise_samples(sums.samples, workload.queries, sums.current.texts);
  if (workload.samples) workload.samples->databases = database_loads(sums);
  summarise_plans(sums, workload);
  return workload;
}

}  // namespace pgcounsel
