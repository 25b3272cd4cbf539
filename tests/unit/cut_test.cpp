#include "parser/log/cut.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/log/reader.h"
#include "tests/unit/ingest_fixture.h"

namespace pgcounsel {
namespace {

LogFormat format_of(std::string_view log) {
  auto format = recognise(log, true, FormatHints{});
  EXPECT_TRUE(format.has_value() && format->has_value());
  return **format;
}

// Everything that a reader told, but where it stands.
std::vector<std::string> told(const LogFormat& format, std::string_view bytes) {
  ChunkRecords read;
  EXPECT_EQ(read_chunk(format, Chunk{bytes, 1, true}, read), bytes.size());
  std::vector<std::string> all;
  for (const LogRecord& r : read.records) {
    all.push_back(fmt::format("{} {} {}|{}|{}|{}|{}|{}", r.time.time_since_epoch().count(), r.pid,
                              name_of(r.severity), r.message, r.detail, r.hint, r.context,
                              r.statement));
  }
  for (std::uint64_t i = 0; i < read.unparsed; ++i) all.emplace_back("unparsed");
  return all;
}

// Whatever part of the log is looked at, its two pieces together tell what the whole tells.
void expect_pieces_like_whole(std::string_view log, std::size_t least_cuts) {
  const LogFormat format = format_of(log);
  ASSERT_TRUE(can_be_cut(format));
  const std::vector<std::string> whole = told(format, log);
  std::size_t cuts = 0, last = 0;
  for (std::size_t window = 1; window <= log.size(); ++window) {
    const auto cut = find_cut(format, log.substr(0, window));
    if (!cut) continue;
    ASSERT_GT(*cut, 0U);
    ASSERT_LT(*cut, window);
    if (*cut == last) continue;
    last = *cut;
    ++cuts;
    std::vector<std::string> pieces = told(format, log.substr(0, *cut));
    for (std::string& record : told(format, log.substr(*cut))) pieces.push_back(std::move(record));
    ASSERT_EQ(pieces, whole) << "cut at " << *cut;
  }
  EXPECT_GE(cuts, least_cuts);
}

class CutShop : public testing::TestWithParam<LogForm> {};

TEST_P(CutShop, TellsTheSameInTwoPieces) {
  expect_pieces_like_whole(bytes_of(shop_log(), GetParam()), 40);
}

INSTANTIATE_TEST_SUITE_P(Forms, CutShop,
                         testing::Values(LogForm::kPid, LogForm::kSession, LogForm::kSeconds,
                                         LogForm::kCsv),
                         form_name);

TEST(Cut, OfCsvIsNotInsideAStatementThatLooksLikeRows) {
  const std::string row =
      "2026-03-12 10:00:00.000 UTC,\"web\",\"shop\",7,\"h:1\",6b.7,1,"
      "\"SELECT\",2026-03-12 10:00:00 UTC,3/1,0,LOG,00000,\"duration: 1.000 ms  "
      "statement: INSERT INTO logs VALUES ('{}')\",,,,,,,,,\"psql\",\"\",,0\n";
  const std::string inner = "a\n2026-03-12 10:00:00.000 UTC,\"\"x\"\",\n2026-03-12 10:00:01 UTC,y";
  std::string log;
  for (int i = 0; i < 4; ++i) log += fmt::format(fmt::runtime(row), inner);
  expect_pieces_like_whole(log, 3);
}

TEST(Cut, OfJsonIsBetweenLines) {
  std::string log;
  for (int i = 0; i < 5; ++i) {
    log += fmt::format(
        "{{\"timestamp\":\"2026-03-12 10:00:0{}.000 UTC\",\"pid\":7,\"error_severity\":\"LOG\","
        "\"message\":\"statement: SELECT '}}\\n{{'\"}}\n",
        i);
  }
  expect_pieces_like_whole(log, 4);
}

TEST(Cut, IsNotMadeWhereEnvelopesMayCarryPieces) {
  const std::string line =
      "2026-03-12T10:00:00+00:00 db1 postgres[7]: [1-1] 2026-03-12 10:00:00.000 UTC [7] LOG:  a\n";
  const LogFormat format = format_of(line + line + line);
  ASSERT_TRUE(format.envelope.has_value());
  EXPECT_FALSE(can_be_cut(format));
  EXPECT_FALSE(find_cut(format, line + line).has_value());
}

}  // namespace
}  // namespace pgcounsel
