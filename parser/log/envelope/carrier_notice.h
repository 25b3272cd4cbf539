// What the carriers of a log say about it themselves: that they dropped messages, or left out
// repetitions of one.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace pgcounsel {

// The messages that an entry of rsyslogd, journald or logplex says were dropped; 0 where it says
// that some are, not how many. Nothing where it says no such thing, or names another service.
std::optional<std::uint64_t> messages_lost(std::string_view program, std::string_view text);

// `message repeated 3 times: [ text]`, for which rsyslog leaves out the repetitions of an entry.
struct Repetition {
  std::uint64_t times = 0;
  std::string_view text;  // empty where it is not told whole
};
std::optional<Repetition> read_repetition(std::string_view text);

}  // namespace pgcounsel
