// What a window says beyond the five causes: other suspects, the timeline, waits without a line,
// retries, and calm times of another night.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/pool_scene.h"

namespace pgcounsel {
namespace {

const std::string* ruled_out(const PoolWindow& window, std::string_view suspect) {
  const auto found = std::ranges::find(window.ruled_out, suspect, &ClearedSuspect::suspect);
  return found == window.ruled_out.end() ? nullptr : &found->because;
}
bool is_unknown(const PoolWindow& window, std::string_view suspect) {
  return std::ranges::find(window.not_known, suspect, &UnknownSuspect::suspect) !=
         window.not_known.end();
}
const std::string* evidence(const PoolWindow& window, std::string_view part) {
  const auto found = std::ranges::find_if(
      window.evidence, [part](const std::string& line) { return line.find(part) != line.npos; });
  return found == window.evidence.end() ? nullptr : &*found;
}
const WindowEvent* event(const PoolWindow& window, std::string_view part) {
  const auto found = std::ranges::find_if(window.events, [part](const WindowEvent& row) {
    return row.text.find(part) != row.text.npos;
  });
  return found == window.events.end() ? nullptr : &*found;
}

constexpr std::uint64_t kSearch = 1, kPay = 2, kOther = 3;

// Ten connections; two minutes with one in use, then half a minute in which a search of 100 ms
// takes 900 ms.
PoolScene slow_search() {
  PoolScene scene(10);
  scene.transactions(0, 150, 1, kOther, 20);
  scene.statement(kSearch, "SELECT * FROM products WHERE name ~~ $1");
  scene.transactions(0, 120, 10, kSearch, 100).transactions(120, 150, 11, kSearch, 900);
  return scene;
}

TEST(PoolWindow, ClearsWhatDidNotHappen) {
  const PoolWindow window = slow_search().window();
  EXPECT_EQ(window.cause, "slow_query");
  EXPECT_EQ(window.confidence, "high");
  for (const std::string_view suspect : {"retry_storm", "deploy", "schema_change", "deadlock",
                                         "restart", "attack", "starved_host"}) {
    const std::string* because = ruled_out(window, suspect);
    ASSERT_NE(because, nullptr) << suspect;
    EXPECT_NE(because->find_first_of("0123456789"), std::string::npos) << *because;
  }
  EXPECT_TRUE(is_unknown(window, "plan_change"));
  EXPECT_TRUE(is_unknown(window, "checkpoint")) << "none is in the log at all";
}

TEST(PoolWindow, NamesTheStatementThatChangedTheSchemaJustBefore) {
  PoolScene scene = slow_search();
  scene.statement(kOther, "DROP INDEX products_name_idx").mark(118, "statement", "DROP", 1, kOther);
  const PoolWindow window = scene.window();
  EXPECT_NE(window.summary.find("2 s after `DROP INDEX products_name_idx`"), std::string::npos)
      << window.summary;
  const std::string* line = evidence(window, "schema_change");
  ASSERT_NE(line, nullptr);
  EXPECT_NE(line->find("`DROP INDEX products_name_idx` at"), std::string::npos) << *line;
  const WindowEvent* drop = event(window, "DROP INDEX");
  ASSERT_NE(drop, nullptr);
  EXPECT_TRUE(drop->is_cause);
  EXPECT_EQ(drop->time, PoolScene::at(118));
}

TEST(PoolWindow, ClearsWhatCalmTimesFollowed) {
  PoolScene scene = slow_search();
  scene.mark(20, "statement", "CREATE").mark(20, "server_start").mark(20, "checkpoint");
  const PoolWindow window = scene.window();
  for (const std::string_view suspect : {"schema_change", "restart", "checkpoint"}) {
    const std::string* because = ruled_out(window, suspect);
    ASSERT_NE(because, nullptr) << suspect;
    EXPECT_NE(because->find("calm seconds followed"), std::string::npos) << *because;
  }
}

TEST(PoolWindow, ClearsWhatBeganWhenThePoolWasFullAlready) {
  PoolScene scene = slow_search();
  scene.mark(140, "temp_file").mark(140, "statement", "CREATE");
  const PoolWindow window = scene.window();
  for (const std::string_view suspect : {"schema_change", "temporary_files"}) {
    const std::string* because = ruled_out(window, suspect);
    ASSERT_NE(because, nullptr) << suspect;
    EXPECT_NE(because->find("full before"), std::string::npos) << *because;
  }
}

TEST(PoolWindow, LeavesOpenWhatFitsInTime) {
  PoolScene scene = slow_search();
  scene.mark(119, "autoanalyze").mark(119, "reload");
  const PoolWindow window = scene.window();
  EXPECT_NE(evidence(window, "not ruled out: autoanalyze"), nullptr);
  EXPECT_NE(evidence(window, "not ruled out: restart"), nullptr);
  EXPECT_EQ(ruled_out(window, "autoanalyze"), nullptr);
}

PlanStats& plans_of(PoolScene& scene, std::uint64_t hash) {
  return scene.sums.current.plans.hours[{PoolScene::kBegin, kSearch, hash}];
}

TEST(PoolWindow, NamesThePlanThatIsNewJustBefore) {
  PoolScene scene = slow_search();
  for (int second = 0; second < 118; ++second) {
    plans_of(scene, 7).add(PoolScene::at(second), Micros{100'000});
  }
  for (int second = 119; second < 150; ++second) {
    plans_of(scene, 8).add(PoolScene::at(second), Micros{900'000});
  }
  const PoolWindow window = scene.window();
  const std::string* line = evidence(window, "not ruled out: plan_change");
  ASSERT_NE(line, nullptr);
  EXPECT_NE(line->find("`SELECT * FROM products WHERE name ~~ $1` has another plan since " +
                       plain_seconds(PoolScene::at(119)).substr(11, 8)),
            std::string::npos)
      << *line;
  EXPECT_NE(line->find("100 ms on average before, 900 ms with it"), std::string::npos) << *line;
}

TEST(PoolWindow, ClearsPlansThatWereTheSameBefore) {
  PoolScene scene = slow_search();
  for (int second = 0; second < 150; ++second) {
    plans_of(scene, 7).add(PoolScene::at(second), Micros{100'000});
  }
  plans_of(scene, 8).add(PoolScene::at(40), Micros{100'000});
  plans_of(scene, 8).add(PoolScene::at(140), Micros{100'000});
  const PoolWindow window = scene.window();
  const std::string* because = ruled_out(window, "plan_change");
  ASSERT_NE(because, nullptr);
  EXPECT_NE(because->find("152 plans of 1 of the holders' statements"), std::string::npos)
      << *because;
}

TEST(PoolWindow, PlansOfOthersTellNothing) {
  PoolScene scene = slow_search();
  scene.sums.current.plans.hours[{PoolScene::kBegin, kPay, 7}].add(PoolScene::at(10), kSecond);
  scene.sums.current.plans.hours[{PoolScene::kBegin, kPay, 8}].add(PoolScene::at(119), kSecond);
  plans_of(scene, 9).add(PoolScene::at(130), kSecond);  // none before to compare with
  EXPECT_TRUE(is_unknown(scene.window(), "plan_change"));
}

TEST(PoolWindow, SuspectsADeployWhereNewStatementsHoldTheConnections) {
  PoolScene scene(10);
  scene.statement(kSearch, "SELECT 1").transactions(0, 150, 10, kSearch, 100);
  scene.statement(kPay, "SELECT * FROM reports").transactions(120, 150, 1, kPay, 9000);
  scene.sums.first_seen[kPay] = PoolScene::at(119);
  const PoolWindow window = scene.window();
  const std::string* line = evidence(window, "deploy");
  ASSERT_NE(line, nullptr);
  EXPECT_NE(line->find(": 1; transactions with them held 8"), std::string::npos) << *line;
}

TEST(PoolWindow, SeesAHostThatMakesEverythingSlower) {
  PoolScene scene(12);
  for (const std::uint64_t id : {1U, 2U, 3U, 4U}) {
    scene.transactions(0, 120, 3, id, 100).transactions(120, 150, 3, id, 1000);
  }
  const PoolWindow window = scene.window();
  EXPECT_EQ(window.cause, "slow_query");
  const std::string* line = evidence(window, "starved_host");
  ASSERT_NE(line, nullptr);
  EXPECT_NE(line->find("other transactions took 10.0 times as long"), std::string::npos) << *line;
  EXPECT_EQ(ruled_out(window, "starved_host"), nullptr);
}

// Half of the payments take no longer than ever, the others a hundred times as long.
PoolScene convoy() {
  PoolScene scene(10);
  scene.statement(kPay, "UPDATE vouchers SET used = used + $1 WHERE code = $2");
  scene.transactions(0, 120, 10, kPay, 20);
  scene.transactions(120, 150, 5, kPay, 20).transactions(120, 150, 5, kPay, 2000);
  return scene;
}

TEST(PoolWindow, TellsWaitsWithoutALineByTheFastestQuarter) {
  const PoolWindow window = convoy().window();
  EXPECT_EQ(window.cause, "lock_wait");
  EXPECT_EQ(window.confidence, "low");
  EXPECT_NE(window.summary.find("fastest quarter"), std::string::npos) << window.summary;
  EXPECT_TRUE(is_unknown(window, "who held the locks"));
}

TEST(PoolWindow, DoesNotGuessAtWaitsWhereStatementsLockNothingOrTheirWaitsAreLogged) {
  PoolScene reading = convoy();
  reading.sums.current.texts[kPay] = {"SELECT used FROM vouchers", true};
  EXPECT_EQ(reading.window().cause, "slow_query");
  PoolScene logged = convoy();
  logged.mark(130, "lock_wait");
  EXPECT_EQ(logged.window().cause, "slow_query");
  PoolScene all_slow = slow_search();
  all_slow.sums.current.texts[kSearch] = {"UPDATE products SET seen = now()", true};
  EXPECT_EQ(all_slow.window().cause, "slow_query");
}

// A query that takes 3 s for ten seconds; then, for half a minute, clients that ask again.
PoolScene retries() {
  PoolScene scene(10);
  scene.statement(kSearch, "SELECT 1").transactions(0, 120, 10, kSearch, 100);
  scene.transactions(120, 130, 4, kSearch, 2500);
  scene.transactions(130, 160, 95, kSearch, 100);
  return scene;
}

TEST(PoolWindow, LooksBehindClientsThatTryAgain) {
  PoolScene scene = retries();
  scene.mark(123, "statement_timeout", "57014", 40);
  const PoolWindow window = scene.window();
  EXPECT_EQ(window.cause, "slow_query");
  EXPECT_EQ(window.confidence, "medium");
  EXPECT_NE(evidence(window, "retry_storm"), nullptr);
  EXPECT_NE(window.summary.find("40 statements and clients had failed"), std::string::npos)
      << window.summary;
}

TEST(PoolWindow, SeesNoRetriesWhereNothingFailedOrTheSurgeCameFirst) {
  EXPECT_NE(retries().window().cause, "slow_query");
  PoolScene surge(10);
  surge.transactions(0, 120, 10, kSearch, 100).transactions(120, 150, 95, kSearch, 100);
  surge.mark(123, "statement_timeout", "57014", 40);
  const PoolWindow window = surge.window();
  EXPECT_EQ(window.cause, "traffic_surge");
  EXPECT_NE(ruled_out(window, "retry_storm"), nullptr);
}

TEST(PoolWindow, ComparesWithTheNightBeforeWhereItsLogHasNoCalmPart) {
  PoolScene scene(10);
  scene.transactions(0, 40, 48, kSearch, 100).transactions(0, 40, 48, kPay, 100);
  EXPECT_EQ(scene.window().cause, "mixed");
  EXPECT_EQ(scene.window().confidence, "low");
  const Time before = PoolScene::kBegin - kDay;
  LogFacts& facts = scene.sums.previous.hours[before];
  facts.first = before;
  facts.last = before + kHour;
  for (const std::uint64_t id : {kSearch, kPay}) {  // five a second of each
    ClassStats& stats =
        scene.sums.previous.classes[{before, HoldKind::kTransaction, "shop", "web", id}];
    for (int i = 0; i < 18'000; ++i) stats.add_hold(Micros{100'000}, Micros{100'000}, {}, false);
  }
  const PoolWindow window = scene.window();
  EXPECT_EQ(window.cause, "traffic_surge");
  EXPECT_EQ(window.confidence, "medium");
  EXPECT_NE(evidence(window, "earlier hours"), nullptr);
  EXPECT_NEAR(*window.holders.at(0).arrival_ratio, 9.6, 0.01);
}

TEST(PoolWindow, HasATimelineInOrder) {
  PoolScene scene = slow_search();
  scene.mark(125, "statement_timeout", "57014", 7).mark(100, "checkpoint");
  const PoolWindow window = scene.window();
  EXPECT_TRUE(std::ranges::is_sorted(window.events, {}, &WindowEvent::time));
  const WindowEvent* pool = event(window, "all 10 connections");
  ASSERT_NE(pool, nullptr);
  EXPECT_EQ(pool->time, PoolScene::at(120));
  EXPECT_EQ(pool->until, PoolScene::at(150));
  const WindowEvent* holder = event(window, "holds its connection for 900 ms instead of 100 ms");
  ASSERT_NE(holder, nullptr);
  EXPECT_TRUE(holder->is_cause);
  EXPECT_EQ(holder->count, 330U);
  const WindowEvent* timeouts = event(window, "statement_timeout");
  ASSERT_NE(timeouts, nullptr);
  EXPECT_EQ(timeouts->count, 7U);
  ASSERT_TRUE(timeouts->line.has_value());
  EXPECT_EQ(timeouts->line->line, 126U);
  EXPECT_EQ(event(window, "transactions a second"), nullptr) << "10 against 11 is no surge";
}

TEST(PoolWindow, TellsHowLongHealthyTransactionsTake) {
  PoolScene scene = slow_search();
  scene.transactions(30, 31, 2, kPay, 1500, 0, 1000);
  const PoolRow pool = scene.pool();
  ASSERT_TRUE(pool.healthy.has_value());
  EXPECT_EQ(pool.healthy->longest_running, Micros{1'500'000});
  EXPECT_EQ(pool.healthy->longest_idle, Micros{1'000'000});
  EXPECT_EQ(pool.healthy->longest_hold, Micros{2'500'000});
  const auto step = [&pool](int seconds) {
    return *std::ranges::find(pool.healthy->steps, seconds * kSecond, &TimeoutStep::limit);
  };
  EXPECT_EQ(step(1).running, 2U);
  EXPECT_EQ(step(1).idle, 0U) << "exactly as long as the limit";
  EXPECT_EQ(step(2).running, 0U);
  EXPECT_EQ(step(2).held, 2U);
  EXPECT_EQ(step(5).held, 0U);
}

}  // namespace
}  // namespace pgcounsel
