#include "advisors/sql/name_words.h"

#include <gtest/gtest.h>

namespace pgcounsel {
namespace {

TEST(NameWords, AreFoundInEverySpelling) {
  EXPECT_TRUE(has_name_word("fee", "fee"));
  EXPECT_TRUE(has_name_word("unit_fee", "fee"));
  EXPECT_TRUE(has_name_word("feeTotal", "fee"));
  EXPECT_TRUE(has_name_word("unitFee", "fee"));
  EXPECT_TRUE(has_name_word("UNIT_FEE", "fee"));
  EXPECT_TRUE(has_name_word("fee2", "fee"));
  EXPECT_TRUE(has_name_word("coffee_fee", "fee"));
}

TEST(NameWords, AreNotPartsOfWords) {
  EXPECT_FALSE(has_name_word("coffee", "fee"));
  EXPECT_FALSE(has_name_word("feedback", "fee"));
  EXPECT_FALSE(has_name_word("fe", "fee"));
  EXPECT_FALSE(has_name_word("", "fee"));
  EXPECT_FALSE(has_name_word("COFFEE", "fee"));
}

}  // namespace
}  // namespace pgcounsel
