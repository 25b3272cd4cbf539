#include "parser/log/envelope/carrier_notice.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 7> kCarriers = {
    "rsyslogd", "rsyslogd-2177", "systemd-journald", "systemd-journal",
    "journal",  "logplex",       "imjournal"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_carrier(std::string_view program) {
  constexpr std::string_view kFirstLetters = "rsjli";
  const bool can_be = !program.empty() && kFirstLetters.find(program[0]) != std::string_view::npos;
  return can_be && std::find(kCarriers.begin(), kCarriers.end(), program) != kCarriers.end();
}

// The number before ` messages`, or 0.
std::uint64_t count_of(std::string_view text) {
  const std::size_t end = std::min(text.find(" messages"), text.size());
  std::size_t begin = end;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  std::uint64_t count = 0;
  std::from_chars(text.data() + begin, text.data() + end, count);
  return count;
}

}  // namespace

std::optional<std::uint64_t> messages_lost(std::string_view program, std::string_view text) {
  if (!is_carrier(program)) return std::nullopt;
  if (holds(text, "begin to drop messages")) return 0;
  const bool tells = holds(text, " messages") && (holds(text, "lost") || holds(text, "dropped") ||
                                                  text.starts_with("Suppressed "));
  if (!tells) return std::nullopt;
  const bool names_service = holds(text, ".service") || holds(text, "name: ");
  const bool of_others = names_service && !holds(text, "postgres") && !holds(text, "pgbouncer");
  if (of_others) return std::nullopt;
  return count_of(text);
}

std::optional<Repetition> read_repetition(std::string_view text) {
  constexpr std::string_view kOwn = "message repeated ", kLast = "last message repeated ";
  constexpr std::string_view kTimes = " times";
  constexpr std::size_t kLongest = 800;  // what is longer, rsyslog cuts
  const bool is_last = text.starts_with(kLast);
  if (!is_last && !text.starts_with(kOwn)) return std::nullopt;
  std::string_view rest = text.substr(is_last ? kLast.size() : kOwn.size());
  Repetition found;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), found.times);
  if (error != std::errc{}) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (!rest.starts_with(kTimes)) return std::nullopt;
  rest.remove_prefix(kTimes.size());
  const bool is_whole = rest.starts_with(": [") && rest.ends_with(']');
  if (!is_last && is_whole) {
    rest = rest.substr(3, rest.size() - 4);
    if (rest.size() < kLongest) {
      if (rest.starts_with(' ')) rest.remove_prefix(1);
      found.text = rest;
    }
  }
  return found;
}

}  // namespace pgcounsel
