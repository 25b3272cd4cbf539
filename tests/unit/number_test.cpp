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

TEST(Number, ReadsDigitsOfAllSizes) {
  const std::string digits = "1234567890123456789";
  std::uint64_t expected = 0;
  for (std::size_t size = 1; size <= digits.size(); ++size) {
    const std::string text = digits.substr(0, size);
    expected = expected * 10 + static_cast<std::uint64_t>(text.back() - '0');
    std::uint64_t number = 0;
    EXPECT_TRUE(read_digits(text, number)) << text;
    EXPECT_EQ(number, expected);
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'/', ':', '\0', ' ', '\xb0', 'p'}) {
        std::string other = text;
        other[at] = c;
        EXPECT_FALSE(read_digits(other, number)) << other;
      }
    }
  }
  std::uint64_t number = 0;
  EXPECT_FALSE(read_digits("", number));
  EXPECT_FALSE(read_digits(digits + "0", number));
}

TEST(Number, ReadsSmallNumbersUpToWhatFollowsThem) {
  for (const std::string digits : {"0", "7", "42", "007", "123456", "9999999"}) {
    for (const char behind : {',', '/', ':', '\0', '\xb0', '\xff', 'p'}) {
      std::uint64_t number = 1;
      const std::string text = digits + behind + "12345678";
      EXPECT_EQ(read_small_number(text.data(), number), digits.size()) << text;
      EXPECT_EQ(number, std::stoull(digits)) << text;
    }
  }
  std::uint64_t number = 0;
  for (const char* const text : {"12345678", ",1234567", "-1,,,,,,", "        "}) {
    EXPECT_EQ(read_small_number(text, number), 0U) << text;
  }
}

TEST(Number, ReadsUpToEightDigitsOfBase16) {
  const std::string digits = "9aF0bE47";
  std::uint32_t expected = 0;
  for (std::size_t size = 1; size <= digits.size(); ++size) {
    expected = expected * 16 + kHexDigits[static_cast<unsigned char>(digits[size - 1])];
    std::uint32_t number = 0;
    EXPECT_TRUE(read_hex(digits.substr(0, size), number)) << size;
    EXPECT_EQ(number, expected);
  }
  for (unsigned c = 0; c < 256; ++c) {
    for (std::size_t at = 0; at < 8; ++at) {
      std::string text = "00000000";
      text[at] = static_cast<char>(c);
      const unsigned digit = kHexDigits[c];
      std::uint32_t number = 0;
      EXPECT_EQ(read_hex(text, number), digit < 16) << c << " at " << at;
      EXPECT_EQ(number, digit < 16 ? digit << (4 * (7 - at)) : 0);
    }
  }
  std::uint32_t number = 0;
  EXPECT_FALSE(read_hex("", number));
  EXPECT_FALSE(read_hex("000000001", number));
}

TEST(Number, ReadsAPairOfBase16) {
  std::uint64_t pair = 0;
  EXPECT_TRUE(read_hex_pair("6b029e2a.68d2", pair));
  EXPECT_EQ(pair, 0x6b029e2a000068d2U);
  EXPECT_TRUE(read_hex_pair("00000000.ffffffff", pair));
  EXPECT_EQ(pair, 0xffffffffU);
  for (const std::string_view other :
       {"", "6b029e2a", "6b029e2a.", "6b029e2.68d2", "6b029e2a-68d2", "6b029e2a.123456789",
        "6b029e2g.68d2", "6b029e2a.68 2", ".68d2", "6b029e2a.68d2 "}) {
    EXPECT_FALSE(read_hex_pair(other, pair)) << other;
  }
}

}  // namespace
}  // namespace pgcounsel
