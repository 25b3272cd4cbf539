// What the cases of the pages do not reach: thresholds at their edges, figures over whole days.
#include <gtest/gtest.h>

#include <algorithm>

#include "advisors/figures.h"
#include "advisors/run.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/quiet_day.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

// A whole day of a server that held `hold` in all.
Workload day_of(Micros hold) {
  Workload workload = quiet_day();
  workload.totals.hold = hold;
  return workload;
}

TransactionRow transaction(std::string id, std::uint64_t count, Micros busy, Micros idle) {
  TransactionRow row;
  row.id = std::move(id);
  row.explicit_block = true;
  row.count = count;
  row.busy = busy;
  row.idle = idle;
  row.hold = busy + idle;
  row.hold_p50 = row.hold_p99 = row.hold_max =
      Micros{row.hold.count() / static_cast<std::int64_t>(count)};
  row.users = {"shop"};
  return row;
}

const Evidence* evidence(const Finding& finding, std::string_view name) {
  auto found = std::ranges::find(finding.evidence, name, &Evidence::name);
  return found == finding.evidence.end() ? nullptr : &*found;
}

TEST(Rules, AQuietDayGivesNoFinding) {
  Workload workload = day_of(kSecond * 120);
  workload.transactions = {transaction("a", 100, kSecond, kSecond * 50)};
  EXPECT_TRUE(run_advisors(Brief{workload}).empty());
}

