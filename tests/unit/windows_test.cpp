#include "analyzer/pools/windows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

const Time kBegin{1'700'000'000 * kSecond};

// Windows as `3-7 10-12`, in seconds from the begin.
std::string windows(const std::vector<double>& used, double size) {
  std::string text;
  for (const FullWindow& window : full_windows(kBegin, used, size)) {
    if (!text.empty()) text += ' ';
    text += std::to_string((window.start - kBegin) / kSecond) + "-" +
            std::to_string((window.end - kBegin) / kSecond);
  }
  return text;
}

TEST(FullWindows, OpenAtNineTenthsAndCloseBelowThreeQuarters) {
  EXPECT_EQ(windows({5, 8.9, 9, 8, 7.5, 7.4, 9, 1}, 10), "2-7");  // one second of gap is joined
  EXPECT_EQ(windows({9, 9, 7.4, 1, 1, 1, 9, 9}, 10), "0-2 6-8");
  EXPECT_EQ(windows({8.9, 8.9, 8.9}, 10), "");
}

TEST(FullWindows, JoinGapsOfThreeSeconds) {
  EXPECT_EQ(windows({9, 9, 0, 0, 0, 9, 9}, 10), "0-7");
  EXPECT_EQ(windows({9, 9, 0, 0, 0, 0, 9, 9}, 10), "0-2 6-8");
}

TEST(FullWindows, LastTwoSecondsOrMore) {
  EXPECT_EQ(windows({1, 9, 1, 1, 1, 1, 9, 9, 1}, 10), "6-8");
  EXPECT_EQ(windows({0, 0, 9}, 10), "");
  EXPECT_EQ(windows({0, 9, 9}, 10), "1-3");  // full to the end
}

TEST(FullWindows, AreNoneWithoutASizeOrSeconds) {
  EXPECT_EQ(windows({9, 9, 9}, 0), "");
  EXPECT_EQ(windows({}, 10), "");
}

}  // namespace
}  // namespace pgcounsel
