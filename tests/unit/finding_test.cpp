#include "analyzer/finding.h"

#include <gtest/gtest.h>

namespace pgcounsel {
namespace {

Finding finding(std::string key, Level level, std::optional<Gain> gain = std::nullopt) {
  Finding made;
  made.key = std::move(key);
  made.level = level;
  made.gain = gain;
  return made;
}

std::string order_of(Findings findings) {
  rank(findings);
  std::string order;
  for (const Finding& one : findings) order += one.key;
  return order;
}

TEST(Finding, LevelsAreNamedBothWays) {
  for (const Level level :
       {Level::kInfo, Level::kLow, Level::kMedium, Level::kHigh, Level::kCritical}) {
    EXPECT_EQ(level_named(name_of(level)), level);
  }
  EXPECT_EQ(name_of(Level::kCritical), "critical");
  EXPECT_EQ(name_of(Safety::kAdvisory), "advisory");
  EXPECT_EQ(name_of(Confidence::kHigh), "high");
  EXPECT_FALSE(level_named("High"));
}

TEST(Finding, RanksByLevelThenGainThenKey) {
  EXPECT_EQ(order_of({finding("d", Level::kLow, Gain{9, 99}), finding("c", Level::kHigh),
                      finding("b", Level::kHigh, Gain{1, 5}),
                      finding("a", Level::kHigh, Gain{1, 50}), finding("e", Level::kInfo)}),
            "abcde");
}

TEST(Finding, WhatTheLogHidesStandsBehindWhatAilsTheServer) {
  Finding setting = finding("a", Level::kMedium);
  setting.subject = {"setting", "log_line_prefix"};
  Finding other = finding("c", Level::kMedium);
  other.subject = {"setting", "max_wal_size"};
  EXPECT_EQ(order_of({setting, other, finding("b", Level::kMedium), finding("d", Level::kLow)}),
            "bcad");
}

TEST(Finding, GainsThatPrintAlikeAreOrderedByKey) {
  EXPECT_EQ(order_of({finding("b", Level::kHigh, Gain{1, 5.2}),
                      finding("a", Level::kHigh, Gain{1, 5.1})}),
            "ab");
}

}  // namespace
}  // namespace pgcounsel
