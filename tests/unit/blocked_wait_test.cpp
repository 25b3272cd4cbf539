#include "analyzer/locks/blocked_wait.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace pgcounsel {
namespace {

constexpr Time kTen{Micros{1'773'309'600'000'000}};
using Pids = std::vector<std::uint32_t>;

Time at(double seconds) {
  return kTen + Micros{static_cast<Micros::rep>(seconds * 1'000'000)};
}

// A small world: who held when, who waited for whom.
class Scene {
 public:
  Scene& hold(std::uint32_t pid, double from, double to, std::uint64_t class_id) {
    holds_[{kTen, "shop", "web"}].push_back({pid, {at(from), {}, at(to) - at(from), {}, class_id}});
    return *this;
  }
  // From `from` on, by a line one second later; granted at `to`.
  Scene& wait(std::uint32_t pid, double from, double to, const Pids& holders) {
    LockWait wait;
    wait.begin = at(from);
    wait.end = at(to);
    wait.waited = wait.end - wait.begin;
    wait.pid = pid;
    wait.target = LockTarget::kTransaction;
    wait.object = lock_object(pid, wait.target, "ShareLock", std::to_string(from));
    wait.acquired = true;
    wait.told = at(from + 1);
    wait.holders = holders;
    sums_.add(wait);
    return *this;
  }
  Scene& never_granted(std::uint32_t pid, double from, double to, const Pids& holders) {
    LockSums before = std::exchange(sums_, {});
    wait(pid, from, to, holders);
    LockWait told = waits_of(sums_).front();
    told.acquired = false;
    before.add(told);
    sums_ = std::move(before);
    return *this;
  }
  std::vector<BlockedWait> blocked() const { return blocked_waits(sums_, holds_); }
  BlockedWait of(std::uint32_t pid) const {
    for (const BlockedWait& entry : blocked()) {
      if (entry.wait.pid == pid) return entry;
    }
    ADD_FAILURE() << "process " << pid << " does not wait";
    return {};
  }

 private:
  LongHolds holds_;
  LockSums sums_;
};

Pids pids_of(const std::vector<LockingProcess>& processes) {
  Pids pids;
  for (const LockingProcess& process : processes) pids.push_back(process.pid);
  std::sort(pids.begin(), pids.end());
  return pids;
}

TEST(BlockedWait, FindsTheTransactionsOfWaiterAndHolder) {
  Scene scene;
  scene.hold(5, 0, 9, 50).hold(7, 1, 10, 70).hold(5, 20, 30, 51).wait(7, 2, 9, {5});
  const auto waits = scene.blocked();
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].blocked, 7 * kSecond);
  ASSERT_NE(waits[0].waiter.hold, nullptr);
  EXPECT_EQ(waits[0].waiter.hold->class_id, 70U);
  EXPECT_EQ(waits[0].waiter.pool->user, "web");
  ASSERT_EQ(waits[0].holders.size(), 1U);
  EXPECT_EQ(waits[0].holders[0].hold->class_id, 50U) << "that of the time, not the later one";
}

TEST(BlockedWait, WalksAChainToItsRoot) {
  Scene scene;
  scene.hold(1, 0, 20, 10).hold(2, 1, 21, 20).hold(3, 2, 22, 30);
  scene.wait(2, 2, 20, {1}).wait(3, 3, 21, {2}).wait(4, 4, 22, {3});
  EXPECT_EQ(pids_of(scene.of(4).holders), Pids{3});
  EXPECT_EQ(pids_of(scene.of(4).roots), Pids{1});
  EXPECT_EQ(pids_of(scene.of(3).roots), Pids{1});
  EXPECT_EQ(scene.of(4).roots[0].hold->class_id, 10U);
}

TEST(BlockedWait, AHolderThatWaitedBeforeIsARoot) {
  Scene scene;
  scene.hold(1, 0, 5, 10).hold(2, 0, 30, 20);
  scene.wait(2, 1, 5, {1}).wait(3, 10, 30, {2});
  EXPECT_EQ(pids_of(scene.of(3).roots), Pids{2});
}

TEST(BlockedWait, SeveralHoldersAreSeveralRoots) {
  Scene scene;
  scene.wait(3, 0, 9, {1}).wait(4, 1, 9, {2, 3, 5});
  EXPECT_EQ(pids_of(scene.of(4).holders), (Pids{2, 3, 5}));
  EXPECT_EQ(pids_of(scene.of(4).roots), (Pids{1, 2, 5}));
}

TEST(BlockedWait, TwoWaysToOneRootAreOne) {
  Scene scene;
  scene.wait(2, 0, 9, {1}).wait(3, 0, 9, {1}).wait(4, 1, 9, {2, 3});
  EXPECT_EQ(pids_of(scene.of(4).roots), Pids{1});
}

TEST(BlockedWait, ACircleEndsWhereItBegan) {
  Scene scene;
  scene.wait(1, 0, 9, {2}).wait(2, 0, 9, {1}).wait(3, 0.5, 9, {1});
  EXPECT_EQ(pids_of(scene.of(1).roots), Pids{2}) << "nobody waits for nobody: the holder stands in";
  EXPECT_EQ(pids_of(scene.of(3).roots), Pids{1});
  Scene self;
  self.wait(1, 0, 9, {1});
  EXPECT_EQ(pids_of(self.of(1).roots), Pids{1});
}

TEST(BlockedWait, ALongChainIsWalkedSoFar) {
  Scene scene;
  for (std::uint32_t pid = 2; pid < 3000; ++pid) scene.wait(pid, 0, 100, {pid - 1});
  EXPECT_EQ(scene.of(100).roots.at(0).pid, 1U);
  EXPECT_EQ(scene.of(2999).roots.size(), 1U);
}

TEST(BlockedWait, AHolderThatTheLogDoesNotShowHasNoTransaction) {
  Scene scene;
  scene.hold(5, 100, 200, 50).wait(7, 2, 9, {5}).wait(8, 2, 9, {});
  const BlockedWait known_pid = scene.of(7);
  ASSERT_EQ(known_pid.roots.size(), 1U);
  EXPECT_EQ(known_pid.roots[0].hold, nullptr);
  EXPECT_TRUE(scene.of(8).roots.empty()) << "the line tells no holder";
}

TEST(BlockedWait, WithAClockOfWholeSecondsTheEdgeOfATransactionIsNear) {
  Scene scene;
  scene.hold(5, 3.4, 9, 50).wait(7, 2, 9, {5});  // told at 3
  EXPECT_NE(scene.of(7).holders[0].hold, nullptr);
}

TEST(BlockedWait, ThatWasNeverGrantedIsOverWithItsTransaction) {
  Scene scene;
  scene.hold(7, 0, 30, 70).never_granted(7, 5, 500, {1});
  EXPECT_EQ(scene.of(7).blocked, 25 * kSecond);
}

TEST(BlockedWait, TheOwnWaitsOfAHolderAreNotItsTime) {
  TracedHold hold{kTen, 10 * kSecond, 6 * kSecond, 8 * kSecond, 1};
  EXPECT_DOUBLE_EQ(idle_share_of(hold), 6.0 / 8.0) << "2 s of running, 6 s of pauses";
  EXPECT_DOUBLE_EQ(idle_share_of(TracedHold{}), 0);
}

}  // namespace
}  // namespace pgcounsel
