// Holds that were long enough to block others, with the process that held: what tells of a lock
// line's `Process holding the lock: 6574` whose transaction that was.
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/workload/hold_trace.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

// Nobody waits long for shorter ones, and waits below deadlock_timeout leave no line.
constexpr Micros kLongHold{100'000};

struct LongHold {
  std::uint32_t pid = 0;
  TracedHold hold;
  Time end() const { return hold.start + hold.busy + hold.idle; }
  auto operator<=>(const LongHold&) const = default;
};

std::string encode_long_holds(std::vector<LongHold> holds);
Result<std::vector<LongHold>> decode_long_holds(std::string_view bytes);

}  // namespace pgcounsel
