// Reads the head line of a node of the text form: `Parallel Hash Left Join  (cost=..) (actual ..)`
// gives the type that JSON tells, strategy, join type, operation, names without their quotes, and
// figures. Names may imitate figures: a head's figures are the last ones on its line.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

enum class TextHead : std::uint8_t {
  kNone,   // does not begin with a type of node
  kWhole,  // with figures at its end
  kBare,   // a type and its names, no figures, as with COSTS OFF
  kCut,    // its figures begin and do not end
  kWords,  // begins with a type, goes on with other words
};

// `line` is without blanks around it and without its arrow. Fills what the line tells into `node`.
// With `any_type`, as behind an arrow, types that are not known are taken as they are written.
TextHead read_text_head(std::string_view line, bool any_type, PlanNode& node);

// `actual time=0.1..0.2 rows=1 loops=1` without braces; false, and nothing set, where it is not.
bool read_actual_figures(std::string_view text, PlanNumbers& numbers);

// The number that `text` begins with, which is cut off; none where it begins with something else.
std::optional<double> take_figure(std::string_view& text);

// Cuts `word` off the beginning of `text`; false where it does not begin so.
inline bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// The name that `text` begins with, its quotes taken off, cut off; empty where there is none.
std::string take_name(std::string_view& text);

}  // namespace pgcounsel
