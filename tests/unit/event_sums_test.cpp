#include "analyzer/workload/event_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "analyzer/workload/builder.h"
#include "parser/log/csv_log.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

using namespace std::chrono_literals;

constexpr Time kTen{Micros{1'773'309'600'000'000}};  // 2026-03-12 10:00 UTC
constexpr std::uint64_t kSession = (std::uint64_t{0x69b28c48} << 32) | 0x1267;

// The sums of one record each.
std::vector<EventSums> pieces() {
  std::vector<EventSums> all(6);
  all[0].add_measure(kTen, "checkpoint", "", "distance", 500);
  all[0].error_minutes[{kTen, "53300", "FATAL"}] = 2;
  all[1].add_measure(kTen + 59min, "checkpoint", "", "distance", 900);
  all[1].error_sources[{kTen, "FATAL", "53300", "", "shop", "web", "", 0}] = 2;
  all[1].marks[{kTen, "refused", "53300"}] = {3, 0, kTen + 9s, kTen + 2s, "b.log", 5, "", 4};
  all[2].marks[{kTen, "refused", "53300"}] = {2, 0, kTen + 7s, kTen + 2s, "a.log", 9, "", 4};
  all[3].marks[{kTen + 61min, "deadlock", ""}] = {1,       0, kTen + 61min, kTen + 61min,
                                                  "a.log", 1, "",           0};
  all[2].add_measure(kTen + 60min, "checkpoint", "", "distance", 700);
  all[2].sessions[{kTen, "shop", "web", "puma"}].add(400ms);
  all[3].sessions[{kTen, "shop", "web", "puma"}].add(kBriefSession);
  all[3].lines[{kSession, "csv"}].add(7, kTen + 7s);
  all[4].lines[{kSession, "csv"}].add(2, kTen + 2s);
  all[4].lost[kTen] = {3, 1, 0, 0};
  all[5].lines[{kSession, "csv"}].add(3, kTen + 3s);
  all[5].lost[kTen] = {2, 0, 5, 1};
  return all;
}

EventSums merged(const std::vector<EventSums>& all) {
  EventSums sums;
  for (const EventSums& piece : all) sums.merge(piece);
  return sums;
}

TEST(EventSums, MergeToTheSameInAnyOrder) {
  std::vector<EventSums> all = pieces();
  const EventSums expected = merged(all);
  std::mt19937 random(1);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(all.begin(), all.end(), random);
    EXPECT_EQ(merged(all), expected);
  }
}

TEST(EventSums, KeepTheFirstOfAMinuteAndItsPlace) {
  const EventMark mark = merged(pieces()).marks.at({kTen, "refused", "53300"});
  EXPECT_EQ(mark.count, 5U);
  EXPECT_EQ(mark.first, kTen + 2s);
  EXPECT_EQ(mark.last, kTen + 9s);
  EXPECT_EQ(mark.source, "a.log");
  EXPECT_EQ(mark.line, 9U);
  EXPECT_EQ(mark.fingerprint, 4U);
}

TEST(EventSums, AreCountsTotalsAndLargest) {
  const EventSums sums = merged(pieces());
  EXPECT_EQ(sums.measures.at({kTen, "checkpoint", "", "distance"}), (Measure{2, 1400, 900}));
  EXPECT_EQ(sums.measures.at({kTen + kHour, "checkpoint", "", "distance"}), (Measure{1, 700, 700}));
  const SessionStats& sessions = sums.sessions.at({kTen, "shop", "web", "puma"});
  EXPECT_EQ(sessions.sessions, 2U);
  EXPECT_EQ(sessions.brief, 1U) << "a session of a second is not brief";
  EXPECT_EQ(sessions.total, Micros{1'400'000});
  EXPECT_EQ(sums.lost.at(kTen), (Losses{5, 1, 5, 1}));
}

TEST(EventSums, ASliceHasItsHoursAndWhatIsSliceAndRestIsAll) {
  const EventSums sums = merged(pieces());
  const EventSums hour = sums.slice(kTen, kTen + kHour);
  EXPECT_EQ(hour.measures.size(), 1U);
  EXPECT_EQ(hour.lines.size(), 1U);
  EventSums all = hour;
  all.merge(sums.slice(kTen + kHour, kTen + 2 * kHour));
  EXPECT_EQ(all, sums);
  EXPECT_EQ(sums.slice(kTen + 2 * kHour, kTen + 3 * kHour), EventSums{});
}

TEST(SessionLines, LackWhatIsNotBetweenFirstAndLast) {
  const EventSums sums = merged(pieces());
  const SessionLines& lines = sums.lines.at({kSession, "csv"});
  EXPECT_EQ(lines.first, 2U);
  EXPECT_EQ(lines.last, 7U);
  EXPECT_EQ(lines.count, 3U);
  EXPECT_EQ(lines.missing(), 3U) << "4, 5 and 6";
  EXPECT_EQ(lines.seen, kTen + 7s);
  EXPECT_EQ(losses_of(sums).missing, 3U + 5U);
  EXPECT_EQ(losses_of(sums).sessions, 1U + 1U);
}

TEST(SessionLines, OfTwoFormatsTellNothing) {
  EventSums sums = merged(pieces());
  sums.lines[{kSession, "json"}].add(4, kTen);
  sums.lost.clear();
  EXPECT_EQ(losses_of(sums).missing, 0U);
  EXPECT_EQ(losses_of(sums).sessions, 0U);
}

TEST(SessionLines, ThatRepeatOneNumberLackNothing) {
  SessionLines lines;
  for (int i = 0; i < 5; ++i) lines.add(1, kTen);
  EXPECT_EQ(lines.missing(), 0U);
}

// ---- Through the ledger

std::string csv_line(unsigned pid, int number, const std::string& message) {
  char head[160];
  std::snprintf(head, sizeof head,
                "2026-03-12 10:%02d:00.%03d UTC,\"web\",\"shop\",%u,\"10.0.0.9:41000\","
                "69b28c48.%x,%d,\"SELECT\",2026-03-12 09:58:00 UTC,4/1,0,LOG,00000,",
                number, static_cast<int>(pid % 1000), pid, pid, number);
  return std::string(head) + "\"" + message + "\",,,,,,,,,\"puma\",\"client backend\",,0\n";
}

std::string statement_line(unsigned pid, int number) {
  return csv_line(pid, number, "duration: 2.000 ms  statement: SELECT 1");
}

std::string end_line(unsigned pid, int number) {
  return csv_line(pid, number,
                  "disconnection: session time: 0:00:00.500 user=web database=shop host=10.0.0.9 "
                  "port=41000");
}

class SessionLinesOfFiles : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& bytes) {
    return scratch_.write(name, bytes);
  }
  LossRow lost_of(const std::vector<std::string>& files) {
    auto store = Store::in_memory();
    PGC_CHECK(store.has_value());
    for (const std::string& file : files) take(*store, {file});
    return workload_of(*store).lost;
  }
  Scratch scratch_;
};

