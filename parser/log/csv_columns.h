// What stands in the columns of csvlog, for both of its readers.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/log/record.h"
#include "parser/number.h"

namespace pgcounsel::csv_log {

// Counted from 0, the time.
enum Column : std::size_t {
  kUser = 1,
  kDatabase = 2,
  kPid = 3,
  kHost = 4,
  kSessionId = 5,
  kSessionLine = 6,
  kVirtualXid = 9,
  kSeverity = 11,
  kSqlstate = 12,
  kMessage = 13,
  kDetail = 14,
  kHint = 15,
  kQuery = 16,
  kContext = 18,
  kStatement = 19,
  kApplication = 22,
  kQueryId = 25
};

// From 8.4 on; some tools write one column less than the server.
constexpr std::size_t kFewestColumns = 22, kMostColumns = 26;

// The texts in which a server may double quotes, which are taken out only where they stand.
struct TextColumn {
  Column column;
  std::string_view LogRecord::*text;
};
inline constexpr TextColumn kTexts[] = {
    {kUser, &LogRecord::user},
    {kDatabase, &LogRecord::database},
    {kMessage, &LogRecord::message},
    {kDetail, &LogRecord::detail},
    {kHint, &LogRecord::hint},
    {kQuery, &LogRecord::query},
    {kContext, &LogRecord::context},
    {kStatement, &LogRecord::statement},
    {kApplication, &LogRecord::application},
};

inline void set_time(LogRecord& record, const LogTime& time) {
  record.time = time.time;
  record.has_time = true;
  record.has_fraction = time.has_fraction;
  record.zone_is_certain = time.zone_is_certain;
}

// False where the word is none.
inline bool set_severity(LogRecord& record, std::string_view word) {
  if (word == "LOG") {
    record.severity = Severity::kLog;
    return true;
  }
  record.severity = severity_named(word);
  record.localised = !is_english_severity(word);
  return record.severity != Severity::kUnknown;
}

// By its id, or else by that of its process, which is known before.
inline void set_session(LogRecord& record, std::string_view session_id) {
  if (std::uint64_t id = 0; read_hex_pair(session_id, id) && id >> 32 != 0) {
    record.session.id = id;
  } else if (const auto session = session_of_id(session_id)) {
    record.session = *session;
  } else if (record.pid != 0) {
    record.session = session_of_pid(record.pid);
  }
}

inline void set_virtual_xid(LogRecord& record, std::string_view xid) {
  if (!xid.empty()) record.in_transaction = !xid.ends_with("/0");
}

}  // namespace pgcounsel::csv_log
