#include "analyzer/pools/calm.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace pgcounsel {
namespace {

const Time kBegin{1'700'000'000 * kSecond};

Time at(double seconds) {
  return kBegin + Micros{static_cast<Micros::rep>(seconds * 1e6)};
}

TEST(SecondWeights, AreIntegratedOverPartsOfSeconds) {
  const SecondWeights weights(kBegin, {1, 0, 0.5});
  EXPECT_DOUBLE_EQ(weights.total(), 1.5);
  EXPECT_EQ(weights.counted(), 2U);
  EXPECT_DOUBLE_EQ(weights.over(at(0.25), at(0.5)), 0.25);
  EXPECT_DOUBLE_EQ(weights.over(at(0.5), at(2.5)), 0.75);
  EXPECT_DOUBLE_EQ(weights.over(at(-100), at(100)), 1.5);
  EXPECT_DOUBLE_EQ(weights.over(at(3), at(100)), 0);
  EXPECT_DOUBLE_EQ(weights.at(at(2.9)), 0.5);
  EXPECT_DOUBLE_EQ(weights.at(at(-0.1)), 0);
  EXPECT_DOUBLE_EQ(weights.at(at(3)), 0);
}

std::vector<std::size_t> counted(const std::vector<bool>& seconds) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    if (seconds[i]) indices.push_back(i);
  }
  return indices;
}

TEST(SecondsWithTraffic, AreThoseWithConnectionsInUseFromTheFirstTransactionOn) {
  const std::vector<double> used{1, 1, 0, 1, 1};
  EXPECT_EQ(counted(seconds_with_traffic(used, std::vector<std::uint32_t>{0, 4, 0, 0, 0})),
            (std::vector<std::size_t>{1, 3, 4}));
  EXPECT_TRUE(counted(seconds_with_traffic({}, {})).empty());
  EXPECT_TRUE(counted(seconds_with_traffic(used, std::vector<std::uint32_t>(5, 0))).empty());
}

// A transaction seems to be open all the time.
TEST(SecondsWithTraffic, EndWhereNothingBeginsForLong) {
  const std::vector<double> used(1000, 1);
  std::vector<std::uint32_t> arrivals(1000, 0);
  for (std::size_t i = 0; i < 30; ++i) arrivals[i] = 5;
  arrivals[90] = arrivals[900] = 1;
  const auto seconds = counted(seconds_with_traffic(used, arrivals));
  ASSERT_EQ(seconds.size(), 30U + 1 + 1);
  EXPECT_EQ(seconds[29], 29U);
  EXPECT_EQ(seconds[30], 90U);
  EXPECT_EQ(seconds[31], 900U);
}

TEST(SecondsWithTraffic, GoOnWhereLongPausesAreUsual) {
  const std::vector<double> used(1000, 1);
  std::vector<std::uint32_t> arrivals(1000, 0);
  for (std::size_t i = 0; i < 1000; i += 100) arrivals[i] = 1;
  EXPECT_EQ(counted(seconds_with_traffic(used, arrivals)).size(), 1000U);
}

TEST(CalmWeights, LeaveOutWindowsTheirRampsAndSecondsWithoutTraffic) {
  const FullWindow window{at(10), at(20)}, other{at(28), at(29)};
  std::vector<bool> traffic(32, true);
  traffic[2] = false;
  const SecondWeights weights =
      calm_weights(window, at(0), at(32), kBegin,
                   calm_seconds(std::vector{window, other}, kBegin, std::move(traffic)));
  EXPECT_EQ(weights.at(at(2)), 0) << "no traffic";
  EXPECT_GT(weights.at(at(8)), 0);
  for (const double second : {9.0, 10.0, 19.0, 20.0})
    EXPECT_EQ(weights.at(at(second)), 0) << second;
  EXPECT_GT(weights.at(at(21)), 0);
  for (const double second : {27.0, 28.0, 29.0}) EXPECT_EQ(weights.at(at(second)), 0) << second;
  EXPECT_EQ(weights.counted(), 32U - 1 - 12 - 3);
}

TEST(CalmWeights, FallWithTheDistanceInLengthsOfTheWindow) {
  const FullWindow window{at(100), at(120)};
  const std::vector<bool> calm =
      calm_seconds(std::vector{window}, kBegin, std::vector<bool>(200, true));
  const SecondWeights weights = calm_weights(window, at(50), at(150), kBegin, calm);
  EXPECT_DOUBLE_EQ(weights.at(at(80)), 0.25);   // one length before
  EXPECT_DOUBLE_EQ(weights.at(at(140)), 0.25);  // one length behind
  EXPECT_DOUBLE_EQ(weights.at(at(60)), 1.0 / 9);
  EXPECT_EQ(weights.at(at(49)), 0) << "before what is compared with";
  EXPECT_EQ(weights.at(at(150)), 0);
  EXPECT_EQ(weights.counted(), 48U + 28U);  // without the window and 2 s on both sides
}

}  // namespace
}  // namespace pgcounsel
