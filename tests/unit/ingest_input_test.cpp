// Inputs that cannot be used, or not as a whole: what is told of them.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/ingest_fixture.h"

namespace pgcounsel {
namespace {

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
