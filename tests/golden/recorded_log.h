// A log that was recorded from a real server (samples/, tests/recorded/), and what becomes of it on
// its way to whoever looks for the cause of a full pool: cut, filtered, rounded. Each function
// answers a new log and leaves the lines that it does not mean as they are.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/time.h"

namespace pgcounsel {

// A record of the log with the lines that belong to it (DETAIL, STATEMENT and what they continue).
using RecordedLog = std::vector<std::string>;

// `name`: a folder of tests/recorded, or the sample's.
std::string folder_of_recording(std::string_view name);
RecordedLog recorded(std::string_view name);
std::string text_of(const RecordedLog& log);

RecordedLog without_session_ids(const RecordedLog& log);
RecordedLog with_whole_seconds(const RecordedLog& log);
// The prefix of RDS, `%t:%r:%u@%d:[%p]:`: no milliseconds, no application, no session.
RecordedLog with_rds_prefix(const RecordedLog& log);
// What `log_connections` and `log_disconnections` write.
RecordedLog without_connections(const RecordedLog& log);
// What `log_lock_waits` writes.
RecordedLog without_lock_waits(const RecordedLog& log);
// As of log_min_duration_statement.
RecordedLog without_statements_below(const RecordedLog& log, double milliseconds);
RecordedLog between(const RecordedLog& log, Time since, Time until);
// The clock of the server is wrong by so much from `since` to `until`.
RecordedLog with_wrong_clock(const RecordedLog& log, Time since, Time until, Micros by);
// The same once more, later: with other times and other sessions.
RecordedLog repeated(const RecordedLog& log, Micros later);
// As exported by Cloud Logging, the newest entry first.
std::string newest_first(const RecordedLog& log);

Time time_of(std::string_view record);

}  // namespace pgcounsel
