#include "analyzer/report/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace pgcounsel {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// part * factor / whole, rounded; where the product would overflow, digits are given up first.
std::uint64_t scaled(std::uint64_t part, std::uint64_t factor, std::uint64_t whole) {
  while (part > kMost / factor / 2) {
    part /= 2;
    whole = std::max<std::uint64_t>(whole / 2, 1);
  }
  return (part * factor + whole / 2) / whole;
}

// `value` is in units of 10^-decimals.
std::string fixed(std::uint64_t value, int decimals) {
  std::uint64_t unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  if (decimals == 0) return grouped(value);
  return fmt::format("{}.{:0{}}", grouped(value / unit), value % unit, decimals);
}

// Three digits, as far as they are there: 4.12, 41.2, 412, 4,120.
std::string three_digits(std::uint64_t part, std::uint64_t whole) {
  const std::uint64_t hundredths = scaled(part, 100, whole);
  if (hundredths < 1000) return fixed(hundredths, 2);
  const std::uint64_t tenths = scaled(part, 10, whole);
  if (tenths < 1000) return fixed(tenths, 1);
  return grouped(scaled(part, 1, whole));
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string digits = fmt::format("{}", value);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string counted(std::uint64_t value) {
  if (value < 10'000'000) return grouped(value);
  if (value < 10'000'000'000) return three_digits(value, 1'000'000) + " M";
  return three_digits(value, 1'000'000'000) + " G";
}

std::string duration(Micros value) {
  const std::uint64_t micros = count_of(value);
  if (micros < 1000) return fmt::format("{} µs", micros);
  if (micros < 9'995) return three_digits(micros, 1000) + " ms";
  if (micros < 999'500) return grouped(scaled(micros, 1, 1000)) + " ms";
  return three_digits(micros, 1'000'000) + " s";
}

std::string whole_seconds(Micros value) {
  if (value < 10 * kSecond) return duration(value);
  return grouped(scaled(count_of(value), 1, 1'000'000)) + " s";
}

std::string span(Micros value) {
  const std::uint64_t seconds = scaled(count_of(value), 1, 1'000'000);
  const std::uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (hours == 0) {
    return seconds % 60 ? fmt::format("{} m {} s", minutes, seconds % 60)
                        : fmt::format("{} m", minutes);
  }
  if (hours < 48) {
    return minutes % 60 ? fmt::format("{} h {} m", hours, minutes % 60)
                        : fmt::format("{} h", hours);
  }
  return hours % 24 ? fmt::format("{} d {} h", days, hours % 24) : fmt::format("{} d", days);
}

std::string byte_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  std::size_t unit = 0;
  std::uint64_t size = 1024;
  while (unit + 1 < kUnits.size() && bytes / size >= 1000) {
    size *= 1024;
    ++unit;
  }
  const std::uint64_t tenths = scaled(bytes, 10, size);
  return (tenths < 100 ? fixed(tenths, 1) : grouped(scaled(bytes, 1, size))) + " " +
         std::string(kUnits.at(unit));
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "";
  const std::uint64_t rounded = scaled(part, 100, whole);
  if (rounded == 0 && part > 0) return "<1 %";
  return grouped(rounded) + " %";
}

std::string percent(Micros part, Micros whole) {
  return percent(count_of(part), count_of(whole));
}

std::string ratio(std::uint64_t after, std::uint64_t before) {
  before = std::max<std::uint64_t>(before, 1);
  const std::uint64_t tenths = scaled(after, 10, before);
  if (tenths < 10 && after > 0) {
    const std::uint64_t hundredths = scaled(after, 100, before);
    if (hundredths == 0) return "×<0.01";
    if (hundredths < 10) return "×" + fixed(hundredths, 2);
  }
  return "×" + (tenths < 100 ? fixed(tenths, 1) : grouped(scaled(after, 1, before)));
}

std::string moved(std::uint64_t after, std::uint64_t before) {
  if (after == before) return "±0 %";
  if (before == 0) return "new";
  if (after / 2 >= before || after <= before / 2) return ratio(after, before);
  const std::uint64_t gap = after > before ? after - before : before - after;
  const std::uint64_t rounded = scaled(gap, 100, before);
  if (rounded == 0) return "±0 %";
  return fmt::format("{}{} %", after > before ? "+" : "−", rounded);
}

std::string average_connections(Micros held, Micros length) {
  if (length <= Micros::zero() || held <= Micros::zero()) return "0";
  const std::uint64_t hundredths = scaled(count_of(held), 100, count_of(length));
  if (hundredths == 0) return "<0.01";
  if (hundredths < 100) return fixed(hundredths, 2);
  return fixed(scaled(count_of(held), 10, count_of(length)), 1);
}

std::string share_bar(Micros part, Micros whole) {
  constexpr std::uint64_t kCells = 10;
  const std::uint64_t full = whole > Micros::zero()
                                 ? std::min(scaled(count_of(part), kCells, count_of(whole)), kCells)
                                 : 0;
  std::string bar;
  for (std::uint64_t cell = 0; cell < kCells; ++cell) bar += cell < full ? "█" : "░";
  return bar;
}

std::uint64_t count_of(Micros value) {
  return value.count() > 0 ? static_cast<std::uint64_t>(value.count()) : 0;
}

Micros mean_of(Micros total, std::uint64_t count) {
  if (count == 0) return Micros::zero();
  return Micros{static_cast<Micros::rep>(scaled(count_of(total), 1, count))};
}

std::string date_of(Time time) {
  return plain_seconds(time).substr(0, 10);
}

std::string date_with_day(Time time) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{} ({})", date_of(time), kDays.at(day.c_encoding()));
}

std::string minute_of(Time time) {
  return plain_seconds(time).substr(0, 16);
}
std::string clock_of(Time time) {
  return plain_seconds(time).substr(11, 5);
}

}  // namespace pgcounsel
