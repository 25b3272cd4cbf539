#include "parser/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

// The packaged library is built over the system's tzdata; its header must be told the same.
#ifndef USE_OS_TZDB
#define USE_OS_TZDB 1
#endif
#ifndef ONLY_C_LOCALE
#define ONLY_C_LOCALE 1
#endif
#include <date/tz.h>

namespace pgcounsel {
namespace {

constexpr Micros kMinute{60'000'000};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}
int digit_of(char c) {
  return c - '0';
}

char char_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : '\0';
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// The two digits at `at`, or -1.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
  return digit_of(text[at]) * 10 + digit_of(text[at + 1]);
}

// `digits` decimals as millionths; what is finer is cut off.
std::int64_t millionths(std::string_view digits) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    value = value * 10 + (i < digits.size() ? digit_of(digits[i]) : 0);
  }
  return value;
}

struct Abbreviation {
  std::string_view name;
  int minutes;    // east of Greenwich
  int other = 0;  // a second meaning, taken where the reader's zone agrees with it
};

// Names with several living meanings and no usual one (IST) are left out: they mean `zone`.
constexpr std::array kAbbreviations = {
    Abbreviation{"ACDT", 630},  Abbreviation{"ACST", 570},      Abbreviation{"ADT", -180},
    Abbreviation{"AEDT", 660},  Abbreviation{"AEST", 600},      Abbreviation{"AKDT", -480},
    Abbreviation{"AKST", -540}, Abbreviation{"ART", -180},      Abbreviation{"AST", -240},
    Abbreviation{"AWST", 480},  Abbreviation{"BRST", -120},     Abbreviation{"BRT", -180},
    Abbreviation{"BST", 60},    Abbreviation{"CAT", 120},       Abbreviation{"CDT", -300},
    Abbreviation{"CEST", 120},  Abbreviation{"CET", 60},        Abbreviation{"CLST", -180},
    Abbreviation{"CLT", -240},  Abbreviation{"COT", -300},      Abbreviation{"CST", -360, 480},
    Abbreviation{"ChST", 600},  Abbreviation{"EAT", 180},       Abbreviation{"EDT", -240},
    Abbreviation{"EEST", 180},  Abbreviation{"EET", 120},       Abbreviation{"EST", -300},
    Abbreviation{"GMT", 0},     Abbreviation{"HDT", -540},      Abbreviation{"HKT", 480},
    Abbreviation{"HST", -600},  Abbreviation{"ICT", 420},       Abbreviation{"IDT", 180},
    Abbreviation{"JST", 540},   Abbreviation{"KST", 540},       Abbreviation{"MDT", -360},
    Abbreviation{"MEST", 120},  Abbreviation{"MET", 60},        Abbreviation{"MSD", 240},
    Abbreviation{"MSK", 180},   Abbreviation{"MST", -420},      Abbreviation{"MYT", 480},
    Abbreviation{"NDT", -150},  Abbreviation{"NST", -210},      Abbreviation{"NZDT", 780},
    Abbreviation{"NZST", 720},  Abbreviation{"PDT", -420},      Abbreviation{"PHT", 480},
    Abbreviation{"PKT", 300},   Abbreviation{"PST", -480, 480}, Abbreviation{"SAST", 120},
    Abbreviation{"SGT", 480},   Abbreviation{"SST", -660},      Abbreviation{"TRT", 180},
    Abbreviation{"UCT", 0},     Abbreviation{"UTC", 0},         Abbreviation{"WAT", 60},
    Abbreviation{"WEST", 60},   Abbreviation{"WET", 0},         Abbreviation{"WIB", 420},
    Abbreviation{"WIT", 540},   Abbreviation{"WITA", 480},      Abbreviation{"Z", 0},
};
static_assert(std::is_sorted(kAbbreviations.begin(), kAbbreviations.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

const Abbreviation* abbreviation_named(std::string_view name) {
  const auto* found =
      std::lower_bound(kAbbreviations.begin(), kAbbreviations.end(), name,
                       [](const Abbreviation& a, std::string_view n) { return a.name < n; });
  return found != kAbbreviations.end() && found->name == name ? found : nullptr;
}

// What stands behind a timestamp. No length: no zone there.
struct ZoneText {
  std::size_t length = 0;
  std::optional<Micros> offset;  // absent: an abbreviation that is not known
  std::optional<Micros> other;   // the abbreviation's second meaning
  bool is_certain() const { return length == 0 || (offset && !other); }
};

// `+02`, `-0330`, `+05:45` at the start of `text`. Minutes are quarters of an hour, so that the
// address in `+03:10.0.0.1(4711)` is not taken for some.
ZoneText read_offset(std::string_view text) {
  char sign = char_at(text, 0);
  if (sign != '+' && sign != '-') return {};
  std::size_t digits = digits_at(text, 1);
  if (digits != 2 && digits != 4) return {};
  int hours = two_digits(text, 1);
  int minutes = digits == 4 ? two_digits(text, 3) : 0;
  std::size_t length = 1 + digits;
  if (hours > 15 || minutes > 59 || minutes % 15 != 0) return {};
  if (digits == 2 && char_at(text, 3) == ':' && digits_at(text, 4) == 2) {
    char next = char_at(text, 6);
    int behind_colon = two_digits(text, 4);
    if (behind_colon < 60 && behind_colon % 15 == 0 && next != '.' && next != ':' &&
        !is_letter(next)) {
      minutes = behind_colon;
      length = 6;
    }
  }
  Micros offset = (hours * 60 + minutes) * kMinute;
  return {length, sign == '-' ? -offset : offset, std::nullopt};
}

ZoneText read_abbreviation(std::string_view text) {
  std::size_t end = 0;
  bool upper = true;
  while (end < text.size() && end <= 6 && is_letter(text[end])) {
    upper = upper && is_upper(text[end]);
    ++end;
  }
  char next = char_at(text, end);
  if (end == 0 || end > 6 || is_digit(next) || next == '_') return {};
  const Abbreviation* known = abbreviation_named(text.substr(0, end));
  if (known != nullptr) {
    ZoneText zone{end, known->minutes * kMinute, std::nullopt};
    if (known->other != 0) zone.other = known->other * kMinute;
    return zone;
  }
  // `LOG:  ` behind a timestamp without a zone is no zone.
  bool severity = next == ':' && char_at(text, end + 1) == ' ';
  if (end < 3 || !upper || severity) return {};
  return {end, std::nullopt, std::nullopt};
}

ZoneText read_zone(std::string_view text) {
  char first = char_at(text, 0);
  if (first == 'Z' && !is_letter(char_at(text, 1)) && !is_digit(char_at(text, 1))) {
    return {1, Micros{0}, std::nullopt};
  }
  if (first != ' ') return read_offset(text);
  std::string_view word = text.substr(1);
  ZoneText zone;
  if (char_at(word, 0) == '<') {
    zone = read_offset(word.substr(1));
    if (zone.length != 0 && char_at(word, 1 + zone.length) == '>') {
      zone.length += 2;
    } else {
      zone = {};
    }
  } else {
    zone = read_offset(word);
    if (zone.length == 0) zone = read_abbreviation(word);
  }
  if (zone.length != 0) ++zone.length;
  return zone;
}

Time utc_of(Time local, const ZoneText& text, const Zone& zone) {
  if (!text.offset) return zone.to_utc(local);
  if (text.other && zone.to_utc(local) == local - *text.other) return local - *text.other;
  return local - *text.offset;
}

constexpr std::size_t kMinuteEnd = 16;   // 2026-11-22 07:48
constexpr std::size_t kSecondsEnd = 19;  // 2026-11-22 07:48:43
constexpr std::size_t kMillisEnd = 23;   // 2026-11-22 07:48:43.355

struct LocalTime {
  Time time;
  std::size_t length;  // without the zone
  std::size_t fraction_digits;
};

std::optional<LocalTime> read_local_time(std::string_view text) {
  if (text.size() < kSecondsEnd || text[4] != '-' || text[7] != '-' ||
      (text[10] != ' ' && text[10] != 'T') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  int century = two_digits(text, 0);
  int year_of_century = two_digits(text, 2);
  int month = two_digits(text, 5);
  int day = two_digits(text, 8);
  int hour = two_digits(text, 11);
  int minute = two_digits(text, 14);
  int second = two_digits(text, 17);
  if (century < 0 || year_of_century < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 ||
      second < 0) {
    return std::nullopt;
  }
  int year = century * 100 + year_of_century;
  std::chrono::year_month_day date{std::chrono::year{year},
                                   std::chrono::month{static_cast<unsigned>(month)},
                                   std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1970 || year > 2262 || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  std::size_t length = kSecondsEnd;
  std::int64_t fraction = 0;
  std::size_t fraction_digits = 0;
  if (char_at(text, length) == '.') {
    fraction_digits = digits_at(text, length + 1);
    if (fraction_digits > 9) return std::nullopt;
    if (fraction_digits > 0) {
      fraction = millionths(text.substr(length + 1, fraction_digits));
      length += 1 + fraction_digits;
    }
  } else if (is_digit(char_at(text, length))) {
    return std::nullopt;
  }
  Time local = Time{std::chrono::sys_days{date}} +
               Micros{((hour * 60 + minute) * 60 + second) * 1'000'000LL + fraction};
  return LocalTime{local, length, fraction_digits};
}

LogTime log_time_of(const LocalTime& local, const ZoneText& zone_text, const Zone& zone) {
  return {utc_of(local.time, zone_text, zone), local.fraction_digits > 0,
          local.length + zone_text.length, zone_text.is_certain()};
}

std::uint64_t eight_bytes(const char* at) {
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<Micros> clock;
};

Civil civil_of(Time time) {
  auto day = std::chrono::floor<std::chrono::days>(time);
  return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<Micros>{time - day}};
}

std::string date_and_clock(const Civil& civil, char between) {
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", static_cast<int>(civil.date.year()),
                     static_cast<unsigned>(civil.date.month()),
                     static_cast<unsigned>(civil.date.day()), between, civil.clock.hours().count(),
                     civil.clock.minutes().count(), civil.clock.seconds().count());
}

}  // namespace

Result<Zone> Zone::named(std::string_view name) {
  Zone zone;
  if (name == "UTC" || name == "Z") return zone;
  ZoneText offset = read_offset(name);
  if (offset.length != 0 && offset.length == name.size()) {
    zone.offset_ = *offset.offset;
    return zone;
  }
  try {
    zone.zone_ = date::locate_zone(name);
  } catch (const std::exception&) {
    return Error{fmt::format(
        "time zone \"{}\" is not known: give an IANA name such as Europe/Berlin (which needs the "
        "system's tzdata) or an offset such as +02 or -05:30",
        name)};
  }
  return zone;
}

Time Zone::to_utc(Time local) const {
  if (zone_ == nullptr) return local - offset_;
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  return zone->to_sys(date::local_time<Micros>{local.time_since_epoch()}, date::choose::earliest);
}

std::optional<LogTime> parse_log_time(std::string_view text, const Zone& zone) {
  const std::optional<LocalTime> local = read_local_time(text);
  if (!local) return std::nullopt;
  return log_time_of(*local, read_zone(text.substr(local->length)), zone);
}

// The eight bytes at `at`; zeros stand for what is behind the end.
std::uint64_t LogTimes::tail_at(std::string_view text, std::size_t at) {
  if (text.size() >= at + sizeof(std::uint64_t)) return eight_bytes(text.data() + at);
  std::array<char, sizeof(std::uint64_t)> bytes{};
  std::memcpy(bytes.data(), text.data() + at, text.size() - at);
  return eight_bytes(bytes.data());
}

bool LogTimes::is_like_the_last(std::string_view text) const {
  return knows_ && text.size() >= clock_end_ &&
         std::memcmp(text.data(), minute_.data(), kMinuteEnd) == 0 &&
         ((tail_at(text, clock_end_) ^ tail_) & tail_mask_) == 0;
}

bool LogTimes::read_otherwise(std::string_view text) {
  if (!is_like_the_last(text)) return read_newly(text);
  const auto digit = [&](std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[at])) - '0';
  };
  const unsigned tens = digit(17), ones = digit(18);
  if (text[16] != ':' || tens > 5 || ones > 9) return read_newly(text);
  std::int64_t micros = (tens * 10 + ones) * 1'000'000LL;
  if (time_.has_fraction) {
    const unsigned tenths = digit(20), hundredths = digit(21), thousandths = digit(22);
    if (text[19] != '.' || tenths > 9 || hundredths > 9 || thousandths > 9) {
      return read_newly(text);
    }
    micros += ((tenths * 10 + hundredths) * 10 + thousandths) * 1'000LL;
  }
  time_.time = minute_start_ + Micros{micros};
  return true;
}

