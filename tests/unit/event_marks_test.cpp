// Events by minute with the place of the first, from a log to the ledger and back.
#include "analyzer/workload/event_marks.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kHourWords = "2026-03-12 10:";

std::string line(std::string_view time, std::string_view text) {
  return std::string(kHourWords) + std::string(time) + " UTC [4711] web@shop " + std::string(text) +
         "\n";
}

const std::string kLog =
    line("00:01.000", "LOG:  duration: 1.5 ms  statement: SELECT 1") +
    line("00:02.000", "LOG:  duration: 9.5 ms  statement: DROP INDEX orders_idx") +
    line("00:03.000", "LOG:  statement: ALTER TABLE orders ADD COLUMN note text") +
    line("00:04.000", "FATAL:  sorry, too many clients already") +
    line("00:09.000", "FATAL:  sorry, too many clients already") +
    line("00:10.000", "FATAL:  too many connections for role \"web\"") +
    line("01:00.000", "FATAL:  sorry, too many clients already") +
    line("01:01.000", "LOG:  temporary file: path \"base/pgsql_tmp/pgsql_tmp1.0\", size 1000") +
    line("01:02.000", "LOG:  temporary file: path \"base/pgsql_tmp/pgsql_tmp1.1\", size 500") +
    line("01:03.000", "LOG:  duration: 1.5 ms  statement: CREATE TEMP TABLE t (a int)") +
    line("01:04.000", "LOG:  duration: 0.3 ms  statement: CREATE TABLE IF NOT EXISTS t (a int)") +
    line("02:00.000", "LOG:  duration: 9.5 ms  statement: CREATE TABLE IF NOT EXISTS t (a int)");

Time minute(std::string_view clock) {
  const auto time = parse_log_time(std::string(kHourWords) + std::string(clock) + " UTC", Zone{});
  EXPECT_TRUE(time.has_value());
  return time ? time->time : Time{};
}

EventMarks marks_of(const Store& store) {
  const auto known = store.known_hours("default");
  EXPECT_TRUE(known && *known);
  const auto view = store.view("default", **known);
  EXPECT_TRUE(view.has_value());
  return view->current.details.marks;
}

TEST(EventMarks, AreEventsAndStatementsThatChangeTheSchemaByMinute) {
  const Scratch scratch;
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  take(*store, {scratch.write("a.log", kLog)});
  const EventMarks marks = marks_of(*store);
  const EventMark& refused = marks.at({minute("00:00"), "refused", "53300"});
  EXPECT_EQ(refused.count, 2U);
  EXPECT_EQ(refused.first, minute("00:04"));
  EXPECT_EQ(refused.last, minute("00:09"));
  EXPECT_EQ(refused.source, "a.log");
  EXPECT_EQ(refused.line, 4U);
  EXPECT_EQ(marks.at({minute("00:00"), "refused", "role_limit"}).count, 1U);
  EXPECT_EQ(marks.at({minute("01:00"), "refused", "53300"}).line, 7U);
  const EventMark& drop = marks.at({minute("00:00"), "statement", "DROP"});
  EXPECT_EQ(drop.line, 2U);
  EXPECT_NE(drop.fingerprint, 0U);
  EXPECT_EQ(marks.at({minute("00:00"), "statement", "ALTER"}).line, 3U) << "without a duration";
  EXPECT_FALSE(marks.contains({minute("01:00"), "statement", "CREATE"}))
      << "a temporary table, and one that was there";
  EXPECT_EQ(marks.at({minute("02:00"), "statement", "CREATE"}).count, 1U);
  const EventMark& files = marks.at({minute("01:00"), "temp_file", ""});
  EXPECT_EQ(files.count, 2U);
  EXPECT_EQ(files.amount, 1500U);
}

TEST(EventMarks, AreTheSameFromPiecesInAnyOrder) {
  const Scratch scratch;
  auto whole = Store::in_memory(), parts = Store::in_memory();
  ASSERT_TRUE(whole && parts);
  take(*whole, {scratch.write("a.log", kLog)});
  const std::size_t cut = kLog.find('\n', kLog.size() / 2) + 1;
  take(*parts, {scratch.write("c.log", kLog.substr(cut))});
  take(*parts, {scratch.write("b.log", kLog.substr(0, cut))});
  const EventMarks one = marks_of(*whole), other = marks_of(*parts);
  ASSERT_EQ(one.size(), other.size());
  for (const auto& [key, mark] : one) {
    const EventMark& same = other.at(key);
    EXPECT_EQ(same.count, mark.count) << key.event_class;
    EXPECT_EQ(same.first, mark.first) << key.event_class;
    EXPECT_EQ(same.amount, mark.amount) << key.event_class;
    EXPECT_EQ(same.fingerprint, mark.fingerprint) << key.event_class;
  }
}

TEST(EventMarks, AreGivenUpWithAge) {
  const Scratch scratch;
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  take(*store, {scratch.write("a.log", kLog)});
  std::string later = kLog;
  for (std::size_t at = 0; (at = later.find("2026-03-12", at)) != std::string::npos;) {
    later.replace(at, 10, "2026-03-29");
  }
  take(*store, {scratch.write("b.log", later)});
  const auto server = store->server("default");
  ASSERT_TRUE(server && store->forget(*server, Retention{}));
  for (const auto& [key, mark] : marks_of(*store)) EXPECT_GT(key.minute, minute("59:00"));
  EXPECT_FALSE(marks_of(*store).empty());
}

}  // namespace
}  // namespace pgcounsel
