// Rules about the server's messages at the edges of their thresholds, and over whole days.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "advisors/error_classes.h"
#include "advisors/run.h"
#include "analyzer/workload/event_sums.h"
#include "tests/unit/quiet_day.h"

namespace pgcounsel {
namespace {

// `count` errors in each of so many minutes from 10:00 on, by one client.
void add_errors(Workload& workload, const std::string& sqlstate, std::int64_t minutes,
                std::uint64_t count, std::int64_t every = 1) {
  const Time ten = kMidnight + kHour * 10;
  for (std::int64_t i = 0; i < minutes; ++i) {
    const Time minute = ten + kMinute * (i * every);
    workload.error_minutes.push_back({minute, sqlstate, "ERROR", count});
    ErrorSourceRow source;
    source.hour = floor_to(minute, kHour);
    source.severity = "ERROR";
    source.sqlstate = sqlstate;
    source.user = source.database = "shop";
    source.count = count;
    workload.error_sources.push_back(source);
  }
}

void add_measure(Workload& workload, const std::string& event_class, const std::string& object,
                 const std::string& measure, std::uint64_t count, std::uint64_t total,
                 std::uint64_t largest) {
  workload.event_measures.push_back(
      {event_class, object, measure, count, total, largest, kMidnight, count, total});
}

std::string told(const Workload& workload) {
  std::string text;
  for (const Finding& finding : run_advisors(Brief{workload})) {
    text += std::string(name_of(finding.level)) + " " + finding.key + ": " + finding.title + "\n";
  }
  return text;
}

std::string evidence(const Workload& workload, std::string_view name) {
  for (const Finding& finding : run_advisors(Brief{workload})) {
    for (const Evidence& row : finding.evidence) {
      if (row.name == name) return row.value;
    }
  }
  return {};
}

TEST(ErrorStorm, NeedsEnoughInAMinuteAndInAll) {
  Workload workload = quiet_day();
  add_errors(workload, "23505", 3, 33);  // 99 in all
  EXPECT_EQ(told(workload), "");
  workload = quiet_day();
  add_errors(workload, "23505", 60, 29);
  EXPECT_EQ(told(workload), "");
  workload = quiet_day();
  add_errors(workload, "23505", 4, 30);
  EXPECT_EQ(told(workload), "low error_storm:23505: 120 duplicate keys, within 4 m\n");
}

TEST(ErrorStorm, TellsTheLargestBurstAndTheRateAtOtherTimes) {
  Workload workload = quiet_day();
  add_errors(workload, "23505", 4, 30);
  workload.error_minutes.push_back({kMidnight + kHour * 20, "23505", "ERROR", 500});
  workload.error_minutes.push_back({kMidnight + kHour * 3, "23505", "ERROR", 14});
  EXPECT_EQ(told(workload), "low error_storm:23505: 500 duplicate keys, within a minute\n");
  EXPECT_EQ(evidence(workload, "when"), "2026-03-12 20:00 to 20:01 UTC");
  EXPECT_EQ(evidence(workload, "bursts"), "2 with 620 errors");
  // 14 in 1,435 minutes
  EXPECT_EQ(evidence(workload, "at other times"), "0.0098 a minute");
}

TEST(ErrorStorm, JoinsMinutesWithFiveQuietOnesBetween) {
  Workload workload = quiet_day();
  add_errors(workload, "40P01", 4, 3, 6);
  EXPECT_EQ(told(workload), "medium error_storm:40P01: 12 deadlocks, within 19 m\n");
  workload = quiet_day();
  add_errors(workload, "40P01", 4, 3, 7);
  EXPECT_EQ(told(workload), "");
}

TEST(ErrorStorm, TenfoldIsALevelHigher) {
  Workload workload = quiet_day();
  add_errors(workload, "53300", 10, 10);
  EXPECT_EQ(told(workload).substr(0, 5), "high ");
  workload = quiet_day();
  add_errors(workload, "53100", 10, 1000);
  EXPECT_EQ(told(workload).substr(0, 5), "high ") << "there is no higher one";
}

TEST(ErrorStorm, OfAllDayIsTold) {
  Workload workload = quiet_day();
  add_errors(workload, "28P01", 840, 3);
  EXPECT_EQ(told(workload),
            "low error_storm:28P01: 2,520 logins with a wrong password all through the log\n");
  workload = quiet_day();
  add_errors(workload, "28P01", 600, 3);
  EXPECT_EQ(told(workload), "");
}

TEST(ErrorClasses, EverySqlstateHasOne) {
  EXPECT_EQ(error_class_of("53300").plural, "connections refused: no slot was free");
  EXPECT_EQ(error_class_of("53100").sqlstate, "53");
  EXPECT_EQ(error_class_of("23503").sqlstate, "23");
  EXPECT_EQ(error_class_of("P0001").sqlstate, "");
  EXPECT_EQ(error_class_of("").sqlstate, "");
}

TEST(ConnectionChurn, CountsTheBusiestHourAndTheSetUp) {
  Workload workload = quiet_day();
  SessionRow row{"shop",        "web",          "php",     40'000, 39'000,
                 kSecond * 900, Micros{14'000}, kMidnight, 7'200};
  workload.sessions = {row};
  add_measure(workload, "connection_setup", "", "total", 100, 400'000, 9'000);
  EXPECT_EQ(told(workload),
            "medium connection_churn:web@shop/php: php opens 120 sessions a minute, 98 % shorter "
            "than a second\n");
  // 40,000 × 4 ms
  const Findings findings = run_advisors(Brief{workload});
  ASSERT_TRUE(findings[0].gain);
  EXPECT_NEAR(findings[0].gain->connection_s_per_day_low, 160, 0.01);
  row.busiest_sessions = 1'799;
  workload.sessions = {row};
  EXPECT_EQ(told(workload), "") << "less than 30 a minute";
}

TEST(CheckpointPressure, SizesTheWalByTheFullestHour) {
  Workload workload = quiet_day();
  add_measure(workload, "checkpoint_start", "wal", "starts", 80, 80, 1);
  add_measure(workload, "checkpoint_start", "time", "starts", 100, 100, 1);
  constexpr std::uint64_t kGigabyte = std::uint64_t{1} << 30;
  add_measure(workload, "checkpoint", "", "distance", 180, 60 * kGigabyte, kGigabyte / 2);
  // 60 GB in an hour are 5 GB in five minutes; × 1.9 × 1.25 = 11.9
  const Findings findings = run_advisors(Brief{workload});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].level, Level::kMedium);
  EXPECT_NE(findings[0].remedy.text.find("max_wal_size = '16GB';"), std::string::npos)
      << findings[0].remedy.text;
}

TEST(AutovacuumTrouble, NamesThatNeedItAreQuoted) {
  Workload workload = quiet_day();
  add_measure(workload, "autovacuum_cancel", "shop.public.Order\"s", "vacuum", 3, 3, 1);
  const Findings findings = run_advisors(Brief{workload});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_NE(findings[0].remedy.text.find("ALTER TABLE \"public\".\"Order\"\"s\" SET ("),
            std::string::npos)
      << findings[0].remedy.text;
}

TEST(AutovacuumTrouble, SlowRunsOfAnHourAndRunsWithManyPasses) {
  Workload workload = quiet_day();
  add_measure(workload, "autovacuum", "shop.public.events", "elapsed", 2, 5'400'000'000,
              3'600'000'000);
  add_measure(workload, "autovacuum", "shop.public.events", "index_scans", 2, 5, 3);
  EXPECT_EQ(
      told(workload),
      "low autovacuum_trouble:slow:shop.public.events: Autovacuum of shop.public.events takes "
      "up to 1 h\n");
  EXPECT_NE(run_advisors(Brief{workload})[0].remedy.text.find("autovacuum_work_mem"),
            std::string::npos);
}

TEST(LogLinesLost, CountsTheLargerWitness) {
  Workload workload = quiet_day();
  workload.lost.missing = 9;
  EXPECT_EQ(told(workload), "");
  workload.lost.reported = 20'000;
  EXPECT_EQ(told(workload),
            "medium log_lines_lost:log: 20,000 log records are missing, 2 % of what was written\n");
  EXPECT_NE(run_advisors(Brief{workload})[0].remedy.text.find("RateLimitBurst=0"),
            std::string::npos);
}

TEST(TempSpill, GivesTheRoleMemoryOnlyWhereItIsItsOwn) {
  Workload workload = quiet_day();
  QueryRow query;
  query.fingerprint = {0xab};
  query.text = "SELECT a FROM b ORDER BY c";
  query.calls = 100;
  query.users = {"report"};
  workload.queries = {query};
  constexpr std::uint64_t kMegabyte = 1024 * 1024;
  add_measure(workload, "temp_file", "00000000000000ab", "bytes", 100, 9000 * kMegabyte,
              90 * kMegabyte);
  const auto remedy = [&] { return run_advisors(Brief{workload}).at(0).remedy.text; };
  EXPECT_NE(remedy().find("ALTER ROLE \"report\" SET work_mem = '256MB';"), std::string::npos)
      << remedy();
  query.fingerprint = {0xcd};
  query.calls = 5'000;
  workload.queries.push_back(query);
  EXPECT_EQ(remedy().find("ALTER ROLE \""), std::string::npos) << remedy();
  EXPECT_NE(remedy().find("SET LOCAL work_mem = '256MB';"), std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
