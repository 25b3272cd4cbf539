// The figures that a server's own message tells: how long a checkpoint took and how much WAL it
// closed, how many dead rows an autovacuum left, which table it was cancelled on. A pure function
// of one record; texts of PostgreSQL 9.0 to 18. A text that was cut tells what is left of it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "parser/log/record.h"

namespace pgcounsel {

// One figure. Durations are microseconds, sizes bytes, all else counts.
struct Amount {
  std::string_view measure;  // "total", "distance", "dead", ...
  std::uint64_t value = 0;
  bool operator==(const Amount&) const = default;
};

// What one message tells. Its class is that of the message where the table of messages has one;
// some texts have a class here only: autovacuum_skipped, wraparound, old_horizon.
struct Amounts {
  std::string_view event_class;  // empty: the message tells no figures
  std::string_view object;       // table or database as the server names it, a checkpoint's cause
  std::array<Amount, 6> list{};
  std::size_t count = 0;

  void add(std::string_view measure, std::uint64_t value) {
    if (count < list.size()) list[count++] = {measure, value};
  }
  std::span<const Amount> all() const { return {list.data(), count}; }
};

// `event_class` is event_class_of(record), empty where there is none.
Amounts amounts_of(std::string_view event_class, const LogRecord& record);

}  // namespace pgcounsel
