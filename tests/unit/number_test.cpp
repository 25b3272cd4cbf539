#include "parser/number.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace pgcounsel {
namespace {

TEST(Number, TakesWhatATextBeginsWith) {
  struct Case {
    std::string_view text;
    std::optional<std::uint16_t> number;
    std::string_view rest;
  };
  const Case cases[] = {
      {"12 ms", 12, " ms"}, {"0", 0, ""},     {"65535", 65535, ""}, {"65536", {}, "65536"},
      {"", {}, ""},         {"x1", {}, "x1"}, {"-1", {}, "-1"},     {" 1", {}, " 1"},
      {"007]", 7, "]"},     {"+1", {}, "+1"},
  };
  for (const Case& c : cases) {
    std::string_view text = c.text;
    EXPECT_EQ(take_number<std::uint16_t>(text), c.number) << c.text;
    EXPECT_EQ(text, c.rest) << c.text;
    EXPECT_EQ(number_of<std::uint16_t>(c.text), c.number.value_or(0)) << c.text;
    EXPECT_EQ(whole_text_number<std::uint16_t>(c.text), c.rest.empty() ? c.number : std::nullopt)
        << c.text;
  }
  EXPECT_EQ(number_of<std::int64_t>("-42"), -42);
  EXPECT_EQ(whole_text_number<std::uint32_t>("6b029e2a", 16), 0x6b029e2aU);
  EXPECT_EQ(whole_text_number<std::uint32_t>("6b029e2g", 16), std::nullopt);
}

}  // namespace
}  // namespace pgcounsel
