#include "parser/log/envelope/unwrap_cut.h"

#include <algorithm>

namespace pgcounsel {
namespace {

void sort_by_first(std::vector<Span>& spans) {
  const auto is_earlier = [](const Span& a, const Span& b) { return a.first < b.first; };
  if (!std::is_sorted(spans.begin(), spans.end(), is_earlier)) {
    std::sort(spans.begin(), spans.end(), is_earlier);
  }
}

}  // namespace

// With each span's `last` the largest of all up to it, the first span that reaches the cut is the
// earliest that straddles it: the cut must not be behind its beginning. There it may meet others.
std::size_t latest_cut(std::vector<Span> spans, std::size_t limit) {
  sort_by_first(spans);
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

std::optional<std::size_t> earliest_cut(std::vector<Span> spans,
                                        const std::vector<std::size_t>& places, std::size_t from) {
  sort_by_first(spans);
  std::size_t begun = 0, farthest = 0;  // of the spans that begin before the place
  for (const std::size_t place : places) {
    for (; begun < spans.size() && spans[begun].first < place; ++begun) {
      farthest = std::max(farthest, spans[begun].last);
    }
    const bool straddled = begun > 0 && farthest >= place;
    if (place >= from && !straddled) return place;
  }
  return std::nullopt;
}

}  // namespace pgcounsel
