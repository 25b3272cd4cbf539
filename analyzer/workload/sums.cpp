#include "analyzer/workload/sums.h"

#include <algorithm>
#include <tuple>

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

// Whether the number of a second fits as microseconds.
bool is_second(std::int64_t number) {
  constexpr std::int64_t kMost = std::int64_t{1} << 42;
  return number <= kMost && number >= -kMost;
}

}  // namespace

void Slowest::merge(const Slowest& other) {
  if (other.duration < duration) return;
  if (other.duration > duration || std::tie(other.source, other.line) < std::tie(source, line)) {
    *this = other;
  }
}

void QueryStats::add_execution(Micros duration) {
  ++calls;
  total += duration;
  min = std::min(min, duration);
  max = std::max(max, duration);
  durations.add(duration);
}

void QueryStats::seen_at(Time time) {
  first = std::min(first, time);
  last = std::max(last, time);
}

void QueryStats::merge(const QueryStats& other) {
  calls += other.calls;
  errors += other.errors;
  total += other.total;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  parse += other.parse;
  bind += other.bind;
  hold += other.hold;
  idle += other.idle;
  lock_wait += other.lock_wait;
  temp_bytes += other.temp_bytes;
  run_count += other.run_count;
  run_calls += other.run_calls;
  longest_run = std::max(longest_run, other.longest_run);
  run_total += other.run_total;
  first = std::min(first, other.first);
  last = std::max(last, other.last);
  slowest.merge(other.slowest);
  durations.merge(other.durations);
}

void ClassStats::add_hold(Micros length, Micros of_busy, Micros of_lock_wait, bool is_unfinished) {
  ++count;
  if (is_unfinished) ++unfinished;
  hold += length;
  busy += of_busy;
  idle += length - of_busy;
  lock_wait += of_lock_wait;
  max_hold = std::max(max_hold, length);
  holds.add(length);
}

void ClassStats::merge(const ClassStats& other) {
  count += other.count;
  unfinished += other.unfinished;
  hold += other.hold;
  busy += other.busy;
  idle += other.idle;
  lock_wait += other.lock_wait;
  max_hold = std::max(max_hold, other.max_hold);
  holds.merge(other.holds);
}

void SecondTotals::merge(const SecondTotals& other) {
  arrivals += other.arrivals;
  busy += other.busy;
  idle += other.idle;
  lock_wait += other.lock_wait;
  checked_out += other.checked_out;
}

void PoolStats::merge(const PoolStats& other) {
  discards += other.discards;
  for (const auto& [second, totals] : other.seconds) seconds[second].merge(totals);
  trace.merge(other.trace);
  long_holds.insert(long_holds.end(), other.long_holds.begin(), other.long_holds.end());
  checkouts.insert(checkouts.end(), other.checkouts.begin(), other.checkouts.end());
  add_sessions(sessions, other.sessions);
}

void add_sessions(SessionSeries& sessions, const SessionSeries& others) {
  for (const auto& [second, changes] : others) {
    sessions[second].opened += changes.opened;
    sessions[second].closed += changes.closed;
  }
}

std::string encode_sessions(const SessionSeries& sessions) {
  ByteWriter out;
  std::int64_t previous = 0;
  for (const auto& [second, changes] : sessions) {
    out.put_distance(second.time_since_epoch() / kSecond, previous);
    out.put_signed(changes.opened);
    out.put_signed(changes.closed);
  }
  return out.take();
}

Result<SessionSeries> decode_sessions(std::string_view bytes) {
  SessionSeries sessions;
  ByteReader in(bytes);
  std::int64_t number = 0;
  while (!in.at_end()) {
    in.get_distance(number);
    const std::int64_t opened = in.get_signed(), closed = in.get_signed();
    if (!in.ok() || !is_second(number)) return Error{"damaged series of sessions"};
    sessions[Time{number * kSecond}] = {opened, closed};
  }
  return sessions;
}

std::string encode_seconds(const SecondSeries& seconds) {
  ByteWriter out;
  std::int64_t previous = 0;
  for (const auto& [second, totals] : seconds) {
    out.put_distance(second.time_since_epoch() / kSecond, previous);
    out.put(totals.arrivals);
    for (const Micros part : {totals.busy, totals.idle, totals.lock_wait, totals.checked_out}) {
      out.put_signed(part.count());
    }
  }
  return out.take();
}

