// What is summed over records beside statements and holds: the figures of the server's own
// messages, errors by minute and by who met them, lengths of sessions, and whether the log is
// whole. As all sums only integers, minima and maxima, so that any split and order gives the same.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "analyzer/workload/event_marks.h"
#include "analyzer/workload/histogram.h"
#include "parser/time.h"

namespace pgcounsel {

constexpr Micros kMinute{60'000'000};
// A session shorter than this was made for a statement or two.
constexpr Micros kBriefSession = kSecond;

// One figure of one class of messages (see parser/log/amounts.h). The builder adds three:
// temp_file and insert_rows (executions with several rows), whose object is a fingerprint in hex,
// and connection_setup (from `received` to `authorized`).
struct EventMeasureKey {
  Time hour;
  std::string event_class, object, measure;
  auto operator<=>(const EventMeasureKey&) const = default;
};
struct Measure {
  std::uint64_t count = 0, total = 0, largest = 0;
  void add(std::uint64_t value);
  void merge(const Measure& other);
  bool operator==(const Measure&) const = default;
};

struct ErrorMinuteKey {
  Time minute;
  std::string sqlstate, severity;
  auto operator<=>(const ErrorMinuteKey&) const = default;
};

// Who met an error, and with which statement.
struct ErrorSourceKey {
  Time hour;
  std::string severity, sqlstate, message;  // as in ErrorKey
  std::string database, user, application;  // empty where the log does not tell
  std::uint64_t fingerprint = 0;            // 0: no statement
  auto operator<=>(const ErrorSourceKey&) const = default;
};

// Sessions that ended in an hour, by the line of their end.
struct SessionHourKey {
  Time hour;
  std::string database, user, application;
  auto operator<=>(const SessionHourKey&) const = default;
};
struct SessionStats {
  std::uint64_t sessions = 0, brief = 0;
  Micros total{};
  Histogram lengths;
  void add(Micros length);
  void merge(const SessionStats& other);
  bool operator==(const SessionStats&) const = default;
};

// The records of one session that were read, by the session's own count: what lacks between its
// first and its last was written and is not here. Each log format counts for itself.
struct SessionLinesKey {
  std::uint64_t session = 0;
  std::string format;
  auto operator<=>(const SessionLinesKey&) const = default;
};
struct SessionLines {
  std::uint64_t first = 0, last = 0, count = 0;  // count 0: nothing yet
  bool ended = false;                            // the line of its end was read
  Time seen{Time::min()};                        // time of its latest record
  void add(std::uint64_t line, Time time);
  void merge(const SessionLines& other);
  std::uint64_t missing() const { return last - first + 1 > count ? last - first + 1 - count : 0; }
  // Read from its first record to its end: nothing more of it can come.
  bool whole() const { return ended && first == 1 && missing() == 0; }
  bool operator==(const SessionLines&) const = default;
};

// What is known to be lacking, in one hour. The two last are of sessions that are long over.
struct Losses {
  std::uint64_t reported = 0;  // messages that the carrier says it dropped (rate limits)
  std::uint64_t cut = 0;       // messages that came without their end
  std::uint64_t missing = 0, sessions = 0;  // records that lack, and of how many sessions
  void merge(const Losses& other);
  bool operator==(const Losses&) const = default;
};

struct EventSums {
  std::map<EventMeasureKey, Measure> measures;
  EventMarks marks;
  std::map<ErrorMinuteKey, std::uint64_t> error_minutes;
  std::map<ErrorSourceKey, std::uint64_t> error_sources;
  std::map<SessionHourKey, SessionStats> sessions;
  std::map<SessionLinesKey, SessionLines> lines;
  std::map<Time, Losses> lost;  // by hour

  void add_measure(Time time, std::string event_class, std::string object, std::string measure,
                   std::uint64_t value);
  void merge(const EventSums& other);
  // The rows of [since, until); of lines those whose latest record lies in it.
  EventSums slice(Time since, Time until) const;
  bool operator==(const EventSums&) const = default;
};

// The losses of the rows and of `lines` together. A session that was read from two formats is left
// out: each counts its records for itself, so what the other filled looks like a gap.
Losses losses_of(const EventSums& sums);

}  // namespace pgcounsel
