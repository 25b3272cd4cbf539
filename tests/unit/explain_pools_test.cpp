#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "analyzer/pools/explain.h"

namespace pgcounsel {
namespace {

const Time kHourBegin{Micros{1'700'002'800'000'000}};  // a whole hour
constexpr std::uint64_t kClass = 7;

// A pool of ten: 60 calm seconds in which a transaction of 100 ms begins ten times, then 20 seconds
// in which each of them pauses for a second.
PeriodSums idle_pool(Micros shortest_statement) {
  PeriodSums sums;
  PoolStats& pool = sums.current.pools[{kHourBegin, "shop", "web"}];
  std::vector<TracedHold>& holds = sums.traces[{kHourBegin, "shop", "web"}];
  pool.sessions[kHourBegin] = {10, 0};
  for (int second = 0; second < 80; ++second) {
    const Micros idle = second < 60 ? Micros{0} : Micros{900'000};
    const Time begin = kHourBegin + second * kSecond;
    pool.seconds[begin] = {10, Micros{1'000'000}, 10 * idle, {}, {}};
    for (int i = 0; i < 10; ++i) holds.push_back({begin, Micros{100'000}, idle, {}, kClass});
  }
  QueryStats& query = sums.current.query(Fingerprint{1}, kHourBegin);
  for (int i = 0; i < 200; ++i) query.add_execution(shortest_statement);
  return sums;
}

TEST(ExplainPools, NamesTheCauseAndWhoHeldTheConnections) {
  TransactionRow transaction;
  transaction.id = "0000000000000007";
  transaction.label = "BEGIN; pay; COMMIT";
  const auto rows = explain_pools(idle_pool(Micros{300}), {transaction});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].size, 10U);
  EXPECT_EQ(rows[0].mode, "transaction");
  ASSERT_EQ(rows[0].windows.size(), 1U);
  const PoolWindow& window = rows[0].windows[0];
  EXPECT_EQ(window.start, kHourBegin + 60 * kSecond);
  EXPECT_EQ(window.end, kHourBegin + 80 * kSecond);
  EXPECT_EQ(window.cause, "idle_in_transaction");
  EXPECT_EQ(window.confidence, "high");
  EXPECT_FALSE(window.refused.has_value()) << "no pooler told";
  ASSERT_EQ(window.holders.size(), 1U);
  EXPECT_EQ(window.holders[0].label, "BEGIN; pay; COMMIT");
  EXPECT_NEAR(window.holders[0].hold_s, 200, 1e-6);
  EXPECT_NEAR(*window.holders[0].arrival_ratio, 1, 1e-9);
  EXPECT_NEAR(*window.holders[0].hold_ratio, 10, 1e-9);
  const auto is_ruled_out = [&window](std::string_view suspect) {
    return std::ranges::find(window.ruled_out, suspect, &ClearedSuspect::suspect) !=
           window.ruled_out.end();
  };
  for (const std::string_view suspect : {"traffic_surge", "slow_query", "lock_wait"}) {
    EXPECT_TRUE(is_ruled_out(suspect)) << suspect;
  }
  EXPECT_FALSE(is_ruled_out("idle_in_transaction"));
  ASSERT_FALSE(window.not_known.empty());
  EXPECT_EQ(window.not_known[0].suspect, "connection_leak");
}

TEST(ExplainPools, NameNoCauseWhereAThresholdHidesStatements) {
  const auto rows = explain_pools(idle_pool(Micros{10'000}), {});
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows[0].windows.size(), 1U);
  EXPECT_EQ(rows[0].windows[0].cause, "mixed");
  EXPECT_EQ(rows[0].windows[0].confidence, "low");
  EXPECT_TRUE(rows[0].windows[0].ruled_out.empty());
}

TEST(ExplainPools, AskForTheTracesOfTheHoursAroundAWindow) {
  const std::vector<Period> periods = periods_to_explain(idle_pool(Micros{300}));
  ASSERT_EQ(periods.size(), 1U);
  EXPECT_EQ(periods[0].since, kHourBegin - kHour);
  EXPECT_EQ(periods[0].until, kHourBegin + 2 * kHour);
  EXPECT_TRUE(periods_to_explain(PeriodSums{}).empty());
}

}  // namespace
}  // namespace pgcounsel
