// The rules about full pools on synthetic workloads: each at its threshold, its figures against
// sums made by hand, and names that try to break out of a command.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/pool_day.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kPoolRules[] = {"pool_exhausted",
                                           "connection_leak",
                                           "lock_convoy",
                                           "traffic_surge",
                                           "missing_timeouts",
                                           "reconnect_storm",
                                           "pool_over_max_connections"};

TEST(PoolRules, APoolWithoutWindowsGivesNone) {
  PoolRow row = pool({});
  row.offered_load = 7.9;
  row.peak = 8;
  row.healthy = HealthyHolds{};
  const Workload workload = day_with(row);
  for (std::string_view rule : kPoolRules) EXPECT_FALSE(has(workload, rule)) << rule;
}

TEST(PoolRules, EachCauseHasItsRule) {
  const struct {
    Cause cause;
    std::string_view rule;
  } kCases[] = {{Cause::kTrafficSurge, "traffic_surge"},
                {Cause::kLockWait, "lock_convoy"},
                {Cause::kConnectionLeak, "connection_leak"},
                {Cause::kSlowQuery, ""},
                {Cause::kIdleInTransaction, ""},
                {Cause::kMixed, ""}};
  for (const auto& [cause, own] : kCases) {
    const Workload workload = day_with(pool({window(cause, kMinutes)}));
    EXPECT_TRUE(has(workload, "pool_exhausted"));
    for (std::string_view rule : {"traffic_surge", "lock_convoy", "connection_leak"}) {
      EXPECT_EQ(has(workload, rule), rule == own) << name_of(cause) << " " << rule;
    }
  }
}

TEST(PoolRules, LevelsFollowTimeAndRefusals) {
  const struct {
    Micros full;
    std::optional<std::uint64_t> refused;
    Level level, advice;
  } kCases[] = {{kSecond * 9, {}, Level::kLow, Level::kLow},
                {kSecond * 10, {}, Level::kMedium, Level::kMedium},
                {kSecond * 59, 0, Level::kMedium, Level::kMedium},
                {kSecond * 60, {}, Level::kHigh, Level::kHigh},
                {kSecond * 2, 1, Level::kHigh, Level::kHigh},
                {kSecond * 2, 10, Level::kCritical, Level::kHigh},
                {kSecond * 599, {}, Level::kHigh, Level::kHigh},
                {kSecond * 600, {}, Level::kCritical, Level::kHigh}};
  for (const auto& [full, refused, level, advice] : kCases) {
    PoolWindow full_window = window(Cause::kTrafficSurge, full);
    full_window.refused = refused;
    const Workload workload = day_with(pool({full_window}));
    EXPECT_EQ(of_rule(workload, "pool_exhausted").at(0).level, level) << full.count();
    EXPECT_EQ(of_rule(workload, "traffic_surge").at(0).level, advice) << full.count();
  }
}

TEST(PoolRules, ExhaustedNamesHowLongWhenAndWhy) {
  const Workload workload = day_with(pool({window(Cause::kSlowQuery, kSecond * 74)}));
  const Finding finding = of_rule(workload, "pool_exhausted").at(0);
  EXPECT_EQ(finding.key, "pool_exhausted:shop/web");
  EXPECT_EQ(finding.subject.kind, "pool");
  EXPECT_EQ(finding.subject.id, "shop/web");
  EXPECT_EQ(finding.title,
            "Pool shop/web was full for 1 m 14 s from 2026-03-12 10:00 UTC: slow query");
  EXPECT_EQ(evidence(finding, "first holder"),
            "`SELECT 1`: 75 % of what was held, 600 connection-seconds; arrivals ×1.5, hold ×4.0");
  EXPECT_EQ(evidence(finding, "clients refused"), "not known");
  EXPECT_TRUE(contains(finding.remedy.text, "A larger pool is not the cure"));
}

TEST(PoolRules, ExhaustedSaysToEndTheForgottenTransactionAndNothingElseSpeaksOfAConvoy) {
  PoolWindow full = window(Cause::kIdleInTransaction, kSecond * 60);
  full.waits_for_forgotten = true;
  WindowBlocker anna;
  anna.transaction = "cccc";
  anna.label = "BEGIN; UPDATE carts SET note = $1; COMMIT";
  anna.user = "anna";
  anna.blocked_s = 400;
  anna.idle_share = 1;
  full.blockers = {anna};
  full.lock_wait_s = 400;
  const Workload day = day_with(pool({full}));
  const Findings findings = of_rule(day, "pool_exhausted");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(contains(findings[0].remedy.text, "`UPDATE carts SET note = $1` of the user `anna`"));
  EXPECT_FALSE(has(day, "lock_convoy"));
}

