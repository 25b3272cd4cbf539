#include "parser/log/envelope/unwrap_cut.h"

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

TEST(UnwrapCut, IsTheEarliestPlaceThatNothingStraddles) {
  struct Case {
    std::vector<Span> spans;
    std::vector<std::size_t> places;
    std::size_t from;
    std::optional<std::size_t> cut;
  };
  const Case cases[] = {
      {{}, {}, 0, std::nullopt},
      {{}, {5, 10, 15}, 6, 10},
      {{{10, 20}}, {5, 10, 15, 20, 25}, 0, 5},
      {{{10, 20}}, {5, 10, 15, 20, 25}, 6, 10},   // it begins there
      {{{10, 20}}, {5, 10, 15, 20, 25}, 11, 25},  // its last piece begins at 20
      {{{10, 20}, {12, 90}}, {25, 60}, 0, std::nullopt},
      {{{12, 90}, {10, 20}}, {25, 91}, 0, 91},  // in any order
      {{{0, 0}}, {0, 1}, 0, 0},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(earliest_cut(c.spans, c.places, c.from), c.cut) << &c - cases;
  }
}

}  // namespace
}  // namespace pgcounsel
