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

  // Asks for one place after the other, each behind that before.
  class Walk {
   public:
    explicit Walk(const Straddles& straddles) : spans_(straddles.spans_) {}
    bool can_cut(std::size_t offset);

   private:
    const std::vector<Span>& spans_;
    std::size_t begun_ = 0;  // how many begin before the last place
  };

 private:
  std::vector<Span> spans_;  // by their first; `last` is the largest of all up to here
};

}  // namespace pgcounsel
