#include "parser/log/event.h"

#include <charconv>

namespace pgcounsel {
namespace {

using Kind = DurationEvent::Kind;

// The SQL behind `execute S_1/C_2: `, `parse <unnamed>: `, `execute fetch from S_1: `.
std::string_view after_name(std::string_view text) {
  const auto colon = text.find(": ");
  if (colon != std::string_view::npos) return text.substr(colon + 2);
  return text.ends_with(':') ? std::string_view{} : text;
}

bool parse_duration(std::string_view message, DurationEvent& event) {
  constexpr std::string_view kStart = "duration: ";
  if (!message.starts_with(kStart)) return false;
  message.remove_prefix(kStart.size());
  std::size_t length = 0;
  const auto duration = parse_milliseconds(message, length);
  if (!duration) return false;
  message.remove_prefix(length);
  if (!message.starts_with(" ms")) return false;
  message.remove_prefix(3);
  event.duration = *duration;
  if (message.find_first_not_of(" \r\n") == std::string_view::npos) return true;
  if (!message.starts_with("  ")) return false;
  message.remove_prefix(2);
  struct Word {
    std::string_view start;
    Kind kind;
  };
  constexpr Word kWords[] = {{"statement: ", Kind::kStatement},
                             {"execute ", Kind::kExecute},
                             {"parse ", Kind::kParse},
                             {"bind ", Kind::kBind},
                             {"plan:", Kind::kPlan},
                             {"fastpath ", Kind::kFastpath}};
  for (const Word& word : kWords) {
    if (!message.starts_with(word.start)) continue;
    event.kind = word.kind;
    message.remove_prefix(word.start.size());
    if (word.kind == Kind::kStatement) event.text = message;
    if (word.kind == Kind::kExecute || word.kind == Kind::kParse || word.kind == Kind::kBind) {
      event.text = after_name(message);
    }
    return true;
  }
  return false;
}

bool parse_statement(std::string_view message, StatementEvent& event) {
  if (message.starts_with("statement: ")) {
    event.text = message.substr(11);
    return true;
  }
  if (message.starts_with("execute ")) {
    event.text = after_name(message.substr(8));
    return true;
  }
  return false;
}

// The value of ` key=` in `user=web database=shop application_name=check out SSL enabled (...)`.
std::string_view value_of(std::string_view message, std::string_view key, std::string_view stop) {
  const auto at = message.find(key);
  if (at == std::string_view::npos) return {};
  message.remove_prefix(at + key.size());
  return message.substr(0, message.find(stop));
}

ConnectionEvent connection_of(const MessageRow& row, std::string_view message) {
  ConnectionEvent event;
  if (row.event_class == "connection_authorized") {
    event.kind = ConnectionEvent::Kind::kAuthorized;
    event.user = value_of(message, "user=", " database=");
    event.database = value_of(message, " database=", " ");
    event.application = value_of(message, " application_name=", " SSL enabled");
  } else if (row.event_class == "disconnection") {
    event.kind = ConnectionEvent::Kind::kDisconnected;
    constexpr std::string_view kStart = "disconnection: session time: ";
    event.session_time = parse_clock_duration(message.substr(kStart.size())).value_or(Micros{0});
  }
  return event;
}

LockEvent lock_of(const MessageRow& row, std::string_view message) {
  LockEvent event;
  if (row.event_class == "lock_acquired") event.kind = LockEvent::Kind::kAcquired;
  if (row.event_class == "deadlock_wait") event.kind = LockEvent::Kind::kDeadlock;
  const auto after = message.rfind(" after ");
  if (after != std::string_view::npos) {
    std::size_t length = 0;
    event.waited = parse_milliseconds(message.substr(after + 7), length).value_or(Micros{0});
  }
  return event;
}

TempFileEvent temp_file_of(std::string_view message) {
  TempFileEvent event;
  const auto at = message.rfind(", size ");
  if (at != std::string_view::npos) {
    const char* begin = message.data() + at + 7;
    std::from_chars(begin, message.data() + message.size(), event.bytes);
  }
  return event;
}

bool is_refusal(std::string_view sqlstate, const MessageRow* row) {
  if (row != nullptr && row->event_class == "connection_lost") return false;
  return sqlstate == "53300" || sqlstate == "53400" || sqlstate == "3D000" || sqlstate == "57P03" ||
         sqlstate.starts_with("28") || sqlstate.starts_with("08");
}

ErrorEvent error_of(const LogRecord& record) {
  ErrorEvent event;
  event.row = find_message(record.message);
  event.sqlstate = record.sqlstate;
  if (event.sqlstate.empty() && event.row != nullptr) {
    event.sqlstate = event.row->sqlstate;
    // `role "x" does not exist` refuses a login, or is the answer to a statement about roles.
    const bool refuses = record.severity >= Severity::kFatal;
    if (event.sqlstate == "28000" && !refuses) event.sqlstate = "42704";
  }
  event.refused_connection =
      record.severity == Severity::kFatal && is_refusal(event.sqlstate, event.row);
  return event;
}

}  // namespace

Event event_of(const LogRecord& record) {
  if (record.severity >= Severity::kWarning) return error_of(record);
  if (record.severity != Severity::kLog) return OtherEvent{};
  DurationEvent duration;
  if (parse_duration(record.message, duration)) return duration;
  StatementEvent statement;
  if (parse_statement(record.message, statement)) return statement;
  const MessageRow* row = find_message(record.message);
  if (row == nullptr) return OtherEvent{};
  const std::string_view name = row->event_class;
  if (name == "temp_file") return temp_file_of(record.message);
  if (name == "lock_wait" || name == "lock_acquired" || name == "deadlock_wait") {
    return lock_of(*row, record.message);
  }
  if (name == "connection_received" || name == "connection_authorized" || name == "disconnection") {
    return connection_of(*row, record.message);
  }
  return OtherEvent{row};
}

std::string_view event_class_of(const Event& event) {
  if (const auto* lock = std::get_if<LockEvent>(&event)) {
    switch (lock->kind) {
      case LockEvent::Kind::kWaiting:
        return "lock_wait";
      case LockEvent::Kind::kAcquired:
        return "lock_acquired";
      case LockEvent::Kind::kDeadlock:
        return "deadlock_wait";
    }
  }
  if (std::holds_alternative<TempFileEvent>(event)) return "temp_file";
  const MessageRow* row = nullptr;
  if (const auto* error = std::get_if<ErrorEvent>(&event)) row = error->row;
  if (const auto* other = std::get_if<OtherEvent>(&event)) row = other->row;
  return row != nullptr ? row->event_class : std::string_view{};
}

}  // namespace pgcounsel
