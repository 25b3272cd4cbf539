// One statement of a file, parsed; where the parser refuses it, once more with its placeholders
// filled in; where that fails too, the likeliest reason.
#pragma once
#include <string_view>

#include "analyzer/review.h"

namespace pgcounsel {

struct ParseHints {
  bool at_names = false;  // `@name` is a parameter
  bool closed = true;     // every string, name and comment of it has an end
};

// Sets text, inserted, tree, error, refusal and refused.
void parse_into(ReviewStatement& statement, std::string_view text, ParseHints hints);

// The same of a statement without its values, as a log's are kept.
void parse_normalised_into(ReviewStatement& statement, std::string text);

}  // namespace pgcounsel
