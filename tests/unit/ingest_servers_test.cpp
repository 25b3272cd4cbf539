// Whose records they are: one file may carry several servers, several files one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ingest.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

// A statement of `ms` milliseconds on a host, as a relay writes it.
std::string line_of(const std::string& host, int second, int ms) {
  return fmt::format(
      "2026-03-12T10:00:{:02}.5+00:00 {} postgres[{}]: [{}-1] 2026-03-12 10:00:{:02}.500 UTC [{}] "
      "web@shop LOG:  duration: {}.000 ms  statement: SELECT {} FROM orders\n",
      second, host, 100 + second, second + 1, second, 100 + second, ms, ms);
}

std::string log_of(const std::vector<std::string>& hosts) {
  std::string log;
  for (int second = 0; second < 40; ++second) {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      log += line_of(hosts[i], second, 10 * (static_cast<int>(i) + 1));
    }
  }
  return log;
}

Store read(std::vector<std::string> inputs, std::optional<std::string> server = {}) {
  auto store = Store::in_memory();
  IngestRequest request;
  request.inputs = std::move(inputs);
  request.server = std::move(server);
  const auto outcome = ingest(*store, request);
  EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
  return *std::move(store);
}

std::vector<std::string> servers_of(const Store& store) {
  const auto names = store.servers();
  return names ? *names : std::vector<std::string>{};
}

TEST(IngestServers, TwoHostsInOneStreamAreTwoServers) {
  const Scratch scratch;
  const Store store = read({scratch.write("relay.log", log_of({"db1", "db2"}))});
  ASSERT_EQ(servers_of(store), (std::vector<std::string>{"db1", "db2"}));
  EXPECT_EQ(workload_of(store, "db1").queries.at(0).total, 40 * Micros{10'000});
  EXPECT_EQ(workload_of(store, "db2").queries.at(0).total, 40 * Micros{20'000});
  EXPECT_EQ(workload_of(store, "db1").totals.statements, 40U);
}

TEST(IngestServers, ATellingUserIsRight) {
  const Scratch scratch;
  const Store store = read({scratch.write("relay.log", log_of({"db1", "db2"}))}, "shop");
  ASSERT_EQ(servers_of(store), std::vector<std::string>{"shop"});
  EXPECT_EQ(workload_of(store, "shop").totals.statements, 80U);
}

TEST(IngestServers, WhatNamesNoHostBelongsToTheOnlyOneThatIsNamed) {
  const Scratch scratch;
  const std::string relayed = scratch.write("relay.log", log_of({"db1"}));
  std::string bare;
  for (int second = 0; second < 40; ++second) {
    bare += fmt::format(
        "2026-03-12 10:00:{:02}.500 UTC [{}] web@shop LOG:  duration: 10.000 ms  statement: SELECT "
        "10 FROM orders\n",
        second, 100 + second);
  }
  const Store store = read({relayed, scratch.write("postgresql.log", bare)});
  ASSERT_EQ(servers_of(store), std::vector<std::string>{"db1"});
  EXPECT_EQ(workload_of(store, "db1").totals.statements, 40U) << "both are one log";
}

TEST(IngestServers, WithoutAnyHostOrWithSeveralItIsTheDefault) {
  const Scratch scratch;
  const std::string relayed = scratch.write("relay.log", log_of({"db1", "db2"}));
  const std::string bare = scratch.write(
      "postgresql.log",
      "2026-03-12 10:00:01.500 UTC [7] web@shop LOG:  duration: 1.000 ms  statement: SELECT 1\n");
  EXPECT_EQ(servers_of(read({bare})), std::vector<std::string>{"default"});
  EXPECT_EQ(servers_of(read({relayed, bare})), (std::vector<std::string>{"db1", "db2", "default"}));
}

TEST(IngestServers, EachOfTheRunKeepsTheSizesOfPoolsThatAreTold) {
  const Scratch scratch;
  const std::string path = scratch.write("relay.log", log_of({"db1", "db2"}));
  auto store = Store::in_memory();
  const PoolSizeKey shop{PoolSizeSource::kOption, "shop", ""};
  const auto tell = [&](std::int64_t second, std::uint64_t size, std::optional<std::string> name) {
    IngestRequest request;
    request.inputs = {path};
    request.server = std::move(name);
    request.pool_sizes[shop] = {Time{kSecond * second}, size, 0, ""};
    EXPECT_TRUE(ingest(*store, request).has_value());
  };
  const auto size_at = [&](const std::string& server) {
    const auto view = store->view(server, {Time{}, Time{kDay}});
    const auto found = view->samples.sizes.find(shop);
    return found == view->samples.sizes.end() ? 0 : found->second.size;
  };
  tell(100, 20, {});
  EXPECT_EQ(size_at("db1"), 20U);
  EXPECT_EQ(size_at("db2"), 20U);
  tell(200, 8, "db2");
  EXPECT_EQ(size_at("db1"), 20U);
  EXPECT_EQ(size_at("db2"), 8U) << "the newest counts, not the larger one";
  EXPECT_EQ(servers_of(*store), (std::vector<std::string>{"db1", "db2"}));
}

TEST(IngestServers, TheFileCountsOnceWhateverServersAreInIt) {
  const Scratch scratch;
  const std::string path = scratch.write("relay.log", log_of({"db1", "db2"}));
  const Store store = read({path, path});
  EXPECT_EQ(workload_of(store, "db1").totals.statements, 40U);
  EXPECT_EQ(workload_of(store, "db2").totals.statements, 40U);
}

TEST(IngestServers, PiecesOfSecondsThatAreNotOverAreHeldBackNotLost) {
  // Whole seconds only, and more records of one second than a chunk holds, given in two files that
  // overlap: each record counts once.
  std::string log;
  for (int i = 0; i < 30'000; ++i) {
    log += fmt::format(
        "2026-03-12 10:00:0{} UTC:10.0.0.7(5000):web@shop:[{}]:LOG:  duration: {}.000 "
        "ms  statement: SELECT {} FROM orders\n",
        i / 15'000, 100 + i % 7, i % 900, i);
  }
  const std::size_t middle = log.find('\n', log.size() / 2) + 1;
  const std::size_t before = log.find('\n', log.size() / 3) + 1;
  const Scratch scratch;
  const Store whole = read({scratch.write("whole", log)});
  const Store pieces =
      read({scratch.write("one", log.substr(0, middle)), scratch.write("two", log.substr(before))});
  EXPECT_EQ(workload_of(whole).totals.statements, 30'000U);
  EXPECT_EQ(workload_of(pieces).totals.statements, 30'000U);
}

}  // namespace
}  // namespace pgcounsel
