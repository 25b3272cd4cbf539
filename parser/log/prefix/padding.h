// The pieces of a guessed prefix, and the padding (`%-10u`) that blanks between them may be.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct PrefixPiece {
  char escape = '\0';     // '\0': a literal
  std::string_view text;  // what it is in the head of the line
  int width = 0;          // padded to; negative: blanks are on the right
};

// The log_line_prefix of these pieces.
std::string prefix_of(const std::vector<PrefixPiece>& pieces);

// The pieces with every run of two or more blanks beside a field taken for the field's padding.
// Between two fields it is that of the likelier one, or of the other where `other` is set. Without
// such a run: `pieces`.
std::vector<PrefixPiece> with_padding(const std::vector<PrefixPiece>& pieces, bool other);

}  // namespace pgcounsel
