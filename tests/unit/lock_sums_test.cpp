#include "analyzer/workload/lock_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "analyzer/workload/long_hold.h"

namespace pgcounsel {
namespace {

constexpr Time kTen{Micros{1'773'309'600'000'000}};  // 2026-03-12 10:00 UTC

Micros ms(std::int64_t count) {
  return Micros{count * 1000};
}

// What one line says `at` ms after ten: `pid` has waited `waited` ms for transaction `object`.
LockWait line(std::int64_t at, std::uint32_t pid, std::int64_t waited, int object,
              std::vector<std::uint32_t> holders) {
  LockWait wait;
  wait.end = kTen + ms(at);
  wait.waited = ms(waited);
  wait.begin = wait.end - wait.waited;
  wait.pid = pid;
  wait.target = LockTarget::kTransaction;
  wait.object = lock_object(pid, wait.target, "ShareLock", "transaction " + std::to_string(object));
  wait.acquired = holders.empty();
  if (!holders.empty()) wait.told = wait.end;
  wait.holders = std::move(holders);
  wait.source = "a.log";
  wait.line = static_cast<std::uint64_t>(at);
  return wait;
}

LockWait end_of_statement(std::int64_t at, std::uint32_t pid) {
  LockWait end;
  end.begin = end.end = kTen + ms(at);
  end.pid = pid;
  end.is_end = true;
  return end;
}

LockSums sums_of(const std::vector<LockWait>& lines) {
  LockSums sums;
  for (const LockWait& wait : lines) sums.add(wait);
  return sums;
}

TEST(LockSums, LinesOfOneWaitAreOne) {
  // With a client_connection_check_interval of 200 ms the line comes again and again.
  const auto waits = waits_of(sums_of({line(1200, 7, 200, 1, {5}), line(1400, 7, 400, 1, {6}),
                                       line(1601, 7, 600, 1, {6}), line(1655, 7, 654, 1, {})}));
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].begin, kTen + ms(1000));
  EXPECT_EQ(waits[0].waited, ms(654)) << "the last time counts";
  EXPECT_EQ(waits[0].holders, std::vector<std::uint32_t>{6}) << "of the last line that tells";
  EXPECT_EQ(waits[0].told, kTen + ms(1601));
  EXPECT_TRUE(waits[0].acquired);
  EXPECT_EQ(waits[0].line, 1200U);
}

TEST(LockSums, OtherObjectsAndTimesAreOtherWaits) {
  const auto waits = waits_of(sums_of({line(1300, 7, 300, 1, {}), line(1600, 7, 300, 2, {}),
                                       line(1300, 8, 300, 1, {}), line(5000, 7, 300, 1, {})}));
  EXPECT_EQ(waits.size(), 4U);
}

TEST(LockSums, LinesOnBothSidesOfAStepOfTheClockAreOne) {
  // The begins that the lines tell are 1.099 s and 1.101 s.
  const auto waits = waits_of(sums_of({line(1299, 7, 200, 1, {5}), line(1501, 7, 400, 1, {})}));
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].waited, ms(400));
  // And on both sides of an hour.
  LockWait first = line(3'600'199, 7, 200, 1, {5}), last = line(3'600'301, 7, 300, 1, {});
  const LockSums sums = sums_of({first, last});
  EXPECT_EQ(sums.hours.size(), 2U);
  EXPECT_EQ(waits_of(sums).size(), 1U);
}

