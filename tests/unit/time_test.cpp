#include "parser/time.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

Zone zone_named(std::string_view name) {
  Result<Zone> zone = Zone::named(name);
  EXPECT_TRUE(zone) << name;
  return zone ? *zone : Zone{};
}

// `2026-11-22T07:48:43.355Z [27]`: the time in UTC and how much of the text it took.
std::string shown(std::string_view text, const Zone& zone = {}) {
  std::optional<LogTime> time = parse_log_time(text, zone);
  if (!time) return "none";
  return iso_milliseconds(time->time) + " [" + std::to_string(time->length) + "]";
}

TEST(LogTime, ReadsZonesAndStopsBehindThem) {
  struct Case {
    std::string_view text, want;
  };
  const std::vector<Case> cases = {
      {"2026-11-22 07:48:43.355 UTC [28191] LOG:  x", "2026-11-22T07:48:43.355Z [27]"},
      {"2026-11-22 07:49:46 UTC::@:[29556]:LOG:  x", "2026-11-22T07:49:46.000Z [23]"},
      {"2026-11-22 07:49:46 UTC:10.0.0.1(5432):u@d:[1]:", "2026-11-22T07:49:46.000Z [23]"},
      {"2026-11-22 07:49:46 UTC-6b029e2a.68d2-LOG:  x", "2026-11-22T07:49:46.000Z [23]"},
      {"2026-11-22 07:48:43.355 GMT", "2026-11-22T07:48:43.355Z [27]"},
      {"2026-07-01 12:00:00 CEST [1]", "2026-07-01T10:00:00.000Z [24]"},
      {"2026-01-01 12:00:00 CET [1]", "2026-01-01T11:00:00.000Z [23]"},
      {"2026-01-01 12:00:00 EST [1]", "2026-01-01T17:00:00.000Z [23]"},
      {"2026-01-01 12:00:00 CST [1]", "2026-01-01T18:00:00.000Z [23]"},
      {"2026-01-01 12:00:00 MSK [1]", "2026-01-01T09:00:00.000Z [23]"},
      {"2026-01-01 12:00:00 JST", "2026-01-01T03:00:00.000Z [23]"},
      {"2026-01-01 12:00:00 NZDT", "2025-12-31T23:00:00.000Z [24]"},
      {"2026-01-01 12:00:00 +03 [1]", "2026-01-01T09:00:00.000Z [23]"},
      {"2026-01-01 12:00:00 +0530 [1]", "2026-01-01T06:30:00.000Z [25]"},
      {"2026-01-01 12:00:00 -03:30 [1]", "2026-01-01T15:30:00.000Z [26]"},
      {"2026-01-01 12:00:00 <+03> [1]", "2026-01-01T09:00:00.000Z [25]"},
      {"2026-01-01 12:00:00 <+03 [1]", "2026-01-01T12:00:00.000Z [19]"},
      {"2026-01-01 12:00:00 +03:10.0.0.1(4711):u", "2026-01-01T09:00:00.000Z [23]"},
      {"2026-01-01 12:00:00 +03:45.1.2.3(4711):u", "2026-01-01T09:00:00.000Z [23]"},
      {"2026-01-01T12:00:00Z", "2026-01-01T12:00:00.000Z [20]"},
      {"2026-01-01T12:00:00.5Z x", "2026-01-01T12:00:00.500Z [22]"},
      {"2026-01-01T12:00:00.123456+02:00 x", "2026-01-01T10:00:00.123Z [32]"},
      {"2025-08-29T14:15:10.123456789Z stderr F", "2025-08-29T14:15:10.123Z [30]"},
      {"2026-01-01 12:00:00-05", "2026-01-01T17:00:00.000Z [22]"},
      {"2026-01-01 12:00:00-28191:", "2026-01-01T12:00:00.000Z [19]"},
      {"2026-01-01 12:00:00", "2026-01-01T12:00:00.000Z [19]"},
      {"2026-01-01 12:00:00 ", "2026-01-01T12:00:00.000Z [19]"},
      {"2026-01-01 12:00:00 3392 LOG", "2026-01-01T12:00:00.000Z [19]"},
      {"2026-01-01 12:00:00 LOG:  x", "2026-01-01T12:00:00.000Z [19]"},
      {"2026-01-01 12:00:00 utc2", "2026-01-01T12:00:00.000Z [19]"},
      {"2026-01-01 12:00:00. x", "2026-01-01T12:00:00.000Z [19]"},
      {"1970-01-01 00:00:00 UTC", "1970-01-01T00:00:00.000Z [23]"},
      {"2024-02-29 23:59:59.999 UTC", "2024-02-29T23:59:59.999Z [27]"},
  };
  for (const Case& c : cases) EXPECT_EQ(shown(c.text), c.want) << c.text;
}