bool LogTimes::read_newly(std::string_view text) {
  const std::optional<LocalTime> local = read_local_time(text);
  if (!local) return false;
  const ZoneText zone = read_zone(text.substr(local->length));
  time_ = log_time_of(*local, zone, zone_);
  knows_ = false;
  const bool is_usual = local->fraction_digits == 0 || local->fraction_digits == 3;
  if (!is_usual || zone.length == 0 || zone.length + 1 > sizeof tail_) return true;
  // Whether the zone ends here may depend on more than the byte behind it.
  const bool is_known_word = zone.offset && !is_digit(text[time_.length - 1]);
  const bool ends = time_.length == text.size();
  if (!ends && text[time_.length] == ':' && !is_known_word) return true;
  const Time minute = floor_to(local->time, kMinute);
  const Time last = minute + kMinute - Micros{1};
  minute_start_ = utc_of(minute, zone, zone_);
  // The clock may be put forward or back within the minute.
  if (utc_of(last, zone, zone_) - minute_start_ != last - minute) return true;
  std::memcpy(minute_.data(), text.data(), kMinuteEnd);
  clock_end_ = time_.has_fraction ? kMillisEnd : kSecondsEnd;
  clock_mask_ = time_.has_fraction ? 0x00FF'FFFF'FFFF'FFFF : 0x00FF'FFFF;
  tail_ = tail_at(text, clock_end_);
  // Counted from the lowest address.
  std::array<unsigned char, sizeof tail_> mask{};
  std::fill_n(mask.begin(), zone.length + 1, static_cast<unsigned char>(0xFF));
  std::memcpy(&tail_mask_, mask.data(), sizeof tail_mask_);
  knows_ = true;
  return true;
}

