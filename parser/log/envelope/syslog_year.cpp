#include "parser/log/envelope/syslog_year.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
using Days = std::chrono::sys_days;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The two digits at `at`, or -1; the first may be a blank.
int two_digits(std::string_view text, std::size_t at) {
  const char first = text[at];
  if ((first != ' ' && !is_digit(first)) || !is_digit(text[at + 1])) return -1;
  return (first == ' ' ? 0 : (first - '0') * 10) + (text[at + 1] - '0');
}

Days day_of(int year, unsigned month, unsigned day) {
  return Days{std::chrono::year{year} / std::chrono::month{month} / 1} +
         std::chrono::days{static_cast<int>(day) - 1};
}

int year_of(Time time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  return static_cast<int>(date.year());
}

bool is_date(int year, const SyslogTime& time) {
  return (std::chrono::year{year} / std::chrono::month{time.month} / std::chrono::day{time.day})
      .ok();
}

// The latest year in which the date is not after `limit`.
int latest_year(const SyslogTime& time, Time limit) {
  constexpr int kLeapYears = 8;  // the longest way from one 29 February to the next
  int year = year_of(limit);
  if (Time{day_of(year, time.month, time.day)} > limit) --year;
  for (int earlier = year; earlier >= year - kLeapYears; --earlier) {
    if (is_date(earlier, time)) return earlier;
  }
  return year;
}

// A full timestamp that stands in the text of an entry, near the date of its header.
std::optional<Time> inner_time(std::string_view line, const SyslogTime& header) {
  constexpr std::size_t kFarthest = 300;
  const std::string_view text = line.substr(header.length, kFarthest);
  for (std::size_t at = 1; at + 19 <= text.size(); ++at) {
    if (text[at + 4] != '-' || is_digit(text[at - 1])) continue;
    const auto found = parse_log_time(text.substr(at), Zone{});
    if (!found) continue;
    for (const int year :
         {year_of(found->time) - 1, year_of(found->time), year_of(found->time) + 1}) {
      const Time day{day_of(year, header.month, header.day)};
      const Micros apart = found->time - day;
      if (apart > -2 * kDay && apart < 3 * kDay) return day;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<SyslogTime> parse_syslog_time(std::string_view text) {
  constexpr std::size_t kLength = 15;
  if (text.size() < kLength || text[3] != ' ' || text[6] != ' ' || text[9] != ':' ||
      text[12] != ':') {
    return std::nullopt;
  }
  const auto* month = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
  if (month == kMonths.end()) return std::nullopt;
  const int day = two_digits(text, 4);
  const int hour = two_digits(text, 7);
  const int minute = two_digits(text, 10);
  const int second = two_digits(text, 13);
  const bool fits = day >= 1 && day <= 31 && hour >= 0 && hour <= 23 && minute >= 0 &&
                    minute <= 59 && second >= 0 && second <= 60;
  if (!fits) return std::nullopt;
  SyslogTime time;
  time.month = static_cast<unsigned>(month - kMonths.begin()) + 1;
  time.day = static_cast<unsigned>(day);
  time.clock = Micros{((hour * 60 + minute) * 60 + second) * 1'000'000LL};
  time.length = kLength;
  if (text.size() > kLength + 1 && text[kLength] == '.' && is_digit(text[kLength + 1])) {
    std::int64_t unit = 100'000;
    for (++time.length; time.length < text.size() && is_digit(text[time.length]); ++time.length) {
      time.clock += Micros{(text[time.length] - '0') * unit};
      unit /= 10;
    }
    time.has_fraction = true;
  }
  return time;
}

Time syslog_time_of(const SyslogTime& time, const SyslogStart& start, const Zone& zone) {
  const Days earliest = day_of(start.year, start.month, start.day) - std::chrono::days{1};
  Days day{};
  for (const int year : {start.year - 1, start.year, start.year + 1}) {
    day = day_of(year, time.month, time.day);
    if (day >= earliest) break;
  }
  return zone.to_utc(Time{day} + time.clock);
}

std::optional<SyslogStart> syslog_start(std::string_view head, std::optional<int> told_year,
                                        Time reference) {
  constexpr int kLines = 1000;
  std::optional<SyslogTime> first;
  for (int i = 0; i < kLines && !head.empty(); ++i) {
    std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(head.size(), line.size() + 1));
    if (line.starts_with('<')) line.remove_prefix(std::min(line.size(), line.find('>') + 1));
    const auto time = parse_syslog_time(line);
    if (!time) continue;
    if (!first) first = time;
    if (told_year) return SyslogStart{*told_year, first->month, first->day, false};
    if (const auto told = inner_time(line, *time)) {
      return SyslogStart{latest_year(*first, *told + kDay), first->month, first->day, false};
    }
  }
  if (!first) return std::nullopt;
  return SyslogStart{latest_year(*first, reference + kDay), first->month, first->day, true};
}

}  // namespace pgcounsel
