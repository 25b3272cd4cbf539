#include "parser/log/event.h"

#include <algorithm>
#include <optional>

#include "parser/log/message/translation.h"
#include "parser/log/usual_event.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

using Kind = DurationEvent::Kind;

bool take(std::string_view& text, std::string_view start) {
  if (start.empty() || !text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// Two blanks stand before the kind of a duration; some carriers make one of them.
bool take_kind(std::string_view& text, std::string_view start) {
  if (take(text, start)) return true;
  return start.starts_with("  ") && take(text, start.substr(1));
}

struct DurationWord {
  std::string_view start;
  Kind kind;
};

// Only the kind and the text of `event` are set.
bool take_kind_of(std::string_view message, const DurationWord& word, DurationEvent& event) {
  if (!take_kind(message, word.start)) return false;
  event.kind = word.kind;
  if (word.kind == Kind::kStatement) event.text = or_empty_statement(message);
  if (word.kind == Kind::kPlan) event.text = message;
  if (word.kind == Kind::kExecute || word.kind == Kind::kParse || word.kind == Kind::kBind) {
    event.text = or_empty_statement(after_name(message));
  }
  return true;
}

// What stands behind `duration: 0.319 ms`.
bool parse_kind(std::string_view message, const LogWords& words, DurationEvent& event) {
  if (message.find_first_not_of(" \r\n") == std::string_view::npos) return true;
  const DurationWord starts[] = {{words.statement, Kind::kStatement},
                                 {words.execute, Kind::kExecute},
                                 {words.parse, Kind::kParse},
                                 {words.bind, Kind::kBind},
                                 {"  plan:", Kind::kPlan},
                                 {"  fastpath ", Kind::kFastpath}};
  for (const DurationWord& word : starts) {
    if (take_kind_of(message, word, event)) return true;
  }
  return false;
}

bool parse_duration(std::string_view message, const LogWords& words, DurationEvent& event) {
  if (!take(message, words.duration)) return false;
  std::size_t length = 0;
  const auto duration = parse_milliseconds(message, length);
  if (!duration) return false;
  message.remove_prefix(length);
  if (!take(message, words.milliseconds)) return false;
  event.duration = *duration;
  return parse_kind(message, words, event);
}

bool parse_statement(std::string_view message, const LogWords& words, StatementEvent& event) {
  if (take(message, words.logged_statement)) {
    event.text = or_empty_statement(message);
    return true;
  }
  if (!take(message, words.logged_execute)) return false;
  event.text = or_empty_statement(after_name(message));
  return true;
}

Micros milliseconds_of(std::string_view text) {
  std::size_t length = 0;
  return parse_milliseconds(text, length).value_or(Micros{0});
}

std::optional<ConnectionEvent::Kind> connection_kind(std::string_view event_class) {
  if (event_class == "connection_received") return ConnectionEvent::Kind::kReceived;
  if (event_class == "connection_authorized") return ConnectionEvent::Kind::kAuthorized;
  if (event_class == "connection_ready") return ConnectionEvent::Kind::kReady;
  if (event_class == "disconnection") return ConnectionEvent::Kind::kDisconnected;
  return std::nullopt;
}

ConnectionEvent connection_of(ConnectionEvent::Kind kind, const MessageRow& row,
                              std::string_view message) {
  const Captures captures = captures_of(row, message);
  ConnectionEvent event;
  event.kind = kind;
  switch (kind) {
    case ConnectionEvent::Kind::kReceived:
      break;
    case ConnectionEvent::Kind::kAuthorized:
      event.user = captures["user"];
      event.database = captures["database"];
      event.application = captures["application"];
      break;
    case ConnectionEvent::Kind::kReady:
      event.setup = milliseconds_of(captures["total_ms"]);
      event.fork = milliseconds_of(captures["fork_ms"]);
      event.authentication = milliseconds_of(captures["authentication_ms"]);
      break;
    case ConnectionEvent::Kind::kDisconnected:
      event.session_time = parse_clock_duration(captures["session_time"]).value_or(Micros{0});
      event.user = captures["user"];
      event.database = captures["database"];
      break;
  }
  return event;
}

std::optional<LockEvent::Kind> lock_kind(std::string_view event_class) {
  if (event_class == "lock_wait") return LockEvent::Kind::kWaiting;
  if (event_class == "lock_acquired") return LockEvent::Kind::kAcquired;
  if (event_class == "deadlock_wait") return LockEvent::Kind::kDeadlock;
  return std::nullopt;
}

LockEvent lock_of(LockEvent::Kind kind, const MessageRow& row, std::string_view message) {
  const Captures captures = captures_of(row, message);
  const Micros fraction{number_of<std::uint32_t>(captures["fraction"])};
  return {kind, number_of<std::uint32_t>(captures["pid"]),
          milliseconds_of(captures["ms"]) + fraction, captures["lock"], captures["object"]};
}

TempFileEvent temp_file_of(const MessageRow& row, std::string_view message) {
  return {number_of<std::uint64_t>(captures_of(row, message)["bytes"])};
}

// `0:00:01.500 Benutzer=web Datenbank=shop Host=[local]`: the values of the first two words.
void read_names(std::string_view text, ConnectionEvent& event) {
  for (std::string_view* name : {&event.user, &event.database}) {
    const std::size_t sign = text.find('=');
    if (sign == std::string_view::npos) return;
    text.remove_prefix(sign + 1);
    *name = text.substr(0, text.find_first_of(" \n"));
    text.remove_prefix(name->size());
  }
}

// A line in another language than English, as far as its words are known.
Event translated_event(std::string_view message) {
  for (const LogWords& words : translated_words()) {
    DurationEvent duration;
    if (parse_duration(message, words, duration)) return duration;
    StatementEvent statement;
    if (parse_statement(message, words, statement)) return statement;
    ConnectionEvent connection;
    std::string_view rest = message;
    if (take(rest, words.received)) return connection;
    if (take(rest, words.authorized)) {
      connection.kind = ConnectionEvent::Kind::kAuthorized;
      const auto user_end = rest.find(words.database);
      connection.user = rest.substr(0, user_end);
      if (user_end == std::string_view::npos) return connection;
      rest.remove_prefix(user_end + words.database.size());
      const auto database_end =
          words.application.empty() ? std::string_view::npos : rest.find(words.application);
      connection.database = rest.substr(0, database_end);
      if (database_end == std::string_view::npos) return connection;
      connection.application = rest.substr(database_end + words.application.size());
      return connection;
    }
    if (take(rest, words.disconnected)) {
      connection.kind = ConnectionEvent::Kind::kDisconnected;
      connection.session_time = parse_clock_duration(rest).value_or(Micros{0});
      read_names(rest, connection);
      return connection;
    }
  }
  return OtherEvent{};
}

// Classes of messages that may be FATAL with an SQLSTATE of connections, but end a session.
bool ends_session(std::string_view event_class) {
  return event_class.starts_with("connection_lost") || event_class.starts_with("replication_") ||
         event_class == "protocol_error";
}

bool is_refusal(std::string_view sqlstate, const MessageRow* row) {
  if (row != nullptr && row->event_class == "refused") return true;
  if (row != nullptr && ends_session(row->event_class)) return false;
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

// auto_explain.log_level puts plans under any severity below an error.
bool is_plan(const LogRecord& record, DurationEvent& event) {
  const bool may_be =
      record.severity < Severity::kError && record.message.starts_with("duration: ");
  return may_be && parse_duration(record.message, english_words(), event) &&
         event.kind == Kind::kPlan;
}

[[gnu::noinline]] Event event_by_table(const LogRecord& record) {
  DurationEvent plan;
  if (record.severity != Severity::kLog && is_plan(record, plan)) return plan;
  if (record.severity >= Severity::kWarning) return error_of(record);
  if (record.severity != Severity::kLog) return OtherEvent{};
  const std::string_view message = record.message;
  const char first = message.empty() ? '\0' : message[0];
  if (first == 'd') {
    DurationEvent duration;
    if (parse_duration(message, english_words(), duration)) return duration;
  } else if (first == 's' || first == 'e') {
    StatementEvent statement;
    if (parse_statement(message, english_words(), statement)) return statement;
  }
  const MessageRow* row = find_message(message);
  if (row == nullptr) return translated_event(message);
  const std::string_view name = row->event_class;
  if (name == "temp_file") return temp_file_of(*row, message);
  if (const auto kind = lock_kind(name)) return lock_of(*kind, *row, message);
  if (const auto kind = connection_kind(name)) return connection_of(*kind, *row, message);
  return OtherEvent{row};
}

}  // namespace

void read_event(const LogRecord& record, Event& event) {
  const bool is_usual =
      record.severity == Severity::kLog && read_usual_event(record.message, event);
  if (!is_usual) event = event_by_table(record);
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
  if (const auto* connection = std::get_if<ConnectionEvent>(&event)) {
    constexpr std::string_view kNames[] = {"connection_received", "connection_authorized",
                                           "connection_ready", "disconnection"};
    return kNames[static_cast<std::size_t>(connection->kind)];
  }
  if (std::holds_alternative<TempFileEvent>(event)) return "temp_file";
  const MessageRow* row = nullptr;
  if (const auto* error = std::get_if<ErrorEvent>(&event)) {
    row = error->row;
    // The texts of some refusals are the answers to statements as well.
    if (row != nullptr && row->event_class == "refused" && !error->refused_connection) return {};
  }
  if (const auto* other = std::get_if<OtherEvent>(&event)) row = other->row;
  return row != nullptr ? row->event_class : std::string_view{};
}

}  // namespace pgcounsel
