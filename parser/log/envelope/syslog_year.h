// The traditional time of syslog, `Feb 11 13:15:39`, has no year. It follows from the date of the
// first entry of a file: a log goes forward, so that `Jan 1` behind `Dec 31` is of the next year.
// Each entry is dated by itself, so that pieces of a file can be read in any order; a file that
// spans more than a year cannot be dated.
#pragma once
#include <optional>
#include <string_view>

#include "parser/time.h"

namespace pgcounsel {

// The date of a file's first entry.
struct SyslogStart {
  int year = 1970;
  unsigned month = 1, day = 1;
  bool assumed = false;  // nothing in the log tells the year
};

// `Feb 11 13:15:39` or `Feb  1 13:15:39.123456`; the date is not checked against a calendar.
struct SyslogTime {
  unsigned month = 0, day = 0;
  Micros clock{};
  bool has_fraction = false;
  std::size_t length = 0;
};
std::optional<SyslogTime> parse_syslog_time(std::string_view text);

// The date within the year that begins a day before `start`; 29 February of a year without one is
// 1 March.
Time syslog_time_of(const SyslogTime& time, const SyslogStart& start, const Zone& zone);

// The start of a log that begins with `head`. The year is that which the user told; else that of
// the full timestamps in the first entries; else the latest in which the first entry is not after
// `reference` (when the file was last written to) by more than a day. Nothing when no line begins
// with a time without a year.
std::optional<SyslogStart> syslog_start(std::string_view head, std::optional<int> told_year,
                                        Time reference);

}  // namespace pgcounsel
