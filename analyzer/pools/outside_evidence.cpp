#include "analyzer/pools/outside_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>

#include "analyzer/pools/pool_size.h"
#include "analyzer/workload/pooler_summary.h"

namespace pgcounsel {
namespace {

// Samples cover a window where they are at least so many, and leave out no such part of it.
constexpr std::uint64_t kLeastSamples = 3;
constexpr int kLargestGap = 4;  // one part in so many

// A figure of samples, and when it was largest.
template <class Figure>
struct Peak {
  Figure figure{};
  Time time{};
  void raise(Figure to, Time when) {
    if (to > figure) *this = {to, when};
  }
};

// `9.0 s`, `120 ms`
std::string wait_words(Micros length) {
  const double seconds = seconds_of(length);
  return seconds >= 1 ? fmt::format("{:.1f} s", seconds) : length_words(seconds);
}

template <class Map>
auto rows_in(const Map& rows, const FullWindow& window) {
  using Key = typename Map::key_type;
  Key since, until;
  since.time = window.start;
  until.time = window.end;
  return std::pair(rows.lower_bound(since), rows.lower_bound(until));
}

struct PoolsSeen {
  std::uint64_t samples = 0;
  Peak<std::uint64_t> waiting;
  Peak<Micros> maxwait;
  Micros gap{};  // the longest time without a sample
};

PoolsSeen pools_seen(const WindowFacts& facts) {
  PoolsSeen seen;
  Time last = facts.window.start;
  const PoolSamples samples =
      samples_of_pool(facts.pool.sums, facts.pool.name, facts.window.start, facts.window.end);
  for (const auto& [time, sample] : samples) {
    ++seen.samples;
    seen.gap = std::max(seen.gap, time - last);
    last = time;
    seen.waiting.raise(sample.cl_waiting, time);
    // While nobody waits it tells nothing.
    if (sample.cl_waiting > 0) seen.maxwait.raise(sample.maxwait, time);
  }
  seen.gap = std::max(seen.gap, facts.window.end - last);
  return seen;
}

void tell_pools(const WindowFacts& facts, PoolWindow& told) {
  const PoolsSeen seen = pools_seen(facts);
  if (seen.waiting.figure > 0) {
    std::string words = fmt::format("SHOW POOLS: up to {} client{} waited", seen.waiting.figure,
                                    seen.waiting.figure == 1 ? "" : "s");
    std::string when = "most at " + time_of_day(seen.waiting.time);
    if (seen.maxwait.figure > Micros{0}) {
      words += ", the first for up to " + wait_words(seen.maxwait.figure);
      when += ", longest at " + time_of_day(seen.maxwait.time);
    }
    told.evidence.push_back(fmt::format("{} ({} UTC)", words, when));
    return;
  }
  if (seen.samples < kLeastSamples || seen.gap * kLargestGap > facts.window.length()) return;
  told.evidence.push_back(fmt::format(
      "SHOW POOLS contradicts: no client waited in any of its {} samples, so the connections were "
      "in use, and just enough",
      seen.samples));
}

struct SessionsAtOnce {
  std::uint64_t active = 0, idle = 0;
};

void tell_activity(const WindowFacts& facts, PoolWindow& told) {
  const bool is_server = facts.pool.usage.mode == PoolMode::kServer;
  bool is_of_all = is_server;
  std::map<Time, SessionsAtOnce> moments;
  Peak<Micros> transaction, pause;
  const auto [begin, end] = rows_in(facts.pool.sums.samples.activity, facts.window);
  for (auto it = begin; it != end; ++it) {
    const auto& [key, sample] = *it;
    // An export may leave out whose sessions they are.
    const bool is_nameless = key.database.empty() && key.user.empty();
    is_of_all = is_of_all || is_nameless;
    const bool is_its = PoolName(key.database, key.user) == facts.pool.name;
    if (!is_its && !is_nameless && !is_server) continue;
    SessionsAtOnce& moment = moments[key.time];
    if (key.state == "active") moment.active += sample.count;
    if (key.state.starts_with("idle in transaction")) moment.idle += sample.count;
    transaction.raise(sample.longest_transaction, key.time);
    pause.raise(sample.longest_idle, key.time);
  }
  if (moments.empty()) return;
  Peak<std::uint64_t> active, idle;
  for (const auto& [time, moment] : moments) {
    active.raise(moment.active, time);
    idle.raise(moment.idle, time);
  }
  const auto peak = [](const Peak<std::uint64_t>& of, std::string_view state) {
    if (of.figure == 0) return fmt::format("none was {}", state);
    return fmt::format("up to {} {} ({} UTC)", of.figure, state, time_of_day(of.time));
  };
  std::string words = fmt::format("pg_stat_activity, {} in {} sample{}: {}, {}",
                                  is_of_all ? "sessions of all users" : "its sessions",
                                  moments.size(), moments.size() == 1 ? "" : "s",
                                  peak(active, "active"), peak(idle, "idle in transaction"));
  if (pause.figure > Micros{0}) words += " for up to " + wait_words(pause.figure);
  if (transaction.figure > Micros{0}) {
    words += fmt::format("; the longest transaction was open for {} ({} UTC)",
                         wait_words(transaction.figure), time_of_day(transaction.time));
  }
  told.evidence.push_back(std::move(words));
}

// What a line's `wait` is differs by version: time waited in each second, or by each transaction.
struct LinesSeen {
  std::uint64_t lines = 0, lines_per_second = 0;
  double transactions = 0;  // of a second, summed over the lines
  double waited = 0;        // seconds that these waited
  double waiting = 0;       // clients that waited at once, summed over the lines
};

LinesSeen lines_seen(const WindowFacts& facts) {
  LinesSeen seen;
  const PoolerSums& pooler = facts.pool.sums.current.pooler;
  const auto [begin, end] = rows_in(pooler.stats, facts.window);
  for (auto it = begin; it != end; ++it) {
    const auto& [key, line] = *it;
    const PoolerWait meaning = wait_meaning_of(pooler, key, line);
    if (meaning == PoolerWait::kUnknown) continue;
    const double wait = seconds_of(line.wait), count = static_cast<double>(line.xacts_per_s);
    ++seen.lines;
    seen.transactions += count;
    if (meaning == PoolerWait::kPerSecond) {
      ++seen.lines_per_second;
      seen.waiting += wait;
      seen.waited += wait;
    } else {
      seen.waited += wait * count;
    }
  }
  return seen;
}

// The pooler counts a wait when it ends with a connection.
bool has_given_up(const WindowFacts& facts) {
  const auto& refused = facts.pool.sums.current.pooler.refused;
  return std::ranges::any_of(refused, [&facts](const auto& entry) {
    const auto& [key, seconds] = entry;
    const auto first = seconds.lower_bound(facts.window.start);
    return key.message_class == "query_wait_timeout" && first != seconds.end() &&
           first->first < facts.window.end;
  });
}

void tell_stats_lines(const WindowFacts& facts, PoolWindow& told) {
  const LinesSeen seen = lines_seen(facts);
  if (seen.lines == 0) return;
  std::string words =
      fmt::format("PgBouncer's stats lines ({}, each a sum over all its pools): ", seen.lines);
  if (seen.waited <= 0) {
    words += "no transaction waited";
  } else if (seen.transactions > 0) {
    words += fmt::format("a transaction waited {} on average",
                         length_words(seen.waited / seen.transactions));
  } else {
    words += "less than one transaction a second got a connection";
  }
  const double waiting =
      seen.lines_per_second > 0 ? seen.waiting / static_cast<double>(seen.lines_per_second) : 0;
  if (waiting >= 0.1) words += fmt::format(", {:.1f} clients at once", waiting);
  if (has_given_up(facts)) words += "; clients that gave up are not in these figures";
  told.evidence.push_back(std::move(words));
}

void tell_hidden_load(const WindowFacts& facts, PoolWindow& told) {
  const auto& load = facts.pool.load_in_log;
  if (!load || !load->is_lacking()) return;
  told.not_known.push_back(
      {"load", fmt::format("the log shows {:.0f} % of the load that pg_stat_database counted: "
                           "log_min_duration_statement = 0 shows all",
                           std::floor(100 * load->coverage()))});
}

}  // namespace

void tell_outside_evidence(const WindowFacts& facts, PoolWindow& told) {
  // Without a pooler only the server's own views tell.
  if (facts.pool.usage.mode != PoolMode::kServer) {
    tell_pools(facts, told);
    tell_stats_lines(facts, told);
    tell_hidden_load(facts, told);
  }
  tell_activity(facts, told);
}

}  // namespace pgcounsel