TEST(PoolRules, ExhaustedNamesTheChangeAndTheHostBeforeTheStatement) {
  PoolWindow full = window(Cause::kSlowQuery, kSecond * 60);
  full.summary = "All 8 were in use; it began 1 s after `DROP INDEX i`";
  full.evidence = {"not ruled out: starved_host: all took 20 times as long"};
  const Findings findings = of_rule(day_with(pool({full})), "pool_exhausted");
  ASSERT_EQ(findings.size(), 1U);
  const std::string& text = findings[0].remedy.text;
  EXPECT_LT(text.find("look at the host first"),
            text.find("It began 1 s after `DROP INDEX i`: see"));
  EXPECT_EQ(evidence(findings[0], "not ruled out"),
            "CPU and disks of the host: all took 20 times as long");
}

TEST(PoolRules, SeveralWindowsAreOneFindingWithTheCauseOfMostTime) {
  const Workload workload =
      day_with(pool({window(Cause::kSlowQuery, kSecond * 20),
                     window(Cause::kLockWait, kSecond * 50, kTen + kHour),
                     window(Cause::kSlowQuery, kSecond * 20, kTen + kHour * 2)}));
  const Findings findings = of_rule(workload, "pool_exhausted");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].title, "Pool shop/web was full for 1 m 30 s in 3 windows: lock wait");
  EXPECT_EQ(evidence(findings[0], "causes"), "slow query 40 s, lock wait 50 s");
  EXPECT_EQ(evidence(of_rule(workload, "lock_convoy").at(0), "full"),
            "50 s from 2026-03-12 11:00 UTC");
}

// 600 s at 4 times the hold: 450 s more. 200 s at 1.25 times: below what counts as longer.
TEST(PoolRules, ExhaustedGainsWhatTheHoldersKeptLonger) {
  const Finding finding =
      of_rule(day_with(pool({window(Cause::kSlowQuery, kMinutes)})), "pool_exhausted").at(0);
  ASSERT_TRUE(finding.gain);
  EXPECT_NEAR(finding.gain->connection_s_per_day_low, 450, 0.01);
  EXPECT_NEAR(finding.gain->connection_s_per_day_high, 450, 0.01);
  const Workload surge = day_with(pool({window(Cause::kTrafficSurge, kMinutes)}));
  EXPECT_FALSE(of_rule(surge, "pool_exhausted").at(0).gain);
}

TEST(PoolRules, LowConfidenceSaysWhy) {
  PoolWindow unsure = window(Cause::kMixed, kMinutes);
  unsure.confidence = "low";
  const Finding finding = of_rule(day_with(pool({unsure})), "pool_exhausted").at(0);
  EXPECT_EQ(finding.confidence, Confidence::kLow);
  EXPECT_TRUE(contains(finding.confidence_because, "the cause is not certain"));
}

// Calm holds: 600/4 = 150 and 200/1.25 = 160 connection-seconds, so 310 in 60 s, or 5.17 in use;
// 5.17/0.8 needs 7, and the pool of 8 was full: 9. Traffic: 310 / (150/1.5 + 160/2) = 1.72.
TEST(PoolRules, SurgeWeighsTrafficByConnections) {
  const Workload workload = day_with(pool({window(Cause::kTrafficSurge, kMinutes)}));
  const Finding finding = of_rule(workload, "traffic_surge").at(0);
  EXPECT_EQ(finding.title,
            "Traffic of shop/web rose to at least 1.7 times, more than its pool carries");
  EXPECT_EQ(evidence(finding, "connections that this traffic needs"),
            "5.2 on average at least, so a pool of 9 and more");
  EXPECT_FALSE(contains(finding.remedy.text, "tried again"));
}

// 1,600 connection-seconds in 100 s: 16 in use, 20 at four fifths.
TEST(PoolRules, SurgeSizesForFourFifths) {
  PoolWindow full = window(Cause::kTrafficSurge, kSecond * 100);
  full.holders = {holder("aaaa", 1, 1600, 8.0, 1.0)};
  const Workload workload = day_with(pool({full}));
  EXPECT_TRUE(contains(of_rule(workload, "traffic_surge").at(0).remedy.text, "at least 20 ("));
  EXPECT_TRUE(contains(of_rule(workload, "pool_exhausted").at(0).remedy.text, "20 at least"));
}

