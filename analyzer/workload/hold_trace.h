// The trace of holds: every hold of a pool and hour with its start, times and class, in 8 to 12
// bytes. What a simulation of the pool is fed with.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

// One hold of a transaction.
struct TracedHold {
  Time start{};
  Micros busy{}, idle{}, lock_wait{};
  std::uint64_t class_id = 0;
  auto operator<=>(const TracedHold&) const = default;
};

// Grows hold by hold, already as the bytes that are stored: starts as differences, classes as an
// index into a list of them, everything as varints.
class HoldTrace {
 public:
  bool empty() const { return holds_.empty(); }
  std::size_t bytes() const {
    return holds_.capacity() + classes_.capacity() * sizeof(classes_[0]);
  }
  // The index of a class that is not in the list yet.
  std::uint32_t add_class(std::uint64_t id);
  // `class_index` is that of the hold's class, by add_class.
  void add(const TracedHold& hold, std::uint32_t class_index);
  void merge(const HoldTrace& other);

  std::string encode() const;
  std::vector<TracedHold> holds() const;  // sorted by start

 private:
  std::vector<std::uint64_t> classes_;
  std::string holds_;
  std::int64_t last_start_ = 0;
};

// The holds of encoded bytes, sorted by start.
Result<std::vector<TracedHold>> decode_trace(std::string_view bytes);
// A trace of these holds, which can be in any order.
HoldTrace trace_of(const std::vector<TracedHold>& holds);

}  // namespace pgcounsel
