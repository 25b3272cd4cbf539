#include "analyzer/locks/window_locks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/pools/explain.h"
#include "analyzer/pools/verdict.h"

namespace pgcounsel {
namespace {

const Time kHourBegin{Micros{1'700'002'800'000'000}};  // a whole hour
constexpr std::uint64_t kOrder = 7, kByHand = 8, kTouch = 9;

Micros ms(std::int64_t count) {
  return Micros{count * 1000};
}

// A pool of ten on a shop: for 60 calm seconds `order` pauses for 200 ms, once a second, and
// `touch` runs for 100 ms, eight times a second. Then for 30 seconds somebody's transaction stays
// open, and the touches wait for its lock.
class Shop {
 public:
  Shop() {
    PoolStats& pool = pool_stats();
    pool.sessions[kHourBegin] = {10, 0};
    for (int second = 0; second < 60; ++second) {
      const Time begin = at(second);
      add_hold(50, {begin, ms(10), ms(200), {}, kOrder});
      for (std::uint32_t i = 0; i < 8; ++i) add_hold(60 + i, {begin, ms(100), {}, {}, kTouch});
      pool.seconds[begin] = {9, ms(810), ms(200), {}, {}};
    }
    sums_.current.class_steps[kOrder].steps = {Fingerprint{1}, Fingerprint{2}};
    sums_.current.texts[1] = {"BEGIN", true};
    sums_.current.texts[2] = {"UPDATE stock SET n = n - $1", true};
    QueryStats& query = sums_.current.query(Fingerprint{2}, kHourBegin);
    for (int i = 0; i < 200; ++i) query.add_execution(Micros{300});
  }

  // The window: who holds the lock, and how; `class_id` 0: nothing of it is in the log.
  PoolWindow window(std::uint64_t class_id, Micros busy, Micros idle) {
    if (class_id != 0) add_hold(51, {at(60), busy, idle, {}, class_id});
    for (std::uint32_t i = 0; i < 9; ++i) {
      add_hold(70 + i, {at(60), ms(30'000), {}, ms(30'000), kTouch});
      wait(70 + i);
    }
    for (int second = 60; second < 90; ++second) {
      pool_stats().seconds[at(second)] = {9, ms(9000), ms(1000), ms(9000), {}};
    }
    const auto rows = explain_pools(sums_, {});
    EXPECT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.at(0).windows.size(), 1U);
    return rows.at(0).windows.at(0);
  }

 private:
  static Time at(int second) { return kHourBegin + second * kSecond; }
  PoolStats& pool_stats() { return sums_.current.pools[{kHourBegin, "shop", "web"}]; }
  void add_hold(std::uint32_t pid, const TracedHold& hold) {
    sums_.traces[{kHourBegin, "shop", "web"}].push_back(hold);
    sums_.long_holds[{kHourBegin, "shop", "web"}].push_back({pid, hold});
  }
  void wait(std::uint32_t pid) {
    LockWait wait;
    wait.begin = at(60);
    wait.end = at(90);
    wait.waited = ms(30'000);
    wait.pid = pid;
    wait.victim = 2;
    wait.target = LockTarget::kTransaction;
    wait.object = pid;
    wait.acquired = true;
    wait.told = at(61);
    wait.holders = {51};
    sums_.current.locks.add(wait);
  }

  PeriodSums sums_;
};

bool says(const PoolWindow& window, std::string_view text) {
  for (const std::string& line : window.evidence) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

TEST(WindowLocks, BehindAForgottenTransactionAreIdleInTransaction) {
  // It pauses for 30 s instead of 200 ms: late = (30 - 0.2) / 30.01.
  const PoolWindow window = Shop().window(kOrder, ms(10), ms(30'000));
  EXPECT_EQ(window.cause, "idle_in_transaction");
  EXPECT_TRUE(window.waits_for_forgotten);
  EXPECT_TRUE(says(window, "somebody's forgotten transaction")) << window.summary;
  EXPECT_TRUE(says(window, "BEGIN; UPDATE stock"));
  EXPECT_EQ(window.lock_waits, 9U);
  EXPECT_NEAR(window.lock_wait_s, 270, 1e-6);
  ASSERT_EQ(window.blockers.size(), 1U);
  EXPECT_EQ(window.blockers[0].transaction, "0000000000000007");
  EXPECT_EQ(window.blockers[0].waits, 9U);
  EXPECT_NEAR(window.blockers[0].blocked_s, 270, 1e-6);
  EXPECT_NEAR(window.blockers[0].idle_share, 30.0 / 30.01, 1e-6);
  EXPECT_NEAR(window.blockers[0].late.value(), 29.8 / 30.01, 1e-3);
}

TEST(WindowLocks, BehindAHolderThatRunsAreLockWaits) {
  const PoolWindow window = Shop().window(kOrder, ms(29'810), ms(200));
  EXPECT_EQ(window.cause, "lock_wait");
  EXPECT_FALSE(window.waits_for_forgotten);
  EXPECT_NEAR(window.blockers.at(0).late.value(), 0, 1e-3) << "it pauses as always";
  EXPECT_TRUE(says(window, "9 lock waits, 270 s; 100 % of that time was behind `BEGIN;"));
}

TEST(WindowLocks, UpToTwoThirdsLateTheyStayLockWaits) {
  EXPECT_EQ(Shop().window(kOrder, ms(11'000), ms(19'000)).cause, "lock_wait") << "18.8 of 30";
  EXPECT_EQ(Shop().window(kOrder, ms(9000), ms(21'000)).cause, "idle_in_transaction")
      << "20.8 of 30";
}

TEST(WindowLocks, BehindTheOnlySessionOfSomebodyElseAreIdleWhereItPauses) {
  const PoolWindow window = Shop().window(kByHand, ms(10), ms(30'000));
  EXPECT_EQ(window.cause, "idle_in_transaction");
  EXPECT_FALSE(window.blockers.at(0).late.has_value()) << "calm times do not know it";
  EXPECT_TRUE(says(window, "was behind `0000000000000008`"));
  EXPECT_FALSE(says(window, "in calm times: the victims"));
}

TEST(WindowLocks, BehindASessionOfSomebodyElseStayLockWaitsWhereItRuns) {
  const PoolWindow window = Shop().window(kByHand, ms(25'000), ms(5000));
  EXPECT_EQ(window.cause, "lock_wait");
  EXPECT_TRUE(says(window, "was behind `0000000000000008`"));
}

TEST(WindowLocks, BehindAProcessThatIsNotInTheLogNameTheProcess) {
  const PoolWindow window = Shop().window(0, {}, {});
  EXPECT_EQ(window.cause, "lock_wait");
  ASSERT_EQ(window.blockers.size(), 1U);
  EXPECT_EQ(window.blockers[0].transaction, "");
  EXPECT_TRUE(says(window, "behind process 51, whose transaction is not in the log"));
}

TEST(WindowLocks, CountWhatLiesInTheWindowAndIsOfThePool) {
  const PoolKey web{kHourBegin, "shop", "web"}, batch{kHourBegin, "shop", "batch"};
  const TracedHold hold{kHourBegin, ms(60'000), {}, {}, kTouch};
  const auto wait_of = [&](const PoolKey& pool, int from) {
    BlockedWait entry;
    entry.wait.begin = kHourBegin + from * kSecond;
    entry.blocked = 10 * kSecond;
    entry.waiter = {70, &hold, &pool};
    entry.roots = {{51}, {52}};
    return entry;
  };
  const FullWindow window{kHourBegin + 15 * kSecond, kHourBegin + 30 * kSecond};
  const WindowLocks locks =
      window_locks({wait_of(web, 0), wait_of(web, 10), wait_of(batch, 20), wait_of(web, 26)},
                   {"shop", "web"}, window, {}, {});
  EXPECT_EQ(locks.waits, 2U);
  EXPECT_DOUBLE_EQ(locks.waited_s, 5 + 4);
  EXPECT_FALSE(locks.late.has_value());
  ASSERT_EQ(locks.blockers.size(), 1U) << "neither is known";
  EXPECT_DOUBLE_EQ(locks.blockers[0].blocked_s, 9);
  EXPECT_EQ(locks.blockers[0].label, "sessions whose transactions are not in the log");
}

TEST(WindowLocks, ThatAreNotWhatGrewChangeNoCause) {
  WindowLocks locks;
  locks.late = 0.9;
  Decomposition parts;
  parts.extra.arrivals = 5;
  parts.extra.longer.lock_wait = 1;
  EXPECT_FALSE(count_as_idle(locks, parts));
  EXPECT_DOUBLE_EQ(parts.extra.longer.lock_wait, 1);
  parts.extra.arrivals = 0.4;
  EXPECT_TRUE(count_as_idle(locks, parts));
  EXPECT_DOUBLE_EQ(parts.extra.longer.lock_wait, 0);
  EXPECT_DOUBLE_EQ(parts.extra.longer.idle, 1);
}

}  // namespace
}  // namespace pgcounsel
