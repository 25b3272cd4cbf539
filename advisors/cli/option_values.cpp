#include "advisors/cli/option_values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "parser/number.h"

namespace pgcounsel {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t micros;
};

constexpr Unit kUnits[] = {
    {"ms", 1'000},     {"s", 1'000'000},     {"min", 60'000'000},
    {"m", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000},
};
constexpr std::int64_t kLongestDuration = 100LL * 366 * 86'400'000'000;

template <class Number>
bool read_number(std::string_view text, Number& number, std::string_view& rest) {
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return false;
  rest = text.substr(static_cast<std::size_t>(stop - text.data()));
  return true;
}

Error no_duration(std::string_view text) {
  return {fmt::format("`{}` is no duration (500ms, 30s, 5min, 24h or 7d are)", text)};
}

Error no_time(std::string_view text) {
  return {fmt::format("`{}` is no time (2026-03-12, 2026-03-12 10:04 or 2026-03-12T10:04:20Z are)",
                      text)};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Brings the short forms to the one that logs have: `2026-03-12 10:04` -> `2026-03-12 10:04:00`.
std::string with_seconds(std::string_view text) {
  constexpr std::size_t kDate = 10, kMinutes = 16;
  std::string full(text);
  if (full.size() == kDate) return full + " 00:00:00";
  if (full.size() >= kMinutes && (full.size() == kMinutes || full[kMinutes] != ':')) {
    full.insert(kMinutes, ":00");
  }
  return full;
}

// Logs may abbreviate any zone; here only what everyone reads the same way.
bool names_other_zone(std::string_view time) {
  std::size_t start = time.size();
  while (start > 0 && !is_digit(time[start - 1])) --start;
  std::string_view zone = time.substr(start);
  while (!zone.empty() && zone.front() == ' ') zone.remove_prefix(1);
  return !(zone.empty() || zone == "Z" || zone == "UTC" || zone == "GMT");
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Of `shop/web=20`: the name of a database may have a slash, that of a user has none.
Result<std::pair<PoolSizeKey, PoolSize>> pool_size_of(std::string_view text) {
  constexpr std::uint64_t kMost = 1'000'000;
  const Error wrong{fmt::format(
      "`{}` is no DATABASE/USER=N (shop/web=20 is, with * for any database or user)", text)};
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return wrong;
  const std::string_view name = text.substr(0, equals), digits = text.substr(equals + 1);
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == name.size()) return wrong;
  const auto size = whole_text_number<std::uint64_t>(digits);
  if (!size || *size == 0 || *size > kMost) {
    return Error{
        fmt::format("`{}` in `{}` is no number of connections (1 to {})", digits, text, kMost)};
  }
  const std::string_view user = name.substr(slash + 1);
  PoolSizeKey key{PoolSizeSource::kOption, std::string(name.substr(0, slash)),
                  std::string(user == kAnyPool ? std::string_view{} : user)};
  return std::pair(std::move(key), PoolSize{Time{}, *size, 0, {}});
}

}  // namespace

Result<Micros> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  std::string_view unit;
  if (!read_number(text, count, unit) || count < 0) return no_duration(text);
  if (count == 0 && unit.empty()) return Micros{0};
  const auto* found = std::ranges::find(kUnits, unit, &Unit::name);
  if (found == std::end(kUnits)) return no_duration(text);
  if (count > kLongestDuration / found->micros) {
    return Error{fmt::format("`{}` is more than 100 years", text)};
  }
  return Micros{count * found->micros};
}

Result<std::optional<Micros>> parse_period(std::string_view text) {
  if (text == "all") return std::optional<Micros>{};
  Result<Micros> period = parse_duration(text);
  if (!period || *period == Micros{0}) {
    return Error{fmt::format("`{}` is no period (24h, 7d or all are)", text)};
  }
  return std::optional<Micros>{*period};
}

Result<Time> parse_point_in_time(std::string_view text) {
  std::string full = with_seconds(text);
  std::optional<LogTime> read = parse_log_time(full, Zone{});
  if (!read || read->length != full.size() || names_other_zone(full)) return no_time(text);
  return read->time;
}

Result<std::size_t> parse_choice(std::string_view text,
                                 const std::vector<std::string_view>& choices) {
  auto found = std::ranges::find(choices, text);
  if (found == choices.end()) {
    return Error{fmt::format("`{}` is none of {}", text, fmt::join(choices, ", "))};
  }
  return static_cast<std::size_t>(found - choices.begin());
}

Result<std::size_t> parse_size(std::string_view text) {
  std::int64_t count = 0;
  std::string_view unit;
  const Error wrong{fmt::format("`{}` is no size (256M, 1G are)", text)};
  if (!read_number(text, count, unit) || count < 0) return wrong;
  for (const std::string_view tail : {"iB", "B"}) {
    if (unit.ends_with(tail)) unit.remove_suffix(tail.size());
  }
  constexpr std::string_view kUnitsOfSize = "KMGT";
  if (unit.size() > 1 || (unit.size() == 1 && kUnitsOfSize.find(unit[0]) == unit.npos))
    return wrong;
  const std::size_t power = unit.empty() ? 0 : kUnitsOfSize.find(unit[0]) + 1;
  constexpr std::int64_t kLargest = std::int64_t{1} << 50;
  if (count > kLargest >> (10 * power)) return Error{fmt::format("`{}` is too large", text)};
  return static_cast<std::size_t>(count) << (10 * power);
}

Result<std::map<PoolSizeKey, PoolSize>> parse_pool_sizes(std::string_view text) {
  std::map<PoolSizeKey, PoolSize> sizes;
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    auto size = pool_size_of(without_blanks(text.substr(0, end)));
    if (!size) return size.error();
    sizes.insert_or_assign(size->first, size->second);
    if (end == text.size()) return sizes;
    text.remove_prefix(end + 1);
  }
}

Result<bool> parse_switch(std::string_view text) {
  for (std::string_view yes : {"true", "yes", "on", "1"}) {
    if (text == yes) return true;
  }
  for (std::string_view no : {"false", "no", "off", "0"}) {
    if (text == no) return false;
  }
  return Error{fmt::format("`{}` is neither yes nor no", text)};
}

}  // namespace pgcounsel
