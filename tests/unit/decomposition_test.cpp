#include "analyzer/pools/decomposition.h"

#include <gtest/gtest.h>

#include <vector>

#include "analyzer/pools/verdict.h"

namespace pgcounsel {
namespace {

const Time kBegin{1'700'000'000 * kSecond};
constexpr int kCalm = 100, kFull = 20;  // seconds: calm ones, then full ones

Micros ms(std::int64_t count) {
  return Micros{count * 1000};
}

// `rate` holds in each second from `from` to `to`, at its start.
void add(std::vector<TracedHold>& holds, int from, int to, int rate, const TracedHold& like) {
  for (int second = from; second < to; ++second) {
    for (int i = 0; i < rate; ++i) {
      TracedHold hold = like;
      hold.start = kBegin + second * kSecond;
      holds.push_back(hold);
    }
  }
}

TracedHold hold_of(std::uint64_t class_id, Micros busy, Micros idle, Micros lock_wait = {}) {
  TracedHold hold;
  hold.class_id = class_id;
  hold.busy = busy;
  hold.idle = idle;
  hold.lock_wait = lock_wait;
  return hold;
}

Decomposition decomposed(const std::vector<TracedHold>& holds, OutsideUse outside = {}) {
  const FullWindow window{kBegin + kCalm * kSecond, kBegin + (kCalm + kFull) * kSecond};
  const SecondWeights calm = calm_weights(
      window, kBegin, window.end, kBegin,
      calm_seconds(std::vector{window}, kBegin, std::vector<bool>(kCalm + kFull, true)));
  const UsualBusy usual = usual_busy_of(holds);
  return decompose(holds, usual, window, calm_times_of(holds, usual, calm), outside);
}

// Two classes: a short one of 10 a second, and a transaction of 2 a second that pauses.
std::vector<TracedHold> calm_holds() {
  std::vector<TracedHold> holds;
  add(holds, 0, kCalm, 10, hold_of(1, ms(50), ms(0)));
  add(holds, 0, kCalm, 2, hold_of(2, ms(100), ms(200)));
  return holds;
}

TEST(Decomposition, IsNothingWhereNothingChanges) {
  std::vector<TracedHold> holds = calm_holds();
  add(holds, kCalm, kCalm + kFull, 10, hold_of(1, ms(50), ms(0)));
  add(holds, kCalm, kCalm + kFull, 2, hold_of(2, ms(100), ms(200)));
  const Decomposition result = decomposed(holds);
  EXPECT_NEAR(result.extra.total(), 0, 1e-9);
  EXPECT_NEAR(result.extra.arrivals, 0, 1e-9);
  ASSERT_EQ(result.classes.size(), 2U);
  EXPECT_EQ(result.classes[0].class_id, 2U);  // .6 connections, the other one .5
  EXPECT_NEAR(result.classes[0].used.total(), 0.6, 1e-9);
  EXPECT_NEAR(result.classes[0].calm_hold.idle, 0.2, 1e-9);
  EXPECT_NEAR(result.classes[1].arrivals, 10, 1e-9);
}

TEST(Decomposition, TellsMoreArrivalsFromLongerHolds) {
  std::vector<TracedHold> surge = calm_holds();
  add(surge, kCalm, kCalm + kFull, 60, hold_of(1, ms(50), ms(0)));
  add(surge, kCalm, kCalm + kFull, 2, hold_of(2, ms(100), ms(200)));
  const Decomposition more = decomposed(surge);
  EXPECT_NEAR(more.extra.arrivals, 50 * 0.05, 1e-9);
  EXPECT_NEAR(more.extra.longer.total(), 0, 1e-9);
  EXPECT_EQ(verdict_of(more).cause, Cause::kTrafficSurge);

  std::vector<TracedHold> slow = calm_holds();
  add(slow, kCalm, kCalm + kFull, 10, hold_of(1, ms(350), ms(0)));
  add(slow, kCalm, kCalm + kFull, 2, hold_of(2, ms(100), ms(200)));
  const Decomposition longer = decomposed(slow);
  EXPECT_NEAR(longer.extra.arrivals, 0, 1e-9);
  EXPECT_NEAR(longer.extra.longer.busy, 10 * 0.3, 1e-9);
  const Verdict verdict = verdict_of(longer);
  EXPECT_EQ(verdict.cause, Cause::kSlowQuery);
  EXPECT_NEAR(verdict.grown, 3, 1e-9);
  EXPECT_TRUE(verdict.suspects.back().is_cleared);
}

TEST(Decomposition, PartsAddUpToWhatIsUsedMore) {
  std::vector<TracedHold> holds = calm_holds();
  add(holds, kCalm, kCalm + kFull, 25, hold_of(1, ms(80), ms(15)));
  add(holds, kCalm, kCalm + kFull, 1, hold_of(2, ms(400), ms(500), ms(100)));
  const Decomposition result = decomposed(holds);
  const double used = 25 * 0.095 + 0.9, calm = 10 * 0.05 + 2 * 0.3;
  EXPECT_NEAR(result.extra.total(), used - calm, 1e-9);
}

TEST(Decomposition, TakesTimeBeyondTheUsualForLockWaitWhereALineTellsOfOne) {
  std::vector<TracedHold> holds = calm_holds();
  add(holds, kCalm, kCalm + kFull, 2, hold_of(2, ms(800), ms(200), ms(200)));
  add(holds, kCalm, kCalm + kFull, 10, hold_of(1, ms(50), ms(0)));
  const Decomposition result = decomposed(holds);
  EXPECT_NEAR(result.extra.longer.lock_wait, 2 * 0.7, 1e-9);  // not .2: it is usually busy for .1
  EXPECT_NEAR(result.extra.longer.busy, 0, 1e-9);
  EXPECT_EQ(verdict_of(result).cause, Cause::kLockWait);
}

TEST(Decomposition, OfAClassThatIsNewIsItsOwnDoingBeyondTheMeanHold) {
  std::vector<TracedHold> holds = calm_holds();
  add(holds, kCalm, kCalm + kFull, 10, hold_of(1, ms(50), ms(0)));
  add(holds, kCalm, kCalm + kFull, 2, hold_of(2, ms(100), ms(200)));
  add(holds, kCalm, kCalm + 1, 1, hold_of(3, ms(16'000), ms(0)));
  const Decomposition result = decomposed(holds);
  const double mean = (10 * 0.05 + 2 * 0.3) / 12;
  ASSERT_EQ(result.classes.front().class_id, 3U);
  EXPECT_FALSE(result.classes.front().has_calm);
  EXPECT_NEAR(result.extra.arrivals, mean / kFull, 1e-9);
  EXPECT_NEAR(result.extra.longer.busy, (16 - mean) / kFull, 1e-9);
  EXPECT_EQ(verdict_of(result).cause, Cause::kSlowQuery);
}

TEST(Decomposition, CountsHoldsByTheirTimeInTheWindow) {
  std::vector<TracedHold> holds = calm_holds();
  TracedHold across = hold_of(4, ms(0), ms(10'000));
  across.start = kBegin + (kCalm - 5) * kSecond;
  holds.push_back(across);
  const Decomposition result = decomposed(holds);
  EXPECT_NEAR(result.classes.front().used.idle, 5.0 / kFull, 1e-9);
  EXPECT_NEAR(result.classes.front().arrivals, 0, 1e-9);
}

TEST(Verdict, IsMixedWhereNothingBroughtTwoThirds) {
  Decomposition decomposition;
  decomposition.calm_seconds = 60;
  decomposition.extra = {3.66, {2.57, 0, 7.23, 0}};
  const Verdict verdict = verdict_of(decomposition);
  EXPECT_EQ(verdict.cause, Cause::kMixed);
  EXPECT_EQ(verdict.suspects.front().cause, Cause::kIdleInTransaction);
  EXPECT_NEAR(verdict.suspects.front().share, 7.23 / 13.46, 1e-9);
  for (const Suspect& suspect : verdict.suspects) {
    const bool is_nothing =
        suspect.cause == Cause::kLockWait || suspect.cause == Cause::kConnectionLeak;
    EXPECT_EQ(suspect.is_cleared, is_nothing) << name_of(suspect.cause);
  }
}

TEST(Verdict, NeedsCalmTimesToTellASurgeFromSlowQueries) {
  Decomposition decomposition;
  decomposition.calm_seconds = 3;
  decomposition.classes.resize(2);
  decomposition.classes[0].used.busy = 3;
  decomposition.classes[1].used.busy = 2.5;
  decomposition.extra = {0, {5, 0, 0.1, 0}};
  EXPECT_EQ(verdict_of(decomposition).cause, Cause::kMixed);
  EXPECT_TRUE(verdict_of(decomposition).lacks_calm);
  decomposition.classes[0].used.busy = 6;
  EXPECT_EQ(verdict_of(decomposition).cause, Cause::kSlowQuery) << "one class has most of the pool";
  decomposition.extra = {0, {0.1, 0, 5, 0}};
  EXPECT_EQ(verdict_of(decomposition).cause, Cause::kIdleInTransaction);
}

TEST(Verdict, OfAPoolThatKeepsConnectionsOutsideOfTransactionsIsALeak) {
  std::vector<TracedHold> holds = calm_holds();
  const Decomposition result = decomposed(holds, {11, 0.5});
  EXPECT_EQ(verdict_of(result).cause, Cause::kConnectionLeak);
  EXPECT_LT(result.extra.arrivals, 0);
}

TEST(Verdict, OfNothingIsMixedAndClearsAll) {
  const Verdict verdict = verdict_of({});
  EXPECT_EQ(verdict.cause, Cause::kMixed);
  for (const Suspect& suspect : verdict.suspects) EXPECT_TRUE(suspect.is_cleared);
}

}  // namespace
}  // namespace pgcounsel