TEST(LockSums, AWaitThatAnErrorEndedLastsUntilThen) {
  const auto waits = waits_of(sums_of({line(2000, 7, 1000, 1, {5}), end_of_statement(31'000, 7),
                                       line(2000, 8, 1000, 1, {5}), end_of_statement(3000, 9)}));
  ASSERT_EQ(waits.size(), 2U);
  EXPECT_EQ(waits[0].waited, ms(30'000));
  EXPECT_EQ(waits[1].waited, ms(1000)) << "the error was another process's";
}

TEST(LockSums, AnErrorLongAfterAWaitThatWasGrantedIsNotItsEnd) {
  const auto waits = waits_of(sums_of(
      {line(2000, 7, 1000, 1, {5}), line(2100, 7, 1100, 1, {}), end_of_statement(31'000, 7)}));
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].waited, ms(1100));
}

std::vector<LockWait> many_lines() {
  std::vector<LockWait> lines;
  for (int i = 0; i < 200; ++i) {
    const auto pid = static_cast<std::uint32_t>(i % 7);
    lines.push_back(line(1000 * i, pid, 200 + i, i / 2, {pid + 10, pid + 11}));
    lines.push_back(line(1000 * i + 500, pid, 700 + i, i / 2, {pid + 12}));
    if (i % 3 == 0) lines.push_back(line(1000 * i + 900, pid, 1100 + i, i / 2, {}));
    if (i % 5 == 0) lines.push_back(end_of_statement(1000 * i + 950, pid));
  }
  return lines;
}

TEST(LockSums, AreTheSameInAnyOrderAndCuts) {
  std::vector<LockWait> lines = many_lines();
  const LockSums expected = sums_of(lines);
  const auto waits = waits_of(expected);
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(lines.begin(), lines.end(), random);
    LockSums merged;
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = std::min<std::size_t>(at + random() % 40 + 1, lines.size());
      const auto from = lines.begin() + static_cast<std::ptrdiff_t>(at);
      merged.merge(sums_of({from, lines.begin() + static_cast<std::ptrdiff_t>(end)}));
      at = end;
    }
    ASSERT_EQ(merged, expected);
    ASSERT_EQ(waits_of(merged), waits);
  }
}

TEST(LockSums, ComeBackFromTheirBytes) {
  const LockSums sums = sums_of(many_lines());
  for (const auto& [hour, waits] : sums.hours) {
    const auto again = LockWaits::decode(waits.encode());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again, waits);
  }
  const std::string bytes = sums.hours.begin()->second.encode();
  EXPECT_FALSE(LockWaits::decode(std::string_view(bytes).substr(0, bytes.size() - 3)).has_value());
  EXPECT_TRUE(LockWaits::decode(LockWaits{}.encode())->empty());
  EXPECT_FALSE(LockWaits::decode("").has_value());
}

TEST(LockSums, OfAStormKeepTheSameSampleInAnyOrder) {
  std::vector<LockWait> lines;
  const auto most = static_cast<int>(kMostWaitsOfHour);
  for (int i = 0; i < most + 5000; ++i) lines.push_back(line(1000 + i * 100, 7, 200, i, {5}));
  for (int i = 0; i < 3000; ++i) lines.push_back(end_of_statement(i * 1000, 9));
  const LockSums expected = sums_of(lines);
  const LockWaits& hour = expected.hours.begin()->second;
  EXPECT_EQ(hour.size(), kMostWaitsOfHour);
  EXPECT_EQ(hour.count(), kMostWaitsOfHour) << "ends of statements give way";
  EXPECT_TRUE(hour.is_cut());
  std::mt19937 random(2);
  std::shuffle(lines.begin(), lines.end(), random);
  LockSums halves = sums_of({lines.begin(), lines.begin() + most / 2});
  halves.merge(sums_of({lines.begin() + most / 2, lines.end()}));
  EXPECT_EQ(halves, expected);
}

TEST(LockSums, EndsOfStatementsAloneAreNoCut) {
  std::vector<LockWait> lines{line(500, 7, 300, 1, {5})};
  for (int i = 0; i < 25'000; ++i) lines.push_back(end_of_statement(i * 100, 9));
  const LockSums sums = sums_of(lines);
  EXPECT_FALSE(sums.hours.begin()->second.is_cut());
  EXPECT_EQ(sums.hours.begin()->second.count(), 1U);
}

TEST(LockSums, TheNumbersOfAnAdvisoryLockLeaveNoTrace) {
  const auto object = [](const char* text) {
    return lock_object(7, lock_target_of(text), "ExclusiveLock", text);
  };
  EXPECT_EQ(object("advisory lock [5,0,77,1]"), object("advisory lock [5,0,12345,1]"));
  EXPECT_NE(object("transaction 77"), object("transaction 78"));
}

TEST(LongHolds, ComeBackFromTheirBytesInOrder) {
  const LongHold first{7, {kTen, ms(5), ms(200), ms(1), 11}};
  const LongHold second{5, {kTen + ms(3), ms(900), ms(0), ms(700), 12}};
  const auto again = decode_long_holds(encode_long_holds({second, first}));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, (std::vector<LongHold>{first, second}));
  EXPECT_FALSE(decode_long_holds("\x01").has_value());
  EXPECT_EQ(second.end(), kTen + ms(903));
}

}  // namespace
}  // namespace pgcounsel
