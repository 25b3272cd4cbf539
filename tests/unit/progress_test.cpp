#include "advisors/cli/progress.h"

#include <gtest/gtest.h>

namespace pgcounsel {
namespace {

constexpr std::uint64_t kMegabyte = 1024 * 1024;

TEST(Progress, ShowsWhatIsKnown) {
  EXPECT_EQ(progress_line({100 * kMegabyte, 400 * kMegabyte, 1'931'204, kSecond}),
            "█████░░░░░░░░░░░░░░░  100 MB of 400 MB  25 %  105 MB/s  1,931,204 records  3 s left");
  EXPECT_EQ(progress_line({100 * kMegabyte, std::nullopt, 12, kSecond * 2}),
            "100 MB  52 MB/s  12 records");
}

TEST(Progress, SaysNoSpeedBeforeThereIsOne) {
  EXPECT_EQ(progress_line({10, 400, 1, Micros{1'000}}),
            "░░░░░░░░░░░░░░░░░░░░  10 B of 400 B  2 %  1 records");
  EXPECT_EQ(progress_line({0, 0, 0, kSecond}), "0 B  0 records");
}

TEST(Progress, AFileThatGrewIsAtMostWhole) {
  EXPECT_EQ(progress_line({500 * kMegabyte, 400 * kMegabyte, 7, kSecond * 5}),
            "████████████████████  500 MB of 500 MB  100 %  105 MB/s  7 records");
}

TEST(Progress, LongTimesAreMinutesAndHours) {
  EXPECT_NE(progress_line({kMegabyte, 101 * kMegabyte, 1, kSecond}).find("1:40 min left"),
            std::string::npos);
  EXPECT_NE(progress_line({kMegabyte, 5401 * kMegabyte, 1, kSecond}).find("1:30 h left"),
            std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
