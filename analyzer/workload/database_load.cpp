#include "analyzer/workload/database_load.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace pgcounsel {
namespace {

constexpr Micros kLeastCompared = kMinute;
// Of the load in the log, whose database it does not tell: one part in so many.
constexpr int kNamelessPart = 100;

// Time between two samples in which the counters went on.
struct Step {
  Time since, until;
  Micros counted{};  // active and idle in transaction
};
struct Series {
  DatabaseLoad load;
  std::vector<Step> steps;
  std::optional<std::pair<Time, DatabaseStats>> before;
};

// A thousand connections over three years; more is no figure, and sums of it overflow.
constexpr Micros kMostTime = kDay * 1'000'000;

bool has_gone_on(const DatabaseStats& before, const DatabaseStats& now) {
  if (now.active > kMostTime || now.idle_in_transaction > kMostTime) return false;
  return now.reset == before.reset && now.commits >= before.commits &&
         now.rollbacks >= before.rollbacks && now.session >= before.session &&
         now.active >= before.active && now.idle_in_transaction >= before.idle_in_transaction;
}

std::uint64_t grown(std::uint64_t before, std::uint64_t now) {
  return now > before ? now - before : 0;
}

void add_step(Series& series, Time time, const DatabaseStats& now) {
  const auto& [since, before] = *series.before;
  DatabaseLoad& load = series.load;
  const Micros active = now.active - before.active;
  const Micros idle = now.idle_in_transaction - before.idle_in_transaction;
  load.length += time - since;
  load.transactions += now.commits - before.commits + now.rollbacks - before.rollbacks;
  load.rollbacks += now.rollbacks - before.rollbacks;
  load.deadlocks += grown(before.deadlocks, now.deadlocks);
  load.temp_bytes += grown(before.temp_bytes, now.temp_bytes);
  load.abandoned += grown(before.abandoned, now.abandoned);
  load.fatal += grown(before.fatal, now.fatal);
  load.killed += grown(before.killed, now.killed);
  load.active += active;
  load.idle += idle;
  series.steps.push_back({since, time, active + idle});
}

void add_sample(Series& series, Time time, const DatabaseStats& stats) {
  DatabaseLoad& load = series.load;
  ++load.samples;
  load.most_backends = std::max(load.most_backends, stats.backends);
  if (time == kNoTime) return;
  if (!load.first) load.first = time;
  load.last = time;
  load.has_times = load.has_times || stats.active > Micros{0};
  if (series.before && has_gone_on(series.before->second, stats)) add_step(series, time, stats);
  series.before = {time, stats};
}

std::vector<Series> series_of(const Samples& samples) {
  std::map<std::string, Series> databases;
  for (const auto& [key, stats] : samples.databases) {
    add_sample(databases[key.database], key.time, stats);
  }
  std::vector<Series> rows;
  for (auto& [database, series] : databases) {
    series.load.database = database;
    rows.push_back(std::move(series));
  }
  return rows;
}

// The steps that lie within the log. One that only just begins before it or ends behind it counts.
std::vector<Step> within_the_log(const std::vector<Step>& steps, const Sums& sums) {
  LogFacts facts;
  for (const auto& [hour, of_hour] : sums.hours) facts.merge(of_hour);
  std::vector<Step> within;
  for (const Step& step : steps) {
    const Micros slack = std::max(kSecond, (step.until - step.since) / 100);
    if (step.since + slack >= facts.first && step.until <= facts.last + slack) {
      within.push_back(step);
    }
  }
  return within;
}

// Of a second's time, that in the steps; `at` is the first step that may touch it.
Micros inside(const std::vector<Step>& steps, std::size_t& at, Time second, Micros time) {
  while (at < steps.size() && steps[at].until <= second) ++at;
  Micros covered{};
  for (std::size_t i = at; i < steps.size() && steps[i].since < second + kSecond; ++i) {
    covered += std::min(steps[i].until, second + kSecond) - std::max(steps[i].since, second);
  }
  if (covered >= kSecond) return time;
  // Whole milliseconds, so that nothing overflows.
  return time / 1000 * (covered / Micros{1000});
}

// Connection time in the steps by database; the name is empty where the log does not tell it.
std::map<std::string, Micros> shown_by_log(const Sums& sums, const std::vector<Step>& steps) {
  std::map<std::string, Micros> shown;
  for (const auto& [key, pool] : sums.pools) {
    Micros& sum = shown[key.database];
    if (pool.seconds.empty()) continue;
    const Time first = pool.seconds.begin()->first;
    auto at = static_cast<std::size_t>(
        std::partition_point(steps.begin(), steps.end(),
                             [first](const Step& step) { return step.until <= first; }) -
        steps.begin());
    for (const auto& [second, totals] : pool.seconds) {
      sum += inside(steps, at, second, totals.busy + totals.idle);
    }
  }
  return shown;
}

// An export of one database that does not name it speaks of the only one of the log.
std::optional<Micros> shown_of(const std::map<std::string, Micros>& shown,
                               const std::string& database) {
  Micros all{};
  std::size_t named = 0;
  const std::string* only = nullptr;
  for (const auto& [name, time] : shown) {
    all += time;
    if (name.empty() || time == Micros{0}) continue;
    ++named;
    only = &name;
  }
  const auto nameless = shown.find("");
  if (nameless != shown.end() && nameless->second > all / kNamelessPart) return std::nullopt;
  if (database.empty()) {
    if (named != 1) return std::nullopt;
    return shown.at(*only);
  }
  const auto found = shown.find(database);
  return found == shown.end() ? Micros{0} : found->second;
}

std::optional<LoadInLog> in_log(const Series& series, const Sums& sums) {
  const std::vector<Step> steps = within_the_log(series.steps, sums);
  Micros length{}, counted{};
  for (const Step& step : steps) {
    length += step.until - step.since;
    counted += step.counted;
  }
  if (length < kLeastCompared || counted <= Micros{0}) return std::nullopt;
  const auto shown = shown_of(shown_by_log(sums, steps), series.load.database);
  if (!shown) return std::nullopt;
  return LoadInLog{counted, *shown};
}

DatabaseLoad finished(Series series, const Sums& sums) {
  DatabaseLoad& load = series.load;
  if (load.has_times) load.in_log = in_log(series, sums);
  return std::move(load);
}

}  // namespace

std::vector<DatabaseLoad> database_loads(const PeriodSums& sums) {
  std::vector<DatabaseLoad> rows;
  for (Series& series : series_of(sums.samples)) {
    rows.push_back(finished(std::move(series), sums.current));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const DatabaseLoad& a, const DatabaseLoad& b) {
    return std::pair(a.used(), a.transactions) > std::pair(b.used(), b.transactions);
  });
  return rows;
}

std::optional<LoadInLog> load_in_log(const PeriodSums& sums, const std::string& database) {
  std::optional<LoadInLog> nameless;
  std::vector<Series> all = series_of(sums.samples);
  for (Series& series : all) {
    const bool is_nameless = series.load.database.empty();
    if (!is_nameless && series.load.database != database) continue;
    const auto found = finished(std::move(series), sums.current).in_log;
    if (!is_nameless) return found;
    nameless = found;
  }
  return nameless;
}

}  // namespace pgcounsel
