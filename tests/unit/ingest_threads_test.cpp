// However many threads read, and however little memory they have: the same ledger.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/ingest_fixture.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kManyMinutes = 90;  // over a megabyte: several chunks

std::string report_with(const std::string& input, std::size_t threads, std::size_t memory) {
  Store store = empty_store();
  IngestRequest request;
  request.inputs = {input};
  request.server = "default";
  request.threads = threads;
  request.most_memory = memory;
  const auto outcome = ingest(store, request);
  EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
  return render_json(report_of(store)) + render_markdown(report_of(store));
}

constexpr std::size_t kPlenty = std::size_t{256} << 20;

void expect_same_with_any_threads(const std::string& bytes) {
  const Scratch scratch;
  const std::string log = scratch.write("shop.log", bytes);
  const std::string expected = report_with(log, 1, kPlenty);
  for (const std::size_t threads : {2U, 3U, 7U}) {
    ASSERT_EQ(report_with(log, threads, kPlenty), expected) << threads << " threads";
  }
}

class IngestThreads : public testing::TestWithParam<LogForm> {};

TEST_P(IngestThreads, GiveTheSameReport) {
  expect_same_with_any_threads(bytes_of(repeated(shop_log(), kManyMinutes, 61'000), GetParam()));
}

// A sixteenth of it: a commit after each chunk, and no session is kept beyond one.
TEST_P(IngestThreads, GiveTheSameReportWithHardlyAnyMemory) {
  const Scratch scratch;
  const std::string log =
      scratch.write("shop.log", bytes_of(repeated(shop_log(), kManyMinutes, 61'000), GetParam()));
  const std::string expected = report_with(log, 1, kPlenty);
  for (const std::size_t memory : {std::size_t{0}, std::size_t{1} << 20}) {
    ASSERT_EQ(report_with(log, 2, memory), expected) << memory << " bytes";
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, IngestThreads,
                         testing::Values(LogForm::kPid, LogForm::kSession, LogForm::kSeconds,
                                         LogForm::kCsv),
                         form_name);

TEST(IngestOnThreads, LearnsAPrefixThatComesLate) {
  const ShopLog log = repeated(shop_log(), kManyMinutes, 61'000);
  const ShopLog first(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(log.size() / 2));
  const ShopLog second(log.begin() + static_cast<std::ptrdiff_t>(log.size() / 2), log.end());
  expect_same_with_any_threads(bytes_of(first, LogForm::kSession) +
                               bytes_of(second, LogForm::kPid));
}

TEST(IngestOnThreads, ReadsTheNewestFirst) {
  const std::string bytes = bytes_of(repeated(shop_log(), kManyMinutes, 61'000), LogForm::kCsv);
  // Records of csvlog with a newline in them keep their lines together.
  std::vector<std::string> records;
  bool quoted = false;
  std::string record;
  for (const char c : bytes) {
    record += c;
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) records.push_back(std::exchange(record, {}));
  }
  std::reverse(records.begin(), records.end());
  std::string turned;
  for (const std::string& each : records) turned += each;
  expect_same_with_any_threads(turned);
}

}  // namespace
}  // namespace pgcounsel
