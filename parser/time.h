// Points in time and durations as the logs of PostgreSQL write them. Everything inside the program
// is microseconds in UTC; zones exist only at this border.
#pragma once
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
  std::optional<LogTime> read(std::string_view text) {
    const LogTime* const time = next(text);
    return time == nullptr ? std::nullopt : std::optional(*time);
  }
  // The same, good until the next one; nullptr where it is no timestamp.
  const LogTime* next(std::string_view text) {
    return reads_like_the_last(text) || read_otherwise(text) ? &time_ : nullptr;
  }

 private:
  static std::uint64_t tail_at(std::string_view text, std::size_t at);
  bool reads_like_the_last(std::string_view text);
  bool is_like_the_last(std::string_view text) const;
  bool read_otherwise(std::string_view text);
  bool read_newly(std::string_view text);

  Zone zone_;
  std::array<char, 16> minute_{};  // `2026-11-22 07:48`
  std::uint64_t tail_ = 0;         // the first bytes behind the seconds, of which tail_mask_ count:
  std::uint64_t tail_mask_ = 0;    // the zone and one more
  std::uint64_t clock_mask_ = 0;   // of the bytes behind the minute, those that count
  std::size_t clock_end_ = 0;      // 19 or, with milliseconds, 23
  Time minute_start_{};
  LogTime time_{};  // the last one, but for its time like all of its minute and zone
  bool knows_ = false;
};

inline bool LogTimes::reads_like_the_last(std::string_view text) {
  if constexpr (std::endian::native != std::endian::little) return false;
  if (!knows_ || text.size() < 24 || text.size() <= clock_end_) return false;
  const auto word_at = [text](std::size_t at) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof word);
    return word;
  };
  // Zeros stand for what is behind the end.
  const std::size_t tail_size = text.size() - clock_end_;
  const std::uint64_t tail = tail_size >= sizeof(std::uint64_t)
                                 ? word_at(clock_end_)
                                 : word_at(text.size() - 8) >> (64 - 8 * tail_size);
  std::uint64_t minute[2];
  std::memcpy(minute, minute_.data(), sizeof minute);
  // `:43.355`: zeros are left where the colon and the dot stand, and a number for each digit.
  const std::uint64_t clock = (word_at(16) ^ 0x0030'3030'2E30'303A) & clock_mask_;
  // What is more than it may be, which is 0, 5, 9, 0, 9, 9 and 9, gets its top bit set.
  const std::uint64_t over = (clock | (clock + 0x0076'7676'7F76'7A7F)) & 0x8080'8080'8080'8080;
  const std::uint64_t other =
      (word_at(0) ^ minute[0]) | (word_at(8) ^ minute[1]) | ((tail ^ tail_) & tail_mask_) | over;
  if (other != 0) return false;
  const auto digit = [clock](unsigned at) { return static_cast<int>(clock >> (8 * at) & 0xF); };
  const int seconds = digit(1) * 10 + digit(2);
  const int millis = (digit(4) * 10 + digit(5)) * 10 + digit(6);
  time_.time = minute_start_ + Micros{(seconds * 1000 + millis) * 1000};
  return true;
}

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
