#include "parser/log/csv_log.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

// A row of PostgreSQL 15 with the given message and statement as they stand in the file.
std::string row(const std::string& message, const std::string& statement = "") {
  return "2026-11-22 07:48:43.355 "
         "UTC,\"web\",\"shop\",77,\"127.0.0.1:4711\",6b029e2a.4d,3,\"SELECT\","
         "2026-11-22 07:48:42 UTC,3/17,0,LOG,00000," +
         message + ",,,,,," + statement + ",,,\"check out, \"\"app\"\"\",\"client backend\",,-42\n";
}

ChunkRecords read(const std::string& log, bool last = true) {
  static std::string kept;
  kept = log;
  ChunkRecords out;
  read_csv(Zone{}, Chunk{kept, 1, last}, out);
  return out;
}

TEST(CsvLog, ReadsTheFieldsOfARow) {
  const ChunkRecords out = read(row("\"duration: 1.5 ms  statement: SELECT 1\""));
  ASSERT_EQ(out.records.size(), 1U);
  const LogRecord& record = out.records[0];
  EXPECT_EQ(record.message, "duration: 1.5 ms  statement: SELECT 1");
  EXPECT_EQ(record.user, "web");
  EXPECT_EQ(record.database, "shop");
  EXPECT_EQ(record.application, "check out, \"app\"");
  EXPECT_EQ(record.pid, 77U);
  EXPECT_EQ(record.query_id, -42);
  EXPECT_EQ(record.sqlstate, "00000");
  EXPECT_EQ(record.severity, Severity::kLog);
  ASSERT_TRUE(record.in_transaction.has_value());
  EXPECT_TRUE(*record.in_transaction);
  EXPECT_EQ(iso_milliseconds(record.time), "2026-11-22T07:48:43.355Z");
}

TEST(CsvLog, TellsRecordsInOtherLanguages) {
  std::string russian = row("\"x\"");
  russian.replace(russian.find(",LOG,"), 5, ",ОШИБКА,");
  const ChunkRecords out = read(row("\"x\"") + russian);
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_FALSE(out.records[0].localised);
  EXPECT_TRUE(out.records[1].localised);
  EXPECT_EQ(out.records[1].severity, Severity::kError);
}

TEST(CsvLog, KeepsNewlinesCommasAndQuotesInsideQuotes) {
  const ChunkRecords out =
      read(row("\"a\nb,\"\"c\"\"\n2026-11-22 07:48:43.355 UTC,x\"") + row("\"next\""));
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].message, "a\nb,\"c\"\n2026-11-22 07:48:43.355 UTC,x");
  EXPECT_EQ(out.records[1].line, 4U);
  EXPECT_EQ(out.unparsed, 0U);
}

TEST(CsvLog, ReadsTheColumnsOfEveryVersion) {
  const std::string common =
      "2026-11-22 07:48:43.355 UTC,\"u\",\"d\",1,,6b029e2a.1,1,,2026-11-22 07:48:42 "
      "UTC,,0,LOG,00000,"
      "\"m\",,,,,,,,";  // 22 columns of 8.4
  for (const std::string tail :
       {"", ",\"app\"", ",\"app\",\"client backend\"", ",\"app\",\"client backend\",0",
        ",\"app\",\"client backend\",,7"}) {
    const ChunkRecords out = read(common + tail + "\n");
    ASSERT_EQ(out.records.size(), 1U) << tail;
    EXPECT_EQ(out.records[0].application, tail.empty() ? "" : "app");
  }
}

TEST(CsvLog, CountsLinesThatAreNoRecordAndGoesOn) {
  const ChunkRecords out =
      read("2025-01-21 18:32:48.288 CET [77898] LOG:  invalid value\npg_ctl: \"no\n" +
           row("\"m\"") + "2026-11-22 07:48:43.355 UTC,too,few\n" + row("\"n\""));
  EXPECT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.unparsed, 3U);
  EXPECT_EQ(out.first_unparsed, 1U);
}

TEST(CsvLog, ACutEndIsCountedAndLosesNothingElse) {
  const std::string whole = row("\"m\"");
  const ChunkRecords out = read(whole + whole.substr(0, whole.size() / 2));
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.unparsed, 1U);
}

// Each line closes a quote and opens another, so each begins a row that ends nowhere.
TEST(CsvLog, IsLinearInQuotesThatAreNotClosed) {
  constexpr std::size_t kTimes = 100'000;
  std::string log;
  for (std::size_t i = 0; i < kTimes; ++i) log += "2026-11-22 07:48:43.355 UTC,x\",\"\n";
  const ChunkRecords out = read(log + row("\"m\""));
  EXPECT_EQ(out.unparsed, kTimes);
  EXPECT_EQ(out.records.size(), 1U);
}

TEST(CsvLog, ReadsALastRowWithoutItsNewline) {
  std::string log = row("\"a\nb\"");
  log.pop_back();
  EXPECT_EQ(read(log).records.size(), 1U);
  EXPECT_EQ(read(log, false).records.size(), 0U);
}

