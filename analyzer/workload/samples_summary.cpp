#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analyzer/workload/pooler_summary.h"

namespace pgcounsel {
namespace {

std::optional<Time> known(Time time) {
  return time == kNoTime ? std::nullopt : std::optional(time);
}

void raise(PeakCount& peak, std::uint64_t count, Time time) {
  if (count > peak.count) peak = {count, known(time)};
}
void raise(PeakTime& peak, Micros length, Time time) {
  if (length > peak.length) peak = {length, known(time)};
}

std::vector<PoolPeaks> pools_of(const Samples& samples) {
  std::map<std::pair<std::string, std::string>, PoolPeaks> pools;
  for (const auto& [key, sample] : samples.pools) {
    PoolPeaks& pool = pools[{key.database, key.user}];
    ++pool.samples;
    if (sample.cl_waiting > 0) ++pool.samples_waiting;
    pool.pool_mode = sample.pool_mode;
    raise(pool.cl_waiting, sample.cl_waiting, key.time);
    raise(pool.sv_active, sample.sv_active, key.time);
    raise(pool.maxwait, sample.maxwait, key.time);
  }
  std::vector<PoolPeaks> rows;
  for (auto& [key, pool] : pools) {
    std::tie(pool.database, pool.user) = key;
    rows.push_back(std::move(pool));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const PoolPeaks& a, const PoolPeaks& b) {
    return std::pair(a.cl_waiting.count, a.sv_active.count) >
           std::pair(b.cl_waiting.count, b.sv_active.count);
  });
  return rows;
}

// Counters that fell began again: that step is left out.
std::vector<PoolTotals> pool_totals_of(const Samples& samples) {
  std::map<std::string, std::pair<const PoolStatsSample*, PoolTotals>> databases;
  for (const auto& [key, sample] : samples.pool_stats) {
    auto& [before, totals] = databases[key.database];
    totals.database = key.database;
    const bool grew = before != nullptr && sample.xacts >= before->xacts &&
                      sample.xact_time >= before->xact_time &&
                      sample.wait_time >= before->wait_time;
    if (grew) {
      totals.xacts += sample.xacts - before->xacts;
      totals.xact_time += sample.xact_time - before->xact_time;
      totals.wait_time += sample.wait_time - before->wait_time;
    }
    before = &sample;
  }
  std::vector<PoolTotals> rows;
  for (auto& [database, entry] : databases) {
    if (entry.second.xacts > 0) rows.push_back(std::move(entry.second));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const PoolTotals& a, const PoolTotals& b) {
    return a.wait_time > b.wait_time;
  });
  return rows;
}

void put_activity(SamplesReport& report, const Samples& samples) {
  std::map<std::pair<Time, std::string>, std::uint64_t> by_time;
  std::set<Time> moments;
  PeakTime transaction;
  for (const auto& [key, sample] : samples.activity) {
    moments.insert(key.time);
    by_time[{key.time, key.state}] += sample.count;
    raise(transaction, sample.longest_transaction, key.time);
    const Micros longest = report.longest_idle ? report.longest_idle->idle.length : Micros{0};
    if (sample.longest_idle > longest) {
      report.longest_idle = IdleSession{
          {sample.longest_idle, known(key.time)}, key.database, key.user, key.application};
    }
  }
  report.activity_samples = moments.size();
  if (transaction.length > Micros{0}) report.longest_transaction = transaction;
  std::map<std::string, PeakCount> peaks;
  for (const auto& [key, count] : by_time) raise(peaks[key.second], count, key.first);
  for (const auto& [state, peak] : peaks) report.states.push_back({state, peak});
  std::stable_sort(
      report.states.begin(), report.states.end(),
      [](const StatePeak& a, const StatePeak& b) { return a.sessions.count > b.sessions.count; });
}

// pg_stat_statements takes the field of `extract(epoch FROM t)` for a value, the log shows it.
std::string comparable(const std::string& text) {
  std::string out;
  constexpr std::string_view kExtract = "extract(";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == '\t') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c);
    if (!out.ends_with(kExtract)) continue;
    const std::size_t blank = text.find(' ', at + 1);
    if (blank != std::string::npos && blank - at < 20) at = blank;
  }
  return out;
}

void put_statements(SamplesReport& report, const Samples& samples,
                    const std::vector<QueryRow>& queries,
                    const std::unordered_map<std::uint64_t, StatementText>& texts) {
  if (samples.statements.empty()) return;
  const Time newest = samples.statements.rbegin()->first.time;
  report.statements_at = known(newest);
  std::set<std::uint64_t> logged;
  std::set<std::string> logged_texts;
  for (const QueryRow& query : queries) {
    if (query.calls + query.errors == 0) continue;
    logged.insert(query.fingerprint.value);
    logged_texts.insert(comparable(query.text));
  }
  std::map<std::uint64_t, SampledStatement> rows;
  for (const auto& [key, snapshot] : samples.statements) {
    // The time of nested statements is part of those that called them.
    if (key.time != newest || !key.toplevel) continue;
    SampledStatement& row = rows[key.fingerprint];
    row.calls += snapshot.calls;
    row.total += snapshot.total;
    row.rows += snapshot.rows;
    row.temp_blocks += snapshot.temp_blocks;
  }
  for (auto& [id, row] : rows) {
    row.fingerprint = Fingerprint{id};
    if (const auto it = texts.find(id); it != texts.end()) row.text = it->second.text;
    row.in_log = logged.contains(id) || logged_texts.contains(comparable(row.text));
    report.statements.push_back(std::move(row));
  }
  std::stable_sort(
      report.statements.begin(), report.statements.end(),
      [](const SampledStatement& a, const SampledStatement& b) { return a.total > b.total; });
}

}  // namespace

std::optional<SamplesReport> summarise_samples(
    const Samples& samples, const std::vector<QueryRow>& queries,
    const std::unordered_map<std::uint64_t, StatementText>& texts) {
  if (samples.empty()) return std::nullopt;
  SamplesReport report;
  report.pools = pools_of(samples);
  report.pool_totals = pool_totals_of(samples);
  put_activity(report, samples);
  put_statements(report, samples, queries, texts);
  return report;
}

}  // namespace pgcounsel