TEST(PoolRules, SurgeWithErrorsMayBeRetries) {
  Workload workload = day_with(pool({window(Cause::kTrafficSurge, kMinutes)}));
  workload.error_minutes = {{kTen, "57014", "ERROR", 19}, {kTen + kHour, "57014", "ERROR", 900}};
  EXPECT_FALSE(contains(of_rule(workload, "traffic_surge").at(0).remedy.text, "tried again"));
  workload.error_minutes[0].count = 20;
  EXPECT_TRUE(contains(of_rule(workload, "traffic_surge").at(0).remedy.text, "tried again"));
}

TEST(PoolRules, LeakNamesItsCheckoutAndLostClients) {
  Workload workload = day_with(pool({window(Cause::kConnectionLeak, kMinutes)}));
  TransactionRow row;
  row.id = "aaaa";
  row.checkout = true;
  row.count = 5;
  row.unfinished = 4;
  row.hold_max = kSecond * 300;
  row.steps = {{{1}, "DISCARD ALL"}, {{2}, "SELECT id FROM reports"}};
  workload.transactions = {row};
  workload.events = {{"connection_lost_open_transaction", 7}};
  const Finding finding = of_rule(workload, "connection_leak").at(0);
  EXPECT_EQ(finding.key, "connection_leak:shop/web");
  EXPECT_EQ(evidence(finding, "kept by"),
            "the clients of `SELECT reports`: 75 % of what was held, 600 connection-seconds");
  EXPECT_EQ(evidence(finding, "such checkouts"), "5, 4 without an end, longest 300 s");
  EXPECT_EQ(evidence(finding, "clients gone with an open transaction"), "7, of the whole server");
  EXPECT_TRUE(
      contains(finding.remedy.text, "ALTER ROLE \"web\" SET idle_session_timeout = '5min';"));
}

TEST(PoolRules, ConvoyNamesTheVictimThatWaits) {
  PoolWindow full = window(Cause::kLockWait, kMinutes);
  full.holders[1].hold_ratio = 4.5;
  full.holders[1].lock_ratio = 17;
  Workload workload = day_with(pool({full}));
  TransactionRow row;
  row.id = "bbbb";
  row.steps = {{{1}, "BEGIN"}, {{2}, "SELECT id FROM carts"}, {{3}, "UPDATE stock SET level = $1"}};
  workload.transactions = {row};
  QueryRow query;
  query.fingerprint = {3};
  query.lock_wait = kSecond;
  workload.queries = {query};
  const Finding finding = of_rule(workload, "lock_convoy").at(0);
  EXPECT_EQ(finding.key, "lock_convoy:shop/web");
  EXPECT_EQ(finding.title, "Connections of shop/web queue for a lock at UPDATE stock");
  EXPECT_TRUE(evidence(finding, "victim").ends_with("arrivals ×2.0, hold ×4.5, lock waits ×17"))
      << evidence(finding, "victim");
}

// Two values for one setting would contradict each other.
TEST(PoolRules, ConvoyLeavesTheTimeoutToMissingTimeouts) {
  Workload workload = day_with(pool({window(Cause::kLockWait, kMinutes)}));
  EXPECT_TRUE(contains(of_rule(workload, "lock_convoy").at(0).remedy.text,
                       "\nALTER ROLE \"web\" SET lock_timeout = '5s';"));
  workload.pools[0].healthy = HealthyHolds{};
  EXPECT_FALSE(contains(of_rule(workload, "lock_convoy").at(0).remedy.text, "ALTER"));
}

// A class without pauses in calm times has a large ratio of next to nothing.
TEST(PoolRules, PartsOfAHoldThatDidNotGrowAreNotTold) {
  WindowHolder row = holder("aaaa", 1, 10, 2.9, 1.1);
  row.idle_ratio = 8.1;
  EXPECT_EQ(how_it_moved(row), "arrivals ×2.9, hold ×1.1");
  row.hold_ratio = 1.5;
  EXPECT_EQ(how_it_moved(row), "arrivals ×2.9, hold ×1.5, pauses ×8.1");
  EXPECT_EQ(how_it_moved(holder("aaaa", 1, 10, {}, {})), "not compared with calm times");
}

TEST(PoolRules, ConvoyWithoutAWindowNeedsAFifthOfTheHoldAndTenLines) {
  Workload workload = quiet_day();
  workload.totals.hold = kSecond * 1000;
  workload.totals.lock_wait = kSecond * 200;
  TransactionRow row;
  row.id = "cccc";
  row.count = 100;
  row.hold = kSecond * 300;
  row.lock_wait = kSecond * 150;
  row.users = {"web"};
  row.steps = {{{3}, "UPDATE stock SET level = $1"}};
  workload.transactions = {row};
  workload.events = {{"lock_wait", 10}};
  const Findings findings = of_rule(workload, "lock_convoy");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].key, "lock_convoy:cccc");
  EXPECT_EQ(findings[0].level, Level::kLow);
  ASSERT_TRUE(findings[0].gain);
  EXPECT_DOUBLE_EQ(findings[0].gain->connection_s_per_day_high, 150);
  workload.events[0].count = 9;
  EXPECT_FALSE(has(workload, "lock_convoy"));
  workload.events[0].count = 10;
  workload.totals.lock_wait = kSecond * 199;
  EXPECT_FALSE(has(workload, "lock_convoy"));
}

