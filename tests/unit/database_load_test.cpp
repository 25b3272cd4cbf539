// pg_stat_database: what it counted between its samples, and what the log shows of that.
#include "analyzer/workload/database_load.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

constexpr Time kBegin{Micros{1'700'002'800'000'000}};  // a whole hour
Time at(int second) {
  return kBegin + second * kSecond;
}

// Totals after so many seconds in use, of which `idle` in transaction.
DatabaseStats totals(std::uint64_t transactions, int active, int idle) {
  DatabaseStats stats;
  stats.commits = transactions;
  stats.active = active * kSecond;
  stats.idle_in_transaction = idle * kSecond;
  return stats;
}

// A log of 10 minutes in which `database` has always this many milliseconds of each second in use.
void log_use(PeriodSums& sums, const std::string& database, int busy_ms, int idle_ms) {
  LogFacts& facts = sums.current.hours[kBegin];
  facts.first = at(0);
  facts.last = at(599);
  for (int second = 0; second < 600; ++second) {
    SecondTotals& totals = sums.current.pools[{kBegin, database, "web"}].seconds[at(second)];
    totals.busy = Micros{busy_ms * 1000};
    totals.idle = Micros{idle_ms * 1000};
  }
}

void sample(PeriodSums& sums, Time time, const DatabaseStats& stats,
            const std::string& database = "shop") {
  sums.samples.databases[{time, database}] = stats;
}

TEST(DatabaseLoad, IsTheTimeInUseByTheTimeBetweenTheSamples) {
  PeriodSums sums;
  sample(sums, at(0), totals(1000, 500, 100));
  sample(sums, at(100), totals(1500, 650, 150));
  const auto loads = database_loads(sums);
  ASSERT_EQ(loads.size(), 1U);
  EXPECT_EQ(loads[0].transactions, 500U);
  EXPECT_EQ(loads[0].length, 100 * kSecond);
  EXPECT_EQ(loads[0].active, 150 * kSecond);
  EXPECT_EQ(loads[0].idle, 50 * kSecond);
  EXPECT_FALSE(loads[0].in_log) << "there is no log";
}

TEST(DatabaseLoad, LeavesOutTheStepInWhichTheCountersBeganAgain) {
  PeriodSums sums;
  sample(sums, at(0), totals(1000, 500, 0));
  sample(sums, at(10), totals(1010, 505, 0));
  sample(sums, at(20), totals(3, 1, 0));
  sample(sums, at(30), totals(10, 3, 0));
  // Counters that grew past those before the reset: its time tells.
  DatabaseStats reset = totals(50, 30, 0);
  reset.reset = at(35);
  sample(sums, at(40), reset);
  const auto loads = database_loads(sums);
  ASSERT_EQ(loads.size(), 1U);
  EXPECT_EQ(loads[0].transactions, 17U);
  EXPECT_EQ(loads[0].length, 20 * kSecond);
  EXPECT_EQ(loads[0].used(), 7 * kSecond);
}

TEST(DatabaseLoad, IsComparedWithWhatTheLogShows) {
  PeriodSums sums;
  log_use(sums, "shop", 200, 100);
  log_use(sums, "other", 5000, 0);
  sample(sums, at(100), totals(0, 1000, 0));
  sample(sums, at(200), totals(9, 1040, 10));  // .5 in use, the log shows .3
  const auto load = load_in_log(sums, "shop");
  ASSERT_TRUE(load.has_value());
  EXPECT_EQ(load->counted, 50 * kSecond);
  EXPECT_EQ(load->shown, 30 * kSecond);
  EXPECT_TRUE(load->is_lacking());
  EXPECT_FALSE(load_in_log(sums, "other").has_value());
}

TEST(DatabaseLoad, CountsOfSecondsAtTheEdgesTheirPart) {
  PeriodSums sums;
  log_use(sums, "shop", 1000, 0);
  const Micros quarter{250'000};
  sample(sums, at(100) + quarter, totals(0, 1000, 0));
  sample(sums, at(130) - quarter, totals(0, 1030, 0));
  sample(sums, at(170) - quarter, totals(0, 1070, 0));
  const auto load = load_in_log(sums, "shop");
  ASSERT_TRUE(load.has_value());
  EXPECT_EQ(load->shown, 70 * kSecond - 2 * quarter);
  EXPECT_FALSE(load->is_lacking());
}

TEST(DatabaseLoad, IsNotComparedWhereThatWouldMislead) {
  struct Case {
    const char* name;
    int since, until;
    bool has_nameless, has_times, is_compared;
  };
  const Case cases[] = {
      {"a whole minute", 100, 160, false, true, true},
      {"less than a minute", 100, 159, false, true, false},
      {"from before the log", -100, 100, false, true, false},
      {"to behind the log", 500, 700, false, true, false},
      {"the log tells no databases", 100, 200, true, true, false},
      {"before PostgreSQL 14", 100, 200, false, false, false},
  };
  for (const Case& each : cases) {
    PeriodSums sums;
    log_use(sums, "shop", 300, 0);
    if (each.has_nameless) log_use(sums, "", 300, 0);
    sample(sums, at(each.since), totals(1, each.has_times ? 10 : 0, 0));
    sample(sums, at(each.until), totals(9, each.has_times ? 60 : 0, 0));
    EXPECT_EQ(load_in_log(sums, "shop").has_value(), each.is_compared) << each.name;
    EXPECT_EQ(database_loads(sums).front().transactions, 8U) << each.name;
  }
}

TEST(DatabaseLoad, OfAnUnnamedDatabaseIsThatOfTheOnlyOneInTheLog) {
  PeriodSums sums;
  log_use(sums, "shop", 300, 0);
  sample(sums, at(100), totals(0, 10, 0), "");
  sample(sums, at(200), totals(0, 40, 0), "");
  ASSERT_TRUE(load_in_log(sums, "shop").has_value());
  EXPECT_EQ(load_in_log(sums, "shop")->shown, 30 * kSecond);
  log_use(sums, "other", 300, 0);
  EXPECT_FALSE(load_in_log(sums, "shop").has_value()) << "which of the two is not known";
}

TEST(DatabaseLoad, SurvivesAnyFigures) {
  PeriodSums sums;
  log_use(sums, "shop", 300, 0);
  constexpr Micros kMost{std::int64_t{1} << 62};
  DatabaseStats most;
  most.commits = most.rollbacks = most.deadlocks = ~std::uint64_t{0};
  most.active = most.idle_in_transaction = most.session = kMost;
  sample(sums, kNoTime, most);
  sample(sums, at(0), DatabaseStats{});
  sample(sums, at(90), most);
  sample(sums, at(190), most);
  EXPECT_EQ(database_loads(sums).front().samples, 4U);
  EXPECT_TRUE(database_loads(PeriodSums{}).empty());
}

}  // namespace
}  // namespace pgcounsel
