// What one record says, by kind: the few facts of its message that the analysis is made of.
#pragma once
#include <cstdint>
#include <string_view>
#include <variant>

#include "parser/log/message/message.h"
#include "parser/log/record.h"

namespace pgcounsel {

// `duration: 0.319 ms  execute S_1: SELECT ...`. Only statements and executes are executions; a
// plan is auto_explain's and none; a bare duration belongs to the statement line before it in its
// session. An empty statement, as connection pools send to test a connection, has the text `;`.
struct DurationEvent {
  enum class Kind : std::uint8_t { kStatement, kExecute, kParse, kBind, kFastpath, kPlan, kBare };
  Kind kind = Kind::kBare;
  Micros duration{};
  std::string_view text;  // SQL, or the plan in any of its forms; empty for fast path and bare ones
};

// `statement: ...` or `execute S_1: ...` of log_statement: begins, without a duration.
struct StatementEvent {
  std::string_view text;
};

struct ConnectionEvent {
  enum class Kind : std::uint8_t { kReceived, kAuthorized, kReady, kDisconnected };
  Kind kind = Kind::kReceived;
  Micros session_time{};                         // of a disconnection
  Micros setup{}, fork{}, authentication{};      // of a kReady (PostgreSQL 18)
  std::string_view user, database, application;  // as the message tells, empty if it does not
};

struct LockEvent {
  enum class Kind : std::uint8_t { kWaiting, kAcquired, kDeadlock };
  Kind kind = Kind::kWaiting;
  std::uint32_t pid = 0;  // who waits
  Micros waited{};
  std::string_view mode, object;  // `ShareLock`, `transaction 799`
};

struct TempFileEvent {
  std::uint64_t bytes = 0;
};

// WARNING and above.
struct ErrorEvent {
  std::string_view sqlstate;        // carried, or told by the text; empty: not known
  const MessageRow* row = nullptr;  // nullptr: a text that is not in the table
  bool refused_connection = false;  // FATAL before a session is established
};

struct OtherEvent {
  const MessageRow* row = nullptr;
};

using Event = std::variant<OtherEvent, DurationEvent, StatementEvent, ConnectionEvent, LockEvent,
                           TempFileEvent, ErrorEvent>;

// Gets `event`, a new one, what the record says.
void read_event(const LogRecord& record, Event& event);
inline Event event_of(const LogRecord& record) {
  Event event;
  read_event(record, event);
  return event;
}

// The event class of a record's message (`checkpoint`, `lock_wait`, ...), empty when it has none.
// Connections have theirs in ConnectionEvent::kind.
std::string_view event_class_of(const Event& event);

}  // namespace pgcounsel