// ---- reconnect_storm

Workload day_of_reconnects(std::uint64_t opened, std::uint64_t usual, std::uint64_t ended) {
  Workload workload = quiet_day();
  workload.connection_burst = ConnectionBurst{kTen, opened, usual, {{"shop", "web", opened}}};
  workload.error_minutes = {{kTen - kMinutes * 5, "57P01", "FATAL", ended}};
  return workload;
}

TEST(PoolRules, ReconnectsNeedABurstAndAReason) {
  EXPECT_TRUE(has(day_of_reconnects(100, 10, 5), "reconnect_storm"));
  EXPECT_FALSE(has(day_of_reconnects(99, 1, 5), "reconnect_storm"));
  EXPECT_FALSE(has(day_of_reconnects(109, 11, 5), "reconnect_storm"));
  EXPECT_FALSE(has(day_of_reconnects(100, 10, 4), "reconnect_storm"));
  Workload early = day_of_reconnects(100, 10, 0);
  early.error_minutes = {{kTen - kMinutes * 6, "57P01", "FATAL", 80}};
  EXPECT_FALSE(has(early, "reconnect_storm"));
}

TEST(PoolRules, ReconnectsTellWhoAndHowMany) {
  const Finding finding = of_rule(day_of_reconnects(1'900, 12, 400), "reconnect_storm").at(0);
  EXPECT_EQ(finding.key, "reconnect_storm:shop/web");
  EXPECT_EQ(finding.level, Level::kHigh);
  EXPECT_EQ(finding.title,
            "1,900 sessions opened in the minute of 2026-03-12 10:00 UTC, 12 are usual");
  EXPECT_EQ(evidence(finding, "sessions ended by the server (57P01)"), "400");
  EXPECT_EQ(of_rule(day_of_reconnects(300, 12, 400), "reconnect_storm").at(0).level,
            Level::kMedium);
  EXPECT_EQ(of_rule(day_of_reconnects(299, 12, 400), "reconnect_storm").at(0).level, Level::kLow);
}

TEST(PoolRules, AServerThatIsNotUpIsAskedThirtyTimesAMinute) {
  Workload workload = quiet_day();
  workload.error_minutes = {{kTen, "57P03", "FATAL", 29}};
  EXPECT_FALSE(has(workload, "reconnect_storm"));
  workload.error_minutes[0].count = 30;
  EXPECT_EQ(of_rule(workload, "reconnect_storm").at(0).key, "reconnect_storm:server");
}

// ---- pool_over_max_connections

Workload day_of_refusals(std::uint64_t refused, std::string message) {
  Workload workload = quiet_day();
  workload.errors = {{"FATAL", "53300", std::move(message), refused}};
  return workload;
}

TEST(PoolRules, FiveRefusalsForWantOfSlotsAreTold) {
  const std::string text = "sorry, too many clients already";
  EXPECT_FALSE(has(day_of_refusals(4, text), "pool_over_max_connections"));
  EXPECT_EQ(of_rule(day_of_refusals(5, text), "pool_over_max_connections").at(0).level,
            Level::kMedium);
  EXPECT_EQ(of_rule(day_of_refusals(50, text), "pool_over_max_connections").at(0).level,
            Level::kHigh);
  EXPECT_FALSE(has(day_of_refusals(50, "number of requested standby connections exceeds …"),
                   "pool_over_max_connections"));
}

TEST(PoolRules, ALimitOfARoleIsNotMaxConnections) {
  const Findings findings = of_rule(day_of_refusals(9, "too many connections for role \"…\""),
                                    "pool_over_max_connections");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].key, "pool_over_max_connections:connection_limit");
}

