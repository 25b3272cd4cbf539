#include "analyzer/ledger/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>

#include "tests/unit/ledger_file.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shop_log.h"

namespace pgcounsel {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

TEST_F(Ledger, IsForItsOwnerOnlyWithWhatStandsBesideIt) {
  const mode_t before = ::umask(0);
  fill();
  ::umask(before);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(scratch_.folder())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(mode_of(entry.path().string()), 0600U) << entry.path();
    EXPECT_TRUE(entry.path().string().starts_with(path_)) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 1U);
}

TEST_F(Ledger, LeavesNoJournalBehind) {
  fill();
  EXPECT_FALSE(fs::exists(path_ + "-journal"));
  EXPECT_FALSE(fs::exists(path_ + "-wal"));
  EXPECT_FALSE(fs::exists(path_ + "-shm"));
  EXPECT_EQ(sql(path_, "PRAGMA journal_mode"), "delete\n");
}

TEST_F(Ledger, IsMarkedAsOurs) {
  fill();
  EXPECT_EQ(sql(path_, "PRAGMA user_version"), std::to_string(kLedgerVersion) + "\n");
  EXPECT_EQ(sql(path_, "PRAGMA application_id"), std::to_string(0x70676373) + "\n");
  EXPECT_EQ(sql(path_, "PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(sql(path_, "PRAGMA foreign_key_check"), "");
}

// ---- What is no ledger

struct Foreign {
  const char* name;
  void (*make)(const Scratch& scratch, const std::string& path);
};

void PrintTo(const Foreign& foreign, std::ostream* out) {
  *out << foreign.name;
}

void make_ledger(const Scratch& scratch, const std::string& path) {
  const std::string log = scratch.write("log", bytes_of(shop_log(), LogForm::kPid));
  auto store = Store::open_for_writing(path, 0ms);
  ASSERT_TRUE(store.has_value());
  take(*store, {log});
}

void overwrite(const std::string& path, std::size_t from, std::size_t size) {
  std::string bytes = read_file(path);
  ASSERT_GT(bytes.size(), from + size);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), size, '\xa5');
  std::ofstream(path, std::ios::binary) << bytes;
}

class NoLedger : public testing::TestWithParam<Foreign> {
 protected:
  NoLedger() : path_(scratch_.path("file.db")) { GetParam().make(scratch_, path_); }

  Scratch scratch_;
  std::string path_;
};

TEST_P(NoLedger, IsAnErrorForReadersAndStaysAsItIs) {
  const std::string before = read_file(path_);
  auto store = Store::open_for_reading(path_);
  ASSERT_FALSE(store.has_value());
  EXPECT_TRUE(store.error().message.starts_with(path_ + ": ")) << store.error().message;
  EXPECT_EQ(store.error().kind, ErrorKind::kInput);
  EXPECT_TRUE(read_file(path_) == before);
}

TEST_P(NoLedger, IsAnErrorForWritersAndStaysAsItIs) {
  const std::string before = read_file(path_);
  auto store = Store::open_for_writing(path_, 0ms);
  ASSERT_FALSE(store.has_value());
  EXPECT_TRUE(store.error().message.starts_with(path_ + ": ")) << store.error().message;
  EXPECT_EQ(store.error().kind, ErrorKind::kInput);
  EXPECT_TRUE(read_file(path_) == before);
}

INSTANTIATE_TEST_SUITE_P(
    Like, NoLedger,
    testing::Values(Foreign{"another_program_s_database",
                            [](const Scratch&, const std::string& path) {
                              sql(path, "CREATE TABLE bookmarks (url TEXT)");
                            }},
                    Foreign{"an_empty_database_of_another_program",
                            [](const Scratch&, const std::string& path) {
                              sql(path,
                                  "PRAGMA application_id = 7; CREATE TABLE t (a); DROP TABLE t");
                            }},
                    Foreign{"a_newer_ledger",
                            [](const Scratch& scratch, const std::string& path) {
                              make_ledger(scratch, path);
                              sql(path, "PRAGMA user_version = 999");
                            }},
                    Foreign{"a_text_file",
                            [](const Scratch&, const std::string& path) {
                              std::ofstream(path) << "Dear reader,\nthis is no database.\n";
                            }},
                    Foreign{"a_log",
                            [](const Scratch&, const std::string& path) {
                              std::ofstream(path) << bytes_of(shop_log(), LogForm::kPid);
                            }},
                    Foreign{"half_a_ledger",
                            [](const Scratch& scratch, const std::string& path) {
                              make_ledger(scratch, path);
                              fs::resize_file(path, fs::file_size(path) / 2);
                            }},
                    Foreign{"a_damaged_head",
                            [](const Scratch& scratch, const std::string& path) {
                              make_ledger(scratch, path);
                              overwrite(path, 0, 200);
                            }}),
    [](const auto& each) { return std::string(each.param.name); });

