#include "analyzer/workload/pooler_sums.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/workload/pooler_summary.h"
#include "parser/log/pooler/pooler_log.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shop_log.h"

namespace pgcounsel {
namespace {

// One refusal in both forms, one in one; a server connection; a start; two minutes of stats.
const std::string& log_bytes() {
  static const std::string bytes =
      "2026-03-13 07:00:00.000 UTC [9] LOG kernel file descriptor limit: 1024 (hard: 20000); "
      "max_client_conn: 45, max expected fd use: 197\n"
      "2026-03-13 07:00:00.000 UTC [9] LOG process up: PgBouncer 1.18.0, libevent 2.1.12\n"
      "2026-03-13 07:00:01.000 UTC [9] LOG S-0xb: shop/web@127.0.0.1:5432 new connection to server "
      "(from 127.0.0.1:44834)\n"
      "2026-03-13 07:00:02.100 UTC [9] WARNING C-0x1: (nodb)/(nouser)@10.0.0.7:1 pooler error: no "
      "more connections allowed (max_client_conn)\n"
      "2026-03-13 07:00:02.100 UTC [9] LOG C-0x1: (nodb)/(nouser)@10.0.0.7:1 closing because: no "
      "more connections allowed (max_client_conn) (age=0s)\n"
      "2026-03-13 07:00:02.100 UTC [9] LOG C-0x2: (nodb)/(nouser)@10.0.0.7:2 closing because: no "
      "more connections allowed (max_client_conn) (age=0s)\n"
      "2026-03-13 07:00:03.000 UTC [9] LOG C-0x3: shop/web@10.0.0.7:3 closing because: "
      "query_wait_timeout (age=9s)\n"
      "2026-03-13 07:01:00.000 UTC [9] LOG stats: 10 xacts/s, 20 queries/s, in 1 B/s, out 2 B/s, "
      "xact 100 us, query 50 us, wait 500 us\n"
      "2026-03-13 07:02:00.000 UTC [9] LOG stats: 30 xacts/s, 20 queries/s, in 1 B/s, out 2 B/s, "
      "xact 500 us, query 50 us, wait 4500000 us\n"
      "2026-03-13 08:00:00.000 UTC [9] LOG S-0xb: shop/web@127.0.0.1:5432 closing because: server "
      "lifetime over (age=3599s)\n"
      "2026-03-13 08:00:01.000 UTC [9] LOG a text that nobody knows\n";
  return bytes;
}

std::vector<LogRecord> records_of(const std::string& bytes) {
  ChunkRecords out;
  read_pooler(Zone{}, PoolerLine::kTime, Chunk{bytes, 1, true}, out);
  EXPECT_EQ(out.unparsed, 0U);
  return out.records;
}

void expect_equal(const PoolerSums& a, const PoolerSums& b) {
  EXPECT_EQ(a.hours, b.hours);
  EXPECT_EQ(a.events, b.events);
  EXPECT_EQ(a.stats, b.stats);
  EXPECT_EQ(a.refused, b.refused);
  EXPECT_EQ(a.servers, b.servers);
  EXPECT_EQ(a.starts, b.starts);
}

PoolerSums all_sums() {
  PoolerSums sums;
  for (const LogRecord& record : records_of(log_bytes())) sums.add(record);
  return sums;
}

TEST(PoolerSums, AreTheSameHoweverTheLogIsSplit) {
  const PoolerSums whole = all_sums();
  const std::vector<LogRecord> records = records_of(log_bytes());
  for (std::size_t cut = 0; cut <= records.size(); ++cut) {
    PoolerSums first, second;
    for (std::size_t i = 0; i < records.size(); ++i) (i < cut ? first : second).add(records[i]);
    PoolerSums forward = first, backward = second;
    forward.merge(second);
    backward.merge(first);
    expect_equal(forward, whole);
    expect_equal(backward, whole);
  }
}

TEST(PoolerSums, SlicesAddUpToTheWhole) {
  const PoolerSums whole = all_sums();
  const Time noon = records_of(log_bytes()).back().time;
  const Time hour = floor_to(noon, kHour);
  PoolerSums sum = whole.slice(hour - kHour, hour);
  EXPECT_EQ(sum.hours.size(), 1U);
  sum.merge(whole.slice(hour, hour + kHour));
  expect_equal(sum, whole);
}

TEST(PoolerSums, ComeBackFromTheLedgerAsTheyWere) {
  const PoolerSums whole = all_sums();
  const Time hour = whole.hours.begin()->first;
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  const std::int64_t server = *store->server("default");
  // In two commits, cut in the middle of an hour.
  const std::vector<LogRecord> records = records_of(log_bytes());
  for (const bool late : {true, false}) {
    LedgerBatch batch;
    for (std::size_t i = 0; i < records.size(); ++i) {
      if ((i >= 5) == late) batch.sums.pooler.add(records[i]);
    }
    ASSERT_TRUE(store->commit(server, batch).has_value());
  }
  const auto view = store->view("default", {hour, hour + kHour * 2});
  ASSERT_TRUE(view.has_value());
  expect_equal(view->current.pooler, whole);
  const auto known = store->known_hours("default");
  ASSERT_TRUE(known.has_value() && known->has_value());
  EXPECT_EQ((*known)->since, hour);
  EXPECT_EQ((*known)->until, hour + kHour * 2);
}

TEST(PoolerSums, ServerConnectionsAreForgottenWithAge) {
  auto store = Store::in_memory();
  const std::int64_t server = *store->server("default");
  LedgerBatch batch;
  batch.sums.pooler = all_sums();
  const Time hour = batch.sums.pooler.hours.begin()->first;
  LogRecord later;
  later.origin = Origin::kPooler;
  later.time = hour + kDay * 5;
  batch.sums.pooler.add(later);
  ASSERT_TRUE(store->commit(server, batch).has_value());
  ASSERT_TRUE(store->forget(server, Retention{}).has_value());
  const auto view = store->view("default", {hour, hour + kHour * 2});
  EXPECT_TRUE(view->current.pooler.servers.empty());
  EXPECT_EQ(view->current.pooler.refused, batch.sums.pooler.refused);
}

TEST(PoolerSums, BlobsRefuseDamage) {
  const PoolerSums sums = all_sums();
  const std::string refused = encode_refused(sums.refused.begin()->second);
  const std::string servers = encode_servers(sums.servers.begin()->second);
  const std::string stats =
      encode_stats({{sums.stats.begin()->first.time, sums.stats.begin()->second}});
  for (const std::string& bytes : {refused, servers, stats}) {
    const std::string cut = bytes.substr(0, bytes.size() - 1);
    EXPECT_FALSE(decode_refused(cut).has_value() && decode_servers(cut).has_value() &&
                 decode_stats(cut).has_value());
  }
  EXPECT_FALSE(decode_refused(refused.substr(0, refused.size() - 1)).has_value());
  EXPECT_FALSE(decode_servers(servers.substr(0, servers.size() - 1)).has_value());
  EXPECT_FALSE(decode_stats(stats.substr(0, stats.size() - 1)).has_value());
  EXPECT_FALSE(decode_refused(std::string(9, '\xff') + "\x01\x01\x01").has_value());
}

// A pooler's log beside the server's changes no figure of the server's.
TEST(PoolerSums, LeaveTheServersOwnAlone) {
  Scratch scratch;
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  take(*store, {scratch.write("shop.log", bytes_of(shop_log(), LogForm::kSession))});
  const auto period = store->known_hours("default");
  ASSERT_TRUE(period.has_value() && period->has_value());
  const Workload before = workload_of(*store);

  WorkloadBuilder builder("pgbouncer.log");
  // In the hour of the server's log and far from it.
  std::vector<LogRecord> records = records_of(log_bytes());
  for (const LogRecord& record : records) builder.add(record, {});
  for (LogRecord record : records) {
    record.time = (*period)->since + kSecond;
    builder.add(record, {});
  }
  LedgerBatch batch;
  batch.ingest = *store->begin_ingest();
  batch.sums = builder.take_sums();
  batch.fragments = builder.take_changed_fragments();
  EXPECT_TRUE(batch.fragments.empty());
  EXPECT_TRUE(batch.sums.hours.empty());
  EXPECT_TRUE(batch.sums.errors.empty());
  EXPECT_TRUE(batch.sums.events.empty());
  EXPECT_TRUE(batch.sums.connections.empty());
  EXPECT_TRUE(batch.sums.queries.empty());
  EXPECT_TRUE(batch.sums.restarts.empty());
  ASSERT_TRUE(store->commit(*store->server("default"), batch).has_value());

  Workload after = workload_of(*store, **period, "default");
  EXPECT_TRUE(after.pooler.has_value());
  after.pooler.reset();
  const auto json = [](const Workload& workload) {
    Report report;
    report.servers.push_back(advised(workload));
    return render_json(report);
  };
  after.coverage.sources = before.coverage.sources;
  EXPECT_EQ(json(after), json(before));
}

TEST(PoolerSummary, CountsAnEventOnceAndReadsTheWaits) {
  const auto report = summarise_pooler(all_sums());
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->versions, std::vector<std::string>{"1.18.0"});
  EXPECT_EQ(report->max_client_conn, 45U);
  EXPECT_EQ(report->refused, 3U);  // two at the limit, one waited too long
  EXPECT_EQ(report->most_refused, 2U);
  EXPECT_EQ(iso_milliseconds(report->most_refused_at), "2026-03-13T07:00:02.000Z");
  ASSERT_TRUE(report->waits.has_value());
  EXPECT_EQ(report->waits->lines, 2U);
  EXPECT_EQ(report->waits->lines_without_meaning, 0U);
  // (10 * 100 + 30 * 500) / 40, and (500 + 4,500,000) / 40.
  EXPECT_EQ(report->waits->mean_transaction, Micros{400});
  EXPECT_EQ(report->waits->mean_wait, Micros{112'512});
  EXPECT_EQ(report->waits->worst_wait, Micros{150'000});
  EXPECT_EQ(iso_milliseconds(report->waits->worst_minute), "2026-03-13T07:02:00.000Z");
  EXPECT_EQ(report->waits->worst_waiting, 4500U);
  EXPECT_FALSE(summarise_pooler(PoolerSums{}).has_value());
}

TEST(PoolerSummary, ReadsTheWaitByTheVersionThatRan) {
  const std::string stats =
      "stats: 10 xacts/s, 20 queries/s, 1 client parses/s, 1 server parses/s, 1 binds/s, in 1 B/s, "
      "out 2 B/s, xact 900 us, query 50 us, wait 600 us\n";
  const auto waits = [&](const std::string& start) {
    PoolerSums sums;
    const std::string bytes = start + "2026-03-13 07:01:00.000 UTC [9] LOG " + stats;
    for (const LogRecord& record : records_of(bytes)) sums.add(record);
    return *summarise_pooler(sums)->waits;
  };
  const auto up = [](std::string_view pid, std::string_view version) {
    return "2026-03-13 07:00:00.000 UTC [" + std::string(pid) + "] LOG process up: PgBouncer " +
           std::string(version) + ", libevent 2\n";
  };
  EXPECT_EQ(waits(up("9", "1.22.1")).mean_wait, Micros{60});
  EXPECT_EQ(waits(up("9", "1.23.0")).mean_wait, Micros{600});
  EXPECT_EQ(waits(up("8", "1.23.0")).mean_wait, Micros{600});
  EXPECT_EQ(waits(up("9", "1.22.1") + up("8", "1.24.0")).mean_wait, Micros{60});
  EXPECT_EQ(waits("").mean_wait, std::nullopt);
  EXPECT_EQ(waits("").lines_without_meaning, 1U);
}

TEST(PoolerSummary, SurvivesFiguresThatNoPoolerHas) {
  PoolerSums sums;
  const std::string line =
      " UTC [9] LOG stats: 18446744073709551615 xacts/s, xact 18446744073709551615 us, wait "
      "18446744073709551615 us\n";
  std::string bytes;
  for (int i = 10; i < 60; ++i) bytes += "2026-03-13 07:01:" + std::to_string(i) + ".000" + line;
  for (const LogRecord& record : records_of(bytes)) sums.add(record);
  EXPECT_TRUE(summarise_pooler(sums)->waits.has_value());
}

}  // namespace
}  // namespace pgcounsel
