#include "analyzer/pools/server_usage.h"

#include <gtest/gtest.h>

#include "tests/unit/pool_scene.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kOrder = 1;

Time at(int second) {
  return PoolScene::at(second);
}

// A server without a pooler: its application opens ten more connections in second 100, and closes
// them in second 160; in between the server refuses others. Transactions then pause for long.
PoolScene full_server() {
  PoolScene scene(2);
  scene.sums.current.sessions[at(0)] = {10, 0};
  scene.sums.current.sessions[at(100)] = {10, 0};
  scene.sums.current.sessions[at(160)] = {0, 10};
  scene.transactions(0, 100, 5, kOrder, 100, 0, 100);
  scene.transactions(100, 160, 5, kOrder, 100, 0, 3000);
  scene.mark(110, "refused", "53300", 40).mark(158, "refused", "53300", 2);
  scene.mark(170, "refused", "28P01", 9);
  return scene;
}

TEST(ServerUsage, IsOfTheSessionsThatWereOpenWhenTheServerRefusedMore) {
  const auto usage = server_usage(full_server().sums);
  ASSERT_TRUE(usage.has_value());
  EXPECT_EQ(usage->size, 20);
  EXPECT_EQ(usage->used().at(50), 10);
  EXPECT_EQ(usage->used().at(130), 20);
  EXPECT_DOUBLE_EQ(usage->in_transaction.at(50), 1);
  ASSERT_EQ(usage->windows.size(), 1U);
  EXPECT_EQ(usage->windows[0], (FullWindow{at(105), at(160)})) << "5 s before the first refusal";
}

TEST(ServerUsage, IsNothingWhereTheServerRefusedNobodyForLackOfAConnection) {
  PoolScene scene = full_server();
  scene.sums.current.details.marks.clear();
  EXPECT_FALSE(server_usage(scene.sums).has_value());
  scene.mark(110, "refused", "28P01", 40).mark(111, "refused", "role_limit", 5);
  EXPECT_FALSE(server_usage(scene.sums).has_value());
  PoolScene without_sessions = full_server();
  without_sessions.sums.current.sessions.clear();
  EXPECT_FALSE(server_usage(without_sessions.sums).has_value());
}

TEST(ServerUsage, HasNoWindowFarFromTheRefusals) {
  PoolScene scene = full_server();
  scene.sums.current.sessions[at(300)] = {10, 0};
  scene.sums.current.sessions[at(330)] = {0, 10};
  const auto usage = server_usage(scene.sums);
  ASSERT_TRUE(usage.has_value());
  EXPECT_EQ(usage->windows.size(), 1U);
}

TEST(ServerUsage, IsExplainedLikeAPool) {
  const auto rows = explain_pools(full_server().sums, {});
  const auto server = std::ranges::find(rows, true, &PoolRow::is_server);
  ASSERT_NE(server, rows.end());
  EXPECT_EQ(pool_id(*server), "*/*");
  EXPECT_EQ(server->mode, "none");
  ASSERT_EQ(server->windows.size(), 1U);
  EXPECT_EQ(server->windows[0].cause, "idle_in_transaction");
  EXPECT_EQ(server->windows[0].refused, 42U);
}

// Session pooling: a connection is held from one DISCARD ALL to the next.
TEST(ServerUsage, HoldersOfASessionPoolAreItsCheckouts) {
  PoolScene scene(10);
  scene.stats().discards = 50;
  for (int second = 0; second < 100; ++second) {
    SecondTotals& totals = scene.stats().seconds[at(second)];
    totals.arrivals = 20;
    totals.busy = Micros{500'000};
    totals.checked_out = Micros{second < 70 ? 1'000'000 : 10'000'000};
  }
  const auto checkout = [&scene](std::uint64_t id, int count, int seconds, bool is_lost) {
    ClassStats& stats =
        scene.sums.current.classes[{PoolScene::kBegin, HoldKind::kCheckout, "shop", "web", id}];
    const Micros length = seconds * kSecond;
    for (int i = 0; i < count; ++i) stats.add_hold(length, Micros{1000}, {}, is_lost);
  };
  checkout(7, 9, 30, true);
  checkout(8, 90, 1, false);
  const PoolWindow window = scene.window();
  EXPECT_EQ(window.cause, "connection_leak");
  ASSERT_EQ(window.holders.size(), 2U);
  EXPECT_EQ(window.holders[0].transaction, "0000000000000007");
  EXPECT_NEAR(window.holders[0].share, 0.75, 1e-9);
  EXPECT_NEAR(window.holders[0].hold_s, 0.75 * 300, 1e-6) << "of the 300 in the window";
  const bool is_told = std::ranges::any_of(window.evidence, [](const std::string& line) {
    return line.find("took 9 connections, kept the longest for 30 s, and gave 0") != line.npos;
  });
  EXPECT_TRUE(is_told);
}

}  // namespace
}  // namespace pgcounsel
