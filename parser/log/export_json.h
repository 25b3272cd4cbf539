// The objects of a JSON export as trees: an array of objects, objects one after the other, or a
// document with arrays inside. For files of samples, not for logs. What is broken is skipped to the
// end of its line and counted.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgcounsel {

struct JsonTree {
  enum class Kind : std::uint8_t { kNull, kScalar, kObject, kArray };
  Kind kind = Kind::kNull;
  std::string text;                                      // of a scalar, without its quotes
  std::vector<std::pair<std::string, JsonTree>> fields;  // of an object; of an array without keys
};

// Calls `take` for each value that stands outside of all others or in an outermost array; answers
// how many pieces were broken.
std::uint64_t for_each_json_tree(std::string_view bytes,
                                 const std::function<void(const JsonTree&)>& take);

}  // namespace pgcounsel
