#include "analyzer/ledger/store_plans.h"

#include <set>

#include "analyzer/ledger/sql.h"

namespace pgcounsel {
namespace {

constexpr int kDaysOfNewest = 10;  // times those of the others

void write_hours(SQLite::Database& database, std::int64_t server, const PlanSums& plans) {
  Statement upsert(database,
                   "INSERT INTO plan_hour VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                   "calls = calls + excluded.calls, total = total + excluded.total, "
                   "slowest = max(slowest, excluded.slowest), first = min(first, excluded.first), "
                   "last = max(last, excluded.last)");
  for (const auto& [key, stats] : plans.hours) {
    Binder row(upsert);
    row.put(server).put(key.hour).put(key.fingerprint).put(key.hash).put(stats.calls);
    row.put(stats.total).put(stats.slowest).put(stats.first).put(stats.last).run();
  }
  Statement unread(database,
                   "INSERT INTO plan_unread_hour VALUES (?,?,?) ON CONFLICT DO UPDATE SET "
                   "count = count + excluded.count");
  for (const auto& [hour, count] : plans.unread) {
    Binder(unread).put(server).put(hour).put(count).run();
  }
}

// Columns of plan_day from `at` on.
PlanSample sample_of(Statement& row, int at) {
  PlanSample sample;
  sample.duration = micros_of(row.getColumn(at));
  sample.time = time_of(row.getColumn(at + 1));
  sample.source = row.getColumn(at + 2).getString();
  sample.line = number_of(row.getColumn(at + 3));
  sample.plan = blob_of(row.getColumn(at + 4));
  return sample;
}

void write_days(SQLite::Database& database, std::int64_t server, const PlanSums& plans) {
  Statement select(database,
                   "SELECT hash, duration, time, source, line, plan FROM plan_day WHERE "
                   "server = ? AND fingerprint = ? AND day = ?");
  Statement replace(database, "REPLACE INTO plan_day VALUES (?,?,?,?,?,?,?,?,?)");
  Statement drop(database,
                 "DELETE FROM plan_day WHERE server = ? AND fingerprint = ? AND day = ? AND "
                 "hash = ?");
  for (const auto& [key, added] : plans.days) {
    PlanSamples known;
    Binder(select).put(server).put(key.fingerprint).put(key.day);
    while (select.executeStep()) known.add(number_of(select.getColumn(0)), sample_of(select, 1));
    PlanSamples all = known;
    all.merge(added);
    for (const auto& [hash, sample] : known.all()) {
      if (all.all().contains(hash)) continue;
      Binder(drop).put(server).put(key.fingerprint).put(key.day).put(hash).run();
    }
    for (const auto& [hash, sample] : all.all()) {
      const auto before = known.all().find(hash);
      if (before != known.all().end() && before->second == sample) continue;
      Binder row(replace);
      row.put(server).put(key.fingerprint).put(key.day).put(hash).put(sample.duration);
      row.put(sample.time).put(sample.source).put(sample.line).put_blob(sample.plan).run();
    }
  }
}

PlanStats plan_stats_of(Statement& row, int at) {
  PlanStats stats;
  stats.calls = number_of(row.getColumn(at));
  stats.total = micros_of(row.getColumn(at + 1));
  stats.slowest = micros_of(row.getColumn(at + 2));
  stats.first = time_of(row.getColumn(at + 3));
  stats.last = time_of(row.getColumn(at + 4));
  return stats;
}

}  // namespace

void write_plans(SQLite::Database& database, std::int64_t server, const PlanSums& plans) {
  write_hours(database, server, plans);
  write_days(database, server, plans);
}

PlanSums read_plans(SQLite::Database& database, std::int64_t server, Time since, Time until) {
  PlanSums plans;
  auto hours = select_period(database,
                             "SELECT hour, fingerprint, hash, calls, total, slowest, first, last "
                             "FROM plan_hour WHERE server = ?1 AND hour >= ?2 AND hour < ?3",
                             server, since, until);
  while (hours.executeStep()) {
    plans.hours[{time_of(hours.getColumn(0)), number_of(hours.getColumn(1)),
                 number_of(hours.getColumn(2))}] = plan_stats_of(hours, 3);
  }
  auto days = select_period(
      database,
      "SELECT day, fingerprint, hash, duration, time, source, line, plan FROM plan_day WHERE "
      "server = ?1 AND day >= ?2 AND day < ?3",
      server, floor_to(since, kDay), until);
  while (days.executeStep()) {
    plans.days[{time_of(days.getColumn(0)), number_of(days.getColumn(1))}].add(
        number_of(days.getColumn(2)), sample_of(days, 3));
  }
  auto unread = select_period(database,
                              "SELECT hour, count FROM plan_unread_hour WHERE server = ?1 AND "
                              "hour >= ?2 AND hour < ?3",
                              server, since, until);
  while (unread.executeStep()) {
    plans.unread[time_of(unread.getColumn(0))] = number_of(unread.getColumn(1));
  }
  return plans;
}

PlanHistory read_plan_history(SQLite::Database& database, std::int64_t server, Time since,
                              const PlanSums& current) {
  PlanHistory history;
  std::set<std::uint64_t> fingerprints;
  for (const auto& [key, stats] : current.hours) fingerprints.insert(key.fingerprint);
  if (fingerprints.empty()) return history;
  Statement uses(database,
                 "SELECT fingerprint, hash, sum(calls), sum(total), max(slowest), min(first), "
                 "max(last) FROM plan_hour WHERE server = ? AND hour < ? GROUP BY 1, 2");
  Binder(uses).put(server).put(since);
  while (uses.executeStep()) {
    const PlanId id{number_of(uses.getColumn(0)), number_of(uses.getColumn(1))};
    if (fingerprints.contains(id.fingerprint)) history.uses[id] = plan_stats_of(uses, 2);
  }
  // Only a query with a new plan is compared with its old ones.
  std::set<std::uint64_t> with_new;
  for (const auto& [key, stats] : current.hours) {
    if (!history.uses.contains({key.fingerprint, key.hash})) with_new.insert(key.fingerprint);
  }
  Statement samples(database,
                    "SELECT hash, duration, time, source, line, plan FROM plan_day WHERE "
                    "server = ? AND fingerprint = ? AND day < ? ORDER BY day");
  for (const std::uint64_t fingerprint : with_new) {
    Binder(samples).put(server).put(fingerprint).put(since);
    while (samples.executeStep()) {
      history.samples[{fingerprint, number_of(samples.getColumn(0))}] = sample_of(samples, 1);
    }
  }
  return history;
}

void forget_plans(SQLite::Database& database, std::int64_t server, Retention retention) {
  Statement drop(
      database,
      "DELETE FROM plan_day AS p WHERE server = ?1 AND (day < (SELECT max(hour) FROM log_hour "
      "WHERE server = ?1) - ?3 OR (day < (SELECT max(hour) FROM log_hour WHERE server = ?1) - ?2 "
      "AND EXISTS (SELECT 1 FROM plan_day AS o WHERE o.server = p.server AND "
      "o.fingerprint = p.fingerprint AND o.hash = p.hash AND o.day > p.day)))");
  const Micros days = kDay * std::int64_t{retention.identity_days};
  Binder(drop).put(server).put(days).put(days * kDaysOfNewest).run();
}

}  // namespace pgcounsel
