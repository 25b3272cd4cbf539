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

TEST(Number, ReadsManyDigitsUpToTheEdgesOfTheType) {
  const std::pair<std::string_view, std::int64_t> cases[] = {
      {"12345678", 12345678},
      {"1234567890123456", 1234567890123456},
      {"-7019283746501928374", -7019283746501928374},
      {"9223372036854775807", INT64_MAX},
      {"9223372036854775808", 0},
      {"-9223372036854775808", INT64_MIN},
      {"-9223372036854775809", 0},
      {"99999999999999999999", 0},
      {"0000000000000000000000012", 12},
      {"12345678 ms", 12345678},
      {"1234567:", 1234567},
      {"/2345678", 0},
      {"--1", 0},
      {"-", 0},
      {"\xb0\xb1", 0},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(number_of<std::int64_t>(text), expected) << text;
  }
  EXPECT_EQ(number_of<std::uint32_t>("4294967295"), 4294967295U);
  EXPECT_EQ(number_of<std::uint32_t>("4294967296"), 0U);
  EXPECT_EQ(number_of<std::uint32_t>("-1"), 0U);
  EXPECT_EQ(number_of<std::int8_t>("-128"), -128);
}

TEST(Number, ReadsWholeTextsOfBase16) {
  const std::pair<std::string_view, std::optional<std::uint32_t>> cases[] = {
      {"ffffFFFF", 0xFFFFFFFFU},
      {"100000000", {}},
      {"0000000000a", 10U},
      {"", {}},
      {"g", {}},
      {"1 ", {}},
      {"-1", {}},
      {"@", {}},
      {"`", {}},
      {"\xe1", {}},
      {"0aA9", 0x0aa9U},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(whole_text_number<std::uint32_t>(text, 16), expected) << text;
  }
  EXPECT_EQ(whole_text_number<std::int32_t>("7fffffff", 16), INT32_MAX);
  EXPECT_EQ(whole_text_number<std::int32_t>("80000000", 16), std::nullopt);
}

}  // namespace
}  // namespace pgcounsel
