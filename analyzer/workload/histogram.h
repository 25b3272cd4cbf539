// How long things took: a log-linear histogram of integer microseconds. Values below 128 are exact;
// above, each power of two has 64 buckets, so a quantile is off by at most 1/128 (0.78 %).
// Adding and merging are exact, commutative and associative, so no split of the input can change
// it.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
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
  void add(Micros value) {
    latest_[latest_count_++] = static_cast<std::uint16_t>(bucket_of(value));
    if (latest_count_ == latest_.size()) settle();
  }
  void merge(const Histogram& other);
  std::uint64_t count() const { return count_ + latest_count_; }
  // The value below which `fraction` (0..1) of the values lie, as the middle of its bucket; 0 when
  // empty.
  Micros quantile(double fraction) const;
  // Compact bytes (varints of bucket distance and count) and back.
  std::string encode() const;
  static Result<Histogram> decode(std::string_view bytes);
  bool operator==(const Histogram& other) const;

 private:
  static constexpr unsigned kSubBits = 6;                        // 64 buckets for a power of two
  static constexpr std::uint64_t kExact = 1U << (kSubBits + 1);  // values below are their own
  static constexpr std::uint32_t kLastBucket = (64 - kSubBits) << kSubBits;
  using Bucket = std::pair<std::uint32_t, std::uint64_t>;  // index, count

  static std::uint32_t bucket_of(Micros value);
  static std::uint64_t middle_of(std::uint32_t bucket);
  void settle();
  void add_slowly(std::uint32_t bucket);
  void make_dense();
  std::vector<Bucket> buckets() const;  // ascending

  // Buckets of the latest values, which are counted many at a time: the counters are seldom in the
  // caches when a value comes, and then their misses overlap.
  std::array<std::uint16_t, 30> latest_{};
  std::uint16_t latest_count_ = 0;
  // Few buckets stand in a list; of many those of an interval in an array, which needs no search.
  std::vector<Bucket> sparse_;  // ascending, outside of the interval
  std::vector<std::uint64_t> dense_;
  std::uint32_t first_ = 0;  // index of the bucket in dense_[0]
  std::uint64_t count_ = 0;  // without the latest
};

inline std::uint32_t Histogram::bucket_of(Micros value) {
  const auto number = static_cast<std::uint64_t>(std::max<Micros::rep>(0, value.count()));
  if (number < kExact) return static_cast<std::uint32_t>(number);
  const unsigned shift = static_cast<unsigned>(std::bit_width(number)) - 1 - kSubBits;
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(shift) << kSubBits) +
                                    (number >> shift));
}

}  // namespace pgcounsel