std::optional<Micros> parse_clock_duration(std::string_view text) {
  std::size_t hour_digits = digits_at(text, 0);
  if (hour_digits == 0 || hour_digits > 9) return std::nullopt;
  std::int64_t hours = 0;
  for (char c : text.substr(0, hour_digits)) hours = hours * 10 + digit_of(c);
  if (char_at(text, hour_digits) != ':' || char_at(text, hour_digits + 3) != ':') {
    return std::nullopt;
  }
  int minutes = two_digits(text, hour_digits + 1);
  int seconds = two_digits(text, hour_digits + 4);
  if (minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return std::nullopt;
  std::size_t end = hour_digits + 6;
  std::int64_t fraction = 0;
  if (char_at(text, end) == '.') {
    fraction = millionths(text.substr(end + 1, digits_at(text, end + 1)));
    end += 1 + digits_at(text, end + 1);
  }
  char next = char_at(text, end);
  if (is_digit(next) || is_letter(next) || next == ':') return std::nullopt;
  return hours * kHour + minutes * kMinute + seconds * kSecond + Micros{fraction};
}

std::optional<Micros> parse_milliseconds(std::string_view text, std::size_t& length) {
  std::size_t whole_digits = digits_at(text, 0);
  if (whole_digits == 0 || whole_digits > 15) return std::nullopt;
  std::int64_t micros = 0;
  for (char c : text.substr(0, whole_digits)) micros = micros * 10 + digit_of(c);
  micros *= 1000;
  std::size_t end = whole_digits;
  if (char_at(text, end) == '.' && is_digit(char_at(text, end + 1))) {
    std::size_t decimals = digits_at(text, end + 1);
    // Millionths of a millisecond are nanoseconds: rounded to the nearest microsecond.
    micros += (millionths(text.substr(end + 1, decimals)) + 500) / 1000;
    end += 1 + decimals;
  }
  length = end;
  return Micros{micros};
}

std::string iso_milliseconds(Time time) {
  Civil civil = civil_of(time);
  auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(civil.clock.subseconds());
  return fmt::format("{}.{:03}Z", date_and_clock(civil, 'T'), millis.count());
}

std::string plain_seconds(Time time) {
  return date_and_clock(civil_of(time), ' ');
}

}  // namespace pgcounsel
