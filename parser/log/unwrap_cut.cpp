#include "parser/log/unwrap_cut.h"

#include <algorithm>

namespace pgcounsel {

// With each span's `last` the largest of all up to it, the first span that reaches the cut is the
// earliest that straddles it: the cut must not be behind its beginning. There it may meet others.
std::size_t latest_cut(std::vector<Span> spans, std::size_t limit) {
  const auto is_earlier = [](const Span& a, const Span& b) { return a.first < b.first; };
  if (!std::is_sorted(spans.begin(), spans.end(), is_earlier)) {
    std::sort(spans.begin(), spans.end(), is_earlier);
  }
  std::size_t last = 0;
  for (Span& span : spans) span.last = last = std::max(last, span.last);
  std::size_t cut = limit;
  auto end = spans.end();
  while (true) {
    end = std::lower_bound(spans.begin(), end, cut,
                           [](const Span& span, std::size_t at) { return span.first < at; });
    const auto found = std::lower_bound(
        spans.begin(), end, cut, [](const Span& span, std::size_t at) { return span.last < at; });
    if (found == end) return cut;
    cut = found->first;
  }
}

}  // namespace pgcounsel
