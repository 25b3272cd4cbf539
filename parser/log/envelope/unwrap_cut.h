// Where a log can be cut so that nothing is torn.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace pgcounsel {

// Offsets of the first and the last piece of what belongs together.
struct Span {
  std::size_t first = 0, last = 0;
};

// The latest place not behind `limit` that no span straddles: none begins before it and has its
// last piece there or behind it.
std::size_t latest_cut(std::vector<Span> spans, std::size_t limit);

// The first of the `places`, which ascend, not before `from` that no span straddles.
std::optional<std::size_t> earliest_cut(std::vector<Span> spans,
                                        const std::vector<std::size_t>& places, std::size_t from);

}  // namespace pgcounsel
