// Who held the connections of a session pool: checkouts, by what they were kept in the window.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/pool_scene.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kLeak = 7, kPage = 8;
constexpr Micros kMilli{1000};

// In milliseconds.
void checkout(PoolScene& scene, std::uint64_t class_id, int start, int busy, int idle,
              CheckoutEnd end = CheckoutEnd::kDiscarded) {
  const auto time = [](int ms) { return PoolScene::at(0) + ms * kMilli; };
  const TracedCheckout traced{{time(start), busy * kMilli, idle * kMilli, {}, class_id}, end};
  const int stop = start + busy + idle;
  for (const Time hour : hours_of_checkout(time(start), time(stop))) {
    scene.sums.checkouts[{hour, "shop", "web"}].push_back(traced);
  }
  for (int ms = std::max(start, 0); ms < std::min(stop, 3'600'000);) {
    const int next = std::min(stop, (ms / 1000 + 1) * 1000);
    scene.stats().seconds[PoolScene::at(ms / 1000)].checked_out += (next - ms) * kMilli;
    ms = next;
  }
}

// A pool of ten. A page a second keeps its connection for half a second; from second 70 on for one
// second, every other second.
PoolScene pages() {
  PoolScene scene(10);
  scene.stats().discards = 50;
  scene.transactions(0, 110, 20, kPage, 20);
  for (int second = 0; second < 70; ++second) checkout(scene, kPage, second * 1000, 400, 100);
  for (int second = 70; second < 100; second += 2) checkout(scene, kPage, second * 1000, 400, 600);
  return scene;
}

bool tells(const PoolWindow& window, std::string_view part) {
  return std::ranges::any_of(
      window.evidence, [part](const std::string& line) { return line.find(part) != line.npos; });
}

TEST(PoolCheckouts, AreHoldersByWhatTheyKeptInTheWindow) {
  PoolScene scene = pages();
  for (int i = 0; i < 9; ++i) checkout(scene, kLeak, 70'000, 5, 29'995);
  const PoolWindow window = scene.window();
  EXPECT_EQ(window.start, PoolScene::at(70));
  EXPECT_EQ(window.end, PoolScene::at(100));
  EXPECT_EQ(window.cause, "connection_leak");
  ASSERT_EQ(window.holders.size(), 2U);
  const WindowHolder &leak = window.holders[0], &page = window.holders[1];
  EXPECT_EQ(leak.transaction, "0000000000000007");
  EXPECT_NEAR(leak.hold_s, 9 * 30, 1e-6);
  EXPECT_NEAR(leak.share, 270.0 / 285, 1e-9);
  EXPECT_FALSE(leak.arrival_ratio.has_value()) << "calm times do not know it";
  EXPECT_FALSE(leak.hold_ratio.has_value());
  EXPECT_NEAR(page.hold_s, 15, 1e-6);
  EXPECT_NEAR(page.arrival_ratio.value(), 0.5, 1e-9);
  EXPECT_NEAR(page.hold_ratio.value(), 2, 1e-9);
  EXPECT_NEAR(page.busy_ratio.value(), 1, 1e-9);
  EXPECT_NEAR(page.idle_ratio.value(), 6, 1e-9);
  EXPECT_FALSE(page.lock_ratio.has_value());
}

TEST(PoolCheckouts, ThatEndAllAtOnceWereNotGivenBack) {
  PoolScene scene = pages();
  for (int i = 0; i < 9; ++i) checkout(scene, kLeak, 70'000, 5, 29'995 - 20 * i);
  const PoolWindow window = scene.window();
  EXPECT_TRUE(
      tells(window,
            "took 9 connections and kept the longest for 30 s; 9 of them were let go all at "
            "once, at 23:01:39"))
      << window.evidence.back();
}

TEST(PoolCheckouts, ThatEndOneByOneWereGivenBackByTheirClients) {
  PoolScene scene = pages();
  for (int i = 0; i < 9; ++i) {
    const CheckoutEnd end = i < 7 ? CheckoutEnd::kDiscarded : CheckoutEnd::kLost;
    checkout(scene, kLeak, 70'000, 5, 29'995 + 3000 * i, end);
  }
  const PoolWindow window = scene.window();
  EXPECT_TRUE(
      tells(window, "took 9 connections, kept the longest for 54 s, and gave 7 of them back"))
      << window.evidence.back();
}

// Hours before the window, and hours after it.
TEST(PoolCheckouts, CountHoweverLongTheyAreKept) {
  PoolScene scene = pages();
  for (int i = 0; i < 3; ++i) checkout(scene, kLeak, -7'000'000, 5, 14'000'000, CheckoutEnd::kLost);
  for (int i = 0; i < 6; ++i) checkout(scene, kLeak, 70'000, 5, 29'995);
  const PoolWindow window = scene.window();
  ASSERT_FALSE(window.holders.empty());
  EXPECT_EQ(window.holders[0].transaction, "0000000000000007");
  EXPECT_NEAR(window.holders[0].hold_s, 9 * 30, 1e-6);
}

}  // namespace
}  // namespace pgcounsel