TEST_F(Ledger, TheErrorSaysWhichVersionIsTooNew) {
  fill();
  sql(path_, "PRAGMA user_version = 999");
  const auto store = Store::open_for_reading(path_);
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().message.find("999"), std::string::npos) << store.error().message;
}

// Damage that shows only where the page is read: every answer is a figure or an error, the file
// stays as it is.
TEST_F(Ledger, DamageInsideIsAnErrorThatNamesTheFile) {
  fill();
  const std::string sound = read_file(path_);
  std::size_t errors = 0;
  for (std::size_t page = 1; page * 4096 < sound.size(); page += 3) {  // each of 16 KiB
    std::string damaged = sound;
    std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(page * 4096), 4096, '\xa5');
    std::ofstream(path_, std::ios::binary) << damaged;
    const auto failed = [&](const Error& error) {
      EXPECT_TRUE(error.message.starts_with(path_ + ": ")) << page << ": " << error.message;
      ++errors;
    };
    const auto store = Store::open_for_reading(path_);
    if (!store) {
      failed(store.error());
      continue;
    }
    const auto known = store->known_hours("default");
    if (!known) {
      failed(known.error());
    } else if (*known) {
      const auto sums = store->view("default", **known);
      if (!sums) failed(sums.error());
    }
    ASSERT_TRUE(read_file(path_) == damaged) << page;
  }
  EXPECT_GT(errors, 5U);
}

TEST_F(Ledger, ADirectoryIsNoLedger) {
  fs::create_directory(path_);
  for (const auto& store : {Store::open_for_reading(path_), Store::open_for_writing(path_, 0ms)}) {
    ASSERT_FALSE(store.has_value());
    EXPECT_TRUE(store.error().message.starts_with(path_ + ": ")) << store.error().message;
  }
  EXPECT_TRUE(fs::is_empty(path_));
}

TEST_F(Ledger, ReadersMakeNoFile) {
  const auto store = Store::open_for_reading(path_);
  ASSERT_FALSE(store.has_value());
  EXPECT_TRUE(store.error().message.starts_with(path_ + ": ")) << store.error().message;
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_FALSE(fs::exists(path_ + ".lock"));
}

TEST_F(Ledger, AnEmptyFileBecomesALedgerForWritersOnly) {
  scratch_.write("ledger.db", "");
  const auto reader = Store::open_for_reading(path_);
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(fs::file_size(path_), 0U);
  fill();
  EXPECT_TRUE(Store::open_for_reading(path_).has_value());
}

TEST_F(Ledger, IsReadWhereNothingMayBeWritten) {
  fill();
  auto before = Store::open_for_reading(path_);
  ASSERT_TRUE(before.has_value());
  const std::string page = render_markdown(report_of(*before));
  fs::remove(path_ + ".lock");
  const Unprivileged somebody(scratch_);
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  ASSERT_EQ(::chmod(scratch_.folder().c_str(), 0500), 0);
  auto store = Store::open_for_reading(path_);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  EXPECT_TRUE(render_markdown(report_of(*store)) == page);
  const auto writer = Store::open_for_writing(path_, 0ms);
  EXPECT_FALSE(writer.has_value());
  EXPECT_FALSE(fs::exists(path_ + ".lock"));
  ASSERT_EQ(::chmod(scratch_.folder().c_str(), 0700), 0);
}

