#include "analyzer/pools/usage.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

const Time kHourBegin{Micros{1'700'002'800'000'000}};  // a whole hour

Time at(int second) {
  return kHourBegin + second * kSecond;
}

// A pool in one hour.
class OnePool {
 public:
  PoolStats stats;
  // Connections in use, and transactions that began, in each of these seconds.
  OnePool& uses(int from, int to, double busy, double idle = 0, std::uint64_t arrivals = 10) {
    for (int second = from; second < to; ++second) {
      SecondTotals& totals = stats.seconds[at(second)];
      totals.busy = Micros{static_cast<Micros::rep>(busy * 1e6)};
      totals.idle = Micros{static_cast<Micros::rep>(idle * 1e6)};
      totals.arrivals = arrivals;
    }
    return *this;
  }
  OnePool& sessions(int second, std::int64_t opened, std::int64_t closed = 0) {
    stats.sessions[at(second)] = {opened, closed};
    return *this;
  }
  PoolUsage usage(std::int64_t open_before = 0) const {
    PeriodSums sums;
    sums.current.pools[{kHourBegin, "shop", "web"}] = stats;
    PoolUsage told;
    sums.pool_sessions_before[{"shop", "web"}] = open_before;
    each_pool(sums, [&told](const PoolName& name, const PoolUsage& usage) {
      EXPECT_EQ(name, PoolName("shop", "web"));
      told = usage;
    });
    return told;
  }
};

TEST(PoolUsage, TellsConnectionsInUseSecondBySecond) {
  const PoolUsage usage = OnePool().uses(3, 5, 1.5, 0.5).uses(7, 8, 4).usage();
  EXPECT_EQ(usage.first, at(3));
  EXPECT_EQ(usage.used(), (std::vector<double>{2, 2, 0, 0, 4}));
  EXPECT_DOUBLE_EQ(usage.idle, 1);
  EXPECT_EQ(usage.transactions, 30U);
}

TEST(PoolUsage, HasTheMostSessionsAtOnceForItsSize) {
  OnePool pool;
  pool.uses(0, 10, 1).sessions(0, 3).sessions(2, 5, 4).sessions(4, 1, 2).sessions(6, 0, 3);
  EXPECT_EQ(pool.usage().peak_sessions, 4);
  EXPECT_EQ(pool.usage(2).peak_sessions, 6) << "two were open before";
}

TEST(PoolUsage, IsFullOnlyWhereAllConnectionsWereInUseForSecondsInARow) {
  OnePool flapping;
  flapping.sessions(0, 8).uses(0, 100, 3);
  for (int second = 10; second < 90; second += 5) flapping.uses(second, second + 4, 8);
  EXPECT_FALSE(flapping.usage().is_size_certain) << "four seconds at most";
  EXPECT_TRUE(flapping.usage().windows.empty());
  const PoolUsage full = flapping.uses(10, 15, 7.7).usage();
  EXPECT_TRUE(full.is_size_certain);
  EXPECT_FALSE(full.windows.empty());
}

// Ten connections, of which three are in use but for ten seconds in which seven are.
PeriodSums pool_of_ten() {
  OnePool pool;
  pool.sessions(0, 10).uses(0, 50, 3).uses(50, 60, 7.5);
  PeriodSums sums;
  sums.current.pools[{kHourBegin, "shop", "web"}] = pool.stats;
  return sums;
}

PoolUsage usage_of(const PeriodSums& sums) {
  PoolUsage told;
  each_pool(sums, [&told](const PoolName&, const PoolUsage& usage) { told = usage; });
  return told;
}

TEST(PoolUsage, HasTheSizeThatItsPoolerTells) {
  PeriodSums sums = pool_of_ten();
  EXPECT_FALSE(usage_of(sums).is_size_certain);
  sums.samples.sizes[{PoolSizeSource::kConfig, "*", ""}] = {{}, 40, 5, ""};
  EXPECT_EQ(usage_of(sums).size, 40);
  sums.samples.sizes[{PoolSizeSource::kShowDatabases, "shop", ""}] = {{}, 12, 0, ""};
  EXPECT_EQ(usage_of(sums).size, 12) << "a row of the database's own";
  sums.samples.sizes[{PoolSizeSource::kConfig, "shop", "web"}] = {{}, 30, 2, ""};
  EXPECT_EQ(usage_of(sums).size, 30) << "and of its user";
  sums.samples.sizes[{PoolSizeSource::kConfig, "shop", "other"}] = {{}, 90, 0, ""};
  EXPECT_EQ(usage_of(sums).size, 30);
  EXPECT_EQ(usage_of(sums).reserve, 2U);
  EXPECT_TRUE(usage_of(sums).is_size_certain);
}

TEST(PoolUsage, HasTheSizeThatSomebodySaysBeforeAllOthers) {
  PeriodSums sums = pool_of_ten();
  sums.samples.sizes[{PoolSizeSource::kConfig, "shop", "web"}] = {{}, 30, 2, ""};
  sums.samples.sizes[{PoolSizeSource::kOption, "*", ""}] = {{}, 12, 0, ""};
  EXPECT_EQ(usage_of(sums).size, 12) << "even of any pool";
  EXPECT_EQ(usage_of(sums).size_source, "--pool-size");
  EXPECT_EQ(usage_of(sums).reserve, 2U) << "which it does not speak of";
  sums.samples.sizes[{PoolSizeSource::kOption, "shop", ""}] = {{}, 14, 0, ""};
  sums.samples.sizes[{PoolSizeSource::kOption, "other", "web"}] = {{}, 90, 0, ""};
  EXPECT_EQ(usage_of(sums).size, 14);
}

TEST(PoolUsage, IsAPoolWhereSomebodySaysSo) {
  OnePool pool;
  pool.sessions(0, 5).uses(0, 30, 2, 0, 1).uses(30, 40, 5, 0, 1);
  PeriodSums sums;
  sums.current.pools[{kHourBegin, "shop", "web"}] = pool.stats;
  sums.samples.sizes[{PoolSizeSource::kOption, "*", ""}] = {{}, 5, 0, ""};
  EXPECT_FALSE(usage_of(sums).is_size_certain) << "that may be about other pools";
  sums.samples.sizes[{PoolSizeSource::kOption, "shop", "web"}] = {{}, 5, 0, ""};
  EXPECT_EQ(usage_of(sums).mode, PoolMode::kNone);
  EXPECT_EQ(usage_of(sums).size, 5);
  EXPECT_EQ(usage_of(sums).windows.size(), 1U);
}

TEST(PoolUsage, IsNoSmallerThanWhatWasOpenAtOnce) {
  PeriodSums sums = pool_of_ten();
  sums.samples.sizes[{PoolSizeSource::kConfig, "shop", ""}] = {{}, 8, 0, ""};
  const PoolUsage usage = usage_of(sums);
  EXPECT_EQ(usage.size, 10);
  EXPECT_NE(usage.size_source.find("more than 8"), std::string::npos) << usage.size_source;
}

TEST(PoolUsage, IsCertainOfItsSizeWhereClientsWaited) {
  PeriodSums sums = pool_of_ten();
  PoolSample& sample = sums.samples.pools[{at(55), "shop", "web"}];
  sample.cl_waiting = 4;
  sample.sv_active = 10;
  sample.maxwait = Micros{100'000};
  EXPECT_FALSE(usage_of(sums).is_size_certain) << "so long takes a new connection, too";
  sample.maxwait = kSecond;
  EXPECT_TRUE(usage_of(sums).is_size_certain);
  sample.sv_idle = 1;
  EXPECT_FALSE(usage_of(sums).is_size_certain);
  sums = pool_of_ten();
  sums.current.pooler.refused[{kHourBegin, "shop", "web", "server_login_retry"}][at(55)] = {1, 1};
  EXPECT_FALSE(usage_of(sums).is_size_certain) << "there it was the server";
  sums.current.pooler.refused[{kHourBegin, "shop", "web", "query_wait_timeout"}][at(55)] = {1, 1};
  EXPECT_TRUE(usage_of(sums).is_size_certain);
}

TEST(PoolUsage, SharesConnectionsWhereEachServesManyTransactions) {
  EXPECT_EQ(OnePool().sessions(0, 5).uses(0, 5, 1, 0, 10).usage().mode, PoolMode::kTransaction);
  EXPECT_EQ(OnePool().sessions(0, 5).uses(0, 5, 1, 0, 9).usage().mode, PoolMode::kNone);
  EXPECT_EQ(OnePool().sessions(0, 1).uses(0, 5, 1, 0, 900).usage().mode, PoolMode::kNone);
  OnePool session;
  session.sessions(0, 5).uses(0, 5, 1);
  session.stats.discards = 2;
  EXPECT_EQ(session.usage().mode, PoolMode::kSession);
}

TEST(PoolUsage, OfSessionPoolingIsWhatClientsKeep) {
  OnePool pool;
  pool.sessions(0, 5).uses(0, 2, 1);
  pool.stats.discards = 2;
  pool.stats.seconds[at(1)].checked_out = Micros{3'000'000};
  EXPECT_EQ(pool.usage().used(), (std::vector<double>{0, 3}));
}

TEST(PoolUsage, IsEmptyWithoutSeconds) {
  const PoolUsage usage = OnePool().sessions(0, 2).usage();
  EXPECT_TRUE(usage.used().empty());
  EXPECT_EQ(usage.mode, PoolMode::kNone);
  EXPECT_EQ(usage.peak_sessions, 2);
}

}  // namespace
}  // namespace pgcounsel
