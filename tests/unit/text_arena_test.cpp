#include "parser/text_arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "parser/lines.h"

namespace pgcounsel {
namespace {

std::string text_number(std::size_t number) {
  return std::string(number * 37 % 900, 'x') + std::to_string(number);
}

TEST(TextArena, NeverMovesWhatItKeeps) {
  TextArena all;
  std::vector<std::string_view> views;
  for (int part = 0; part < 3; ++part) {
    TextArena arena;
    for (int i = 0; i < 1000; ++i) views.push_back(arena.keep(text_number(views.size())));
    TextArena moved = std::move(arena);
    all.take(std::move(moved));
    views.push_back(all.keep(text_number(views.size())));
  }
  for (std::size_t i = 0; i < views.size(); ++i) ASSERT_EQ(views[i], text_number(i)) << i;
}

TEST(TextArena, HasRoomForTextsOfAnySize) {
  TextArena arena;
  EXPECT_EQ(arena.keep(""), "");
  const std::string_view small = arena.keep("a");
  const std::string large(5'000'000, 'b');
  EXPECT_EQ(arena.keep(large), large);
  for (const std::size_t size : {1U, 4096U, 70'000U, 300'000U}) {
    const auto fill = [size](char* to) { return std::fill_n(to, size / 2, 'c'); };
    EXPECT_EQ(arena.write(size, fill), std::string(size / 2, 'c'));
  }
  EXPECT_EQ(small, "a");
  EXPECT_FALSE(arena.empty());
  arena.clear();
  EXPECT_TRUE(arena.empty());
}

TEST(TextArena, IsEmptyWhenAnotherTookItsTexts) {
  TextArena from, to;
  from.keep("a");
  to.take(std::move(from));
  EXPECT_FALSE(to.empty());
  EXPECT_TRUE(from.empty());
  to.take(TextArena());
  EXPECT_FALSE(to.empty());
}

TEST(Lines, CountsNewlines) {
  using namespace std::string_view_literals;
  struct Case {
    std::string_view text;
    std::uint64_t newlines;
  };
  const Case cases[] = {
      {"", 0}, {"a", 0}, {"\n", 1}, {"\n\n", 2}, {"a\nb", 1}, {"a\nb\n", 2}, {"a\0\nb\r\n"sv, 2},
  };
  for (const Case& c : cases) EXPECT_EQ(newlines_in(c.text), c.newlines) << c.text;
}

TEST(Lines, CountsACharacterInTextsOfAllSizes) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 63U, 64U, 65U, 4031U, 4032U, 4033U, 100'000U}) {
    EXPECT_EQ(count_of('"', std::string(size, '"')), size);
    EXPECT_EQ(count_of('a', std::string(size, '"')), 0U);
    std::string mixed;
    for (std::size_t i = 0; i < size; ++i) mixed += i % 3 == 0 ? '"' : '\xff';
    EXPECT_EQ(count_of('"', mixed), (size + 2) / 3);
    EXPECT_EQ(count_of('\xff', mixed), size - (size + 2) / 3);
  }
}

}  // namespace
}  // namespace pgcounsel
