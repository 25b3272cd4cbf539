#include "analyzer/workload/pooler_join.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "analyzer/pools/pool_size.h"
#include "analyzer/workload/summary.h"
#include "tests/unit/pool_scene.h"

namespace pgcounsel {
namespace {

const PoolName kShopRead{"shop", "reader"}, kShopWeb{"shop", "web"};
const PoolName kAlias{"shop_ro", "reader"};

// Both sides of a night that begins at second 0 and lasts an hour.
class BothLogs {
 public:
  static Time at(int second) { return PoolScene::at(second); }
  BothLogs() {
    LogFacts& facts = sums.hours[at(0)];
    facts.first = at(0);
    facts.last = at(3599);
  }
  BothLogs& opened(int second, const PoolName& pool, unsigned port,
                   const std::string& host = "10.0.0.9") {
    const PoolerServerChange change{at(second) + Micros{300'000}, port,
                                    fmt::format("{}:{}", host, port)};
    sums.pooler.servers[{at(0), pool.first, pool.second}].insert(change);
    return *this;
  }
  BothLogs& session(int second, const PoolName& pool, unsigned port,
                    const std::string& host = "10.0.0.9") {
    add_client_port(sums.ports, pool,
                    {at(second), client_port_of({host, static_cast<std::uint16_t>(port)})});
    return *this;
  }
  BothLogs& pair(int second, const PoolName& name, const PoolName& server, unsigned port) {
    return opened(second, name, port).session(second, server, port);
  }
  // Some side of the pooler has lines of that user.
  BothLogs& lines(PoolerSide side, const PoolName& pool) {
    ++sums.pooler.events[{at(0), pool.first, pool.second, side, PoolerForm::kMessage, "x"}];
    return *this;
  }
  BothLogs& refused(const PoolName& pool) {
    ++sums.pooler.refused[{at(0), pool.first, pool.second, "query_wait_timeout"}][at(9)].told;
    return *this;
  }
  PoolerJoin join() {
    for (auto& [hour, ports] : sums.ports) ports.settle();
    return join_pooler(sums, samples);
  }
  // `shop_ro/reader 3 of 4`, of all pools of the pooler's.
  std::string joined_with(const PoolName& server) {
    std::string text;
    const PoolerJoin both = join();
    for (const JoinedPool& pool : both.joined_with(server)) {
      text += fmt::format("{}{}/{} {} of {}", text.empty() ? "" : ", ", pool.name.first,
                          pool.name.second, pool.joined, pool.sessions);
      if (pool.poolers > 1) text += fmt::format(" x{}", pool.poolers);
    }
    return text;
  }
  // Which pool of the server's a name of the pooler's stands for, of those that are given.
  PoolName meant_by(const PoolName& name, const std::vector<PoolName>& servers) {
    const PoolerJoin joined = join();
    for (const PoolName& server : servers) {
      if (is_any_of(joined.names_of(server), name.first, name.second)) return server;
    }
    return {};
  }

  Sums sums;
  Samples samples;
};

TEST(PoolerJoin, ToldByPortsWhateverTheNames) {
  BothLogs logs;
  for (int i = 0; i < 4; ++i) {
    logs.pair(60 * i, kAlias, kShopRead, 40'000 + static_cast<unsigned>(i));
    logs.pair(60 * i, kShopWeb, kShopWeb, 50'000 + static_cast<unsigned>(i));
  }
  EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 4 of 4");
  EXPECT_EQ(logs.joined_with(kShopWeb), "shop/web 4 of 4");
}

TEST(PoolerJoin, APortThatIsUsedAgainIsOfTheSessionOfItsTime) {
  BothLogs logs;
  for (int i = 0; i < 10; ++i) {
    logs.pair(60 * i, i % 2 == 0 ? kAlias : kShopWeb, i % 2 == 0 ? kShopRead : kShopWeb, 40'000);
  }
  EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 5 of 5");
  EXPECT_EQ(logs.joined_with(kShopWeb), "shop/web 5 of 5");
}

TEST(PoolerJoin, ASessionIsJoinedOnce) {
  BothLogs logs;
  logs.session(10, kShopRead, 40'000).session(50, kShopRead, 40'001);
  logs.opened(10, kAlias, 40'000).opened(12, kAlias, 40'000).opened(50, kAlias, 40'001);
  EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 2 of 3");
}

TEST(PoolerJoin, AMomentLaterIsStillTheSame) {
  for (const int later : {-5, -1, 0, 3, 5}) {
    BothLogs logs;
    logs.opened(100, kAlias, 40'000).session(100 + later, kShopRead, 40'000);
    EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 1 of 1") << later;
  }
  for (const int later : {-6, 6, 300}) {
    BothLogs logs;
    logs.opened(1000, kAlias, 40'000).session(1000 + later, kShopRead, 40'000);
    EXPECT_EQ(logs.joined_with(kShopRead), "") << later;
  }
}

// The clock of each pooler may be another one.
TEST(PoolerJoin, LearnsHowTheClocksDiffer) {
  for (const int difference : {-500, -30, 30, 599}) {
    BothLogs logs;
    for (int i = 0; i < 8; ++i) {
      const auto port = 40'000 + static_cast<unsigned>(i);
      const int when = 1000 + 45 * i * (i + 1) / 2;
      logs.opened(when, kAlias, port).session(when + difference + i % 2, kShopRead, port);
      logs.opened(when, kShopWeb, port + 5000, "10.0.0.8");
      logs.session(when, kShopWeb, port + 5000, "10.0.0.8");
    }
    EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 8 of 8") << difference;
    EXPECT_EQ(logs.joined_with(kShopWeb), "shop/web 8 of 8") << difference;
  }
}

TEST(PoolerJoin, OneSideAloneJoinsNothing) {
  BothLogs pooler, server;
  pooler.opened(10, kAlias, 40'000).refused(kAlias);
  server.session(10, kShopRead, 40'000);
  for (BothLogs* logs : {&pooler, &server}) {
    const PoolerJoin join = logs->join();
    EXPECT_TRUE(join.pools.empty());
    EXPECT_TRUE(join.renamed.empty());
    EXPECT_EQ(join.names_of(kShopRead), std::vector<PoolName>{kShopRead});
    EXPECT_FALSE(join.is_behind_pooler(kShopRead));
  }
}

TEST(PoolerJoin, WhatTheServersLogDoesNotCoverIsNotMissed) {
  BothLogs logs;
  logs.pair(100, kAlias, kShopRead, 40'000).pair(200, kAlias, kShopRead, 40'001);
  logs.opened(20, kAlias, 40'002).opened(900, kAlias, 40'003).opened(4000, kAlias, 40'004);
  logs.sums.hours[BothLogs::at(0)].first = BothLogs::at(50);
  logs.sums.hours[BothLogs::at(0)].last = BothLogs::at(800);
  EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 2 of 2");
}

TEST(PoolerJoin, AFewPairsOfManyAreChance) {
  BothLogs logs;
  for (int i = 0; i < 40; ++i) logs.opened(60 * i, kAlias, 40'000 + static_cast<unsigned>(i));
  for (int i = 0; i < 7; ++i) logs.session(60 * i, kShopWeb, 40'000 + static_cast<unsigned>(i));
  EXPECT_EQ(logs.joined_with(kShopWeb), "");
  logs.session(60 * 7, kShopWeb, 40'007);
  EXPECT_EQ(logs.joined_with(kShopWeb), "shop_ro/reader 8 of 40");
  for (int i = 8; i < 11; ++i) logs.session(60 * i, kShopRead, 40'000 + static_cast<unsigned>(i));
  EXPECT_EQ(logs.joined_with(kShopWeb), "") << "8 of 11 are not three quarters";
}

TEST(PoolerJoin, OnePairIsChanceWhereTheHostsDiffer) {
  BothLogs logs;
  logs.opened(10, kAlias, 40'000, "10.0.0.9").session(10, kShopRead, 40'000, "172.16.0.1");
  EXPECT_EQ(logs.joined_with(kShopRead), "");
  // Behind an address that is translated all hosts differ.
  logs.opened(20, kAlias, 40'001, "10.0.0.9").session(20, kShopRead, 40'001, "172.16.0.1");
  EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 2 of 2");
}

TEST(PoolerJoin, TheSessionOfTheSameHostIsNearer) {
  BothLogs logs;
  logs.opened(10, kAlias, 40'000);
  logs.session(10, kShopWeb, 40'000, "10.0.0.77").session(12, kShopRead, 40'000, "10.0.0.9");
  EXPECT_EQ(logs.joined_with(kShopRead), "shop_ro/reader 1 of 1");
}

TEST(PoolerJoin, SeveralPoolersAreThoseThatRunAtATime) {
  BothLogs both, one_after_another;
  for (int i = 0; i < 6; ++i) {
    const auto port = 40'000 + static_cast<unsigned>(i);
    const std::string host = i % 2 == 0 ? "10.0.0.8" : "10.0.0.9";
    both.opened(60 * i, kAlias, port, host).session(60 * i, kShopRead, port, host);
    const std::string active = i < 3 ? "10.0.0.8" : "10.0.0.9";
    one_after_another.opened(60 * i, kAlias, port, active);
    one_after_another.session(60 * i, kShopRead, port, active);
  }
  EXPECT_EQ(both.joined_with(kShopRead), "shop_ro/reader 6 of 6 x2");
  EXPECT_EQ(one_after_another.joined_with(kShopRead), "shop_ro/reader 6 of 6");
}

TEST(PoolerJoin, MostOfAPoolsSessionsTellThatItIsBehindAPooler) {
  BothLogs logs;
  logs.pair(10, kAlias, kShopRead, 40'000).pair(20, kAlias, kShopRead, 40'001);
  logs.session(30, kShopRead, 50'000).session(40, kShopRead, 50'001);
  EXPECT_TRUE(logs.join().is_behind_pooler(kShopRead));
  logs.session(50, kShopRead, 50'002);
  EXPECT_FALSE(logs.join().is_behind_pooler(kShopRead));
}

// ---- Names

TEST(PoolerJoin, NoPoolOfTheServersHasTheNameOfAnotherOnes) {
  BothLogs logs;
  const PoolName elsewhere{"shop_v2", "web"};
  logs.pair(10, kShopWeb, elsewhere, 40'000).pair(20, kShopWeb, elsewhere, 40'001);
  EXPECT_EQ(logs.join().names_of(elsewhere), (std::vector<PoolName>{elsewhere, kShopWeb}));
  EXPECT_TRUE(logs.join().names_of(kShopWeb).empty());
}

// PgBouncer tells clients by their own names, and the server connections by that of the forced one.
TEST(PoolerJoin, ClientsOfAForcedUserAreOfItsPool) {
  BothLogs logs;
  const PoolName client{"shop_ro", "web"};
  logs.pair(10, kAlias, kShopRead, 40'000).pair(20, kAlias, kShopRead, 40'001);
  logs.pair(30, kShopWeb, kShopWeb, 40'002).refused(client).refused(kShopWeb);
  logs.lines(PoolerSide::kServer, kAlias).lines(PoolerSide::kClient, client);
  logs.lines(PoolerSide::kServer, kShopWeb).lines(PoolerSide::kClient, kShopWeb);
  EXPECT_EQ(logs.meant_by(client, {kShopRead, kShopWeb}), kShopRead);
  EXPECT_EQ(logs.meant_by(kShopWeb, {kShopRead, kShopWeb}), kShopWeb);
}

// Here it is one of several clients' users, each of whom has a pool.
TEST(PoolerJoin, AUserThatIsAClientItselfIsNotForced) {
  BothLogs logs;
  const PoolName client{"shop_ro", "web"};
  logs.pair(10, kAlias, kShopRead, 40'000).pair(20, kAlias, kShopRead, 40'001).refused(client);
  logs.lines(PoolerSide::kServer, kAlias).lines(PoolerSide::kClient, kAlias);
  logs.lines(PoolerSide::kClient, client);
  EXPECT_EQ(logs.meant_by(client, {kShopRead, kShopWeb}), kShopWeb)
      << "the database is that of the others, the user its own";
}

TEST(PoolerJoin, AConfigurationTellsWhatNoPortDoes) {
  BothLogs logs;
  const PoolName client{"shop_ro", "web"};
  logs.refused(client).refused({"else", "web"});
  auto& sizes = logs.samples.sizes;
  sizes[{PoolSizeSource::kConfig, "shop", "reader", "shop_ro"}] = {BothLogs::at(5), 4, 0, ""};
  EXPECT_EQ(logs.meant_by(client, {kShopRead}), kShopRead);
  EXPECT_EQ(logs.meant_by({"else", "web"}, {kShopRead, kShopWeb}), PoolName());
  // The newer row of the name counts.
  sizes[{PoolSizeSource::kConfig, "archive", "", "shop_ro"}] = {BothLogs::at(9), 4, 0, ""};
  EXPECT_EQ(logs.meant_by(client, {kShopRead, {"archive", "web"}}), PoolName("archive", "web"));
}

// ---- Sizes

class Sizes : public testing::Test {
 protected:
  void pool(const PoolName& name, const PoolName& server, std::uint64_t joined,
            std::size_t poolers = 1) {
    sums_.join.pools[server].push_back({name, joined, joined, poolers});
    sums_.join.sessions_of_server[server] += joined;
  }
  void size(const std::string& name, const PoolName& server, std::uint64_t size,
            std::uint64_t reserve = 0, PoolSizeSource source = PoolSizeSource::kConfig) {
    sums_.samples.sizes[{source, server.first, server.second, name}] = {{}, size, reserve, ""};
  }
  std::string told() const {
    const PoolSizeTold found = pool_size_told(sums_, kShopWeb);
    if (!found.size) return "-";
    return fmt::format("{} + {}: {}", *found.size, found.reserve.value_or(0), found.source);
  }
  PeriodSums sums_;
};

TEST_F(Sizes, AreThoseOfTheNamesThatThePoolerGives) {
  size("shop", {"shop", ""}, 8);
  size("shop_jobs", {"shop", ""}, 3, 1);
  EXPECT_EQ(told(), "8 + 0: the pooler's configuration") << "the larger, where nothing is joined";
  pool({"shop_jobs", "web"}, kShopWeb, 3);
  EXPECT_EQ(told(), "3 + 1: the pooler's configuration: 3 of shop_jobs/web");
}

TEST_F(Sizes, OfSeveralPoolsAreAddedUp) {
  size("shop", {"shop", ""}, 8, 2);
  size("shop_jobs", {"shop", ""}, 3, 1);
  pool({"shop", "web"}, kShopWeb, 8);
  EXPECT_EQ(told(), "8 + 2: the pooler's configuration");
  pool({"shop_jobs", "web"}, kShopWeb, 3);
  EXPECT_EQ(told(), "11 + 3: the pooler's configuration: 8 of shop/web, 3 of shop_jobs/web");
}

TEST_F(Sizes, OfSeveralPoolersAreAddedUp) {
  size("*", {"*", ""}, 20);
  pool({"shop", "web"}, kShopWeb, 40, 2);
  EXPECT_EQ(told(), "40 + 0: the pooler's configuration: 20 of shop/web on each of 2 poolers");
}

TEST_F(Sizes, WhatIsSaidForTheRunCountsMore) {
  size("shop", {"shop", ""}, 8);
  pool({"shop", "web"}, kShopWeb, 40, 2);
  size("", {"shop", "web"}, 12, 0, PoolSizeSource::kOption);
  EXPECT_EQ(told(), "12 + 0: --pool-size");
}

TEST_F(Sizes, AreNotGuessedWhereOnePartIsNotTold) {
  size("shop_jobs", {"shop", ""}, 3);
  pool({"shop", "web"}, kShopWeb, 8);
  pool({"shop_jobs", "web"}, kShopWeb, 3);
  EXPECT_EQ(told(), "3 + 0: the pooler's configuration");
}

TEST_F(Sizes, SamplesOfAllItsPoolsAreAddedUp) {
  const auto sample = [this](int second, const PoolName& name, std::uint64_t waiting,
                             std::uint64_t active) {
    PoolSample& row = sums_.samples.pools[{PoolScene::at(second), name.first, name.second}];
    row.cl_waiting = waiting;
    row.sv_active = active;
    row.maxwait = waiting * kSecond;
  };
  sums_.join.renamed = {{"shop_jobs", "web"}};
  sums_.join.other_names[kShopWeb] = {{"shop_jobs", "web"}};
  sample(1, {"shop", "web"}, 0, 5);
  sample(1, {"shop_jobs", "web"}, 2, 3);
  sample(1, {"other", "web"}, 9, 90);
  sample(2, {"shop_jobs", "web"}, 1, 4);
  EXPECT_EQ(told(), "8 + 0: SHOW POOLS: that many worked while clients waited");
}

}  // namespace
}  // namespace pgcounsel
