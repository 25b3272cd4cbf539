#include "analyzer/pools/connections.h"

#include <gtest/gtest.h>

#include "tests/unit/pool_scene.h"

namespace pgcounsel {
namespace {

Time at(int second) {
  return PoolScene::at(second);
}

TEST(Connections, TellTheLimitThatTheServerReached) {
  PoolScene scene(3);
  PeriodSums& sums = scene.sums;
  EXPECT_FALSE(connection_limit_of(sums).has_value());
  sums.open_before_current = 2;
  sums.current.sessions[at(0)] = {3, 0};
  sums.current.sessions[at(50)] = {5, 0};
  sums.current.sessions[at(60)] = {0, 1};
  sums.current.pools[{PoolScene::kBegin, "shop", "batch"}].sessions[at(50)] = {5, 0};
  scene.mark(55, "refused", "53300", 7)
      .mark(55, "refused", "28P01", 9)
      .mark(70, "refused", "53300");
  const auto limit = connection_limit_of(sums);
  ASSERT_TRUE(limit.has_value());
  EXPECT_EQ(limit->refused, 8U) << "wrong passwords are no sign of a full server";
  EXPECT_EQ(limit->first, at(55));
  EXPECT_EQ(limit->last, at(70));
  EXPECT_EQ(limit->limit, 10U);
  ASSERT_EQ(limit->sessions.size(), 2U);
  EXPECT_EQ(limit->sessions[0].user, "batch");
  EXPECT_EQ(limit->sessions[0].sessions, 5U);
  EXPECT_EQ(limit->sessions[1].sessions, 3U);
}

TEST(Connections, TellTheMinuteInWhichFarMoreSessionsWereOpened) {
  PoolScene scene(3);
  SessionSeries& sessions = scene.sums.current.sessions;
  for (int minute = 0; minute < 10; ++minute) sessions[at(minute * 60)] = {4, 4};
  sessions[at(310)] = {15, 0};
  EXPECT_FALSE(connection_burst_of(scene.sums).has_value()) << "19";
  sessions[at(310)] = {16, 0};
  scene.stats().sessions[at(310)] = {16, 0};
  const auto burst = connection_burst_of(scene.sums);
  ASSERT_TRUE(burst.has_value());
  EXPECT_EQ(burst->minute, at(300));
  EXPECT_EQ(burst->opened, 20U);
  EXPECT_EQ(burst->usual, 4U);
  ASSERT_EQ(burst->sessions.size(), 1U);
  EXPECT_EQ(burst->sessions[0].sessions, 16U);
}

TEST(Connections, KnowNothingUsualFromAMinuteOrTwo) {
  PoolScene scene(3);
  scene.sums.current.sessions[at(0)] = {1, 0};
  scene.sums.current.sessions[at(60)] = {500, 0};
  EXPECT_FALSE(connection_burst_of(scene.sums).has_value());
}

}  // namespace
}  // namespace pgcounsel