TEST_F(SessionLinesOfFiles, ReadInAnyOrderAreTheSame) {
  std::vector<std::string> files;
  std::string bytes;
  // Session 7501 comes whole in three pieces; of 7502 the piece with 4 to 6 never comes.
  for (int piece = 0; piece < 3; ++piece) {
    bytes.clear();
    for (int line = piece * 3 + 1; line <= piece * 3 + 3; ++line) {
      bytes += line == 9 ? end_line(7501, line) : statement_line(7501, line);
      if (piece != 1) bytes += statement_line(7502, line);
    }
    files.push_back(write("piece" + std::to_string(piece) + ".csv", bytes));
  }
  std::sort(files.begin(), files.end());
  do {
    const LossRow lost = lost_of(files);
    EXPECT_EQ(lost.missing, 3U);
    EXPECT_EQ(lost.sessions, 1U);
  } while (std::next_permutation(files.begin(), files.end()));
}

TEST_F(SessionLinesOfFiles, AGapIsFilledByTheFileThatComesLater) {
  const std::string ends = write("ends.csv", statement_line(7501, 1) + end_line(7501, 4));
  const std::string middle = write("middle.csv", statement_line(7501, 2) + statement_line(7501, 3));
  EXPECT_EQ(lost_of({ends}).missing, 2U);
  EXPECT_EQ(lost_of({ends, middle}).missing, 0U);
  EXPECT_EQ(lost_of({middle, ends}).missing, 0U);
  EXPECT_EQ(lost_of({ends, ends}).missing, 2U);
}

TEST_F(SessionLinesOfFiles, WhatIsWholeTakesNoRoom) {
  const std::string ledger = scratch_.path("ledger.db");
  {
    auto store = Store::open_for_writing(ledger, 0ms);
    ASSERT_TRUE(store.has_value());
    std::string whole, open;
    for (int line = 1; line < 5; ++line) whole += statement_line(7501, line);
    take(*store, {write("whole.csv", whole + end_line(7501, 5))});
    take(*store, {write("open.csv", statement_line(7502, 1))});
  }
  EXPECT_EQ(run("sqlite3 '" + ledger + "' 'SELECT session & 65535, count FROM session_lines'"),
            "7502|1\n");
}

