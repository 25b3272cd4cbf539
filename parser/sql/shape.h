// The shape of a statement: 128 bits that two texts share only if libpg_query gives them one
// fingerprint. One pass over the text, no allocation, no parser: it is the key of the cache in
// front of libpg_query. It measures on the way what would overflow that parser's stack.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct Shape {
  std::uint64_t high = 0, low = 0;
  bool operator==(const Shape&) const = default;
};

struct ShapeScan {
  Shape shape;
  std::uint64_t layout = 0;  // of blanks and case: texts that agree in shape and layout are
                             // redacted alike, and insert one row or several alike
  bool complete = true;      // false: a literal, identifier or comment is not closed (cut text)
  bool too_complex = false;  // nested or chained beyond what libpg_query's recursion survives
};

// `folded` gets the beginnings of the literals and placeholders that the shape leaves out, in
// order.
ShapeScan scan_shape(std::string_view sql, std::vector<const char*>* folded = nullptr);

}  // namespace pgcounsel
