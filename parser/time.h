// Points in time and durations as the logs of PostgreSQL write them. Everything inside the program
// is microseconds in UTC; zones exist only at this border.
#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parser/result.h"

namespace pgcounsel {

using Micros = std::chrono::microseconds;
using Time = std::chrono::sys_time<Micros>;

constexpr Micros kSecond{1'000'000};
constexpr Micros kHour{3'600'000'000};
constexpr Micros kDay{86'400'000'000};

// What one timestamp says.
struct LogTime {
  Time time;           // UTC
  bool has_fraction;   // false: whole seconds only (%t, %s)
  std::size_t length;  // characters read, the zone included
  // False where the zone is an abbreviation of several meanings (IST, CST, PST) or one that is not
  // known: the reader's zone or the more usual meaning was taken.
  bool zone_is_certain = true;
};

// The zone that timestamps without a zone, or with an abbreviation that is not known, are in.
// Built from an IANA name (`Europe/Berlin`, needs the system's tzdata) or an offset (`+02`,
// `-05:30`).
class Zone {
 public:
  Zone() = default;  // UTC
  static Result<Zone> named(std::string_view name);
  // The UTC time of a local time in this zone.
  Time to_utc(Time local) const;

 private:
  const void* zone_ = nullptr;  // a date::time_zone, which lives as long as the program
  Micros offset_{0};
};

// Reads `2026-11-22 07:48:43.355 UTC` (also `T` between, no fraction, 1 to 6 digits, zone as
// abbreviation, `+02`, `-03:30`, `Z` or absent) from the start of `text`.
// Nothing when it is no timestamp.
std::optional<LogTime> parse_log_time(std::string_view text, const Zone& zone);

// Reads the timestamps of a log one after the other, with the answers of parse_log_time. Most are
// of the minute and zone of the one before, and then only their seconds are read.
class LogTimes {
 public:
  explicit LogTimes(const Zone& zone) : zone_(zone) {}
  std::optional<LogTime> read(std::string_view text);
  // The same, without a copy of the answer. False: it is no timestamp, and `out` is anything.
  bool read(std::string_view text, LogTime& out);

 private:
  static std::uint64_t tail_at(std::string_view text, std::size_t at);
  bool is_like_the_last(std::string_view text) const;
  bool read_newly(std::string_view text, LogTime& out);

  Zone zone_;
  std::array<char, 16> minute_{};  // `2026-11-22 07:48`
  std::uint64_t tail_ = 0;         // the first bytes behind the seconds, of which tail_mask_ count:
  std::uint64_t tail_mask_ = 0;    // the zone and one more
  LogTime last_{};                 // at the beginning of its minute
  bool knows_ = false;
};

// `H:MM:SS.mmm` (hours may have any number of digits), as in `disconnection: session time:`.
std::optional<Micros> parse_clock_duration(std::string_view text);

// `12.345` (milliseconds, up to 6 decimals) at the start of `text`; `length` gets the characters
// read.
std::optional<Micros> parse_milliseconds(std::string_view text, std::size_t& length);

// `2026-11-22T07:48:43.355Z`
std::string iso_milliseconds(Time time);
// `2026-11-22 07:48:43`
std::string plain_seconds(Time time);

inline Time floor_to(Time time, Micros unit) {
  auto count = time.time_since_epoch().count();
  auto rest = count % unit.count();
  if (rest < 0) rest += unit.count();
  return Time{Micros{count - rest}};
}

}  // namespace pgcounsel