Result<SecondSeries> decode_seconds(std::string_view bytes) {
  const Error damaged{"damaged series of seconds"};
  SecondSeries seconds;
  ByteReader in(bytes);
  std::int64_t number = 0;
  while (!in.at_end()) {
    in.get_distance(number);
    if (!is_second(number)) return damaged;
    SecondTotals& totals = seconds[Time{number * kSecond}];
    totals.arrivals = in.get();
    for (Micros* part : {&totals.busy, &totals.idle, &totals.lock_wait, &totals.checked_out}) {
      *part = Micros{in.get_signed()};
    }
    if (!in.ok()) return damaged;
  }
  return seconds;
}

void ClassSteps::merge(const ClassSteps& other) {
  if (steps.empty()) steps = other.steps;
  loops.insert(other.loops.begin(), other.loops.end());
}

void StatementText::merge(std::string_view other, bool other_parsed) {
  if (other.empty()) return;
  if (text.empty() ||
      std::pair(other.size(), other) < std::pair(text.size(), std::string_view(text))) {
    text = other;
    parsed = other_parsed;
  }
}

void ConnectionCounts::merge(const ConnectionCounts& other) {
  received += other.received;
  authorized += other.authorized;
  disconnected += other.disconnected;
  refused += other.refused;
}

void LogFacts::merge(const LogFacts& other) {
  records += other.records;
  bare_durations += other.bare_durations;
  logged_without_duration += other.logged_without_duration;
  flags |= other.flags;
  first = std::min(first, other.first);
  last = std::max(last, other.last);
}

void DimensionStats::merge(const DimensionStats& other) {
  count += other.count;
  hold += other.hold;
}

QueryStats& Sums::query(Fingerprint fingerprint, Time time) {
  return queries[HourId{fingerprint.value, floor_to(time, kHour)}];
}

void Sums::merge(const Sums& other) {
  for (const auto& [key, stats] : other.queries) queries[key].merge(stats);
  for (const auto& [key, stats] : other.classes) classes[key].merge(stats);
  for (const auto& [key, stats] : other.pools) pools[key].merge(stats);
  for (const auto& [id, text] : other.texts) texts[id].merge(text.text, text.parsed);
  for (const auto& [id, steps] : other.class_steps) class_steps[id].merge(steps);
  for (const auto& [key, stats] : other.dimensions) dimensions[key].merge(stats);
  for (const auto& [key, count] : other.errors) errors[key] += count;
  for (const auto& [key, count] : other.events) events[key] += count;
  for (const auto& [hour, counts] : other.connections) connections[hour].merge(counts);
  add_sessions(sessions, other.sessions);
  for (const auto& [hour, facts] : other.hours) hours[hour].merge(facts);
  restarts.insert(other.restarts.begin(), other.restarts.end());
  pooler.merge(other.pooler);
  details.merge(other.details);
  locks.merge(other.locks);
  plans.merge(other.plans);
  merge_client_ports(ports, other.ports);
}

Sums Sums::slice(Time since, Time until) const {
  const auto inside = [since, until](Time time) { return time >= since && time < until; };
  Sums part;
  for (const auto& [key, stats] : queries) {
    if (inside(key.hour)) part.queries.emplace(key, stats);
  }
  for (const auto& [key, stats] : classes) {
    if (inside(key.hour)) part.classes.emplace(key, stats);
  }
  for (const auto& [key, stats] : pools) {
    if (inside(key.hour)) part.pools.emplace(key, stats);
  }
  part.texts = texts;
  part.class_steps = class_steps;
  for (const auto& [key, stats] : dimensions) {
    if (key.day + kDay > since && key.day < until) part.dimensions.emplace(key, stats);
  }
  for (const auto& [key, count] : errors) {
    if (inside(key.hour)) part.errors.emplace(key, count);
  }
  for (const auto& [key, count] : events) {
    if (inside(key.first)) part.events.emplace(key, count);
  }
  for (const auto& [hour, counts] : connections) {
    if (inside(hour)) part.connections.emplace(hour, counts);
  }
  for (const auto& [second, changes] : sessions) {
    if (inside(second)) part.sessions.emplace(second, changes);
  }
  for (const auto& [hour, facts] : hours) {
    if (inside(hour)) part.hours.emplace(hour, facts);
  }
  part.restarts = restarts;
  part.pooler = pooler.slice(since, until);
  part.details = details.slice(since, until);
  part.locks = locks.slice(since, until);
  part.plans = plans.slice(since, until);
  for (const auto& [hour, of_hour] : ports) {
    if (inside(hour)) part.ports.emplace(hour, of_hour);
  }
  return part;
}

}  // namespace pgcounsel
