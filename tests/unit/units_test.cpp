#include "analyzer/report/units.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/report_samples.h"

namespace pgcounsel {
namespace {

TEST(Units, GroupsDigitsByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(144'001), "144,001");
  EXPECT_EQ(grouped(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(Units, CountsInMillionsFromTenMillionsOn) {
  EXPECT_EQ(counted(9'999'999), "9,999,999");
  EXPECT_EQ(counted(41'200'000), "41.2 M");
  EXPECT_EQ(counted(412'000'000), "412 M");
  EXPECT_EQ(counted(12'345'678'901), "12.3 G");
}

TEST(Units, DurationsKeepThreeDigits) {
  const struct {
    std::int64_t micros;
    const char* shown;
  } cases[] = {{0, "0 µs"},
               {412, "412 µs"},
               {999, "999 µs"},
               {1000, "1.00 ms"},
               {4123, "4.12 ms"},
               {9994, "9.99 ms"},
               {9995, "10 ms"},
               {24'400, "24 ms"},
               {212'000, "212 ms"},
               {999'499, "999 ms"},
               {999'500, "1.00 s"},
               {2'930'000, "2.93 s"},
               {9'999'000, "10.0 s"},
               {96'240'000, "96.2 s"},
               {99'960'000, "100 s"},
               {100'600'000, "101 s"},
               {144'001'000'000, "144,001 s"},
               {-5, "0 µs"}};
  for (const auto& c : cases) EXPECT_EQ(duration(Micros{c.micros}), c.shown) << c.micros;
}

TEST(Units, SpansUseTheTwoLargestUnits) {
  EXPECT_EQ(span(sec(45)), "45 s");
  EXPECT_EQ(span(sec(125)), "2 m 5 s");
  EXPECT_EQ(span(sec(2 * 3600 + 27 * 60)), "2 h 27 m");
  EXPECT_EQ(span(kDay), "24 h");
  EXPECT_EQ(span(3 * kDay + 4 * kHour), "3 d 4 h");
}

TEST(Units, BytesAreInUnitsOf1024) {
  EXPECT_EQ(byte_size(812), "812 B");
  EXPECT_EQ(byte_size(1024), "1.0 kB");
  EXPECT_EQ(byte_size(4'402'341'478), "4.1 GB");
  EXPECT_EQ(byte_size(746'586'112), "712 MB");
  EXPECT_EQ(byte_size(std::numeric_limits<std::uint64_t>::max()), "16,384 PB");
}

TEST(Units, SharesAreRoundedAndNeverHideALittle) {
  EXPECT_EQ(percent(std::uint64_t{68}, 100), "68 %");
  EXPECT_EQ(percent(std::uint64_t{1}, 1000), "<1 %");
  EXPECT_EQ(percent(std::uint64_t{0}, 1000), "0 %");
  EXPECT_EQ(percent(std::uint64_t{1}, 0), "");
  EXPECT_EQ(share_bar(sec(68), sec(100)), "███████░░░");
  EXPECT_EQ(share_bar(sec(1), Micros{}), "░░░░░░░░░░");
}

TEST(Units, MovesArePercentsUntilTwiceAndFactorsFromThere) {
  EXPECT_EQ(moved(106, 100), "+6 %");
  EXPECT_EQ(moved(88, 100), "−12 %");
  EXPECT_EQ(moved(199, 100), "+99 %");
  EXPECT_EQ(moved(350, 100), "×3.5");
  EXPECT_EQ(moved(3800, 100), "×38");
  EXPECT_EQ(moved(40, 100), "×0.4");
  EXPECT_EQ(moved(3, 100), "×0.03");
  EXPECT_EQ(moved(5, 0), "new");
  EXPECT_EQ(moved(7, 7), "±0 %");
}

TEST(Units, RatiosOfHugeFiguresDoNotOverflow) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(ratio(most, most / 2), "×2.0");
  EXPECT_EQ(percent(most, most), "100 %");
}

TEST(Units, AverageConnectionsAreHeldTimeByLength) {
  EXPECT_EQ(average_connections(sec(66 * 3600), kHour), "66.0");
  EXPECT_EQ(average_connections(sec(144), kHour), "0.04");
  EXPECT_EQ(average_connections(sec(1), kDay), "<0.01");
  EXPECT_EQ(average_connections(sec(1), Micros{}), "0");
}

TEST(Units, DaysHaveTheirNames) {
  EXPECT_EQ(date_with_day(at(13, 23, 59)), "2026-03-13 (Fri)");
  EXPECT_EQ(date_with_day(at(15, 0)), "2026-03-15 (Sun)");
  EXPECT_EQ(minute_of(at(13, 7, 5)), "2026-03-13 07:05");
}

}  // namespace
}  // namespace pgcounsel