TEST(LogTime, RefusesWhatIsNoTime) {
  for (std::string_view text : {"",
                                "2026",
                                "2026-11-22",
                                "2026-11-22 07:48:4",
                                "1969-12-31 23:59:59",
                                "2263-01-01 00:00:00",
                                "2026-02-29 00:00:00",
                                "2026-13-01 00:00:00",
                                "2026-00-01 00:00:00",
                                "2026-01-32 00:00:00",
                                "2026-01-01 24:00:00",
                                "2026-01-01 00:60:00",
                                "2026-01-01 00:00:60",
                                "2026-01-01 00:00:000",
                                "2026-01-01 00:00:00.1234567890",
                                "2026/01/01 00:00:00",
                                "2026-01-01_00:00:00",
                                "2026-1--01 00:00:00",
                                " 2026-01-01 00:00:00",
                                "\t2026-01-01 00:00:00"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
}

TEST(LogTime, TellsWholeSecondsFromFractions) {
  EXPECT_FALSE(parse_log_time("2026-01-01 00:00:00 UTC", Zone{})->has_fraction);
  EXPECT_TRUE(parse_log_time("2026-01-01 00:00:00.000 UTC", Zone{})->has_fraction);
}

TEST(LogTime, TakesTheReadersZoneWhereTheTextNamesNone) {
  Zone berlin = zone_named("Europe/Berlin");
  EXPECT_EQ(shown("2026-07-01 12:00:00 [1]", berlin), "2026-07-01T10:00:00.000Z [19]");
  EXPECT_EQ(shown("2026-01-01 12:00:00 [1]", berlin), "2026-01-01T11:00:00.000Z [19]");
  EXPECT_EQ(shown("2026-01-01 12:00:00 UTC [1]", berlin), "2026-01-01T12:00:00.000Z [23]");
}

TEST(LogTime, TakesTheReadersZoneForAmbiguousAndUnknownAbbreviations) {
  EXPECT_EQ(shown("2026-01-01 12:00:00 IST [1]", zone_named("Asia/Kolkata")),
            "2026-01-01T06:30:00.000Z [23]");
  EXPECT_EQ(shown("2026-01-01 12:00:00 QQT [1]", zone_named("+04")),
            "2026-01-01T08:00:00.000Z [23]");
  EXPECT_EQ(shown("2026-01-01 12:00:00 CST [1]", zone_named("Asia/Shanghai")),
            "2026-01-01T04:00:00.000Z [23]");
  EXPECT_EQ(shown("2026-01-01 12:00:00 CST [1]", zone_named("America/Chicago")),
            "2026-01-01T18:00:00.000Z [23]");
}

TEST(LogTime, SaysWhereTheZoneIsAGuess) {
  auto is_certain = [](std::string_view zone, const Zone& reader = {}) {
    return parse_log_time("2026-01-01 12:00:00" + std::string(zone), reader)->zone_is_certain;
  };
  for (std::string_view zone : {" UTC", " GMT", " CET", " EST", " JST [1]", " +02", "-05", "Z",
                                " <-03>", "", " [1]", " LOG:  x"}) {
    EXPECT_TRUE(is_certain(zone)) << zone;
  }
  for (std::string_view zone : {" IST", " CST", " PST [1]", " QQT", " IST:10.0.0.1(1):"}) {
    EXPECT_FALSE(is_certain(zone)) << zone;
    EXPECT_FALSE(is_certain(zone, zone_named("Asia/Shanghai"))) << zone;
  }
}

TEST(LogTime, TakesTheEarlierReadingWhereClocksAreTurned) {
  Zone berlin = zone_named("Europe/Berlin");
  EXPECT_EQ(shown("2026-10-25 02:30:00", berlin), "2026-10-25T00:30:00.000Z [19]");  // twice
  EXPECT_EQ(shown("2026-03-29 02:30:00", berlin), "2026-03-29T01:00:00.000Z [19]");  // never
}

TEST(Zone, AcceptsOffsetsAndRefusesUnknownNames) {
  EXPECT_EQ(shown("2026-01-01 12:00:00", zone_named("-05:30")), "2026-01-01T17:30:00.000Z [19]");
  EXPECT_EQ(shown("2026-01-01 12:00:00", zone_named("+0530")), "2026-01-01T06:30:00.000Z [19]");
  EXPECT_EQ(shown("2026-01-01 12:00:00", zone_named("UTC")), "2026-01-01T12:00:00.000Z [19]");
  for (std::string_view name : {"", "Mars/Olympus", "+99", "+02x", "../etc/passwd"}) {
    Result<Zone> zone = Zone::named(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_NE(zone.error().message.find(std::string(name)), std::string::npos);
    EXPECT_EQ(zone.error().message.find('\n'), std::string::npos);
  }
}

TEST(Duration, ReadsSessionTimes) {
  struct Case {
    std::string_view text;
    std::int64_t micros;
  };
  const std::vector<Case> cases = {
      {"0:00:00.393 user=postgres", 393'000},
      {"0:00:01", 1'000'000},
      {"1:02:03.004", 3'723'004'000},
      {"1234:00:00.000", 4'442'400'000'000},
      {"0:00:00.000001", 1},
  };
  for (const Case& c : cases) EXPECT_EQ(parse_clock_duration(c.text), Micros{c.micros}) << c.text;
  for (std::string_view text : {"", "0", "0:00", "0:0:0", "0:60:00", "0:00:60", ":00:00",
                                "0:00:00:0", "-1:00:00", "1234567890:00:00"}) {
    EXPECT_EQ(parse_clock_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, ReadsMilliseconds) {
  struct Case {
    std::string_view text;
    std::int64_t micros;
    std::size_t length;
  };
  const std::vector<Case> cases = {
      {"12.345 ms", 12'345, 6},
      {"0.001 ms", 1, 5},
      {"7 ms", 7'000, 1},
      {"7. ms", 7'000, 1},
      {"0.0005", 1, 6},
      {"0.0004", 0, 6},
      {"3617.7 ms", 3'617'700, 6},
      {"123456789.012 ms", 123'456'789'012, 13},
  };
  for (const Case& c : cases) {
    std::size_t length = 0;
    EXPECT_EQ(parse_milliseconds(c.text, length), Micros{c.micros}) << c.text;
    EXPECT_EQ(length, c.length) << c.text;
  }
  std::size_t length = 99;
  EXPECT_EQ(parse_milliseconds("ms", length), std::nullopt);
  EXPECT_EQ(parse_milliseconds("-1.0", length), std::nullopt);
  EXPECT_EQ(parse_milliseconds("1234567890123456", length), std::nullopt);
  EXPECT_EQ(length, 99U);
}

TEST(Time, PrintsWithAndWithoutMilliseconds) {
  Time time{Micros{1'795'333'723'355'999}};
  EXPECT_EQ(iso_milliseconds(time), "2026-11-22T07:48:43.355Z");
  EXPECT_EQ(plain_seconds(time), "2026-11-22 07:48:43");
  EXPECT_EQ(iso_milliseconds(Time{Micros{-1}}), "1969-12-31T23:59:59.999Z");
}

TEST(LogTimes, ReadsEachTimeAsIfItWereAlone) {
  constexpr std::array<std::string_view, 9> kClocks = {
      "2026-11-22 07:48:43", "2026-11-22 07:48:59", "2026-11-22T07:48:43",
      "2026-11-22 07:48:60", "2026-11-22 07:48:4x", "2026-10-25 01:59:59",
      "2026-10-25 02:00:00", "2026-03-29 02:30:00", "2026-11-22 07:48;43"};
  constexpr std::array<std::string_view, 7> kFractions = {"",    ".355", ".3555", ".x",
                                                          ".35", ".999", "."};
  constexpr std::array<std::string_view, 16> kZones = {
      " UTC", " CET", " CST",  " IST",          " PST",  "+02",   " +05:45", " <+03>",
      "Z",    "",     " UTCX", " +02:10.0.0.1", " utc2", " XYZ:", "-0330",   " CEST"};
  constexpr std::array<std::string_view, 6> kBehind = {
      " [7] LOG:  x", ":10.0.0.1(5):u", ": x", "-6b02.1-LOG:  x", "", "_7 LOG:  x"};
  std::mt19937 random(5);
  for (const std::string_view name : {"UTC", "Europe/Berlin", "Asia/Shanghai", "-03:30"}) {
    const Result<Zone> zone = Zone::named(name);
    ASSERT_TRUE(zone);
    LogTimes times(*zone);
    for (int i = 0; i < 20'000; ++i) {
      std::string text(kClocks[random() % kClocks.size()]);
      text += kFractions[random() % kFractions.size()];
      text += kZones[random() % kZones.size()];
      text += kBehind[random() % kBehind.size()];
      for (int again = 0; again < 2; ++again) {
        const auto found = times.read(text);
        const auto want = parse_log_time(text, *zone);
        ASSERT_EQ(found.has_value(), want.has_value()) << text;
        if (!want) continue;
        ASSERT_EQ(found->time, want->time) << text << " " << name;
        ASSERT_EQ(found->length, want->length) << text;
        ASSERT_EQ(found->has_fraction, want->has_fraction) << text;
        ASSERT_EQ(found->zone_is_certain, want->zone_is_certain) << text;
        text[18] = static_cast<char>('0' + random() % 10);
      }
    }
  }
}

}  // namespace
}  // namespace pgcounsel
