#include "analyzer/ledger/trace.h"

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

TEST(Trace, ComesBackSortedByStart) {
  std::vector<TracedHold> list = holds(1000);
  const auto decoded = decode_trace(encode_trace(list));
  ASSERT_TRUE(decoded.has_value());
  std::sort(list.begin(), list.end());
  EXPECT_EQ(*decoded, list);
}

TEST(Trace, TakesAtMostTwelveBytesAHold) {
  const std::string bytes = encode_trace(holds(10'000));
  EXPECT_LE(bytes.size(), 120'000U);
}

TEST(Trace, RefusesDamagedBytes) {
  const std::string bytes = encode_trace(holds(10));
  EXPECT_FALSE(decode_trace(bytes.substr(0, bytes.size() - 1)).has_value());
  EXPECT_FALSE(decode_trace("\xff\xff").has_value());
  EXPECT_FALSE(decode_trace(std::string("\x00\x02\x02\x02\x02\x05", 6)).has_value())
      << "no such class";
  EXPECT_TRUE(decode_trace(encode_trace({})).has_value());
}

}  // namespace
}  // namespace pgcounsel