TEST(CsvLog, ReadsTheSameWhereverItIsCut) {
  const std::string log =
      row("\"a\n\"\"b\"") + "rubbish\n" + row("\"c\"", "\"SELECT\n1\"") + row("d");
  const ChunkRecords whole = read(log);
  ASSERT_EQ(whole.records.size(), 3U);
  for (std::size_t cut = 0; cut <= log.size(); ++cut) {
    ChunkRecords left, right;
    const std::size_t taken =
        read_csv(Zone{}, Chunk{std::string_view(log).substr(0, cut), 1, false}, left);
    read_csv(Zone{}, Chunk{std::string_view(log).substr(taken), 1 + left.lines, true}, right);
    ASSERT_EQ(left.records.size() + right.records.size(), 3U) << cut;
    ASSERT_EQ(left.unparsed + right.unparsed, whole.unparsed) << cut;
    for (std::size_t i = 0; i < 3; ++i) {
      const bool is_left = i < left.records.size();
      const LogRecord& record = is_left ? left.records[i] : right.records[i - left.records.size()];
      ASSERT_EQ(record.message, whole.records[i].message) << cut;
      ASSERT_EQ(record.statement, whole.records[i].statement) << cut;
      ASSERT_EQ(record.application, whole.records[i].application) << cut;
      ASSERT_EQ(record.line, whole.records[i].line) << cut;
      ASSERT_EQ(record.offset + (is_left ? 0 : taken), whole.records[i].offset) << cut;
      ASSERT_EQ(record.time, whole.records[i].time) << cut;
    }
    ASSERT_EQ(right.records.empty() ? left.records.back().line : right.records.back().line, 6U)
        << cut;
  }
}

TEST(CsvLog, ReadsRowsAsTheOtherScannerDoes) {
  // A carriage return behind a closing quote is left to that; so one of each row goes either way.
  const std::string plain = row("\"a \"\"b\"\"\nc\"", "\"SELECT \"\"x\"\"\"");
  std::string other = plain;
  other.replace(other.find(",,-42"), 5, "\r\n");
  std::string same = plain;
  same.replace(same.find(",,-42"), 5, "");
  const ChunkRecords left = read(same);
  const ChunkRecords right = read(other);
  ASSERT_EQ(left.records.size(), 1U);
  ASSERT_EQ(right.records.size(), 1U);
  EXPECT_EQ(right.records[0].message, "a \"b\"\nc");
  EXPECT_EQ(right.records[0].statement, "SELECT \"x\"");
  EXPECT_EQ(right.records[0].application, "check out, \"app\"");
  EXPECT_EQ(right.lines, 2U + 1U);  // and an empty line, as the row had a newline already
  EXPECT_EQ(left.lines, 2U);
}

// Whatever is kept of a session's earlier rows, a row that is like them says what it says alone.
TEST(CsvLog, ReadsARowBehindThoseOfItsSessionAsItReadsItAlone) {
  const std::string usual = [] {
    std::string text = row("\"m\"", "\"SELECT 1\"");
    text.replace(text.find("\"check"), 20, "\"psql\"");
    return text;
  }();
  const std::string behind(40, '\n');
  const auto as_text = [](const ChunkRecords& out) {
    if (out.records.empty()) return std::string("none");
    const LogRecord& last = out.records.back();
    std::string text = std::to_string(last.session.id) + " " + std::to_string(last.pid) + " " +
                       std::to_string(last.session_line) + " " + std::to_string(last.query_id);
    for (const auto part : {last.user, last.database, last.host, last.application, last.sqlstate,
                            last.message, last.statement}) {
      text.append("|").append(part);
    }
    return text;
  };
  ASSERT_EQ(as_text(read(usual + behind)),
            "7710899415237525581 77 3 -42|web|shop|127.0.0.1:4711|psql|00000|m|SELECT 1");
  for (std::size_t at = 28; at + 1 < usual.size(); ++at) {
    for (const char* const put : {",", "\"", "x", "\"\"", "\n", "", "0"}) {
      std::string other = usual;
      other.replace(at, 1, put);
      const ChunkRecords alone = read(other + behind);
      const std::string expected = as_text(alone);
      const std::size_t size = alone.records.size();
      const ChunkRecords after = read(usual + usual + other + behind);
      ASSERT_EQ(after.records.size(), size + 2) << other;
      ASSERT_TRUE(size == 0 || as_text(after) == expected) << other;
    }
  }
}

TEST(CsvLog, TakesAQuoteBehindTheTimeForAPartOfItWhereverTheRowStands) {
  std::string other = row("\"m\"");
  other.insert(other.find(" UTC,") + 4, "\"");
  for (const std::string& behind : {std::string(), row("\"n\"")}) {
    const ChunkRecords out = read(other + behind);
    ASSERT_FALSE(out.records.empty());
    EXPECT_EQ(out.records[0].message, "m");
  }
}

}  // namespace
}  // namespace pgcounsel
