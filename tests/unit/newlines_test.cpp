#include "parser/newlines.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

std::vector<std::size_t> all_of(const std::string& text) {
  std::vector<std::size_t> places;
  Newlines newlines(text);
  while (const char* at = newlines.next()) {
    places.push_back(static_cast<std::size_t>(at - text.data()));
  }
  EXPECT_EQ(newlines.next(), nullptr);
  return places;
}

std::vector<std::size_t> one_by_one(const std::string& text) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') places.push_back(at);
  }
  return places;
}

TEST(Newlines, TellsNoneWhereThereAreNone) {
  EXPECT_TRUE(all_of("").empty());
  EXPECT_TRUE(all_of("a line without an end").empty());
  EXPECT_TRUE(all_of(std::string(1 << 20, 'x')).empty());
}

TEST(Newlines, TellsEachOfManyOnce) {
  for (const std::size_t size : {1U, 63U, 64U, 65U, 2047U, 2048U, 2049U, 5000U}) {
    const std::string text(size, '\n');
    EXPECT_EQ(all_of(text), one_by_one(text)) << size;
    EXPECT_EQ(all_of(text).size(), size);
  }
}

TEST(Newlines, FindsOneAtAnyPlace) {
  for (std::size_t at = 0; at < 4200; ++at) {
    std::string text(4200, '\0');
    text[at] = '\n';
    ASSERT_EQ(all_of(text), std::vector{at});
  }
}

TEST(Newlines, FindsThemInLinesOfAnyLength) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string text(random() % 9000, '\t');
    const auto usual = 1 + random() % 200;
    for (char& c : text) c = random() % usual == 0 ? '\n' : static_cast<char>(random());
    ASSERT_EQ(all_of(text), one_by_one(text)) << round;
  }
}

}  // namespace
}  // namespace pgcounsel
