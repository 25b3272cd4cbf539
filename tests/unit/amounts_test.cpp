#include "parser/log/amounts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/log/event.h"

namespace pgcounsel {
namespace {

std::string told(Severity severity, std::string_view message, std::string_view context = {}) {
  LogRecord record;
  record.severity = severity;
  record.message = message;
  record.context = context;
  const Amounts amounts = amounts_of(event_class_of(event_of(record)), record);
  std::string text = std::string(amounts.event_class);
  if (!amounts.object.empty()) text += "[" + std::string(amounts.object) + "]";
  for (const Amount& amount : amounts.all()) {
    text += " " + std::string(amount.measure) + "=" + std::to_string(amount.value);
  }
  return text;
}

struct Case {
  const char* name;
  const char* message;
  const char* expected;
};

class AmountsOfLog : public testing::TestWithParam<Case> {};

TEST_P(AmountsOfLog, AreThoseOfTheText) {
  EXPECT_EQ(told(Severity::kLog, GetParam().message), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Text, AmountsOfLog,
    testing::Values(
        Case{"Checkpoint9",
             "checkpoint complete: wrote 44 buffers (0.3%); 0 transaction log file(s) added, 0 "
             "removed, 1 recycled; write=4.312 s, sync=0.008 s, total=4.340 s; sync files=12, "
             "longest=0.002 s, average=0.000 s",
             "checkpoint total=4340000 write=4312000 sync=8000 buffers=44"},
        Case{"Checkpoint15",
             "checkpoint complete: wrote 2330 buffers (14.2%); 0 WAL file(s) added, 0 removed, 1 "
             "recycled; write=0.721 s, sync=0.001 s, total=0.723 s; sync files=0, longest=0.000 s, "
             "average=0.000 s; distance=13957 kB, estimate=14000 kB",
             "checkpoint total=723000 write=721000 sync=1000 distance=14291968 buffers=2330"},
        Case{"Checkpoint18",
             "checkpoint complete: wrote 7 buffers (0.0%), wrote 3 SLRU buffers; 0 WAL file(s) "
             "added, 0 removed, 0 recycled; write=0.601 s, sync=0.002 s, total=0.612 s; sync "
             "files=6, longest=0.001 s, average=0.001 s; distance=28 kB, estimate=5412 kB; "
             "lsn=0/1A2B3C8, redo lsn=0/1A2B338",
             "checkpoint total=612000 write=601000 sync=2000 distance=28672 buffers=7"},
        Case{"CheckpointThatIsCut", "checkpoint complete: wrote 44 buffers (0.3%); 0 WAL fi",
             "checkpoint buffers=44"},
        Case{"CheckpointWithoutFigures", "checkpoint complete: wrote", ""},
        Case{"ByWal", "checkpoint starting: wal", "checkpoint_start[wal] starts=1"},
        Case{"ByXlogBefore10", "checkpoint starting: xlog", "checkpoint_start[wal] starts=1"},
        Case{"ByTime", "checkpoint starting: time", "checkpoint_start[time] starts=1"},
        Case{"ByCommand", "checkpoint starting: immediate force wait",
             "checkpoint_start[immediate] starts=1"},
        Case{"ByBackup", "checkpoint starting: force wait", "checkpoint_start[force] starts=1"},
        Case{"AtTheEnd", "checkpoint starting: shutdown immediate",
             "checkpoint_start[shutdown] starts=1"},
        Case{"ByNothingKnown", "checkpoint starting: ", "checkpoint_start[other] starts=1"},
        Case{"OneSecond", "checkpoints are occurring too frequently (1 second apart)",
             "checkpoint_too_frequent apart=1000000"},
        Case{"Seconds", "checkpoints are occurring too frequently (24 seconds apart)",
             "checkpoint_too_frequent apart=24000000"},
        Case{"Vacuum9",
             "automatic vacuum of table \"shop.public.carts\": index scans: 1\n"
             "pages: 0 removed, 5400 remain, 0 skipped due to pins\n"
             "tuples: 91 removed, 1200 remain, 17 are dead but not yet removable\n"
             "buffer usage: 312 hits, 4 misses, 2 dirtied\n"
             "avg read rate: 0.100 MB/s, avg write rate: 0.050 MB/s\n"
             "system usage: CPU 0.01s/0.02u sec elapsed 3.25 sec",
             "autovacuum[shop.public.carts] index_scans=1 removed=91 dead=17 elapsed=3250000"},
        Case{"Vacuum90",
             "automatic vacuum of table \"shop.public.carts\": index scans: 0\n"
             "pages: 0 removed, 5 remain\ntuples: 9 removed, 12 remain\n"
             "system usage: CPU 0.00s/0.00u sec elapsed 0.01 sec",
             "autovacuum[shop.public.carts] index_scans=0 removed=9 elapsed=10000"},
        Case{"Vacuum15",
             "automatic vacuum of table \"shop.public.order items\": index scans: 2\n"
             "pages: 125 removed, 470 remain, 8 scanned (1.70% of total)\n"
             "tuples: 33 removed, 19 remain, 18 are dead but not yet removable\n"
             "removable cutoff: 3949960346, which was 302 XIDs old when operation ended\n"
             "system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 121.07 s",
             "autovacuum[shop.public.order items] index_scans=2 removed=33 dead=18 xids_old=302 "
             "elapsed=121070000"},
        Case{"VacuumAgainstWraparound",
             "automatic aggressive vacuum to prevent wraparound of table \"shop.public.carts\": "
             "index scans: 0",
             "autovacuum[shop.public.carts] wraparound=1 index_scans=0"},
        Case{"VacuumWhoseNameIsCut", "automatic vacuum of table \"shop.pub", ""},
        Case{"Analyze9",
             "automatic analyze of table \"shop.public.carts\" system usage: CPU 0.00s/0.04u sec "
             "elapsed 0.12 sec",
             "autoanalyze[shop.public.carts] elapsed=120000"},
        Case{"Analyze15",
             "automatic analyze of table \"shop.public.carts\"\n"
             "buffer usage: 424 hits, 0 misses, 4 dirtied\n"
             "system usage: CPU: user: 0.02 s, system: 0.00 s, elapsed: 0.02 s",
             "autoanalyze[shop.public.carts] elapsed=20000"},
        Case{"Ready18",
             "connection ready: setup total=6.560 ms, fork=0.242 ms, "
             "authentication=4.813 ms",
             "connection_ready setup=6560 fork=242 authentication=4813"},
        Case{"SkippedVacuum", "skipping vacuum of \"carts\" --- lock not available",
             "autovacuum_skipped[carts] vacuum=1"},
        Case{"SkippedAnalyze", "skipping analyze of \"carts\" --- lock not available",
             "autovacuum_skipped[carts] analyze=1"},
        Case{"SkippedForAnotherReason",
             "skipping vacuum of \"carts\" --- relation no longer exists", ""},
        Case{"AnAbsurdNumber", "checkpoints are occurring too frequently (99999999999999999999 s",
             ""},
        Case{"NotOurText", "listening on IPv4 address \"0.0.0.0\", port 5432", ""},
        Case{"Empty", "", ""}),
    [](const auto& test) { return test.param.name; });

TEST(Amounts, OfWarningsAreReadToo) {
  EXPECT_EQ(
      told(Severity::kWarning, "database \"shop\" must be vacuumed within 10985967 transactions"),
      "wraparound[shop] left=10985967");
  EXPECT_EQ(told(Severity::kError,
                 "database is not accepting commands that assign new transaction IDs to avoid "
                 "wraparound data loss in database \"shop\""),
            "wraparound[shop] refused=1");
  EXPECT_EQ(told(Severity::kWarning, "oldest xmin is far in the past"), "old_horizon warnings=1");
}

TEST(Amounts, ACancelledAutovacuumNamesItsTable) {
  const char* error = "canceling autovacuum task";
  EXPECT_EQ(told(Severity::kError, error, "automatic vacuum of table \"shop.public.carts\""),
            "autovacuum_cancel[shop.public.carts] vacuum=1");
  EXPECT_EQ(told(Severity::kError, error,
                 "while scanning block 12 of relation \"public.carts\"\n"
                 "automatic vacuum of table \"shop.public.carts\""),
            "autovacuum_cancel[shop.public.carts] vacuum=1");
  EXPECT_EQ(told(Severity::kError, error, "automatic analyze of table \"shop.public.carts\""),
            "autovacuum_cancel[shop.public.carts] analyze=1");
  EXPECT_EQ(told(Severity::kError, error), "autovacuum_cancel vacuum=1");
}

TEST(Amounts, LongAndBrokenTextsAreReadOnceAndTellNothingWrong) {
  const std::string long_name(1'000'000, 'x');
  EXPECT_EQ(told(Severity::kLog, "automatic vacuum of table \"" + long_name + "\": index scans: 1"),
            "");
  const std::string nul("checkpoint complete: wrote \0 buffers", 36);
  EXPECT_EQ(told(Severity::kLog, nul), "");
  EXPECT_EQ(told(Severity::kLog, "automatic vacuum of table \"a\xff.b.c\": index scans: 1"),
            "autovacuum[a\xff.b.c] index_scans=1");
}

}  // namespace
}  // namespace pgcounsel
