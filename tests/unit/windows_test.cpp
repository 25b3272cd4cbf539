// Frames and orders of window functions.
#include "advisors/rewrite/windows.h"

#include <gtest/gtest.h>

#include <string_view>

namespace pgcounsel {
namespace {

Frame frame(std::string_view words) {
  const auto tree = SyntaxTree::parse(join({"SELECT sum(a) OVER (ORDER BY b ", words, ") FROM t"}));
  return tree ? frame_of(tree->root().all("WindowDef").front()) : Frame::kOther;
}

TEST(Windows, FramesThatRunToTheCurrentRowAreTold) {
  EXPECT_EQ(frame(""), Frame::kRangeToCurrent);
  EXPECT_EQ(frame("RANGE UNBOUNDED PRECEDING"), Frame::kRangeToCurrent);
  EXPECT_EQ(frame("RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"), Frame::kRangeToCurrent);
  EXPECT_EQ(frame("ROWS UNBOUNDED PRECEDING"), Frame::kRowsToCurrent);
  EXPECT_EQ(frame("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"), Frame::kRowsToCurrent);
  for (const std::string_view words :
       {"ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
        "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW", "ROWS CURRENT ROW",
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING",
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING", "GROUPS UNBOUNDED PRECEDING",
        "ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW"}) {
    EXPECT_EQ(frame(words), Frame::kOther) << words;
  }
}

TEST(Windows, NullsComeFirstWhereTheOrderSaysSo) {
  struct Case {
    std::string_view order;
    bool first;
  };
  for (const Case& item : {Case{"a", false}, Case{"a NULLS FIRST", true}, Case{"a DESC", true},
                           Case{"a DESC NULLS LAST", false}, Case{"a ASC NULLS LAST", false}}) {
    const auto tree = SyntaxTree::parse(join({"SELECT a FROM t ORDER BY ", item.order}));
    ASSERT_TRUE(tree);
    EXPECT_EQ(puts_nulls_first(tree->root().list("sortClause").front()), item.first) << item.order;
  }
}

}  // namespace
}  // namespace pgcounsel
