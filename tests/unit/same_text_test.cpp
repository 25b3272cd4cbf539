#include "parser/same_text.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

bool have_same_blocks(const std::string& a, const std::string& b) {
  return same_blocks(a.data(), b.data(), a.size());
}

TEST(SameText, SeesAnyByteThatDiffers) {
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string text(size, 'a');
    std::string other = text;
    EXPECT_TRUE(same_text(text, other)) << size;
    EXPECT_TRUE(size < 16 || have_same_blocks(text, other)) << size;
    for (std::size_t at = 0; at < size; ++at) {
      other[at] = 'b';
      EXPECT_FALSE(same_text(text, other)) << size << ", " << at;
      EXPECT_FALSE(size >= 16 && have_same_blocks(text, other)) << size << ", " << at;
      other[at] = 'a';
    }
  }
}

TEST(SameText, LooksAtNoByteBehindBlocks) {
  for (std::size_t size = 16; size < 200; ++size) {
    const std::string text = std::string(size, 'a') + "b", other = std::string(size, 'a') + "c";
    EXPECT_TRUE(same_blocks(text.data(), other.data(), size)) << size;
  }
}

TEST(SameText, TellsLengthsApart) {
  EXPECT_FALSE(same_text("a", "ab"));
  EXPECT_FALSE(same_text("", "a"));
}

}  // namespace
}  // namespace pgcounsel
