// The same log whole, in parts, in any order, twice, torn and in two formats: it counts once.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/ingest_fixture.h"

namespace pgcounsel {
namespace {

class ShopParts : public ShopMinute {};

TEST_P(ShopParts, CutAtAnyRecordItIsTheSame) {
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

TEST_P(ShopParts, CutAtAnyRecordItIsTheSameInOneCommand) {
  const ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  for (std::size_t cut = 1; cut < log.size(); ++cut) {
    std::filesystem::create_directory(scratch_.path("pg"));
    scratch_.write("pg/shop.log.1", bytes_of(log, GetParam(), 0, cut));
    scratch_.write("pg/shop.log", bytes_of(log, GetParam(), cut));
    ASSERT_TRUE(same(life_after({scratch_.path("pg")}), whole)) << "cut before record " << cut;
  }
}

TEST_P(ShopParts, InManyPartsItIsTheSame) {
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

TEST_P(ShopParts, TheSameAgainAddsNothing) {
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

TEST_P(ShopParts, OverlappingPartsAreTheWhole) {
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

TEST_P(ShopParts, AConcatenationWithAnOverlapCountsOnce) {
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

TEST_P(ShopParts, AFilteredLogThatComesAgainWholeIsCompleted) {
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

TEST_P(ShopParts, NewestFirstItIsTheSame) {
  ShopLog log = shop_log();
  const std::string whole = life_after({path_});
  std::reverse(log.begin(), log.end());
  const std::string reversed = scratch_.write("reversed.log", bytes_of(log, GetParam()));
  EXPECT_TRUE(same(life_after({reversed}), whole));
  EXPECT_TRUE(same(life_after({reversed, path_}), whole));
}

INSTANTIATE_TEST_SUITE_P(Form, ShopParts,
                         testing::Values(LogForm::kPid, LogForm::kSession, LogForm::kSeconds,
                                         LogForm::kCsv),
                         form_name);

TEST(LogInParts, AProcessNumberThatComesAgainIsTheSameWhereverTheLogIsCut) {
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

TEST(LargeLog, ALogOfManyChunksIsTheSameInAnyPieces) {
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

}  // namespace
}  // namespace pgcounsel
