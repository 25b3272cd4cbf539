// Logs that nobody should have to read: each stands between good lines, which must all be counted,
// and what the hostile ones hold must neither end the program, nor take long, nor reach a report.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "tests/unit/ingest_fixture.h"

namespace pgcounsel {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kGood = 20;
constexpr std::string_view kSecret = "Zq7xSecret";
constexpr std::size_t kMegabyte = std::size_t{1} << 20;

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

std::string stderr_line(std::string_view message,
                        std::string_view time = "2026-11-22 10:00:30.000") {
  return std::string(time) + " UTC [77] web@shop LOG:  " + std::string(message) + "\n";
}

std::string csv_line(std::string_view message, std::string_view time = "2026-11-22 10:00:30.000") {
  return std::string(time) +
         " UTC,\"web\",\"shop\",77,\"10.0.0.7:4\",6925808a.4d,1,\"idle\",2026-11-22 09:00:00 "
         "UTC,,0,LOG,00000,\"" +
         std::string(message) + "\",,,,,,,,,\"api\",\"client backend\",,0\n";
}

std::string json_line(std::string_view message, std::string_view time = "2026-11-22 10:00:30.000") {
  return "{\"timestamp\":\"" + std::string(time) +
         " UTC\",\"user\":\"web\",\"dbname\":\"shop\",\"pid\":77,\"session_id\":\"6925808a.4d\","
         "\"error_severity\":\"LOG\",\"message\":\"" +
         std::string(message) + "\"}\n";
}

using Line = std::string (*)(std::string_view message, std::string_view time);

// The hostile bytes between good lines of the same form.
std::string log_around(const std::string& hostile, Line line) {
  std::string log;
  for (std::uint64_t i = 0; i < kGood; ++i) {
    if (i == kGood / 2) log += hostile;
    const std::string time = "2026-11-22 10:00:" + std::to_string(10 + i) + ".000";
    log += line("duration: 1.000 ms  statement: SELECT a FROM t", time);
  }
  return log;
}

std::string statement(std::string_view sql) {
  return "duration: 2.000 ms  statement: " + std::string(sql);
}

struct Hostile {
  const char* name;
  Line line;
  std::function<std::string()> bytes;
  std::uint64_t records, unparsed, calls;  // beside the good ones
};

const Hostile kHostile[] = {
    {"FiftyMegabytesOfLiteral", stderr_line,
     [] { return stderr_line(statement("SELECT '" + std::string(50 * kMegabyte, 'x') + "'")); }, 1,
     0, 1},
    {"FiftyMegabytesOfLiteralCsv", csv_line,
     [] { return csv_line(statement("SELECT '" + std::string(50 * kMegabyte, 'x') + "'")); }, 1, 0,
     1},
    {"FiftyMegabytesOfLiteralJson", json_line,
     [] { return json_line(statement("SELECT '" + std::string(50 * kMegabyte, 'x') + "'")); }, 1, 0,
     1},
    {"FiftyMegabytesOfRubbish", stderr_line, [] { return std::string(50 * kMegabyte, 'x') + "\n"; },
     0, 1, 0},
    {"NestedParentheses", stderr_line,
     [] {
       return stderr_line(
           statement("SELECT " + repeated("(", 10'000) + "1" + repeated(")", 10'000)));
     },
     1, 0, 1},
    {"OpenParentheses", stderr_line,
     [] { return stderr_line(statement("SELECT " + repeated("(", 10'000))); }, 1, 0, 1},
    {"NestedSelects", stderr_line,
     [] {
       return stderr_line(
           statement(repeated("SELECT * FROM (", 5'000) + "SELECT 1" + repeated(") AS s", 5'000)));
     },
     1, 0, 1},
    {"FiftyThousandTerms", stderr_line,
     [] { return stderr_line(statement("SELECT 1" + repeated(" + 1", 50'000))); }, 1, 0, 1},
    {"FiftyThousandElements", stderr_line,
     [] {
       return stderr_line(
           statement("SELECT a FROM t WHERE a IN (1" + repeated(", 2", 50'000) + ")"));
     },
     1, 0, 1},
    {"AMegabyteOfColumns", stderr_line,
     [] { return stderr_line(statement("SELECT a" + repeated(", abcdef", kMegabyte / 8))); }, 1, 0,
     1},
    {"AMegabyteOfLines", stderr_line,
     [] { return stderr_line(statement("SELECT a" + repeated(",\n\tb", kMegabyte / 4))); }, 1, 0,
     1},
    {"AMegabyteOfQuotes", csv_line,
     [] { return csv_line(statement("SELECT " + repeated("\"\"", kMegabyte / 2))); }, 1, 0, 1},
    {"AMegabyteOfEscapes", json_line,
     [] { return json_line(statement("SELECT '" + repeated("\\u0000\\ud800", kMegabyte / 12))); },
     1, 0, 1},
    {"AMegabyteOfBrackets", json_line, [] { return repeated("{\"a\":{", kMegabyte / 6) + "\n"; }, 0,
     1, 0},
    {"UnclosedLiteral", stderr_line,
     [] {
       return stderr_line(
           statement("SELECT '" + std::string(kSecret) + std::string(kMegabyte, 'x')));
     },
     1, 0, 1},
    {"InvalidUtf8", stderr_line,
     [] { return stderr_line(statement("SELECT \"\xff\xfe\" FROM \xc3, '\xf0\x9f'")); }, 1, 0, 1},
    {"NulsInAStatement", stderr_line,
     [] { return stderr_line(statement("SELECT '\0Zq7xSecret', \0 'Zq7xSecret'"sv)); }, 1, 0, 1},
    {"LinesOfNuls", stderr_line, [] { return repeated("\0\0\0\n"sv, 10); }, 0, 10, 0},
    {"HugeDurations", stderr_line,
     [] {
       return stderr_line("duration: 99999999999999999999.999 ms  statement: SELECT 'Zq7xSecret'") +
              stderr_line("duration: 9223372036854775.807 ms  statement: SELECT 'Zq7xSecret'");
     },
     2, 0, 0},
    {"ClockBackAndForth", stderr_line,
     [] {
       return stderr_line(statement("SELECT 1"), "1970-01-01 00:00:00.000") +
              stderr_line(statement("SELECT 1"), "2026-11-22 10:00:30.000") +
              stderr_line(statement("SELECT 1"), "2025-11-22 10:00:30.000");
     },
     3, 0, 3},
    {"ClockAtTheEndsOfTime", stderr_line,
     [] {
       return stderr_line(statement("BEGIN"), "2262-01-01 00:00:00.000") +
              stderr_line(statement("COMMIT"), "1970-01-01 00:00:00.000");
     },
     2, 0, 2},
    {"NoTimeAtAll", stderr_line,
     [] {
       return stderr_line("x", "2026-02-30 25:61:61.000") +
              stderr_line("x", "9999-12-31 23:59:59.999") +
              stderr_line("x", "0001-01-01 00:00:00.000") + stderr_line("x", "0000-00-00");
     },
     0, 4, 0},
    {"DetailsWithoutARecord", stderr_line,
     [] {
       return repeated("2026-11-22 10:00:30.000 UTC [78] web@shop DETAIL:  Zq7xSecret\n", 100);
     },
     0, 100, 0},
};

class HostileLog : public testing::TestWithParam<Hostile> {};

TEST_P(HostileLog, LosesNoGoodLineAndTakesNotLong) {
  constexpr std::chrono::seconds kMost{20};  // with sanitizers; quadratic time takes minutes
  const Hostile& hostile = GetParam();
  const Scratch scratch;
  const std::string path = scratch.write("h.log", log_around(hostile.bytes(), hostile.line));
  const auto begin = std::chrono::steady_clock::now();
  Store store = empty_store();
  const IngestOutcome outcome = take(store, {path});
  const Workload workload = workload_of(store);
  const std::string report = life_of(store);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kMost);
  EXPECT_EQ(outcome.records, kGood + hostile.records);
  EXPECT_EQ(outcome.unparsed, hostile.unparsed);
  EXPECT_EQ(workload.totals.statements, kGood + hostile.calls);
  EXPECT_EQ(report.find(kSecret), std::string::npos);
  EXPECT_LT(report.size(), kMegabyte);
}

INSTANTIATE_TEST_SUITE_P(Case, HostileLog, testing::ValuesIn(kHostile),
                         [](const auto& hostile) { return std::string(hostile.param.name); });

}  // namespace
}  // namespace pgcounsel
