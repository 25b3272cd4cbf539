#include "parser/log/usual_event.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "parser/find.h"
#include "parser/number.h"
#include "parser/same_text.h"

namespace pgcounsel {
namespace {

using Kind = DurationEvent::Kind;

inline bool take(std::string_view& text, std::string_view literal) {
  const std::size_t size = literal.size();
  if (text.size() < size || !same_text({text.data(), size}, literal)) return false;
  text.remove_prefix(size);
  return true;
}

// Gets `out` the text up to `literal`, and cuts both off.
bool take_until(std::string_view& text, std::string_view literal, std::string_view& out) {
  const std::size_t end = text.find(literal);
  if (end == std::string_view::npos) return false;
  out = text.substr(0, end);
  text.remove_prefix(end + literal.size());
  return true;
}

unsigned digit_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned>(static_cast<unsigned char>(text[at])) - unsigned{'0'};
}

constexpr std::uint64_t eight_times(unsigned char byte) {
  return 0x0101010101010101ULL * byte;
}

// Eight digits, the first one lowest, as a number: pairs, fours and all of them at once.
std::int64_t number_of(std::uint64_t digits) {
  digits -= eight_times('0');
  digits = digits * 10 + (digits >> 8);
  constexpr std::uint64_t kPairs = 0x000000FF000000FF;
  constexpr std::uint64_t kEven = 100 + (1'000'000ULL << 32), kOdd = 1 + (10'000ULL << 32);
  digits = (digits & kPairs) * kEven + ((digits >> 16) & kPairs) * kOdd;
  return static_cast<std::int64_t>(digits >> 32);
}

bool are_digits(std::uint64_t bytes) {
  constexpr std::uint64_t kHigh = eight_times(0xF0);
  return ((bytes & kHigh) | ((bytes + eight_times(0x06)) & kHigh) >> 4) == eight_times(0x33);
}

// The up to seven digits before the first dot of eight bytes, however many there are, without a
// loop whose end cannot be foreseen. 0: others, or no dot.
inline std::size_t read_before_dot(const char* at, std::int64_t& value) {
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  const std::uint64_t others = bytes ^ eight_times('.');
  const std::uint64_t dots = (others - eight_times(1)) & ~others & eight_times(0x80);
  if (dots == 0) return 0;
  const auto bits = static_cast<unsigned>(std::countr_zero(dots)) & ~7U;
  if (bits == 0) return 0;
  bytes = bytes << (64 - bits) | eight_times('0') >> bits;
  value = number_of(bytes);
  return are_digits(bytes) ? bits / 8 : 0;
}

std::size_t read_digits_one_by_one(std::string_view text, std::size_t last, std::int64_t& value) {
  std::size_t at = 0;
  for (value = 0; at < last && digit_at(text, at) <= 9; ++at)
    value = value * 10 + digit_at(text, at);
  return at;
}

// `12.345 ` as the server prints it: up to twelve digits and three decimals.
inline bool take_milliseconds(std::string_view& text, Micros& out) {
  constexpr std::size_t kMostDigits = 12, kBehindDigits = 5;  // `.345 `
  constexpr bool kLowestFirst = std::endian::native == std::endian::little;
  if (text.size() < kBehindDigits + 1) return false;
  std::int64_t value = 0;
  std::size_t at = kLowestFirst && text.size() >= 16 ? read_before_dot(text.data(), value) : 0;
  if (at == 0) {
    const std::size_t last = std::min(kMostDigits, text.size() - kBehindDigits);
    at = read_digits_one_by_one(text, last, value);
  }
  const unsigned tenths = digit_at(text, at + 1), hundredths = digit_at(text, at + 2);
  const unsigned thousandths = digit_at(text, at + 3);
  if (at == 0 || text[at] != '.' || text[at + 4] != ' ') return false;
  if (std::max({tenths, hundredths, thousandths}) > 9) return false;
  text.remove_prefix(at + 4);
  out = Micros{value * 1000 + (tenths * 10 + hundredths) * 10 + thousandths};
  return true;
}

// Behind `duration: `: `0.319 ms  statement: ...`.
inline bool read_duration(std::string_view message, DurationEvent& event) {
  if (!take_milliseconds(message, event.duration)) return false;
  if (take(message, " ms  statement: ")) {
    event.kind = Kind::kStatement;
    event.text = or_empty_statement(message);
    return true;
  }
  if (!take(message, " ms")) return false;
  if (message.empty()) return true;
  if (take(message, "  execute ")) {
    event.kind = Kind::kExecute;
  } else if (take(message, "  parse ")) {
    event.kind = Kind::kParse;
  } else if (take(message, "  bind ")) {
    event.kind = Kind::kBind;
  } else {
    event.kind = Kind::kPlan;
    const bool is_plan = take(message, "  plan:");
    event.text = message;
    return is_plan;
  }
  event.text = or_empty_statement(after_name(message));
  return true;
}

// Behind `temporary file: path "`: `base/pgsql_tmp/pgsql_tmp26893.19", size 37492`.
bool read_temp_file(std::string_view message, TempFileEvent& event) {
  std::string_view path;
  return take_until(message, "\", size ", path) && read_digits(message, event.bytes);
}

// Behind `connection authorized: user=`: `web database=shop application_name=cart`. Encryption is
// told in brackets.
bool read_authorized(std::string_view message, ConnectionEvent& event) {
  if (message.find('(') != std::string_view::npos) return false;
  event.kind = ConnectionEvent::Kind::kAuthorized;
  std::string_view* last = &event.user;
  if (take_until(message, " database=", event.user)) last = &event.database;
  if (take_until(message, " application_name=", *last)) last = &event.application;
  *last = message;
  return true;
}

// Behind `disconnection: session time: `: `0:00:00.393 user=web database=shop host=[local]`.
bool read_disconnection(std::string_view message, ConnectionEvent& event) {
  constexpr std::size_t kLongest = 40;
  const auto is_part = [](char c) { return (c >= '0' && c <= '9') || c == ':' || c == '.'; };
  std::string_view time;
  if (!take_until(message, " user=", time) || time.size() > kLongest) return false;
  const auto session_time = parse_clock_duration(time);
  if (!session_time || !std::all_of(time.begin(), time.end(), is_part)) return false;
  event.kind = ConnectionEvent::Kind::kDisconnected;
  event.session_time = *session_time;
  return take_until(message, " database=", event.user) &&
         take_until(message, " host=", event.database);
}

}  // namespace

std::string_view after_name(std::string_view text) {
  if (text.size() > kFindBlock) {  // mostly a short name
    const std::uint32_t colons = found_in_block(text.data(), ':');
    const auto first = static_cast<std::size_t>(std::countr_zero(colons | 1U << kFindBlock));
    if (colons != 0 && text[first + 1] == ' ') return text.substr(first + 2);
  }
  for (auto colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', colon + 1)) {
    if (colon + 1 < text.size() && text[colon + 1] == ' ') return text.substr(colon + 2);
  }
  return text.ends_with(':') ? std::string_view{} : text;
}

bool read_usual_event(std::string_view message, Event& event) {
  switch (message.empty() ? '\0' : message[0]) {
    case 'd':
      if (take(message, "duration: ")) {
        return read_duration(message, event.emplace<DurationEvent>());
      }
      return take(message, "disconnection: session time: ") &&
             read_disconnection(message, event.emplace<ConnectionEvent>());
    case 't':
      return take(message, "temporary file: path \"") &&
             read_temp_file(message, event.emplace<TempFileEvent>());
    case 'c':
      if (take(message, "connection received: ")) {
        event.emplace<ConnectionEvent>();
        return true;
      }
      return take(message, "connection authorized: user=") &&
             read_authorized(message, event.emplace<ConnectionEvent>());
    default:
      return false;
  }
}

}  // namespace pgcounsel
