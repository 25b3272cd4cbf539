#include "parser/log/envelope/json_source.h"

#include <charconv>

namespace pgcounsel {
namespace {

// The size of the number tells its unit: none that is in use between 1973 and 5138 can be taken
// for another.
std::optional<LogTime> time_of_number(std::string_view text) {
  constexpr std::int64_t kMilliseconds = 100'000'000'000, kMicroseconds = kMilliseconds * 1000,
                         kNanoseconds = kMicroseconds * 1000;
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc{} || whole <= 0 || (stop != end && *stop != '.')) return std::nullopt;
  const auto at = [&](std::int64_t micros) {
    return LogTime{Time{Micros{micros}}, true, text.size()};
  };
  if (whole >= kNanoseconds) return at(whole / 1000);
  if (whole >= kMicroseconds) return at(whole);
  if (whole >= kMilliseconds) return at(whole * 1000);
  std::int64_t micros = whole;
  const char* digit = stop == end ? stop : stop + 1;
  for (int i = 0; i < 6; ++i) {
    const bool is_digit = digit != end && *digit >= '0' && *digit <= '9';
    micros = micros * 10 + (is_digit ? *digit++ - '0' : 0);
  }
  return at(micros);
}

// `.123456789`, cut to microseconds; nothing where it is none.
std::optional<Micros> fraction_of(std::string_view text) {
  if (text.size() < 2 || text.front() != '.') return std::nullopt;
  std::int64_t micros = 0, unit = 100'000;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    micros += unit * (c - '0');
    unit /= 10;
  }
  return Micros{micros};
}

}  // namespace

std::string_view JsonSource::text(const JsonFields& fields, std::string_view path) {
  if (fields.empty()) return {};
  const auto dot = path.find('.');
  const JsonField* field = find_field(fields, path.substr(0, dot));
  if (field == nullptr) return {};
  if (dot == std::string_view::npos) return text_of(*field, out_.arena);
  return text(inside(fields, path.substr(0, dot)), path.substr(dot + 1));
}

std::string_view JsonSource::first_text(const JsonFields& fields,
                                        std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    if (const std::string_view found = text(fields, path); !found.empty()) return found;
  }
  return {};
}

JsonFields JsonSource::inside(const JsonFields& fields, std::string_view key) {
  const JsonField* field = find_field(fields, key);
  JsonFields found;
  if (field != nullptr && field->is_object()) reader_.read(field->raw, found);
  return found;
}

// Of the entries of one second only the fraction is read: `2026-03-12T10:00:00.123456789Z`.
std::optional<LogTime> JsonSource::time(std::string_view text) {
  constexpr std::size_t kSecondSize = 19;
  const std::string_view second = text.substr(0, kSecondSize);
  if (!second_.empty() && second == second_ && text.ends_with('Z')) {
    if (const auto fraction =
            fraction_of(text.substr(kSecondSize, text.size() - kSecondSize - 1))) {
      return LogTime{second_time_ + *fraction, true, text.size()};
    }
  }
  const auto time = parse_log_time(text, zone_);
  if (!time) return time_of_number(text);
  if (text.ends_with('Z') && time->length == text.size()) {
    second_ = second;
    second_time_ = floor_to(time->time, kSecond);
  }
  return time;
}

bool has_field(const JsonFields& fields, std::string_view key) {
  return find_field(fields, key) != nullptr;
}

bool has_text_field(const JsonFields& fields, std::string_view key) {
  const JsonField* field = find_field(fields, key);
  return field != nullptr && field->is_text();
}

bool take_newline(std::string_view& text) {
  if (!text.ends_with('\n')) return false;
  text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return true;
}

std::string_view behind_last(std::string_view text, char separator) {
  return text.substr(text.rfind(separator) + 1);
}

}  // namespace pgcounsel
