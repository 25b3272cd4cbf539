// What a pooler's log says, summed apart from the server's: nothing here changes a figure of the
// server's own log. As all sums: integers, merged exactly, in any order.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/log/pooler/pooler_event.h"
#include "parser/log/record.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

// How a message was put: the same refusal is told to the client (`pooler error:`) and closes the
// connection (`closing because:`). Either line may be off, so the larger count is that of events.
enum class PoolerForm : std::uint8_t { kMessage = 0, kClosed = 1, kError = 2 };

struct PoolerEventKey {
  Time hour;
  std::string database, user;
  PoolerSide side = PoolerSide::kNone;
  PoolerForm form = PoolerForm::kMessage;
  std::string message_class;
  auto operator<=>(const PoolerEventKey&) const = default;
};

// One stats line. A process writes one each stats_period.
struct PoolerStatsKey {
  Time time;
  std::uint32_t pid = 0;
  auto operator<=>(const PoolerStatsKey&) const = default;
};
struct PoolerStats {
  std::uint64_t xacts_per_s = 0, queries_per_s = 0, in = 0, out = 0;
  Micros xact{}, query{}, wait{};
  PoolerWait meaning = PoolerWait::kUnknown;  // as far as the line tells
  auto operator<=>(const PoolerStats&) const = default;
};

// Clients that got no connection or no server, by second.
struct PoolerPool {
  Time hour;
  std::string database, user, message_class;
  auto operator<=>(const PoolerPool&) const = default;
};
struct PoolerRefused {
  std::uint64_t closed = 0, told = 0;  // lines of the two forms
  bool operator==(const PoolerRefused&) const = default;
  std::uint64_t count() const { return closed > told ? closed : told; }
};
using RefusedSeconds = std::map<Time, PoolerRefused>;

// A server connection that was opened (with its local address, the port of the session in the
// server's log) or closed (without). `connection` is the pooler's number, which it uses again.
struct PoolerServerChange {
  Time time{};
  std::uint64_t connection = 0;
  std::string local;
  auto operator<=>(const PoolerServerChange&) const = default;
};
struct PoolerHour {
  Time hour;
  std::string database, user;
  auto operator<=>(const PoolerHour&) const = default;
};

// A process of a pooler, as it told when it started.
struct PoolerStart {
  std::string version;  // empty: not told in this line
  std::uint64_t max_client_conn = 0;
  void merge(const PoolerStart& other);
  bool operator==(const PoolerStart&) const = default;
};

struct PoolerFacts {
  std::uint64_t records = 0;
  Time first{Time::max()}, last{Time::min()};
  void merge(const PoolerFacts& other);
  bool operator==(const PoolerFacts&) const = default;
};

struct PoolerSums {
  std::map<Time, PoolerFacts> hours;
  std::map<PoolerEventKey, std::uint64_t> events;
  std::map<PoolerStatsKey, PoolerStats> stats;
  std::map<PoolerPool, RefusedSeconds> refused;
  std::map<PoolerHour, std::multiset<PoolerServerChange>> servers;
  std::map<PoolerStatsKey, PoolerStart> starts;

  void add(const LogRecord& record);
  void merge(const PoolerSums& other);
  // The rows of [since, until), and all starts.
  PoolerSums slice(Time since, Time until) const;
  bool empty() const { return hours.empty(); }
};

// Blobs of the ledger: one for each hour and key.
std::string encode_refused(const RefusedSeconds& seconds);
Result<RefusedSeconds> decode_refused(std::string_view bytes);
std::string encode_stats(const std::map<Time, PoolerStats>& lines);
Result<std::map<Time, PoolerStats>> decode_stats(std::string_view bytes);
std::string encode_servers(const std::multiset<PoolerServerChange>& changes);
Result<std::multiset<PoolerServerChange>> decode_servers(std::string_view bytes);

}  // namespace pgcounsel
