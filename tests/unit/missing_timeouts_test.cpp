// Timeouts from healthy times: their values against sums made by hand.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/pool_day.h"

namespace pgcounsel {
namespace {

// Twice 5 s of pauses are 10; twice 3 s of statements 10 (of 5, 10, ...); locks never below 2;
// twice 7 s of hold 15.
TEST(MissingTimeouts, TimeoutsAreTwiceTheLongestHealthyOnes) {
  const Finding finding = of_rule(day_of_idlers(20'000), "missing_timeouts").at(0);
  EXPECT_EQ(finding.key, "missing_timeouts:shop/web");
  EXPECT_EQ(finding.level, Level::kMedium);
  EXPECT_EQ(finding.remedy.kind, "setting");
  EXPECT_EQ(finding.remedy.text,
            "ALTER ROLE \"web\" SET idle_in_transaction_session_timeout = '10s';\n"
            "ALTER ROLE \"web\" SET statement_timeout = '10s';\n"
            "ALTER ROLE \"web\" SET lock_timeout = '2s';\n"
            "-- PostgreSQL 17 and later: ALTER ROLE \"web\" SET transaction_timeout = '15s';");
  EXPECT_TRUE(contains(finding.rollback, "ALTER ROLE \"web\" RESET lock_timeout;"));
  EXPECT_EQ(finding.title,
            "shop/web shows no sign of idle_in_transaction_session_timeout and 3 more");
}

TEST(MissingTimeouts, TheTimeoutThatBearsStandsFirst) {
  const struct {
    Cause cause;
    std::string_view first;
    Level level;
  } kCases[] = {{Cause::kSlowQuery, "statement_timeout", Level::kMedium},
                {Cause::kLockWait, "lock_timeout", Level::kMedium},
                {Cause::kTrafficSurge, "idle_in_transaction_session_timeout", Level::kLow}};
  for (const auto& [cause, first, level] : kCases) {
    Workload workload = day_of_idlers(20'000);
    workload.pools[0].windows[0].cause = name_of(cause);
    const Finding finding = of_rule(workload, "missing_timeouts").at(0);
    EXPECT_TRUE(finding.remedy.text.starts_with("ALTER ROLE \"web\" SET " + std::string(first)))
        << finding.remedy.text;
    EXPECT_EQ(finding.level, level);
  }
}

// 19 of 200,000 are fewer than one in 10,000, 20 are not; of 90,000 none of it counts.
TEST(MissingTimeouts, ManyHealthyTransactionsForgiveRareLongOnes) {
  const auto statement_timeout = [](std::uint64_t transactions, std::uint64_t longer) {
    Workload workload = day_of_idlers(transactions);
    HealthyHolds& seen = *workload.pools[0].healthy;
    seen.longest_running = kSecond * 40;
    for (TimeoutStep& step : seen.steps) {
      if (step.limit < kSecond * 40) step.running = longer;
    }
    const std::string text = of_rule(workload, "missing_timeouts").at(0).remedy.text;
    const std::size_t at = text.find("statement_timeout = '") + 21;
    return text.substr(at, text.find('\'', at) - at);
  };
  EXPECT_EQ(statement_timeout(200'000, 19), "5s");
  EXPECT_EQ(statement_timeout(200'000, 20), "1min");  // the first one that nothing exceeded
  EXPECT_EQ(statement_timeout(90'000, 1), "2min");    // the first one of twice 40 s
}

TEST(MissingTimeouts, TimeoutsThatAreSetAreNotProposed) {
  Workload workload = day_of_idlers(20'000);
  ErrorSourceRow error;
  error.hour = kTen;
  error.severity = "ERROR";
  error.sqlstate = "57014";
  error.message = "canceling statement due to user request";
  error.user = "web";
  error.database = "shop";
  error.count = 3;
  workload.error_sources = {error};
  EXPECT_TRUE(
      contains(of_rule(workload, "missing_timeouts").at(0).remedy.text, "statement_timeout"));
  workload.error_sources[0].message = "canceling statement due to statement timeout";
  EXPECT_FALSE(
      contains(of_rule(workload, "missing_timeouts").at(0).remedy.text, "SET statement_timeout"));
  workload.error_sources[0].user = "batch";
  EXPECT_TRUE(
      contains(of_rule(workload, "missing_timeouts").at(0).remedy.text, "statement_timeout"));
}

// The class of 200 transactions: above its 99th percentile of 8 s at most 1 % of them, each at
// most 300 - 10 s longer than 10 s: 580 s, of which 560 s idle, of 800 held in the window: 70 %.
TEST(MissingTimeouts, TimeoutsSayWhatTheyWouldHaveEnded) {
  Workload workload = day_of_idlers(20'000);
  TransactionRow row;
  row.id = "aaaa";
  row.count = 200;
  row.hold = kSecond * 600;
  row.idle = kSecond * 560;
  row.busy = kSecond * 40;
  row.hold_p50 = kSecond;
  row.hold_p99 = kSecond * 8;
  row.hold_max = kSecond * 300;
  workload.transactions = {row};
  const Finding finding = of_rule(workload, "missing_timeouts").at(0);
  EXPECT_EQ(evidence(finding, "`idle_in_transaction_session_timeout` = 10s"),
            "cuts none of 20,000 healthy transactions, whose longest pauses took 5.00 s; it would "
            "have ended at most 70 % of what was held");
  EXPECT_EQ(finding.confidence, Confidence::kHigh);
  workload.transactions[0].hold_max = kSecond * 10;
  EXPECT_TRUE(evidence(of_rule(workload, "missing_timeouts").at(0),
                       "`idle_in_transaction_session_timeout` = 10s")
                  .ends_with("it would have ended nothing of it: a net against worse"));
}

TEST(MissingTimeouts, FewHealthyTransactionsProposeNothing) {
  EXPECT_FALSE(has(day_of_idlers(49), "missing_timeouts"));
  EXPECT_EQ(of_rule(day_of_idlers(50), "missing_timeouts").at(0).confidence, Confidence::kLow);
  EXPECT_EQ(of_rule(day_of_idlers(1'000), "missing_timeouts").at(0).confidence,
            Confidence::kMedium);
  Workload workload = day_of_idlers(1'000);
  workload.pools[0].healthy.reset();
  EXPECT_FALSE(has(workload, "missing_timeouts"));
}

TEST(MissingTimeouts, WhatRunsForHoursGetsNoTimeout) {
  Workload workload = day_of_idlers(20'000);
  HealthyHolds& seen = *workload.pools[0].healthy;
  seen.longest_running = seen.longest_idle = seen.longest_wait = seen.longest_hold = kSecond * 1801;
  EXPECT_FALSE(has(workload, "missing_timeouts"));
  seen.longest_wait = kSecond * 1800;
  EXPECT_EQ(of_rule(workload, "missing_timeouts").at(0).remedy.text,
            "ALTER ROLE \"web\" SET lock_timeout = '1h';");
}

}  // namespace
}  // namespace pgcounsel
