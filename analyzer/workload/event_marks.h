// When something of note happened: the server's own events and statements that change the schema,
// by minute, with the first of them to the microsecond and its place in the log. What the timeline
// of an incident is made of. Sums: merged exactly, in any order.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "parser/time.h"

namespace pgcounsel {

// `detail` tells events of one class apart: the SQLSTATE of "refused", the verb of "statement".
struct EventMarkKey {
  Time minute;
  std::string event_class, detail;
  auto operator<=>(const EventMarkKey&) const = default;
};

struct EventMark {
  std::uint64_t count = 0;
  std::uint64_t amount = 0;  // of temporary files their bytes, else 0
  Time last{Time::min()};
  // Of the first one. Of several at one time that with the smaller object: what is told does not
  // hang on how the log is cut into files.
  Time first{Time::max()};
  std::string source;
  std::uint64_t line = 0;
  std::string object;             // table or cause, where the message tells one
  std::uint64_t fingerprint = 0;  // of its statement; 0: none

  void merge(const EventMark& other);
  bool operator==(const EventMark&) const = default;
};

using EventMarks = std::map<EventMarkKey, EventMark>;

}  // namespace pgcounsel