TEST_F(Ledger, AFolderThatMayNotBeWrittenIsAnErrorThatNamesIt) {
  const Unprivileged somebody(scratch_);
  ASSERT_EQ(::chmod(scratch_.folder().c_str(), 0500), 0);
  const auto store = Store::open_for_writing(path_, 0ms);
  ASSERT_FALSE(store.has_value());
  EXPECT_TRUE(store.error().message.starts_with(path_)) << store.error().message;
  EXPECT_NE(store.error().message.find("Permission denied"), std::string::npos);
  EXPECT_EQ(store.error().kind, ErrorKind::kInput);
  ASSERT_EQ(::chmod(scratch_.folder().c_str(), 0700), 0);
}

TEST_F(Ledger, AFolderThatIsNotThereIsAnErrorThatNamesIt) {
  const std::string path = scratch_.path("nowhere/ledger.db");
  const auto store = Store::open_for_writing(path, 0ms);
  ASSERT_FALSE(store.has_value());
  EXPECT_TRUE(store.error().message.starts_with(path)) << store.error().message;
}

TEST_F(Ledger, AReadOnlyFileIsAnErrorForWriters) {
  fill();
  const Unprivileged somebody(scratch_);
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  const std::string before = read_file(path_);
  const auto store = Store::open_for_writing(path_, 0ms);
  ASSERT_FALSE(store.has_value());
  EXPECT_TRUE(store.error().message.starts_with(path_ + ": ")) << store.error().message;
  EXPECT_TRUE(read_file(path_) == before);
}

// ---- One writer

TEST_F(Ledger, ASecondWriterIsToldAtOnce) {
  const Store first = opened();
  const auto began = std::chrono::steady_clock::now();
  const auto second = Store::open_for_writing(path_, 0ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kBusy);
  EXPECT_TRUE(second.error().message.starts_with(path_ + ": ")) << second.error().message;
}

TEST_F(Ledger, ASecondWriterMayWait) {
  auto first = std::make_unique<Store>(opened());
  std::thread release([&first] {
    std::this_thread::sleep_for(300ms);
    first.reset();
  });
  const auto began = std::chrono::steady_clock::now();
  const auto second = Store::open_for_writing(path_, 60s);
  const auto waited = std::chrono::steady_clock::now() - began;
  release.join();
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_GE(waited, 200ms);
  EXPECT_LT(waited, 30s);
}

TEST_F(Ledger, AWaitThatWasTooShortIsBusyToo) {
  const Store first = opened();
  const auto began = std::chrono::steady_clock::now();
  const auto second = Store::open_for_writing(path_, 200ms);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 200ms);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kBusy);
}

TEST_F(Ledger, ReadersDoNotWaitForAWriter) {
  fill();
  const Store writer = opened();
  const auto reader = Store::open_for_reading(path_);
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  EXPECT_EQ(workload_of(*reader).totals.statements, 31U);
}

// ---- What was stored is what was read

TEST_F(Ledger, TheReportFromTheFileIsTheOneAfterReading) {
  auto memory = Store::in_memory();
  ASSERT_TRUE(memory.has_value());
  take(*memory, {log_});
  const Report fresh = report_of(*memory);
  fill();
  const std::string before = read_file(path_);
  auto stored = Store::open_for_reading(path_);
  ASSERT_TRUE(stored.has_value());
  const Report read = report_of(*stored);
  EXPECT_EQ(render_markdown(read), render_markdown(fresh));
  EXPECT_EQ(render_json(read), render_json(fresh));
  EXPECT_EQ(render_text(read, false), render_text(fresh, false));
  EXPECT_TRUE(read_file(path_) == before) << "reading changed the ledger";
}

TEST_F(Ledger, NightsInSeveralRunsAreTheSameAsInOne) {
  const ShopLog log = repeated(shop_log(), 3, 86'400'000);
  auto memory = Store::in_memory();
  ASSERT_TRUE(memory.has_value());
  std::vector<std::string> nights;
  for (std::size_t night = 0; night < 3; ++night) {
    nights.push_back(scratch_.write("logs/night" + std::to_string(night),
                                    bytes_of(log, LogForm::kSession, night * 52, night * 52 + 52)));
    Store store = opened();
    take(store, {nights.back()});
  }
  take(*memory, nights);
  auto stored = Store::open_for_reading(path_);
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(render_markdown(report_of(*stored)), render_markdown(report_of(*memory)));
  EXPECT_EQ(render_json(report_of(*stored)), render_json(report_of(*memory)));
}

