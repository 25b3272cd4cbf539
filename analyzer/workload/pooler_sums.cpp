#include "analyzer/workload/pooler_sums.h"

#include <algorithm>

#include "parser/bytes.h"
#include "parser/log/pooler/pooler_message.h"

namespace pgcounsel {
namespace {

PoolerForm form_of(const PoolerEvent& event) {
  if (std::holds_alternative<PoolerClosed>(event)) return PoolerForm::kClosed;
  if (std::holds_alternative<PoolerError>(event)) return PoolerForm::kError;
  return PoolerForm::kMessage;
}

const MessageRow* reason_of(const PoolerEvent& event) {
  if (const auto* closed = std::get_if<PoolerClosed>(&event)) return closed->reason;
  if (const auto* error = std::get_if<PoolerError>(&event)) return error->reason;
  return nullptr;
}

// Pools have a database and a user: names are kept as the pooler tells them.
void add_refused(PoolerSums& sums, const LogRecord& record, const PoolerEvent& event) {
  const MessageRow* reason = reason_of(event);
  if (reason == nullptr || concern_of(reason->event_class) != PoolerConcern::kRefused) return;
  if (record.side != PoolerSide::kClient) return;
  PoolerPool key{floor_to(record.time, kHour), std::string(record.database),
                 std::string(record.user), std::string(reason->event_class)};
  PoolerRefused& second = sums.refused[std::move(key)][floor_to(record.time, kSecond)];
  ++(form_of(event) == PoolerForm::kClosed ? second.closed : second.told);
}

void add_server(PoolerSums& sums, const LogRecord& record, const PoolerEvent& event) {
  if (record.side != PoolerSide::kServer) return;
  PoolerServerChange change{record.time, record.connection, {}};
  if (const auto* opened = std::get_if<PoolerServerConnection>(&event)) {
    if (opened->local.empty()) return;
    change.local = opened->local;
  } else if (!std::holds_alternative<PoolerClosed>(event)) {
    return;
  }
  PoolerHour key{floor_to(record.time, kHour), std::string(record.database),
                 std::string(record.user)};
  sums.servers[std::move(key)].insert(std::move(change));
}

void add_stats(PoolerSums& sums, const LogRecord& record, const PoolerStatsEvent& event) {
  const PoolerStats stats{event.xacts_per_s, event.queries_per_s, event.in,   event.out,
                          event.xact,        event.query,         event.wait, event.meaning};
  PoolerStats& row = sums.stats[{record.time, record.pid}];
  row = std::max(row, stats);
}

void add_start(PoolerSums& sums, const LogRecord& record, const PoolerEvent& event) {
  PoolerStart start;
  if (const auto* up = std::get_if<PoolerUp>(&event)) {
    start.version = up->version.substr(0, 32);
  } else if (const auto* limit = std::get_if<PoolerLimit>(&event)) {
    start.max_client_conn = limit->max_client_conn;
  } else {
    return;
  }
  sums.starts[{record.time, record.pid}].merge(start);
}

// Times of one blob, as the distance from the one before.
class TimeWriter {
 public:
  explicit TimeWriter(ByteWriter& out) : out_(out) {}
  void put(Time time) { out_.put_distance(time.time_since_epoch().count(), previous_); }

 private:
  ByteWriter& out_;
  std::int64_t previous_ = 0;
};

class TimeReader {
 public:
  explicit TimeReader(ByteReader& in) : in_(in) {}
  Time get() { return Time{Micros{in_.get_distance(previous_)}}; }

