#include "analyzer/ingest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shop_log.h"

namespace pgcounsel {
namespace {

Store empty_store() {
  auto store = Store::in_memory();
  EXPECT_TRUE(store.has_value());
  return *std::move(store);
}

// The life of the shop after files were read in one command each.
std::string life_after(const std::vector<std::string>& commands) {
  Store store = empty_store();
  for (const std::string& input : commands) take(store, {input});
  return life_of(store);
}

const QueryRow* query_with(const Workload& workload, std::string_view text) {
  const auto found = std::ranges::find(workload.queries, text, &QueryRow::text);
  return found == workload.queries.end() ? nullptr : &*found;
}

constexpr Micros micros(double milliseconds) {
  return Micros{static_cast<Micros::rep>(milliseconds * 1000 + 0.5)};
}

// ---- One log, counted by hand

class ShopMinute : public testing::TestWithParam<LogForm> {
 protected:
  ShopMinute() : path_(scratch_.write("shop.log", bytes_of(shop_log(), GetParam()))) {}

  Scratch scratch_;
  std::string path_;
};

std::string form_name(const testing::TestParamInfo<LogForm>& form) {
  switch (form.param) {
    case LogForm::kPid:
      return "Pid";
    case LogForm::kSession:
      return "Session";
    case LogForm::kSeconds:
      return "WholeSeconds";
    case LogForm::kCsv:
      break;
  }
  return "Csv";
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

// ---- The same log in parts

TEST_P(ShopMinute, CutAtAnyRecordItIsTheSame) {
  const ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  for (std::size_t cut = 1; cut < log.size(); ++cut) {
    const std::string left = scratch_.write("left.log", bytes_of(log, GetParam(), 0, cut));
    const std::string right = scratch_.write("right.log", bytes_of(log, GetParam(), cut));
    ASSERT_TRUE(same(life_after({left, right}), whole)) << "cut before record " << cut;
    // With whole seconds the order inside the second of the cut is known from the files alone.
    const bool torn_second = GetParam() == LogForm::kSeconds && log[cut].at < 1000;
    if (torn_second) continue;
    ASSERT_TRUE(same(life_after({right, left}), whole))
        << "cut before record " << cut << ", reversed";
  }
}

TEST_P(ShopMinute, CutAtAnyRecordItIsTheSameInOneCommand) {
  const ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  for (std::size_t cut = 1; cut < log.size(); ++cut) {
    std::filesystem::create_directory(scratch_.path("pg"));
    scratch_.write("pg/shop.log.1", bytes_of(log, GetParam(), 0, cut));
    scratch_.write("pg/shop.log", bytes_of(log, GetParam(), cut));
    ASSERT_TRUE(same(life_after({scratch_.path("pg")}), whole)) << "cut before record " << cut;
  }
}

TEST_P(ShopMinute, InManyPartsItIsTheSame) {
  const ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < log.size(); ++i) {
    parts.push_back(
        scratch_.write("part" + std::to_string(i), bytes_of(log, GetParam(), i, i + 1)));
  }
  EXPECT_TRUE(same(life_after(parts), whole));
  std::reverse(parts.begin(), parts.end());
  if (GetParam() == LogForm::kSeconds) return;
  EXPECT_TRUE(same(life_after(parts), whole)) << "reversed";
}

TEST_P(ShopMinute, TheSameAgainAddsNothing) {
  Store store = empty_store();
  take(store, {path_});
  const std::string once = life_of(store);
  for (int i = 1; i <= 2; ++i) {
    const IngestOutcome again = take(store, {path_});
    EXPECT_EQ(again.records, 52U);
    EXPECT_EQ(again.duplicates, 52U);
    EXPECT_TRUE(same(life_of(store), once));
  }
  EXPECT_EQ(workload_of(store).coverage.duplicate_records, 2 * 52U);
  Store other = empty_store();
  const IngestOutcome twice = take(other, {path_, path_});
  EXPECT_EQ(twice.duplicates, 52U);
  EXPECT_TRUE(same(life_of(other), once));
}

TEST_P(ShopMinute, OverlappingPartsAreTheWhole) {
  const ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  for (std::size_t from = 0; from < log.size(); from += 5) {
    for (std::size_t to = from + 1; to <= log.size(); to += 5) {
      const std::string left = scratch_.write("left.log", bytes_of(log, GetParam(), 0, to));
      const std::string right = scratch_.write("right.log", bytes_of(log, GetParam(), from));
      Store store = empty_store();
      take(store, {left});
      EXPECT_EQ(take(store, {right}).duplicates, to - from) << from << " to " << to;
      EXPECT_TRUE(same(life_of(store), whole)) << from << " to " << to;
      Store reversed = empty_store();
      take(reversed, {right});
      EXPECT_EQ(take(reversed, {left}).duplicates, to - from) << from << " to " << to;
      EXPECT_TRUE(same(life_of(reversed), whole)) << from << " to " << to << ", reversed";
    }
  }
}

TEST_P(ShopMinute, AConcatenationWithAnOverlapCountsOnce) {
  const ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  // The clock jumps back by more than the disorder between processes.
  struct Piece {
    std::size_t begin, end;
  };
  const std::vector<std::vector<Piece>> files{
      {{0, 45}, {20, 52}},            // an overlap
      {{0, 52}, {0, 52}},             // the same twice
      {{30, 52}, {0, 30}},            // the newer first
      {{0, 25}, {0, 45}, {21, 52}},   // growing copies
      {{0, 52}, {10, 30}, {5, 44}}};  // pieces that were there already
  for (const std::vector<Piece>& pieces : files) {
    std::string bytes;
    std::size_t records = 0;
    for (const Piece& piece : pieces) {
      bytes += bytes_of(log, GetParam(), piece.begin, piece.end);
      records += piece.end - piece.begin;
    }
    Store store = empty_store();
    const IngestOutcome outcome = take(store, {scratch_.write("all.log", bytes)});
    const std::string name =
        std::to_string(pieces.front().end) + " | " + std::to_string(pieces.back().begin);
    EXPECT_EQ(outcome.records, records) << name;
    EXPECT_EQ(outcome.duplicates, records - 52) << name;
    EXPECT_TRUE(same(life_of(store), whole)) << name;
  }
}

// What every statement, error, event and connection line says by itself.
std::string counts_of(const Workload& workload) {
  std::string text = std::to_string(workload.coverage.records) + " records\n";
  std::map<std::string, std::string> lines;
  for (const QueryRow& query : workload.queries) {
    lines[query.text] = std::to_string(query.calls) + " calls, " + std::to_string(query.errors) +
                        " errors, " + std::to_string(query.total.count()) + " us\n";
  }
  for (const auto& [name, line] : lines) text += name + ": " + line;
  for (const ErrorRow& error : workload.errors)
    text += error.severity + error.sqlstate + error.message + std::to_string(error.count) + "\n";
  for (const EventRow& event : workload.events)
    text += event.event_class + " " + std::to_string(event.count) + "\n";
  return text + std::to_string(workload.connections.received) + " received\n";
}

TEST_P(ShopMinute, AFilteredLogThatComesAgainWholeIsCompleted) {
  const ShopLog log = shop_log();
  Store whole = empty_store();
  take(whole, {path_});
  for (const std::size_t every : {2U, 3U, 7U}) {
    ShopLog filtered;
    for (std::size_t i = 0; i < log.size(); ++i) {
      // A statement that was logged ahead and its duration are one thing.
      const bool pair = log[i].at == 800 || log[i].at == 900;
      if (i % every == 0 && !pair) filtered.push_back(log[i]);
    }
    Store store = empty_store();
    take(store, {scratch_.write("filtered.log", bytes_of(filtered, GetParam()))});
    const IngestOutcome outcome = take(store, {path_});
    EXPECT_EQ(outcome.duplicates, filtered.size()) << every;
    EXPECT_EQ(counts_of(workload_of(store)), counts_of(workload_of(whole))) << every;
  }
}

TEST_P(ShopMinute, NewestFirstItIsTheSame) {
  ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  std::reverse(log.begin(), log.end());
  const std::string reversed = scratch_.write("reversed.log", bytes_of(log, GetParam()));
  EXPECT_TRUE(same(life_after({reversed}), whole));
  EXPECT_TRUE(same(life_after({reversed, path_}), whole));
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

TEST(Ingest, AProcessNumberThatComesAgainIsTheSameWhereverTheLogIsCut) {
  // Without %c a session is known by its process; the end of some is not in the log.
  ShopLog log;
  for (std::int64_t i = 0; i < 3; ++i) {
    for (ShopRecord& record : shop_log()) {
      record.at += i * 61'000;
      log.push_back(std::move(record));
    }
  }
  const Scratch scratch;
  const std::string whole = life_after({scratch.write("whole.log", bytes_of(log, LogForm::kPid))});
  for (std::size_t cut = 1; cut < log.size(); ++cut) {
    const std::string left = scratch.write("left.log", bytes_of(log, LogForm::kPid, 0, cut));
    const std::string right = scratch.write("right.log", bytes_of(log, LogForm::kPid, cut));
    ASSERT_TRUE(same(life_after({left, right}), whole)) << "cut before record " << cut;
    ASSERT_TRUE(same(life_after({right, left}), whole))
        << "cut before record " << cut << ", reversed";
  }
}

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

// ---- Larger than a chunk

TEST(Ingest, ALogOfManyChunksIsTheSameInAnyPieces) {
  const Scratch scratch;
  const ShopLog log = repeated(shop_log(), 500, 61'000);
  const std::string bytes = bytes_of(log, LogForm::kPid);
  ASSERT_GT(bytes.size(), 3U << 20U);
  const std::string path = scratch.write("shop.log", bytes);
  const std::string whole = life_after({path});
  std::vector<std::string> parts;
  for (std::size_t at = 0, i = 0; at < log.size(); at += 7'331, ++i) {
    parts.push_back(
        scratch.write("part" + std::to_string(i), bytes_of(log, LogForm::kPid, at, at + 7'331)));
  }
  EXPECT_TRUE(same(life_after(parts), whole));
  std::reverse(parts.begin(), parts.end());
  EXPECT_TRUE(same(life_after(parts), whole)) << "reversed";
  run("gzip -c " + path + " > " + scratch.path("copy"));
  EXPECT_TRUE(same(life_after({scratch.path("copy")}), whole)) << "compressed";
  Store store = empty_store();
  take(store, {path});
  EXPECT_EQ(take(store, {scratch.path("copy")}).duplicates, log.size());
  ShopLog newest_first = log;
  std::reverse(newest_first.begin(), newest_first.end());
  EXPECT_TRUE(
      same(life_after({scratch.write("reversed", bytes_of(newest_first, LogForm::kPid))}), whole))
      << "newest first";
  const Workload workload = workload_of(store);
  EXPECT_EQ(workload.totals.statements, 500U * 31U);
  EXPECT_EQ(workload.totals.lock_wait, 500 * micros(295));
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

// ---- A record that is torn

// Whether `life` is `without` the torn record and at most one record more, with at most one more
// of everything that a record can say.
testing::AssertionResult has_one_more_at_most(const Workload& life, const Workload& without) {
  const auto more = [](std::uint64_t now, std::uint64_t before) {
    return now >= before && now <= before + 1;
  };
  if (!more(life.coverage.records, without.coverage.records)) {
    return testing::AssertionFailure() << life.coverage.records << " records";
  }
  if (!more(life.totals.statements, without.totals.statements)) {
    return testing::AssertionFailure() << life.totals.statements << " statements";
  }
  if (!more(life.totals.errors, without.totals.errors)) {
    return testing::AssertionFailure() << life.totals.errors << " errors";
  }
  for (const QueryRow& before : without.queries) {
    const auto now = std::ranges::find(life.queries, before.fingerprint, &QueryRow::fingerprint);
    if (now == life.queries.end()) return testing::AssertionFailure() << "lost " << before.text;
    if (!more(now->calls, before.calls) || !more(now->errors, before.errors) ||
        now->total < before.total) {
      return testing::AssertionFailure() << before.text << ": " << now->calls << " calls";
    }
  }
  return testing::AssertionSuccess();
}

class TornRecord : public testing::TestWithParam<LogForm> {};

TEST_P(TornRecord, IsTheOnlyOneThatMayDiffer) {
  const Scratch scratch;
  // A record with DETAIL, statements of several lines, lock lines, an error.
  ShopLog log;
  for (ShopRecord& record : shop_log()) {
    const bool chosen = record.at == 112 || record.at == 400 || record.at == 405 ||
                        record.at == 501 || record.at == 700;
    if (chosen) log.push_back(std::move(record));
  }
  ASSERT_EQ(log.size(), 5U);
  const std::string bytes = bytes_of(log, GetParam());
  const std::string whole = scratch.write("whole.log", bytes);
  std::size_t begin = 0;
  for (std::size_t torn = 0; torn < log.size(); ++torn) {
    const std::size_t end = begin + text_of(log[torn], GetParam()).size();
    Store rest = empty_store();
    take(rest, {scratch.write("rest.log", bytes_of(log, GetParam(), 0, torn) +
                                              bytes_of(log, GetParam(), torn + 1))});
    const Workload without = workload_of(rest);
    // Every byte takes minutes; a step that is no divisor of anything meets all kinds of places.
    for (std::size_t cut = begin + 1; cut < end; cut += 17) {
      const std::string left = scratch.write("left.log", bytes.substr(0, cut));
      const std::string right = scratch.write("right.log", bytes.substr(cut));
      const bool reversed = cut % 2 == 0;
      Store store = empty_store();
      // A part in which nothing is a record is a warning in one command with the other.
      take(store, reversed ? std::vector{right, left} : std::vector{left, right});
      ASSERT_TRUE(has_one_more_at_most(workload_of(store), without))
          << "cut at byte " << cut << " of record " << torn;
      // The whole adds the torn record and nothing else; its stump stays.
      const IngestOutcome outcome = take(store, {whole});
      ASSERT_GE(outcome.duplicates, log.size() - 1) << "cut at byte " << cut;
      const std::uint64_t records = workload_of(store).coverage.records;
      ASSERT_GE(records, log.size()) << "cut at byte " << cut;
      ASSERT_LE(records, log.size() + 1) << "cut at byte " << cut;
    }
    begin = end;
  }
}

INSTANTIATE_TEST_SUITE_P(Form, TornRecord, testing::Values(LogForm::kPid, LogForm::kCsv),
                         form_name);

TEST(TornLog, AFileThatIsReadWhileItGrowsIsCompletedLater) {
  const Scratch scratch;
  const ShopLog log = shop_log();
  for (const LogForm form : {LogForm::kPid, LogForm::kCsv}) {
    const std::string whole = scratch.write("whole.log", bytes_of(log, form));
    for (const std::size_t records : {5U, 20U, 35U, 51U}) {
      Store store = empty_store();
      take(store, {scratch.write("growing.log", bytes_of(log, form, 0, records))});
      EXPECT_EQ(take(store, {whole}).duplicates, records);
      EXPECT_TRUE(same(life_of(store), life_after({whole}))) << records;
    }
  }
}

// ---- The same log in two formats

class TwoDestinations : public testing::Test {
 protected:
  TwoDestinations() {
    csv_ = scratch_.write("pg/shop.csv", bytes_of(shop_log(), LogForm::kCsv));
    text_ = scratch_.write("pg/shop.log", bytes_of(shop_log(), LogForm::kPid));
    sessions_ = scratch_.write("other/shop.log", bytes_of(shop_log(), LogForm::kSession));
    seconds_ = scratch_.write("other/seconds.log", bytes_of(shop_log(), LogForm::kSeconds));
  }

  Scratch scratch_;
  std::string csv_, text_, sessions_, seconds_;
};

TEST_F(TwoDestinations, OfOneDirectoryCountOnceFromTheRicher) {
  Store store = empty_store();
  const IngestOutcome outcome = take(store, {scratch_.path("pg")});
  EXPECT_EQ(outcome.records, 2 * 52U);
  EXPECT_EQ(outcome.duplicates, 52U);
  EXPECT_TRUE(same(life_of(store), life_after({csv_})));
  const Workload shop = workload_of(store);
  const auto warning =
      std::ranges::find(shop.coverage.warnings, "repeated_records", &Warning::code);
  EXPECT_NE(warning, shop.coverage.warnings.end());
  for (const SourceCoverage& source : shop.coverage.sources) {
    EXPECT_EQ(source.duplicate_records, source.format == "csv" ? 0U : 52U) << source.name;
  }
}

TEST_F(TwoDestinations, InTwoCommandsCountOnce) {
  const std::vector<std::string> all{csv_, text_, sessions_, seconds_};
  for (const std::string& first : all) {
    for (const std::string& second : all) {
      Store store = empty_store();
      take(store, {first});
      const std::string alone = life_of(store);
      EXPECT_EQ(take(store, {second}).duplicates, 52U) << first << ", then " << second;
      EXPECT_TRUE(same(life_of(store), alone)) << first << ", then " << second;
    }
  }
}

// ---- What cannot be used

Error error_of(const std::vector<std::string>& inputs, const FormatHints& hints = {}) {
  Store store = empty_store();
  IngestRequest request;
  request.inputs = inputs;
  request.hints = hints;
  const auto outcome = ingest(store, request);
  EXPECT_FALSE(outcome.has_value());
  return outcome ? Error{} : outcome.error();
}

struct NoLog {
  const char* name;
  std::string bytes;
};

void PrintTo(const NoLog& no_log, std::ostream* out) {
  *out << no_log.name;
}

std::string noise(std::size_t size) {
  std::string bytes;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < size; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    bytes += static_cast<char>(state >> 24);
  }
  return bytes;
}

class Unrecognised : public testing::TestWithParam<NoLog> {};

TEST_P(Unrecognised, IsAnErrorThatNamesTheFile) {
  const Scratch scratch;
  const std::string path = scratch.write("input", GetParam().bytes);
  EXPECT_TRUE(error_of({path}).message.starts_with(path + ": ")) << error_of({path}).message;
}

TEST_P(Unrecognised, AmongLogsIsAWarningThatNamesTheFile) {
  const Scratch scratch;
  const std::string bad = scratch.write("pg/a", GetParam().bytes);
  const std::string good = scratch.write("pg/b", bytes_of(shop_log(), LogForm::kPid));
  for (const auto& inputs : {std::vector{scratch.path("pg")}, {good, bad}, {bad, good}}) {
    Store store = empty_store();
    const IngestOutcome outcome = take(store, inputs);
    EXPECT_EQ(outcome.records, 52U);
    ASSERT_EQ(outcome.warnings.size(), 1U);
    EXPECT_EQ(outcome.warnings[0].code, "unusable_input");
    EXPECT_TRUE(outcome.warnings[0].message.starts_with(bad + ": "));
    EXPECT_TRUE(same(life_of(store), life_after({good})));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Input, Unrecognised,
    testing::Values(NoLog{"empty", ""}, NoLog{"binary", noise(100'000)},
                    NoLog{"zeros", std::string(5000, '\0')}, NoLog{"blank", "\n\n  \n"},
                    NoLog{"prose", "Dear reader,\nthis is a letter.\nIt has three lines.\n"},
                    NoLog{"json", "{\"a\": 1}\n{\"a\": 2}\n"},
                    NoLog{"csv_of_something_else", "name,price\nbook,7\npen,2\n"},
                    NoLog{"one_endless_line", std::string(600'000, 'x')}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(UnusableInputs, MissingFilesAndEmptyFoldersAreErrorsThatNameThem) {
  const Scratch scratch;
  const std::string missing = scratch.path("missing.log");
  EXPECT_EQ(error_of({missing}).message, missing + ": No such file or directory");
  std::filesystem::create_directory(scratch.path("empty"));
  EXPECT_TRUE(error_of({scratch.path("empty")}).message.starts_with(scratch.path("empty") + ": "));
  EXPECT_FALSE(error_of({}).message.empty());
}

TEST(UnusableInputs, TheErrorIsThatOfTheFirst) {
  const Scratch scratch;
  const std::string first = scratch.write("b", "no log"), second = scratch.path("a");
  EXPECT_TRUE(error_of({first, second}).message.starts_with(first + ": "));
}

TEST(UnusableInputs, APrefixThatFitsNoLineIsAnErrorThatNamesTheFile) {
  const Scratch scratch;
  const std::string path = scratch.write("x.log", bytes_of(shop_log(), LogForm::kPid));
  FormatHints hints;
  hints.log_line_prefix = "%t:%r:%u@%d:[%p]:";
  EXPECT_TRUE(error_of({path}, hints).message.starts_with(path + ": "));
}

TEST(Ingest, APrefixThatIsToldIsTakenAsItIs) {
  const Scratch scratch;
  const std::string path = scratch.write("x.log", bytes_of(shop_log(), LogForm::kPid));
  Store store = empty_store();
  IngestRequest request;
  request.inputs = {path};
  request.hints.log_line_prefix = "%m [%p] %q%u@%d/%a ";
  ASSERT_TRUE(ingest(store, request).has_value());
  EXPECT_EQ(workload_of(store).coverage.sources.at(0).prefix, "%m [%p] %q%u@%d/%a ");
  EXPECT_TRUE(same(life_of(store), life_after({path})));
}

TEST(DamagedInput, WhatStoodBeforeIsReadAndTheFileNamed) {
  const Scratch scratch;
  const ShopLog log = repeated(shop_log(), 200, 61'000);
  scratch.write("plain", bytes_of(log, LogForm::kPid));
  for (const char* command : {"gzip -c ", "zstd -q -c ", "xz -c ", "bzip2 -c "}) {
    const std::string archive = run(command + scratch.path("plain"));
    const std::string path = scratch.write("cut", archive.substr(0, archive.size() - 10));
    Store store = empty_store();
    const IngestOutcome outcome = take(store, {path});
    EXPECT_GT(outcome.records, log.size() / 2) << command;
    EXPECT_LE(outcome.records, log.size()) << command;
    ASSERT_EQ(outcome.warnings.size(), 1U) << command;
    EXPECT_EQ(outcome.warnings[0].code, "damaged_input");
    EXPECT_TRUE(outcome.warnings[0].message.starts_with(path + ": "));
    EXPECT_NE(outcome.warnings[0].message.find(" at byte "), std::string::npos);
    // The whole archive later brings what is missing.
    take(store, {scratch.write("whole", archive)});
    const std::uint64_t records = workload_of(store).coverage.records;
    EXPECT_GE(records, log.size()) << command;
    EXPECT_LE(records, log.size() + 1) << command;  // the stump of the torn one
  }
}

TEST(DamagedInput, ASmallCutArchiveNeverPassesInSilence) {
  const Scratch scratch;
  scratch.write("plain", bytes_of(shop_log(), LogForm::kPid));
  const std::string archive = run("gzip -c " + scratch.path("plain"));
  for (std::size_t cut = 1; cut < archive.size(); cut += 3) {
    const std::string path = scratch.write("cut.gz", archive.substr(0, cut));
    Store store = empty_store();
    IngestRequest request;
    request.inputs = {path};
    const auto outcome = ingest(store, request);
    const std::string told = !outcome                    ? outcome.error().message
                             : outcome->warnings.empty() ? ""
                                                         : outcome->warnings[0].message;
    ASSERT_TRUE(told.starts_with(path + ": ")) << cut << ": " << told;
  }
}

TEST(Ingest, CountsEveryLineThatIsNoRecord) {
  const Scratch scratch;
  const ShopLog log = repeated(shop_log(), 40, 61'000);
  std::string bytes;
  std::size_t rubbish = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    bytes += text_of(log[i], LogForm::kPid);
    if (i % 33 != 5) continue;  // 3 %
    bytes += i % 2 == 0 ? "could not change directory to \"/root\"\n"
                        : "\xff\xfe\x01 2026 [12 LOG rubbish\n";
    ++rubbish;
  }
  ASSERT_GT(rubbish, 60U);
  Store store = empty_store();
  const IngestOutcome outcome = take(store, {scratch.write("x.log", bytes)});
  EXPECT_EQ(outcome.records, log.size());
  EXPECT_EQ(outcome.unparsed, rubbish);
  EXPECT_EQ(workload_of(store).coverage.unparsed_records, rubbish);
  const std::string clean = scratch.write("clean.log", bytes_of(log, LogForm::kPid));
  EXPECT_TRUE(same(life_of(store), life_after({clean})));
}

}  // namespace
}  // namespace pgcounsel
