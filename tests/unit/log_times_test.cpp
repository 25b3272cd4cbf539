#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/time.h"

namespace pgcounsel {
namespace {

void expect_same(LogTimes& times, const Zone& zone, const std::string& text) {
  const auto wanted = parse_log_time(text, zone);
  const auto time = times.read(text);
  ASSERT_EQ(time.has_value(), wanted.has_value()) << text;
  if (!time) return;
  EXPECT_EQ(time->time, wanted->time) << text;
  EXPECT_EQ(time->length, wanted->length) << text;
  EXPECT_EQ(time->has_fraction, wanted->has_fraction) << text;
  EXPECT_EQ(time->zone_is_certain, wanted->zone_is_certain) << text;
}

TEST(LogTimes, SaysWhatTheTimeAloneSays) {
  std::vector<std::string> texts;
  for (const std::string minute : {"2026-11-22 07:48:", "2026-11-22T07:48:", "2026-11-22 07:49:",
                                   "2026-11-32 07:49:", "1970-01-01 00:00:", "2026-02-29 07:48:"}) {
    for (const std::string second : {"00", "43", "59", "60", "4x", "x4", "07"}) {
      for (const std::string fraction :
           {"", ".355", ".35", ".3556", ".355123", ".x55", ".35x", ".", ".1234567890"}) {
        for (const std::string zone :
             {" UTC", " CET", " IST", " CST", "Z", "", "+02", " +02", "+02:30", "-0330", " <+03>",
              " XYZ", " LOG", " Europe", " CETA"}) {
          for (const std::string behind : {"", ",", "\"", "\",", ":", ":3", " [1]", "1", "_"}) {
            texts.push_back(minute + second + fraction + zone + behind);
          }
        }
      }
    }
  }
  const Zone zone = *Zone::named("Europe/Berlin");
  LogTimes near(zone);
  for (const std::string& text : texts) expect_same(near, zone, text);
  // Each behind one of its kind, and behind another.
  LogTimes far(zone);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i * 7919 % texts.size()];
    for (int times = 0; times < 3; ++times) expect_same(far, zone, text);
    for (std::size_t k = 1; k < 12; ++k) {
      expect_same(far, zone, texts[(i * 7919 + k) % texts.size()]);
    }
  }
}

// Liberia's clocks went from -00:44:30 to UTC at 00:00 of 1972-01-07.
TEST(LogTimes, KnowsZonesThatChangeWithinAMinute) {
  const Zone zone = *Zone::named("Africa/Monrovia");
  LogTimes times(zone);
  for (const char* minute :
       {"1972-01-06 23:59:", "1972-01-07 00:00:", "1972-01-07 00:44:", "1972-01-07 00:45:"}) {
    for (const char* second : {"10", "20", "29", "30", "31", "59", "00"}) {
      expect_same(times, zone, std::string(minute) + second + ".250,");
    }
  }
}

TEST(LogTimes, KnowsTheEdgesOfSummerTime) {
  const Zone zone = *Zone::named("Europe/Berlin");
  LogTimes times(zone);
  for (const char* hour :
       {"2026-03-29 01:59:", "2026-03-29 02:00:", "2026-03-29 02:59:", "2026-03-29 03:00:",
        "2026-10-25 01:59:", "2026-10-25 02:00:", "2026-10-25 02:59:", "2026-10-25 03:00:"}) {
    for (const char* second : {"58", "59", "00", "01"}) {
      expect_same(times, zone, std::string(hour) + second + ".250,");
      expect_same(times, zone, std::string(hour) + second + ".250 CEST,");
    }
  }
}

}  // namespace
}  // namespace pgcounsel