Time at(int day, int hour) {
  using namespace std::chrono;
  return Time{sys_days{year{2026} / November / day}} + hours{hour};
}

TEST_F(Ledger, AViewOfAPeriodHasThatPeriodOnly) {
  // Two hours of one day: the second without its lock waits and with a statement that is new.
  ShopLog log = shop_log();
  for (ShopRecord record : shop_log()) {
    if (record.process.pid != kPuma.pid || record.at >= 10'000) continue;
    record.at += 3'600'000;
    record.process.pid = 5101;
    log.push_back(record);
  }
  log.push_back(
      {3'700'000, kReport, "LOG", "duration: 7.000 ms  statement: SELECT 'new' FROM late"});
  Store store = opened();
  take(store, {scratch_.write("logs/two.log", bytes_of(log, LogForm::kSession))});
  const auto known = store.known_hours("default");
  ASSERT_TRUE(known.has_value() && known->has_value());
  EXPECT_EQ((*known)->since, at(25, 10));
  EXPECT_EQ((*known)->until, at(25, 12));

  const Workload first = workload_of(store, Period{at(25, 10), at(25, 11)}, "default");
  EXPECT_EQ(first.totals.statements, 31U);
  EXPECT_FALSE(first.previous.has_value());
  const Workload second = workload_of(store, Period{at(25, 11), at(25, 12)}, "default");
  EXPECT_EQ(second.totals.statements, 4U + 1U);
  EXPECT_EQ(second.totals.lock_wait, Micros{0});
  EXPECT_EQ(second.coverage.records, 8U + 1U);
  ASSERT_TRUE(second.previous.has_value());
  EXPECT_EQ(second.previous->statements, 31U);
  std::size_t news = 0;
  for (const QueryRow& query : second.queries) {
    const bool late = query.text.find("late") != std::string::npos;
    EXPECT_EQ(query.is_new, late) << query.text;
    EXPECT_EQ(query.first_seen < at(25, 11), !late) << query.text;
    news += query.is_new ? 1 : 0;
  }
  EXPECT_EQ(news, 1U);
  const auto begin = std::ranges::find(second.queries, "BEGIN", &QueryRow::text);
  ASSERT_NE(begin, second.queries.end());
  EXPECT_EQ(begin->calls, 1U);
  EXPECT_EQ(begin->previous_calls, 7U);
  const Workload both = workload_of(store, Period{at(25, 10), at(25, 12)}, "default");
  EXPECT_EQ(both.totals.statements, 31U + 5U);
  const Workload none = workload_of(store, Period{at(26, 0), at(26, 1)}, "default");
  EXPECT_EQ(none.totals.statements, 0U);
  EXPECT_TRUE(none.queries.empty());
}

TEST_F(Ledger, KeepsHowManyEntriesOfOtherProgramsWereLeftOut) {
  const std::string at = "2026-03-12T10:00:00+00:00 db1 ";
  const std::string log = scratch_.write(
      "syslog", at + "postgres[7]: [1-1] 2026-03-12 10:00:00.000 UTC [7] LOG:  one\n" + at +
                    "cron[9]: job\n" + at + "sshd[8]: login\n" + at +
                    "postgres[7]: [2-1] 2026-03-12 10:00:00.100 UTC [7] LOG:  two\n");
  Store store = opened();
  take(store, {log});
  const Workload workload = workload_of(store);
  ASSERT_EQ(workload.coverage.sources.size(), 1U);
  EXPECT_EQ(workload.coverage.sources[0].records, 2U);
  EXPECT_EQ(workload.coverage.sources[0].foreign_entries, 2U);
  const std::string page = render_markdown(report_of(store));
  EXPECT_NE(page.find("| of other programs |"), std::string::npos);
}

TEST_F(Ledger, KnowsNoHoursOfAServerWithoutRecords) {
  Store store = opened();
  ASSERT_TRUE(store.server("idle").has_value());
  const auto known = store.known_hours("idle");
  ASSERT_TRUE(known.has_value());
  EXPECT_FALSE(known->has_value());
  const auto stranger = store.known_hours("stranger");
  ASSERT_TRUE(stranger.has_value());
  EXPECT_FALSE(stranger->has_value());
}

// ---- For people with sqlite3

TEST_F(Ledger, TheViewsAnswer) {
  // Sessions whose begin and end are in the log: what is cut is folded when a report is made.
  ShopLog log = shop_log();
  log.insert(log.begin(),
             {{0, kReport, "LOG", "connection received: host=10.0.0.8 port=40003"},
              {0, kReport, "LOG", "connection authorized: user=report database=shop"}});
  log.push_back({60'500, kWorker, "LOG",
                 "disconnection: session time: 0:01:00.494 user=web database=shop host=10.0.0.7"});
  Store store = opened();
  take(store, {scratch_.write("logs/complete.log", bytes_of(log, LogForm::kSession))});
  EXPECT_EQ(sql(path_,
                "SELECT calls, errors, total_ms, max_ms, lock_wait_ms, temp_bytes FROM "
                "v_top_queries WHERE query = 'UPDATE carts SET total = \\$1 WHERE id = \\$2'"),
            "3|0|299.0|296.0|295.0|0\n");
  EXPECT_EQ(sql(path_, "SELECT sum(calls), sum(errors) FROM v_top_queries"), "31|2\n");
  EXPECT_EQ(sql(path_,
                "SELECT count(*) FROM v_top_queries WHERE server <> 'default' OR "
                "length(fingerprint) <> 16"),
            "0\n");
  EXPECT_EQ(sql(path_, "SELECT sum(count), sum(unfinished) FROM v_transactions"), "9|3\n");
  EXPECT_EQ(sql(path_,
                "SELECT count, round(hold_s, 5), round(idle_s, 5), lock_wait_s FROM "
                "v_transactions WHERE lock_wait_s > 0"),
            "1|0.30202|0.0059|0.295\n");
  EXPECT_EQ(sql(path_, "SELECT count(*) FROM v_findings"), "0\n");
}

TEST_F(Ledger, FindingsAreStoredWithTheStateThatTheyLookedAt) {
  Finding finding;
  finding.key = "some_rule/0123456789abcdef";
  finding.rule = "some_rule";
  finding.level = Level::kHigh;
  finding.subject = {"query", "0123456789abcdef"};
  finding.title = "a title; with 'quotes'";
  finding.remedy = {"sql", "CREATE INDEX x ON y (z)"};
  finding.safety = Safety::kChecked;
  finding.confidence = Confidence::kMedium;
  finding.gain = Gain{1.5, 2.5};
  finding.verify = "look again";
  {
    Store store = opened();
    take(store, {log_});
    const auto kept = store.store_findings("default", {finding});
    ASSERT_TRUE(kept.has_value()) << kept.error().message;
  }
  const std::string rows =
      "SELECT server, level, rule, subject_kind, subject_id, title, remedy, "
      "verify, current FROM v_findings";
  const std::string row =
      "default|high|some_rule|query|0123456789abcdef|a title; with 'quotes'|"
      "CREATE INDEX x ON y (z)|look again|";
  EXPECT_EQ(sql(path_, rows), row + "1\n");
  EXPECT_EQ(sql(path_, "SELECT gain_low, gain_high, safety, confidence FROM finding"),
            "1.5|2.5|checked|medium\n");
  {
    // What is there already changes nothing.
    Store store = opened();
    take(store, {log_});
  }
  EXPECT_EQ(sql(path_, rows), row + "1\n");
  {
    Store store = opened();
    take(store, {scratch_.write("logs/next.log",
                                bytes_of(repeated(shop_log(), 2, 61'000), LogForm::kSession))});
  }
  EXPECT_EQ(sql(path_, rows), row + "0\n");
  {
    Store store = opened();
    ASSERT_TRUE(store.store_findings("default", {}).has_value());
  }
  EXPECT_EQ(sql(path_, "SELECT count(*) FROM finding"), "0\n");
}

TEST_F(Ledger, FindingsOfOneServerLeaveThoseOfAnother) {
  Finding finding;
  finding.key = finding.rule = "r";
  Store store = opened();
  ASSERT_TRUE(store.store_findings("one", {finding}).has_value());
  ASSERT_TRUE(store.store_findings("two", {finding}).has_value());
  ASSERT_TRUE(store.store_findings("one", {}).has_value());
  EXPECT_EQ(sql(path_, "SELECT server FROM v_findings"), "two\n");
}

}  // namespace
}  // namespace pgcounsel