 private:
  ByteReader& in_;
  std::int64_t previous_ = 0;
};

}  // namespace

void PoolerStart::merge(const PoolerStart& other) {
  version = std::max(version, other.version);
  max_client_conn = std::max(max_client_conn, other.max_client_conn);
}

void PoolerFacts::merge(const PoolerFacts& other) {
  records += other.records;
  first = std::min(first, other.first);
  last = std::max(last, other.last);
}

void PoolerSums::add(const LogRecord& record) {
  const Time hour = floor_to(record.time, kHour);
  hours[hour].merge({1, record.time, record.time});
  const PoolerEvent event = pooler_event_of(record);
  ++events[{hour, std::string(record.database), std::string(record.user), record.side,
            form_of(event), std::string(class_of(event))}];
  add_refused(*this, record, event);
  add_server(*this, record, event);
  add_start(*this, record, event);
  if (const auto* line = std::get_if<PoolerStatsEvent>(&event)) add_stats(*this, record, *line);
}

void PoolerSums::merge(const PoolerSums& other) {
  for (const auto& [hour, facts] : other.hours) hours[hour].merge(facts);
  for (const auto& [key, count] : other.events) events[key] += count;
  for (const auto& [key, line] : other.stats) stats[key] = std::max(stats[key], line);
  for (const auto& [key, seconds] : other.refused) {
    RefusedSeconds& mine = refused[key];
    for (const auto& [second, count] : seconds) {
      mine[second].closed += count.closed;
      mine[second].told += count.told;
    }
  }
  for (const auto& [key, changes] : other.servers) {
    servers[key].insert(changes.begin(), changes.end());
  }
  for (const auto& [key, start] : other.starts) starts[key].merge(start);
}

PoolerSums PoolerSums::slice(Time since, Time until) const {
  const auto inside = [since, until](Time time) { return time >= since && time < until; };
  PoolerSums part;
  for (const auto& [hour, facts] : hours) {
    if (inside(hour)) part.hours.emplace(hour, facts);
  }
  for (const auto& [key, count] : events) {
    if (inside(key.hour)) part.events.emplace(key, count);
  }
  for (const auto& [key, line] : stats) {
    if (inside(key.time)) part.stats.emplace(key, line);
  }
  for (const auto& [key, seconds] : refused) {
    if (inside(key.hour)) part.refused.emplace(key, seconds);
  }
  for (const auto& [key, changes] : servers) {
    if (inside(key.hour)) part.servers.emplace(key, changes);
  }
  part.starts = starts;
  return part;
}

std::string encode_refused(const RefusedSeconds& seconds) {
  ByteWriter out;
  TimeWriter times(out);
  for (const auto& [second, count] : seconds) {
    times.put(Time{Micros{second.time_since_epoch() / kSecond}});
    out.put(count.closed);
    out.put(count.told);
  }
  return out.take();
}

Result<RefusedSeconds> decode_refused(std::string_view bytes) {
  constexpr std::int64_t kMost = std::int64_t{1} << 42;  // seconds that fit as microseconds
  RefusedSeconds seconds;
  ByteReader in(bytes);
  TimeReader times(in);
  while (!in.at_end()) {
    const std::int64_t number = times.get().time_since_epoch().count();
    const std::uint64_t closed = in.get(), told = in.get();
    if (!in.ok() || number > kMost || number < -kMost) return Error{"damaged seconds of refusals"};
    seconds[Time{kSecond * number}] = {closed, told};
  }
  return seconds;
}

std::string encode_stats(const std::map<Time, PoolerStats>& lines) {
  ByteWriter out;
  TimeWriter times(out);
  for (const auto& [time, line] : lines) {
    times.put(time);
    for (const std::uint64_t number : {line.xacts_per_s, line.queries_per_s, line.in, line.out}) {
      out.put(number);
    }
    for (const Micros part : {line.xact, line.query, line.wait}) out.put_signed(part.count());
    out.put(static_cast<std::uint64_t>(line.meaning));
  }
  return out.take();
}

Result<std::map<Time, PoolerStats>> decode_stats(std::string_view bytes) {
  std::map<Time, PoolerStats> lines;
  ByteReader in(bytes);
  TimeReader times(in);
  while (!in.at_end()) {
    PoolerStats& line = lines[times.get()];
    for (std::uint64_t* number : {&line.xacts_per_s, &line.queries_per_s, &line.in, &line.out}) {
      *number = in.get();
    }
    for (Micros* part : {&line.xact, &line.query, &line.wait}) *part = Micros{in.get_signed()};
    const std::uint64_t meaning = in.get();
    if (!in.ok() || meaning > static_cast<std::uint64_t>(PoolerWait::kPerAssignment)) {
      return Error{"damaged stats lines of a pooler"};
    }
    line.meaning = static_cast<PoolerWait>(meaning);
  }
  return lines;
}

std::string encode_servers(const std::multiset<PoolerServerChange>& changes) {
  ByteWriter out;
  TimeWriter times(out);
  for (const PoolerServerChange& change : changes) {
    times.put(change.time);
    out.put(change.connection);
    out.put_text(change.local);
  }
  return out.take();
}

Result<std::multiset<PoolerServerChange>> decode_servers(std::string_view bytes) {
  std::multiset<PoolerServerChange> changes;
  ByteReader in(bytes);
  TimeReader times(in);
  while (!in.at_end()) {
    PoolerServerChange change;
    change.time = times.get();
    change.connection = in.get();
    change.local = in.get_text();
    if (!in.ok()) return Error{"damaged server connections of a pooler"};
    changes.insert(std::move(change));
  }
  return changes;
}

}  // namespace pgcounsel