TEST(Rules, LevelsFollowHeldTimeADay) {
  EXPECT_EQ(level_of_held(100, 0.9), Level::kLow);
  EXPECT_EQ(level_of_held(600, 0.1), Level::kMedium);
  EXPECT_EQ(level_of_held(86'400, 0.24), Level::kMedium);
  EXPECT_EQ(level_of_held(3'600, 0.25), Level::kHigh);
  EXPECT_EQ(level_of_held(86'400, 0.5), Level::kCritical);
}

TEST(Rules, ShortLogsCountAsAnHour) {
  Coverage coverage;
  EXPECT_DOUBLE_EQ(per_day(kSecond, coverage), 24);
  coverage.from = kMidnight;
  coverage.to = kMidnight + kSecond * 60;
  EXPECT_DOUBLE_EQ(per_day(kSecond, coverage), 24);
  EXPECT_NE(scaling_caveat(coverage), "");
  coverage.to = kMidnight + kHour * 12;
  EXPECT_DOUBLE_EQ(per_day(kSecond, coverage), 2);
  EXPECT_EQ(scaling_caveat(coverage), "");
}

TEST(Rules, RolesAreQuotedAndUnknownOnesLeftOut) {
  EXPECT_EQ(alter_roles({"a\"b", "[unknown]", "c"}, "SET x = '1s'"),
            "ALTER ROLE \"a\"\"b\" SET x = '1s';\nALTER ROLE \"c\" SET x = '1s';");
  EXPECT_EQ(alter_roles({"", "x\ny"}, "RESET x"), "ALTER ROLE ALL RESET x;");
}

// Idle time is known per statement over all classes: it names a step only where that is certain.
class IdlingStep : public testing::Test {
 protected:
  void SetUp() override {
    workload_ = day_of(kSecond * 10'000);
    TransactionRow row = transaction("a", 1000, kSecond * 4, kSecond * 2000);
    row.steps = {{{1}, "BEGIN"}, {{2}, "UPDATE a"}, {{3}, "UPDATE b"}, {{4}, "COMMIT"}};
    workload_.transactions.push_back(std::move(row));
    TransactionRow other = transaction("b", 10, kSecond, Micros{0});
    other.steps = {{{1}, "BEGIN"}, {{5}, "SELECT c"}, {{4}, "COMMIT"}};
    workload_.transactions.push_back(std::move(other));
  }
  void idle(std::uint64_t fingerprint, Micros time) {
    QueryRow row;
    row.fingerprint = {fingerprint};
    row.calls = 1000;
    row.idle = time;
    workload_.queries.push_back(row);
  }
  std::string step() {
    const Findings findings = run_advisors(Brief{workload_});
    auto finding = std::ranges::find(findings, "idle_in_transaction:a", &Finding::key);
    if (finding == findings.end()) return "no finding";
    const Evidence* found = evidence(*finding, "idles after");
    return found == nullptr ? "not told" : found->value;
  }

  Workload workload_;
};

TEST_F(IdlingStep, IsTheOneWithMostIdleTime) {
  idle(1, kSecond * 2);
  idle(2, kSecond * 1900);
  idle(3, kSecond * 98);
  EXPECT_EQ(step(), "UPDATE a");
}

TEST_F(IdlingStep, MayBeTheOneThatAllShare) {
  idle(1, kSecond * 1950);
  idle(2, kSecond * 50);
  EXPECT_EQ(step(), "BEGIN");
}

TEST_F(IdlingStep, IsToldOfAClassAndItsFailedVariant) {
  workload_.transactions[1] = transaction("b", 100, kSecond, kSecond * 900);
  workload_.transactions[1].steps = {{{1}, "BEGIN"}, {{2}, "UPDATE a"}};
  idle(1, kSecond * 100);
  idle(2, kSecond * 2800);
  EXPECT_EQ(step(), "UPDATE a");
}

TEST_F(IdlingStep, IsNotToldWhereOtherClassesCouldHaveIdledThere) {
  workload_.transactions[1] = transaction("b", 100, kSecond, kSecond * 1000);
  workload_.transactions[1].steps = {{{1}, "BEGIN"}, {{2}, "UPDATE a"}, {{4}, "COMMIT"}};
  idle(1, kSecond * 1500);
  idle(2, kSecond * 1500);
  EXPECT_EQ(step(), "not told");
}

TEST(Rules, IdleGainIsADaysIdleTime) {
  Workload workload = day_of(kSecond * 10'000);
  workload.transactions = {transaction("a", 1000, kSecond * 4, kSecond * 8000)};
  const Findings findings = run_advisors(Brief{workload});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].key, "idle_in_transaction:a");
  EXPECT_EQ(findings[0].level, Level::kHigh);
  EXPECT_EQ(findings[0].confidence, Confidence::kHigh);
  ASSERT_TRUE(findings[0].gain);
  EXPECT_DOUBLE_EQ(findings[0].gain->connection_s_per_day_low, 4000);
  EXPECT_DOUBLE_EQ(findings[0].gain->connection_s_per_day_high, 8000);
  EXPECT_NE(findings[0].remedy.text.find(
                "ALTER ROLE \"shop\" SET idle_in_transaction_session_timeout = '10s';"),
            std::string::npos)
      << findings[0].remedy.text;
}

TEST(Rules, OneClassIsEitherIdleOrLong) {
  Workload workload = day_of(kSecond * 10'000);
  workload.transactions = {transaction("idles", 100, kSecond * 400, kSecond * 600),
                           transaction("works", 100, kSecond * 700, kSecond * 300)};
  Findings findings = run_advisors(Brief{workload});
  ASSERT_EQ(findings.size(), 2U);
  std::ranges::sort(findings, {}, &Finding::key);
  EXPECT_EQ(findings[0].key, "idle_in_transaction:idles");
  EXPECT_EQ(findings[1].key, "long_transaction:works");
}

TEST(Rules, RunsOfInsertsAreToldHowToInsertTogether) {
  Workload workload = day_of(kSecond * 10'000);
  QueryRow row;
  row.fingerprint = {0xab};
  row.text = "INSERT INTO lines (id) VALUES ($1)";
  row.calls = row.run_calls = 40'000;
  row.run_count = 1'000;
  row.longest_run = 90;
  row.total = kSecond * 400;
  row.run_total = kSecond * 1'000;
  workload.queries = {row};
  const Findings findings = run_advisors(Brief{workload});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].key, "insert_loop:00000000000000ab");
  EXPECT_NE(findings[0].remedy.text.find("unnest"), std::string::npos);
  EXPECT_EQ(findings[0].confidence, Confidence::kHigh);
  ASSERT_TRUE(findings[0].gain);
  EXPECT_NEAR(findings[0].gain->connection_s_per_day_low, 600, 0.01);
  // 600 s of round trips and nine tenths of 400 s, for 39 rows of 40.
  EXPECT_NEAR(findings[0].gain->connection_s_per_day_high, 936, 0.01);
}

TEST(Rules, AStallWithoutLockLinesAsksForLogLockWaits) {
  Workload workload = day_of(kSecond * 10'000);
  QueryRow row;
  row.fingerprint = {7};
  row.text = "UPDATE stock SET level = $1";
  row.calls = 5'000;
  row.p50 = Micros{2'000};
  row.max = kSecond * 4;
  workload.queries = {row};
  const Findings findings = run_advisors(Brief{workload});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].key, "blind_log_settings:log_lock_waits");
  EXPECT_EQ(findings[0].level, Level::kInfo);
  workload.coverage.settings.lock_waits = true;
  EXPECT_TRUE(run_advisors(Brief{workload}).empty());
}

TEST(Rules, AThresholdSaysWhatItHidesAndWhatOpeningItCosts) {
  Workload workload = day_of(kSecond * 10'000);
  workload.coverage.settings.all_statements = false;
  workload.coverage.settings.shortest_statement = Micros{250'000};
  const Findings findings = run_advisors(Brief{workload});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].title, "Statements shorter than about 250 ms are not in the log");
  EXPECT_EQ(findings[0].remedy.text,
            "ALTER SYSTEM SET log_min_duration_statement = 0; SELECT pg_reload_conf();");
  EXPECT_NE(findings[0].caveats.front().find("about 250 bytes"), std::string::npos);
}

TEST(Rules, NothingReadMeansNothingSaid) {
  const Workload workload;
  EXPECT_TRUE(run_advisors(Brief{workload}).empty());
}

TEST(Rules, InfosCarryTheTitleOfThePage) {
  const std::vector<RuleInfo> infos = rule_infos();
  ASSERT_FALSE(infos.empty());
  EXPECT_TRUE(std::ranges::is_sorted(infos, {}, &RuleInfo::id));
  for (const RuleInfo& info : infos) {
    EXPECT_TRUE(
        info.page.starts_with("# " + std::string(info.id) + " — " + std::string(info.title)));
  }
}

// Autovacuum has neither user nor application: its lines do not say what the prefix has.
TEST(Rules, APrefixWithNamesIsNotFoundToLackThem) {
  const Scratch scratch;
  std::string log;
  for (int minute = 10; minute < 60; ++minute) {
    log += "2026-03-12 10:" + std::to_string(minute) +
           ":00.000 UTC [7] user=,db=,app= LOG:  automatic analyze of table \"shop.public.t\"\n";
  }
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  take(*store, {scratch.write("vacuum.log", log)});
  const Workload workload = workload_of(*store);
  EXPECT_TRUE(workload.coverage.settings.names) << workload.coverage.sources.at(0).prefix;
  EXPECT_TRUE(workload.coverage.settings.application);
  for (const Finding& finding : run_advisors(Brief{workload})) {
    EXPECT_EQ(finding.title.find("%u"), std::string::npos) << finding.title;
  }
}

}  // namespace
}  // namespace pgcounsel
