#include "analyzer/workload/checkout_trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

const Time kHourBegin{Micros{1'700'002'800'000'000}};  // a whole hour
constexpr Micros kShort = kSecond * 60;

TracedCheckout checkout(int second, int seconds, std::uint64_t class_id,
                        CheckoutEnd end = CheckoutEnd::kDiscarded) {
  return {{kHourBegin + second * kSecond, Micros{400}, seconds * kSecond - Micros{400}, Micros{3},
           class_id},
          end};
}

TEST(CheckoutTrace, ComesBackSortedWithItsEnds) {
  std::vector<TracedCheckout> all{checkout(9, 1, 7, CheckoutEnd::kLost), checkout(5, 3, ~0ULL),
                                  checkout(5, 3, 1, CheckoutEnd::kDisconnected),
                                  checkout(5, 3, 1, CheckoutEnd::kLost), checkout(5, 3, 1)};
  const std::string bytes = encode_checkouts(all);
  EXPECT_TRUE(is_checkout_trace(bytes));
  const auto decoded = decode_checkouts(bytes);
  ASSERT_TRUE(decoded.has_value());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(*decoded, all);
}

TEST(CheckoutTrace, IsToldFromATraceOfHolds) {
  EXPECT_FALSE(is_checkout_trace(trace_of({checkout(1, 1, 7).hold}).encode()));
  EXPECT_FALSE(is_checkout_trace(trace_of({}).encode()));
  EXPECT_FALSE(is_checkout_trace(""));
  EXPECT_FALSE(decode_checkouts(trace_of({checkout(1, 1, 7).hold}).encode()).has_value());
}

TEST(CheckoutTrace, RefusesDamagedBytes) {
  const std::string bytes = encode_checkouts({checkout(1, 1, 7), checkout(2, 1, 7)});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_checkouts(bytes.substr(0, size)).has_value()) << size;
  }
  std::string other_version = bytes, no_such_end = bytes, too_many = bytes;
  other_version[1] = 9;
  too_many[2] = 3;
  no_such_end[3] = 3;
  for (const std::string& damaged : {other_version, no_such_end, too_many, bytes + "\x01"}) {
    EXPECT_FALSE(decode_checkouts(damaged).has_value());
  }
  EXPECT_FALSE(decode_checkouts(std::string("\0\x01\xff\xff\xff\xff\xff\xff\xff\x7f", 10)));
}

TEST(CheckoutTrace, IsOfEveryHourThatItTouchesInItsLastDay) {
  const auto hours = [](Micros from, Micros to) {
    return hours_of_checkout(kHourBegin + from, kHourBegin + to);
  };
  EXPECT_EQ(hours(Micros{0}, Micros{1}), std::vector<Time>{kHourBegin});
  EXPECT_EQ(hours(kShort, kHour), std::vector<Time>{kHourBegin}) << "without its end";
  EXPECT_EQ(hours(kShort, kHour + Micros{1}), (std::vector<Time>{kHourBegin, kHourBegin + kHour}));
  EXPECT_TRUE(hours(kShort, kShort).empty());
  EXPECT_TRUE(hours(kShort, Micros{0}).empty());
  const std::vector<Time> last_day = hours(-1000 * kDay, kSecond * 60);
  EXPECT_EQ(last_day.size(), 25U);
  EXPECT_EQ(last_day.back(), kHourBegin);
}

TEST(CheckoutTrace, TakesEachCheckoutOnceFromTheHoursThatItTouches) {
  const TracedCheckout across = checkout(3590, 60, 7), twice = checkout(10, 5, 7),
                       lost = checkout(10, 5, 7, CheckoutEnd::kLost);
  const auto once = each_checkout_once(
      {{kHourBegin, {across, twice, lost, twice}}, {kHourBegin + kHour, {across}}});
  EXPECT_EQ(once, (std::vector<TracedCheckout>{twice, twice, lost, across}));
  EXPECT_TRUE(each_checkout_once({}).empty());
}

}  // namespace
}  // namespace pgcounsel
