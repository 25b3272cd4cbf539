// Where a log can be cut so that nothing is torn.
#pragma once
#include <cstddef>
#include <vector>

namespace pgcounsel {

// Offsets of the first and the last piece of what belongs together.
struct Span {
  std::size_t first = 0, last = 0;
};

class Straddles {
 public:
  explicit Straddles(std::vector<Span> spans);

  // The latest place not behind `limit` that no span straddles: none begins before it and has its
  // last piece there or behind it.
  std::size_t latest_cut(std::size_t limit) const;
  bool can_cut(std::size_t offset) const { return latest_cut(offset) == offset; }

 private:
  std::vector<Span> spans_;  // by their first; `last` is the largest of all up to here
};

}  // namespace pgcounsel
