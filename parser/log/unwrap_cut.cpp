#include "parser/log/unwrap_cut.h"

#include <algorithm>
#include <utility>

namespace pgcounsel {

Straddles::Straddles(std::vector<Span> spans) : spans_(std::move(spans)) {
  const auto is_earlier = [](const Span& a, const Span& b) { return a.first < b.first; };
  if (!std::is_sorted(spans_.begin(), spans_.end(), is_earlier)) {
    std::sort(spans_.begin(), spans_.end(), is_earlier);
  }
  std::size_t last = 0;
  for (Span& span : spans_) span.last = last = std::max(last, span.last);
}

// The first span whose `last` reaches the cut is the earliest that straddles it: the cut must not
// be behind its beginning. There it may meet others.
std::size_t Straddles::latest_cut(std::size_t limit) const {
  std::size_t cut = limit;
  auto end = spans_.end();
  while (true) {
    end = std::lower_bound(spans_.begin(), end, cut,
                           [](const Span& span, std::size_t at) { return span.first < at; });
    const auto found = std::lower_bound(
        spans_.begin(), end, cut, [](const Span& span, std::size_t at) { return span.last < at; });
    if (found == end) return cut;
    cut = found->first;
  }
}

bool Straddles::Walk::can_cut(std::size_t offset) {
  while (begun_ < spans_.size() && spans_[begun_].first < offset) ++begun_;
  return begun_ == 0 || spans_[begun_ - 1].last < offset;
}

}  // namespace pgcounsel
