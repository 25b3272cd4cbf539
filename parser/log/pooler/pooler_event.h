// What one record of a pooler says, by kind: the few facts that the analysis is made of.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "parser/log/message/message.h"
#include "parser/log/record.h"

namespace pgcounsel {

// What `wait N us` of a stats line counts. It changed in 1.23.
enum class PoolerWait : std::uint8_t {
  kUnknown,        // the line does not tell which, the pooler's version does
  kPerSecond,      // to 1.22: microseconds that clients waited in each second, all together
  kPerAssignment,  // from 1.23: mean microseconds a client waited for its server
};

// `stats: 12 xacts/s, 30 queries/s, in 450 B/s, ...`: all databases together, over stats_period.
// `xact` begins when the client asks, so it includes the wait.
struct PoolerStatsEvent {
  std::uint64_t xacts_per_s = 0, queries_per_s = 0;
  std::uint64_t in = 0, out = 0;  // bytes per second
  Micros xact{}, query{}, wait{};
  PoolerWait meaning = PoolerWait::kUnknown;  // as far as the line's own form tells
};

// `closing because: X (age=5s)`, and `pooler error: X`, which the client was told. Which of the two
// is logged depends on log_disconnections and log_pooler_errors; with both, one event has two
// lines.
struct PoolerClosed {
  const MessageRow* reason = nullptr;  // nullptr: not in the table
  std::optional<Micros> age;
};
struct PoolerError {
  const MessageRow* reason = nullptr;
};

// `new connection to server (from 127.0.0.1:44834)`: the address that the server's log names as its
// client's.
struct PoolerServerConnection {
  std::string_view local;
};

struct PoolerUp {
  std::string_view version;  // "1.18.0"
};
struct PoolerLimit {
  std::uint64_t max_client_conn = 0;
};

struct PoolerOther {
  const MessageRow* message = nullptr;  // nullptr: not in the table
};

using PoolerEvent = std::variant<PoolerOther, PoolerStatsEvent, PoolerClosed, PoolerError,
                                 PoolerServerConnection, PoolerUp, PoolerLimit>;

PoolerEvent pooler_event_of(const LogRecord& record);

// The class of the message, `other` where no table has it.
std::string_view class_of(const PoolerEvent& event);

// What the wait of this version ("1.18.0") means.
PoolerWait wait_of_version(std::string_view version);

}  // namespace pgcounsel