TEST_F(SessionLinesOfFiles, OfOldSessionsTheLossIsKept) {
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  take(*store, {write("gap.csv", statement_line(7501, 1) + statement_line(7501, 4))});
  const auto server = store->server("default");
  ASSERT_TRUE(server.has_value());
  Retention nothing;
  nothing.identity_days = -1;  // older than tomorrow
  ASSERT_TRUE(store->forget(*server, nothing).has_value());
  EXPECT_EQ(workload_of(*store).lost.missing, 2U);
  EXPECT_EQ(workload_of(*store).lost.sessions, 1U);
}

// What the builder sums is what the ledger answers.
TEST(EventSumsInLedger, AreReadAsTheyWereWritten) {
  std::string log;
  log += csv_line(7501, 1, "connection received: host=10.0.0.9 port=41000");
  log += csv_line(7503, 2,
                  "automatic vacuum of table \"\"shop.public.carts\"\": index scans: 1\n"
                  "tuples: 91 removed, 1200 remain, 17 are dead but not yet removable");
  log += csv_line(7501, 3, "duration: 2.000 ms  statement: INSERT INTO t VALUES (1), (2)");
  log += end_line(7501, 5);
  ChunkRecords records;
  read_csv(Zone{}, Chunk{log, 1, true}, records);
  ASSERT_EQ(records.records.size(), 4U);
  StatementBook book;
  ReadingFacts facts;
  WorkloadBuilder builder("shop.csv", "csv");
  for (const LogRecord& record : records.records) {
    builder.add(record, read_record(record, book, facts));
  }
  builder.note_lost(kTen + 5min, 40, 2);
  LedgerBatch batch;
  batch.sums = builder.take_sums();
  const EventSums expected = batch.sums.details;
  ASSERT_EQ(expected.lines.size(), 2U);
  ASSERT_EQ(expected.lost.at(kTen), (Losses{40, 2, 0, 0}));
  ASSERT_EQ(expected.measures.count({kTen, "autovacuum", "shop.public.carts", "dead"}), 1U);
  ASSERT_EQ(expected.sessions.count({kTen, "shop", "web", "puma"}), 1U);

  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  const auto server = store->server("default");
  ASSERT_TRUE(server.has_value());
  ASSERT_TRUE(store->commit(*server, batch).has_value());
  const auto view = store->view("default", {kTen, kTen + kHour});
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->current.details, expected);

  // The same again is the sum of both.
  batch.sums.details.lines.clear();
  EventSums twice = batch.sums.details;
  twice.merge(expected);
  ASSERT_TRUE(store->commit(*server, batch).has_value());
  EXPECT_EQ(store->view("default", {kTen, kTen + kHour})->current.details, twice);
}

TEST(ConnectionSetup, IsMeasuredAcrossTheEdgeOfAFile) {
  const std::string received =
      "2026-03-12 10:00:01.000 UTC [7501] [unknown]@[unknown]/[unknown] 69b28c48.1d4d LOG:  "
      "connection received: host=10.0.0.9 port=41000\n";
  const std::string authorized =
      "2026-03-12 10:00:01.007 UTC [7501] web@shop/puma 69b28c48.1d4d LOG:  connection "
      "authorized: user=web database=shop application_name=puma\n";
  std::string rest;
  for (int i = 2; i < 9; ++i) {
    rest += "2026-03-12 10:00:0" + std::to_string(i) +
            ".000 UTC [7501] web@shop/puma 69b28c48.1d4d LOG:  duration: 2.000 ms  statement: "
            "SELECT 1\n";
  }
  // Without lines of a session that has its names the prefix cannot be told.
  std::string before;
  for (int i = 2; i < 9; ++i) {
    before += "2026-03-12 09:59:0" + std::to_string(i) +
              ".000 UTC [7400] web@shop/puma 69b28c48.1ce8 LOG:  duration: 2.000 ms  statement: "
              "SELECT 1\n";
  }
  Scratch scratch;
  const std::string whole = scratch.write("whole.log", before + received + authorized + rest);
  const std::string left = scratch.write("left.log", before + received);
  const std::string right = scratch.write("right.log", authorized + rest);
  const auto setup = [](const std::vector<std::string>& files) {
    auto store = Store::in_memory();
    PGC_CHECK(store.has_value());
    for (const std::string& file : files) take(*store, {file});
    for (const EventMeasureRow& row : workload_of(*store).event_measures) {
      if (row.event_class == "connection_setup") return row.total * 1000 + row.count;
    }
    return std::uint64_t{0};
  };
  EXPECT_EQ(setup({whole}), 7'000'001U);
  EXPECT_EQ(setup({left, right}), 7'000'001U);
  EXPECT_EQ(setup({right, left}), 7'000'001U);
  EXPECT_EQ(setup({right}), 0U);
}

}  // namespace
}  // namespace pgcounsel
