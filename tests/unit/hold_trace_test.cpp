#include "analyzer/workload/hold_trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace pgcounsel {
namespace {

std::vector<TracedHold> holds(std::size_t count) {
  std::vector<TracedHold> list;
  std::uint64_t state = 7;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    TracedHold hold;
    hold.start = Time{Micros{1'700'000'000'000'000 + static_cast<std::int64_t>(state >> 40) * 100}};
    hold.busy = Micros{static_cast<std::int64_t>(state >> 52)};
    hold.idle = Micros{static_cast<std::int64_t>((state >> 30) % 500)};
    hold.class_id = ~std::uint64_t{0} - state % 5;
    list.push_back(hold);
  }
  return list;
}

TEST(HoldTrace, ComesBackSortedByStart) {
  std::vector<TracedHold> list = holds(1000);
  const auto decoded = decode_trace(trace_of(list).encode());
  ASSERT_TRUE(decoded.has_value());
  std::sort(list.begin(), list.end());
  EXPECT_EQ(*decoded, list);
}

TEST(HoldTrace, HasAllHoldsOfTwoThatAreMerged) {
  std::vector<TracedHold> all = holds(20);
  const std::vector<TracedHold> first(all.begin(), all.begin() + 7),
      second(all.begin() + 7, all.end());
  HoldTrace merged = trace_of(first);
  merged.merge(trace_of(second));
  HoldTrace from_nothing;
  from_nothing.merge(merged);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(merged.holds(), all);
  EXPECT_EQ(from_nothing.holds(), all);
}

TEST(HoldTrace, TakesAtMostTwelveBytesForAHoldInTheOrderOfTime) {
  std::vector<TracedHold> list = holds(10'000);
  std::sort(list.begin(), list.end());
  const std::string bytes = trace_of(list).encode();
  EXPECT_LE(bytes.size(), 120'000U);
}

TEST(HoldTrace, RefusesDamagedBytes) {
  const std::string bytes = trace_of(holds(10)).encode();
  EXPECT_FALSE(decode_trace(bytes.substr(0, bytes.size() - 1)).has_value());
  EXPECT_FALSE(decode_trace("\xff\xff").has_value());
  EXPECT_FALSE(decode_trace(std::string("\x00\x02\x02\x02\x02\x05", 6)).has_value())
      << "no such class";
  EXPECT_TRUE(decode_trace(trace_of({}).encode()).has_value());
}

}  // namespace
}  // namespace pgcounsel