// 100 slots: web has 60 and used 58 at most, batch 40 and used 12. Batch gives back a tenth of all.
TEST(PoolRules, ThePoolWithUnusedConnectionsGivesBack) {
  Workload workload = day_of_refusals(33, "sorry, too many clients already");
  PoolRow web = pool({});
  web.size = 60;
  web.reserve = 5;
  web.peak = 57.4;
  web.offered_load = 20;
  PoolRow batch = pool({}, "batch");
  batch.is_size_certain = false;
  batch.peak = 12;
  batch.offered_load = 3;
  workload.pools = {batch, web};
  workload.connection_limit =
      ConnectionLimit{33, kTen, kTen + kMinutes, 100, {{"shop", "web", 60}, {"shop", "batch", 40}}};
  const Finding finding = of_rule(workload, "pool_over_max_connections").at(0);
  EXPECT_EQ(finding.key, "pool_over_max_connections:max_connections");
  EXPECT_EQ(finding.title, "33 connections refused: the pools want more than max_connections");
  EXPECT_EQ(evidence(finding, "sessions at that time"), "100: web@shop 60, batch@shop 40");
  EXPECT_EQ(evidence(finding, "sizes of the pools"), "65: web@shop 60 + 5 in reserve");
  EXPECT_TRUE(contains(finding.remedy.text, "28 of its 40 connections were not used"));
  EXPECT_TRUE(contains(finding.remedy.text, "ALTER ROLE \"batch\" CONNECTION LIMIT 30;"));
  EXPECT_TRUE(contains(finding.rollback, "ALTER ROLE \"batch\" CONNECTION LIMIT -1;"));
  EXPECT_EQ(finding.confidence, Confidence::kHigh);

  // It keeps one more than it uses on average, and the superuser is not asked.
  workload.pools[0].offered_load = 33.2;
  EXPECT_TRUE(contains(of_rule(workload, "pool_over_max_connections").at(0).remedy.text,
                       "CONNECTION LIMIT 35;"));
  workload.pools[0].user = workload.connection_limit->sessions[1].user = "postgres";
  EXPECT_TRUE(contains(of_rule(workload, "pool_over_max_connections").at(0).remedy.text,
                       "ALTER ROLE \"web\" CONNECTION LIMIT 50;"));
}

// ---- Names

TEST(PoolRules, HostileNamesAreQuoted) {
  Workload workload = day_of_idlers(20'000);
  workload.pools[0].user = "a\"; DROP TABLE orders; --";
  const std::string quoted = "ALTER ROLE \"a\"\"; DROP TABLE orders; --\" ";
  EXPECT_TRUE(
      of_rule(workload, "missing_timeouts").at(0).remedy.text.starts_with(quoted + "SET idle_in"));
  workload.pools[0].windows[0].cause = name_of(Cause::kConnectionLeak);
  EXPECT_TRUE(contains(of_rule(workload, "connection_leak").at(0).remedy.text, quoted));
  workload.pools[0].windows[0].cause = name_of(Cause::kLockWait);
  workload.pools[0].healthy.reset();
  EXPECT_TRUE(contains(of_rule(workload, "lock_convoy").at(0).remedy.text, quoted));
}

TEST(PoolRules, NamesThatCannotBeQuotedMakeNoCommand) {
  for (const std::string& name : {std::string("a\nALTER SYSTEM SET x = 1;"), std::string(),
                                  std::string("[unknown]"), std::string("a\0b", 3)}) {
    Workload workload = day_of_idlers(20'000);
    workload.pools[0].user = name;
    workload.errors = {{"FATAL", "53300", "sorry, too many clients already", 9}};
    workload.connection_limit = ConnectionLimit{9, kTen, kTen, 30, {{"shop", name, 30}}};
    for (Cause cause : {Cause::kIdleInTransaction, Cause::kConnectionLeak, Cause::kLockWait}) {
      workload.pools[0].windows[0].cause = name_of(cause);
      for (const Finding& finding : run_advisors(Brief{workload})) {
        EXPECT_FALSE(contains(finding.remedy.text, "ALTER ROLE ALL")) << finding.remedy.text;
        EXPECT_FALSE(contains(finding.remedy.text, "\nALTER SYSTEM")) << finding.remedy.text;
        EXPECT_FALSE(contains(finding.title, "\n")) << finding.title;
      }
    }
  }
}

TEST(PoolRules, EmptyWindowsAreBorne) {
  for (Cause cause : {Cause::kTrafficSurge, Cause::kLockWait, Cause::kConnectionLeak,
                      Cause::kSlowQuery, Cause::kMixed}) {
    PoolWindow empty = window(cause, Micros{0});
    empty.holders.clear();
    PoolRow row = pool({empty});
    row.size.reset();
    row.healthy = healthy(20'000, Micros{0}, Micros{0}, Micros{0}, Micros{0});
    for (const Finding& finding : run_advisors(Brief{day_with(row)})) {
      EXPECT_NE(finding.remedy.text, "") << finding.key;
      EXPECT_NE(finding.verify, "") << finding.key;
      EXPECT_NE(finding.rollback, "") << finding.key;
    }
  }
}

}  // namespace
}  // namespace pgcounsel
