#include "parser/log/unwrap_cut.h"

#include <gtest/gtest.h>

namespace pgcounsel {
namespace {

TEST(UnwrapCut, IsTheLatestPlaceThatNothingStraddles) {
  struct Case {
    std::vector<Span> spans;
    std::size_t limit, cut;
  };
  const Case cases[] = {
      {{}, 100, 100},
      {{{10, 20}}, 100, 100},
      {{{10, 20}}, 21, 21},
      {{{10, 20}}, 20, 10},                      // its last piece begins at the cut
      {{{10, 20}}, 10, 10},                      // it begins there
      {{{10, 30}, {5, 12}}, 25, 5},              // cut before one, the other straddles
      {{{10, 30}, {5, 9}}, 25, 10},              // which it does not reach
      {{{0, 90}, {10, 20}, {30, 40}}, 80, 0},    // one holds all others
      {{{30, 40}, {20, 35}, {1, 2}}, 38, 20},    // in any order
      {{{10, 20}, {20, 30}, {30, 40}}, 35, 10},  // each reaches where the next begins
      {{{10, 19}, {20, 29}, {30, 40}}, 35, 30},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(latest_cut(c.spans, c.limit), c.cut) << &c - cases;
  }
}

}  // namespace
}  // namespace pgcounsel
