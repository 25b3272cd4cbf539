#include "analyzer/samples.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "analyzer/workload/pooler_summary.h"
#include "tests/unit/ledger_fixture.h"

namespace pgcounsel {
namespace {

Time second(std::int64_t number) {
  return Time{kSecond * number};
}

constexpr std::string_view kPools =
    "ts,database,user,cl_active,cl_waiting,sv_active,sv_idle,sv_used,maxwait,maxwait_us,pool_mode\n"
    "100,shop,web,5,0,2,1,0,0,0,transaction\n"
    "101,shop,web,5,7,3,0,1,2,500,transaction\n"
    "101,pgbouncer,admin,1,0,0,0,0,0,0,statement\n"
    "102,shop,web,many,7,3,0,1,2,500,transaction\n";

TEST(Samples, KeepPoolsByTimeWithoutTheConsole) {
  const SamplesRead read = read_samples(kPools, Zone{});
  EXPECT_EQ(read.counts.rows, 4U);
  EXPECT_EQ(read.counts.unparsed, 1U);
  ASSERT_EQ(read.samples.pools.size(), 2U);
  const PoolSample& full = read.samples.pools.at({second(101), "shop", "web"});
  EXPECT_EQ(full.cl_waiting, 7U);
  EXPECT_EQ(full.sv_used, 1U);
  EXPECT_EQ(full.maxwait, Micros{2'000'500});
  EXPECT_EQ(full.pool_mode, "transaction");
}

TEST(Samples, AddUpStatementsThatDifferInTheirValuesAndHideThem) {
  const SamplesRead read = read_samples(
      "query,calls,total_exec_time,total_plan_time,rows,temp_blks_written,toplevel\n"
      "SELECT * FROM t WHERE a = 'secret',3,10.5,1.5,30,4,t\n"
      "SELECT * FROM t WHERE a = $1,2,1,0,5,0,t\n"
      "SELECT * FROM t WHERE a = $1,9,100,0,5,0,f\n"
      "<insufficient privilege>,2,1,0,5,0,t\n",
      Zone{});
  EXPECT_EQ(read.counts.unparsed, 1U);
  ASSERT_EQ(read.samples.statements.size(), 2U);
  const auto& [key, sum] = *read.samples.statements.rbegin();
  EXPECT_TRUE(key.toplevel);
  EXPECT_EQ(key.time, kNoTime);
  EXPECT_EQ(sum.calls, 5U);
  EXPECT_EQ(sum.total, Micros{13'000});
  EXPECT_EQ(sum.rows, 35U);
  EXPECT_EQ(sum.temp_blocks, 4U);
  for (const auto& [id, text] : read.samples.texts) {
    EXPECT_EQ(text.text.find("secret"), std::string::npos);
  }
}

TEST(Samples, ReadTheStatementsOfOldServers) {
  const SamplesRead read = read_samples("query,calls,total_time\nSELECT 1,3,10.5\n", Zone{});
  ASSERT_EQ(read.samples.statements.size(), 1U);
  EXPECT_EQ(read.samples.statements.begin()->second.total, Micros{10'500});
}

TEST(Samples, CountSessionsAndTheirAges) {
  const SamplesRead read = read_samples(
      "sampled_at,pid,datname,usename,application_name,state,xact_start,state_change,backend_type\n"
      "1970-01-01 00:01:40+00,1,shop,web,api,idle in transaction,1970-01-01 00:01:30+00,"
      "1970-01-01 00:01:38+00,client backend\n"
      "1970-01-01 00:01:40+00,2,shop,web,api,idle in transaction,1970-01-01 00:01:00+00,"
      "1970-01-01 00:01:39+00,client backend\n"
      "1970-01-01 00:01:40+00,3,shop,web,api,active,1970-01-01 00:01:39+00,"
      "1970-01-01 00:01:39+00,client backend\n"
      "1970-01-01 00:01:40+00,4,,,,,,,checkpointer\n",
      Zone{});
  EXPECT_EQ(read.counts.unparsed, 0U);
  ASSERT_EQ(read.samples.activity.size(), 2U);
  const ActivitySample& idle =
      read.samples.activity.at({second(100), "shop", "web", "api", "idle in transaction"});
  EXPECT_EQ(idle.count, 2U);
  EXPECT_EQ(idle.longest_transaction, kSecond * 40);
  EXPECT_EQ(idle.longest_idle, kSecond * 2);
  const ActivitySample& active =
      read.samples.activity.at({second(100), "shop", "web", "api", "active"});
  EXPECT_EQ(active.longest_transaction, kSecond);
  EXPECT_EQ(active.longest_idle, Micros{0});
}

TEST(Samples, TakeTheNewestStatementForTheTimeOfAnExportWithoutOne) {
  const SamplesRead read = read_samples(
      "pid,state,query_start,state_change,xact_start\n"
      "1,idle in transaction,1970-01-01 00:01:00+00,1970-01-01 00:01:30+00,1970-01-01 00:01:00+00\n"
      "2,active,1970-01-01 00:01:40+00,1970-01-01 00:01:40+00,1970-01-01 00:01:40+00\n",
      Zone{});
  const ActivitySample& idle =
      read.samples.activity.at({second(100), "", "", "", "idle in transaction"});
  EXPECT_EQ(idle.longest_idle, kSecond * 10);
}

TEST(Samples, ReadTheTotalsOfDatabases) {
  const SamplesRead read = read_samples(
      "ts,datname,numbackends,xact_commit,xact_rollback,active_time,idle_in_transaction_time,"
      "session_time,sessions_killed,temp_bytes,stats_reset\n"
      "100,shop,9,1000,7,12.345,500,99000.5,3,4096,1970-01-01 00:00:50+00\n"
      "100,,0,5,0,0,0,0,0,0,\n"
      "101,shop,2,many,7,1,1,1,0,0,\n"
      "102,shop,2,1000,,1,1,1,0,0,\n",
      Zone{});
  EXPECT_EQ(read.counts.rows, 4U);
  EXPECT_EQ(read.counts.unparsed, 2U);
  ASSERT_EQ(read.samples.databases.size(), 1U) << "the shared objects are no database";
  const auto& [key, stats] = *read.samples.databases.begin();
  EXPECT_EQ(key.database, "shop");
  EXPECT_EQ(key.time, second(100));
  EXPECT_EQ(stats.backends, 9U);
  EXPECT_EQ(stats.commits, 1000U);
  EXPECT_EQ(stats.rollbacks, 7U);
  EXPECT_EQ(stats.active, Micros{12'345});
  EXPECT_EQ(stats.idle_in_transaction, Micros{500'000});
  EXPECT_EQ(stats.session, Micros{99'000'500});
  EXPECT_EQ(stats.killed, 3U);
  EXPECT_EQ(stats.temp_bytes, 4096U);
  EXPECT_EQ(stats.reset, second(50));
}

TEST(Samples, TakeTotalsWithoutANameForThoseOfOneDatabase) {
  const SamplesRead read =
      read_samples("ts,xact_commit,xact_rollback,active_time\n100,5,0,1\n101,6,0,2\n", Zone{});
  ASSERT_EQ(read.samples.databases.size(), 2U);
  EXPECT_EQ(read.samples.databases.begin()->first.database, "");
}

TEST(Samples, StayTheSameHoweverOftenAnExportIsRead) {
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  const std::int64_t server = *store->server("default");
  const Period period{second(0), second(3600)};
  ASSERT_TRUE(ingest_export(*store, server, kPools, Zone{}).has_value());
  const auto once = store->view("default", period);
  ASSERT_TRUE(ingest_export(*store, server, kPools, Zone{}).has_value());
  const auto twice = store->view("default", period);
  ASSERT_TRUE(once.has_value() && twice.has_value());
  EXPECT_EQ(once->samples.pools, read_samples(kPools, Zone{}).samples.pools);
  EXPECT_EQ(once->samples.pools, twice->samples.pools);
  // Another period does not see them.
  EXPECT_TRUE(store->view("default", {second(3600), second(7200)})->samples.empty());
}

TEST(Samples, ComeBackFromTheLedgerAsTheyWere) {
  const std::string all =
      R"([{"ts": 50, "rows": [
        {"query": "SELECT a FROM t", "calls": 3, "total_exec_time": 4.5, "rows": 6,
         "temp_blks_written": 7, "datname": "shop", "rolname": "web"},
        {"pid": 1, "state": "active", "datname": "shop", "usename": "web",
         "application_name": "api", "xact_age_s": 2.5, "wait_event": null},
        {"database": "shop", "user": "web", "cl_active": 1, "cl_waiting": 2, "sv_active": 3,
         "sv_idle": 4, "sv_used": 5, "maxwait": 6, "maxwait_us": 7, "pool_mode": "session"},
        {"database": "shop", "total_xact_count": 1, "total_query_count": 2, "total_received": 3,
         "total_sent": 4, "total_xact_time": 5, "total_query_time": 6, "total_wait_time": 7},
        {"datname": "shop", "numbackends": 1, "xact_commit": 2, "xact_rollback": 3,
         "session_time": 4, "active_time": 5, "idle_in_transaction_time": 6,
         "sessions_abandoned": 7, "sessions_fatal": 8, "sessions_killed": 9, "deadlocks": 10,
         "temp_bytes": 11, "stats_reset": "1970-01-01 00:00:12+00"}]}])";
  const Samples samples = read_samples(all, Zone{}).samples;
  ASSERT_EQ(samples.statements.size(), 1U);
  ASSERT_EQ(samples.activity.size(), 1U);
  ASSERT_EQ(samples.pools.size(), 1U);
  ASSERT_EQ(samples.pool_stats.size(), 1U);
  ASSERT_EQ(samples.databases.size(), 1U);
  auto store = Store::in_memory();
  ASSERT_TRUE(store->add_samples(*store->server("default"), samples).has_value());
  const auto view = store->view("default", {second(0), second(3600)});
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->samples.statements, samples.statements);
  EXPECT_EQ(view->samples.activity, samples.activity);
  EXPECT_EQ(view->samples.pools, samples.pools);
  EXPECT_EQ(view->samples.pool_stats, samples.pool_stats);
  EXPECT_EQ(view->samples.databases, samples.databases);
  EXPECT_EQ(view->current.texts.begin()->second.text, "SELECT a FROM t");
}

TEST(Samples, OfAnyKindTellAPeriodAlone) {
  for (const std::string_view rows :
       {"ts,query,calls,total_exec_time\n5000,SELECT 1,1,1\n",
        "ts,pid,state,xact_start\n5000,1,active,\n",
        "ts,database,user,cl_active,cl_waiting,sv_active\n5000,a,b,1,1,1\n",
        "ts,database,total_xact_count\n5000,a,1\n",
        "ts,datname,xact_commit,xact_rollback\n5000,a,1,1\n"}) {
    auto store = Store::in_memory();
    const Samples samples = read_samples(rows, Zone{}).samples;
    ASSERT_TRUE(store->add_samples(*store->server("default"), samples).has_value());
    const auto known = store->known_hours("default");
    ASSERT_TRUE(known && *known) << rows;
    EXPECT_EQ((*known)->since, second(3600)) << rows;
    EXPECT_EQ((*known)->until, second(7200)) << rows;
  }
}

TEST(SamplesSummary, TellsPeaksAndWhatTheLogDoesNotShow) {
  Samples samples = read_samples(kPools, Zone{}).samples;
  samples.merge(read_samples("ts,database,total_xact_count,total_xact_time,total_wait_time\n"
                             "100,shop,10,1000,100\n"
                             "101,shop,30,5000,2100\n"
                             "102,shop,2,10,10\n"
                             "103,shop,4,30,20\n",
                             Zone{})
                    .samples);
  samples.merge(read_samples("query,calls,total_exec_time\n"
                             "\"SELECT extract($1 FROM a) FROM t\",2,3\n"
                             "SELECT hidden FROM u,2,9\n",
                             Zone{})
                    .samples);
  QueryRow logged;
  logged.calls = 1;
  logged.fingerprint = {1};
  logged.text = "select extract(epoch from a) from t";
  const auto report = summarise_samples(samples, {logged}, samples.texts);
  ASSERT_TRUE(report.has_value());
  ASSERT_EQ(report->pools.size(), 1U);
  EXPECT_EQ(report->pools[0].cl_waiting.count, 7U);
  EXPECT_EQ(report->pools[0].cl_waiting.time, second(101));
  EXPECT_EQ(report->pools[0].maxwait.length, Micros{2'000'500});
  EXPECT_EQ(report->pools[0].samples_waiting, 1U);
  // The pooler was started again between 101 and 102.
  ASSERT_EQ(report->pool_totals.size(), 1U);
  EXPECT_EQ(report->pool_totals[0].xacts, 22U);
  EXPECT_EQ(report->pool_totals[0].xact_time, Micros{4020});
  EXPECT_EQ(report->pool_totals[0].wait_time, Micros{2010});
  ASSERT_EQ(report->statements.size(), 2U);
  EXPECT_EQ(report->statements[0].text, "SELECT hidden FROM u");
  EXPECT_FALSE(report->statements[0].in_log);
  EXPECT_TRUE(report->statements[1].in_log);
  EXPECT_FALSE(summarise_samples(Samples{}, {}, {}).has_value());
}

}  // namespace
}  // namespace pgcounsel
