#include "analyzer/workload/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace pgcounsel {
namespace {

// A small generator of its own, so that the values are the same everywhere.
std::vector<std::int64_t> values(std::size_t count) {
  std::vector<std::int64_t> result;
  std::uint64_t state = 42;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const double unit = static_cast<double>(state >> 11) / 9007199254740992.0;
    result.push_back(static_cast<std::int64_t>(std::exp(unit * 18)));
  }
  return result;
}

Histogram of(const std::vector<std::int64_t>& list) {
  Histogram histogram;
  for (const auto value : list) histogram.add(Micros{value});
  return histogram;
}

TEST(Histogram, QuantilesAreWithinOnePercentOfTheSortedValues) {
  std::vector<std::int64_t> list = values(10'000);
  const Histogram histogram = of(list);
  std::sort(list.begin(), list.end());
  for (const double fraction : {0.0, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    const auto index = std::min(list.size() - 1, static_cast<std::size_t>(fraction * 10'000));
    const auto exact = static_cast<double>(list[index]);
    const auto told = static_cast<double>(histogram.quantile(fraction).count());
    EXPECT_NEAR(told, exact, exact * 0.0079 + 0.5) << fraction;
  }
}

TEST(Histogram, SmallValuesAreExact) {
  for (std::int64_t value = 0; value < 128; ++value) {
    Histogram histogram;
    histogram.add(Micros{value});
    EXPECT_EQ(histogram.quantile(0.5), Micros{value});
  }
}

TEST(Histogram, MergingIsTheSameInEveryOrderAndSplit) {
  const auto list = values(999);
  const Histogram whole = of(list);
  for (const std::size_t cut : {1U, 100U, 500U, 998U}) {
    const Histogram left = of({list.begin(), list.begin() + static_cast<std::ptrdiff_t>(cut)});
    const Histogram right = of({list.begin() + static_cast<std::ptrdiff_t>(cut), list.end()});
    Histogram one = left, other = right;
    one.merge(right);
    other.merge(left);
    EXPECT_EQ(one, whole);
    EXPECT_EQ(other, whole);
  }
}

TEST(Histogram, IsTheSameInWhateverOrderTheValuesCome) {
  std::vector<std::int64_t> list = values(2000);
  const std::string mixed = of(list).encode();
  std::sort(list.begin(), list.end());
  EXPECT_EQ(of(list).encode(), mixed);
  std::reverse(list.begin(), list.end());
  EXPECT_EQ(of(list).encode(), mixed);
  std::rotate(list.begin(), list.begin() + 1000, list.end());
  EXPECT_EQ(of(list).encode(), mixed);
  EXPECT_EQ(of(list).count(), 2000U);
}

TEST(Histogram, ComesBackFromItsBytes) {
  for (const std::size_t count : {0U, 1U, 1000U}) {
    const Histogram histogram = of(values(count));
    const auto decoded = Histogram::decode(histogram.encode());
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, histogram);
  }
}

TEST(Histogram, RefusesDamagedBytes) {
  EXPECT_FALSE(Histogram::decode("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").has_value());
  EXPECT_FALSE(Histogram::decode("\x01").has_value());
  std::string bytes = of(values(50)).encode();
  bytes.pop_back();
  EXPECT_FALSE(Histogram::decode(bytes).has_value());
}

TEST(Histogram, AnEmptyOneAndExtremeValuesDoNoHarm) {
  EXPECT_EQ(Histogram{}.quantile(0.99), Micros{0});
  Histogram histogram;
  histogram.add(Micros{-5});
  histogram.add(Micros::max());
  EXPECT_EQ(histogram.quantile(0.0), Micros{0});
  EXPECT_GT(histogram.quantile(1.0), Micros{Micros::max().count() / 2});
}

}  // namespace
}  // namespace pgcounsel
