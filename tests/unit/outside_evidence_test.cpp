// What SHOW POOLS, pg_stat_activity, pg_stat_database and the pooler's stats lines add to a full
// window.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/pool_scene.h"

namespace pgcounsel {
namespace {

const std::string* evidence(const PoolWindow& window, std::string_view part) {
  const auto found = std::ranges::find_if(
      window.evidence, [part](const std::string& line) { return line.find(part) != line.npos; });
  return found == window.evidence.end() ? nullptr : &*found;
}
std::string told(const PoolWindow& window, std::string_view part) {
  const std::string* line = evidence(window, part);
  return line == nullptr ? "nothing" : *line;
}

constexpr std::uint64_t kSearch = 1, kOther = 2;

// Full for the half minute from second 120 on, which is 23:02:00 UTC.
PoolScene full_pool() {
  PoolScene scene(10);
  scene.transactions(0, 150, 1, kOther, 20);
  scene.statement(kSearch, "SELECT 1");
  scene.transactions(0, 120, 10, kSearch, 100).transactions(120, 150, 11, kSearch, 900);
  return scene;
}

PoolSample& pools_at(PoolScene& scene, int second, const std::string& user = "web") {
  return scene.sums.samples.pools[{PoolScene::at(second), "shop", user}];
}

void stats_line(PoolScene& scene, int second, std::uint64_t xacts, Micros wait,
                PoolerWait meaning) {
  PoolerStats line;
  line.xacts_per_s = xacts;
  line.wait = wait;
  line.meaning = meaning;
  scene.sums.current.pooler.stats[{PoolScene::at(second), 7}] = line;
}

TEST(OutsideEvidence, TellsNothingWhereNobodyLooked) {
  const PoolWindow window = full_pool().window();
  EXPECT_FALSE(window.evidence.empty());
  for (const char* part : {"SHOW POOLS", "pg_stat", "PgBouncer"}) {
    EXPECT_EQ(told(window, part), "nothing");
  }
}

TEST(OutsideEvidence, TellsHowManyClientsWaited) {
  PoolScene scene = full_pool();
  pools_at(scene, 60).cl_waiting = 500;  // calm times are another matter
  pools_at(scene, 130, "batch").cl_waiting = 900;
  pools_at(scene, 125).cl_waiting = 192;
  pools_at(scene, 125).maxwait = Micros{1'000'000};
  pools_at(scene, 140).cl_waiting = 100;
  pools_at(scene, 140).maxwait = Micros{9'040'000};
  pools_at(scene, 150).cl_waiting = 700;  // the end is not part of it
  EXPECT_EQ(told(scene.window(), "SHOW POOLS"),
            "SHOW POOLS: up to 192 clients waited, the first for up to 9.0 s (most at 23:02:05, "
            "longest at 23:02:20 UTC)");
}

TEST(OutsideEvidence, ContradictsWhereNobodyEverWaited) {
  PoolScene scene = full_pool();
  for (const int second : {122, 129}) pools_at(scene, second);
  EXPECT_EQ(told(scene.window(), "SHOW POOLS"), "nothing") << "two samples say little";
  for (const int second : {136, 143}) pools_at(scene, second);
  EXPECT_NE(told(scene.window(), "no client waited in any of its 4 samples"), "nothing");
  scene.sums.samples.pools.erase({PoolScene::at(136), "shop", "web"});
  EXPECT_EQ(told(scene.window(), "SHOW POOLS"), "nothing") << "14 s of 30 were not looked at";
}

TEST(OutsideEvidence, TellsWhatTheSessionsDid) {
  PoolScene scene = full_pool();
  auto& activity = scene.sums.samples.activity;
  const Time early = PoolScene::at(122), late = PoolScene::at(140);
  activity[{early, "shop", "web", "api", "active"}] = {6, kSecond, Micros{0}};
  activity[{early, "shop", "web", "cron", "active"}] = {2, kSecond, Micros{0}};
  activity[{late, "shop", "web", "api", "idle in transaction"}] = {3, 14 * kSecond, 12 * kSecond};
  activity[{late, "shop", "batch", "api", "active"}] = {40, 900 * kSecond, Micros{0}};
  EXPECT_EQ(
      told(scene.window(), "pg_stat_activity"),
      "pg_stat_activity, its sessions in 2 samples: up to 8 active (23:02:02 UTC), up to 3 idle "
      "in transaction (23:02:20 UTC) for up to 12.0 s; the longest transaction was open for "
      "14.0 s (23:02:20 UTC)");
}

TEST(OutsideEvidence, TakesSessionsWithoutNamesForThoseOfAll) {
  PoolScene scene = full_pool();
  scene.sums.samples.activity[{PoolScene::at(122), "", "", "", "active"}] = {9, {}, {}};
  EXPECT_EQ(told(scene.window(), "pg_stat_activity"),
            "pg_stat_activity, sessions of all users in 1 sample: up to 9 active (23:02:02 UTC), "
            "none was idle in transaction");
}

TEST(OutsideEvidence, SaysThatClientsWhoGaveUpAreNotInTheStatsLines) {
  PoolScene scene = full_pool();
  stats_line(scene, 125, 100, Micros{20'000'000}, PoolerWait::kPerSecond);
  auto& refused = scene.sums.current.pooler.refused;
  refused[{PoolScene::kBegin, "x", "y", "query_wait_timeout"}][PoolScene::at(60)] = {1, 1};
  EXPECT_EQ(told(scene.window(), "gave up"), "nothing");
  refused[{PoolScene::kBegin, "x", "y", "query_wait_timeout"}][PoolScene::at(130)] = {1, 1};
  EXPECT_NE(told(scene.window(), "gave up"), "nothing");
}

TEST(OutsideEvidence, ReadsTheWaitOfAStatsLineAsItsVersionMeansIt) {
  PoolScene old = full_pool();
  stats_line(old, 60, 10, Micros{99'000'000}, PoolerWait::kPerSecond);
  stats_line(old, 125, 100, Micros{20'000'000}, PoolerWait::kPerSecond);
  stats_line(old, 135, 100, Micros{30'000'000}, PoolerWait::kPerSecond);
  EXPECT_EQ(told(old.window(), "PgBouncer"),
            "PgBouncer's stats lines (2, each a sum over all its pools): a transaction waited 250 "
            "ms on average, 25.0 clients at once");
  PoolScene newer = full_pool();
  stats_line(newer, 125, 300, Micros{100'000}, PoolerWait::kPerAssignment);
  stats_line(newer, 135, 100, Micros{500'000}, PoolerWait::kPerAssignment);
  EXPECT_EQ(told(newer.window(), "PgBouncer"),
            "PgBouncer's stats lines (2, each a sum over all its pools): a transaction waited 200 "
            "ms on average");
  PoolScene unknown = full_pool();
  stats_line(unknown, 125, 300, Micros{100'000}, PoolerWait::kUnknown);
  EXPECT_EQ(told(unknown.window(), "PgBouncer"), "nothing");
  unknown.sums.current.pooler.starts[{PoolScene::at(0), 7}].version = "1.23.1";
  EXPECT_NE(told(unknown.window(), "waited 100 ms"), "nothing");
}

TEST(OutsideEvidence, SaysWhichShareOfTheLoadTheLogShows) {
  const auto lack_of = [](int counted_s) {
    PoolScene scene = full_pool();
    DatabaseStats stats;
    stats.active = kSecond;
    scene.sums.samples.databases[{PoolScene::at(0), "shop"}] = stats;
    stats.active += counted_s * kSecond;
    scene.sums.samples.databases[{PoolScene::at(100), "shop"}] = stats;
    for (const UnknownSuspect& entry : scene.window().not_known) {
      if (entry.suspect == "load") return entry.missing;
    }
    return std::string("nothing");
  };
  // The log has 1.02 connections in use for 100 s.
  EXPECT_EQ(lack_of(204),
            "the log shows 50 % of the load that pg_stat_database counted: "
            "log_min_duration_statement = 0 shows all");
  EXPECT_EQ(lack_of(110), "nothing");
}

}  // namespace
}  // namespace pgcounsel
