#include "parser/encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

std::string utf16(std::u16string_view text, bool little, bool mark) {
  std::string bytes;
  const auto put = [&](char16_t unit) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    bytes += little ? low : high;
    bytes += little ? high : low;
  };
  if (mark) put(0xFEFF);
  for (const char16_t unit : text) put(unit);
  return bytes;
}

TEST(Encoding, ReadsUtf16OfBothOrders) {
  for (const bool little : {true, false}) {
    for (const bool mark : {true, false}) {
      const std::string bytes = utf16(u"SELECT 'ö€😀';", little, mark);
      EXPECT_TRUE(is_utf16(bytes)) << little << mark;
      EXPECT_EQ(utf8_of_utf16(bytes), "SELECT 'ö€😀';") << little << mark;
    }
  }
}

TEST(Encoding, ReplacesHalvesOfCharacters) {
  const std::string high = utf16(std::u16string(u"SELECT ") + char16_t{0xD83D}, true, true);
  EXPECT_EQ(utf8_of_utf16(high), "SELECT \xEF\xBF\xBD");
  EXPECT_EQ(utf8_of_utf16(utf16(u"a", true, true) + "b"), "a\xEF\xBF\xBD");
}

TEST(Encoding, TakesOtherTextForWhatItIs) {
  using namespace std::string_view_literals;
  EXPECT_FALSE(is_utf16("SELECT 1;"));
  EXPECT_FALSE(is_utf16(""));
  EXPECT_FALSE(is_utf16("SELECT '\0'; SELECT 2;"sv));
  EXPECT_FALSE(is_utf16("\0\0\0\0\0\0\0\0\0\0"sv));
}

TEST(Encoding, KnowsUtf8) {
  EXPECT_TRUE(is_utf8("aö€😀"));
  EXPECT_TRUE(is_utf8(""));
  for (const std::string_view bad : {"\xFF", "a\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80", "\x80", "\xE2\x82"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace pgcounsel
