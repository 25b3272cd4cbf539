// Does every part of a window say the same? A window is cut into parts of 10 s and more, and each
// is judged for itself: agreement is what makes a verdict sure.
#pragma once
#include <cstddef>
#include <map>

#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

struct Slices {
  std::size_t count = 0;
  std::map<Cause, std::size_t> votes;
  Cause first = Cause::kMixed;  // the word of the first part
  double share_of(Cause cause) const;
};

Slices slices_of(const WindowFacts& facts);

}  // namespace pgcounsel
