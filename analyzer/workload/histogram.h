// How long things took: a log-linear histogram of integer microseconds. Values below 128 are exact;
// above, each power of two has 64 buckets, so a quantile is off by at most 1/128 (0.78 %).
// Adding and merging are exact, commutative and associative, so no split of the input can change
// it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

class Histogram {
 public:
  void add(Micros value, std::uint64_t times = 1);
  void merge(const Histogram& other);
  std::uint64_t count() const { return count_; }
  // The value below which `fraction` (0..1) of the values lie, as the middle of its bucket; 0 when
  // empty.
  Micros quantile(double fraction) const;
  // Compact bytes (varints of bucket distance and count) and back.
  std::string encode() const;
  static Result<Histogram> decode(std::string_view bytes);
  bool operator==(const Histogram&) const = default;

 private:
  std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets_;  // by index, ascending
  std::uint64_t count_ = 0;
};

}  // namespace pgcounsel
