#include "analyzer/ingest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/ingest_fixture.h"

namespace pgcounsel {
namespace {

const QueryRow* query_with(const Workload& workload, std::string_view text) {
  const auto found = std::ranges::find(workload.queries, text, &QueryRow::text);
  return found == workload.queries.end() ? nullptr : &*found;
}

TEST_P(ShopMinute, IsCountedAsByHand) {
  Store store = empty_store();
  const IngestOutcome outcome = take(store, {path_});
  EXPECT_EQ(outcome.records, 52U);
  EXPECT_EQ(outcome.bytes, read_file(path_).size());
  EXPECT_EQ(outcome.unparsed, 0U);
  EXPECT_EQ(outcome.duplicates, 0U);
  EXPECT_TRUE(outcome.warnings.empty());
  const Workload shop = workload_of(store);
  EXPECT_EQ(shop.coverage.records, 52U);
  // puma 4 + 14 + 2, worker 3 + 2 + 2, report 2 + 2; parse and bind are no executions.
  EXPECT_EQ(shop.totals.statements, 31U);
  EXPECT_EQ(shop.totals.errors, 4U);  // ERROR and FATAL
  EXPECT_EQ(shop.totals.temp_bytes, 1'048'576U);
  EXPECT_EQ(shop.connections.received, 3U);
  EXPECT_EQ(shop.connections.authorized, 2U);
  EXPECT_EQ(shop.connections.disconnected, 2U);
  EXPECT_EQ(shop.connections.refused, 1U);
  EXPECT_EQ(shop.connections.peak, 3U);  // report was there before the log began
  std::map<std::string, std::uint64_t> events, errors;
  for (const EventRow& event : shop.events) events[event.event_class] = event.count;
  EXPECT_EQ(events["lock_wait"], 1U);
  EXPECT_EQ(events["lock_acquired"], 1U);
  EXPECT_EQ(events["temp_file"], 1U);
  EXPECT_EQ(events["checkpoint"], 1U);
  EXPECT_EQ(events["autovacuum"], 1U);
  EXPECT_EQ(events["deadlock"], 0U);
  for (const ErrorRow& error : shop.errors)
    errors[error.severity + " " + error.sqlstate] += error.count;
  const std::map<std::string, std::uint64_t> expected{
      {"ERROR 42P01", 1}, {"ERROR 23505", 1}, {"FATAL 28P01", 1}, {"FATAL 25P03", 1}};
  EXPECT_EQ(errors, expected);
}

TEST_P(ShopMinute, HasTheStatementsCountedByHand) {
  Store store = empty_store();
  take(store, {path_});
  const Workload shop = workload_of(store);
  const QueryRow* update = query_with(shop, "UPDATE carts SET total = $1 WHERE id = $2");
  ASSERT_NE(update, nullptr);
  EXPECT_EQ(update->calls, 3U);  // of worker, of puma, of report
  EXPECT_EQ(update->errors, 0U);
  EXPECT_EQ(update->total, micros(296 + 1 + 2));
  EXPECT_EQ(update->min, micros(1));
  EXPECT_EQ(update->max, micros(296));
  EXPECT_EQ(update->lock_wait, micros(295));
  EXPECT_EQ(update->users, (std::vector<std::string>{"report", "web"}));
  EXPECT_EQ(update->applications, (std::vector<std::string>{"psql", "puma", "worker"}));
  const QueryRow* item = query_with(shop, "SELECT name FROM items WHERE id = $1");
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->calls, 12U);
  EXPECT_EQ(item->total, micros(12 * 0.2));
  EXPECT_EQ(item->longest_run, 12U);
  EXPECT_EQ(item->run_count, 1U);
  const QueryRow* insert = query_with(shop, "INSERT INTO users (email) VALUES ($1)");
  ASSERT_NE(insert, nullptr);
  EXPECT_EQ(insert->calls, 0U);
  EXPECT_EQ(insert->errors, 1U);
  const QueryRow* logged = query_with(shop, "SELECT pg_sleep($1)");
  ASSERT_NE(logged, nullptr);
  EXPECT_EQ(logged->calls, 1U);
  EXPECT_EQ(logged->total, micros(100));
  const QueryRow* extended = query_with(shop, "SELECT total FROM carts WHERE id = $1 FOR UPDATE");
  ASSERT_NE(extended, nullptr);
  EXPECT_EQ(extended->calls, 1U);
  EXPECT_EQ(extended->total, micros(1));
}

// Whole seconds have other holds.
class ShopHolds : public ShopMinute {};

TEST_P(ShopHolds, AreThoseCountedByHand) {
  Store store = empty_store();
  take(store, {path_});
  const Workload shop = workload_of(store);
  const auto with = [&shop](std::string_view label) {
    const auto found = std::ranges::find_if(shop.transactions, [label](const TransactionRow& row) {
      return row.label.find(label) != std::string::npos;
    });
    EXPECT_NE(found, shop.transactions.end()) << label;
    return found == shop.transactions.end() ? TransactionRow{} : *found;
  };
  // From the start of BEGIN (its line less its duration) to the line of COMMIT.
  const TransactionRow checkout = with("FOR UPDATE");
  EXPECT_EQ(checkout.count, 1U);
  EXPECT_EQ(checkout.hold, micros(500 - (100 - 0.05)));
  EXPECT_EQ(checkout.busy, micros(0.05 + 2 + 0.5 + 1 + 10 + 4));
  EXPECT_EQ(checkout.unfinished, 0U);
  const TransactionRow waiting = with("ROLLBACK");
  EXPECT_EQ(waiting.hold, micros(502 - (200 - 0.02)));
  EXPECT_EQ(waiting.busy, micros(0.02 + 296 + 0.1));
  EXPECT_EQ(waiting.lock_wait, micros(295));
  const TransactionRow loop = with("SELECT name FROM items");
  EXPECT_EQ(loop.hold, micros(13 + 0.03));
  EXPECT_EQ(loop.busy, micros(0.03 + 12 * 0.2 + 0.5));
  const TransactionRow failed = with("INSERT INTO users");
  EXPECT_EQ(failed.hold, micros(10 + 0.02));
  EXPECT_EQ(failed.busy, micros(0.02 + 0.01));
  // puma until its client is gone, report until the server ends it.
  const auto abandoned = std::ranges::find(shop.transactions, 2U, &TransactionRow::unfinished);
  ASSERT_NE(abandoned, shop.transactions.end());
  EXPECT_EQ(abandoned->count, 2U);
  EXPECT_EQ(abandoned->hold, micros(30'000 + 0.01 + 5'000 + 0.01));
  EXPECT_EQ(abandoned->busy, micros(0.01 + 1 + 0.01 + 2));
  // worker is still in its transaction where the log ends.
  const auto open = std::ranges::find(shop.transactions, 1U, &TransactionRow::unfinished);
  ASSERT_NE(open, shop.transactions.end());
  EXPECT_EQ(open->hold, micros(5'000 + 0.01));
  const TransactionRow asleep = with("pg_sleep");
  EXPECT_EQ(asleep.hold, micros(100));
  EXPECT_EQ(asleep.busy, micros(100));
  EXPECT_EQ(shop.totals.hold,
            micros(400.05 + 302.02 + 50 + 100 + 13.03 + 10.02 + 35'000.02 + 5'000.01));
  EXPECT_EQ(shop.totals.busy, micros(17.55 + 296.12 + 50 + 100 + 2.93 + 0.03 + 3.02 + 3.01));
  EXPECT_EQ(shop.totals.idle, shop.totals.hold - shop.totals.busy);
}

TEST_P(ShopMinute, LosesNoStatementTimeHoweverCoarseTheClock) {
  // A transaction inside one second of a %t log is at least as long as its statements.
  Store store = empty_store();
  take(store, {path_});
  const Totals totals = workload_of(store).totals;
  EXPECT_EQ(totals.busy, micros(17.55 + 296.12 + 50 + 100 + 2.93 + 0.03 + 3.02 + 3.01));
  EXPECT_EQ(totals.lock_wait, micros(295));
  EXPECT_GE(totals.hold, totals.busy);
}

TEST_P(ShopMinute, LineEndsOfOtherSystemsDoNotMatter) {
  std::string bytes;
  for (const char c : read_file(path_)) {
    if (c == '\n') bytes += '\r';
    bytes += c;
  }
  EXPECT_TRUE(same(life_after({scratch_.write("windows.log", bytes)}), life_after({path_})));
  EXPECT_TRUE(same(life_after({scratch_.write("mark.log", "\xEF\xBB\xBF" + read_file(path_))}),
                   life_after({path_})));
}

TEST_P(ShopMinute, OfTwoServersCountsForEach) {
  Store store = empty_store();
  take(store, {path_}, "one");
  EXPECT_EQ(take(store, {path_}, "two").duplicates, 0U);
  const std::string alone = life_after({path_});
  EXPECT_TRUE(same(life_of(store, "one"), alone));
  EXPECT_TRUE(same(life_of(store, "two"), alone));
  const auto names = store.servers();
  ASSERT_TRUE(names.has_value());
  EXPECT_EQ(*names, (std::vector<std::string>{"one", "two"}));
  const std::string json = render_json(report_of(store));
  EXPECT_NE(json.find("\"servers\""), std::string::npos);
  EXPECT_NE(json.find("\"server\": \"two\""), std::string::npos) << json.substr(0, 200);
  const std::string page = render_markdown(report_of(store));
  EXPECT_NE(page.find("one"), std::string::npos);
  EXPECT_NE(page.find("two"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Form, ShopMinute,
                         testing::Values(LogForm::kPid, LogForm::kSession, LogForm::kSeconds,
                                         LogForm::kCsv),
                         form_name);

INSTANTIATE_TEST_SUITE_P(Form, ShopHolds,
                         testing::Values(LogForm::kPid, LogForm::kSession, LogForm::kCsv),
                         form_name);

TEST(Ingest, WithoutDisconnectionLinesThePeakIsNotKnown) {
  // log_connections alone: eight visits, one after the other.
  ShopLog log;
  for (unsigned i = 0; i < 8; ++i) {
    for (ShopRecord& record : shop_log()) {
      if (record.process.pid != kPuma.pid || record.at > 500) continue;
      record.at += i * 60'000;
      record.process.pid += 10 * i;
      log.push_back(std::move(record));
    }
  }
  const Scratch scratch;
  Store store = empty_store();
  take(store, {scratch.write("x.log", bytes_of(log, LogForm::kPid))});
  const Connections connections = workload_of(store).connections;
  EXPECT_EQ(connections.authorized, 8U);
  EXPECT_EQ(connections.disconnected, 0U);
  EXPECT_NE(connections.peak, std::optional<std::uint64_t>(8)) << "they were not there at once";
}

TEST(Ingest, TellsHowFarItIs) {
  const Scratch scratch;
  const std::string first =
      scratch.write("a.log", bytes_of(repeated(shop_log(), 300, 61'000), LogForm::kPid));
  const std::string second = scratch.write("b.log", bytes_of(shop_log(), LogForm::kSession));
  const std::uint64_t total = read_file(first).size() + read_file(second).size();
  std::vector<IngestProgress> told;
  IngestRequest request;
  request.inputs = {first, second};
  request.progress = [&told](const IngestProgress& progress) { told.push_back(progress); };
  Store store = empty_store();
  ASSERT_TRUE(ingest(store, request).has_value());
  ASSERT_GT(told.size(), 3U);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].bytes_total, total);
    EXPECT_LE(told[i].bytes_done, total);
    EXPECT_GE(told[i].bytes_done, told[i == 0 ? 0 : i - 1].bytes_done);
  }
  EXPECT_EQ(told.front().input, first);
  EXPECT_EQ(told.back().input, second);
  EXPECT_EQ(told.back().bytes_done, total);
}

}  // namespace
}  // namespace pgcounsel
