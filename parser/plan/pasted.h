// Takes off what people's tools put around a plan: frames of psql, marks of lines that go on,
// expanded records, csv cells and quotes around lines, quotes of mail, and breaks of lines that are
// too wide. What is no decoration stays, also prose: the readers of plans pass over it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct Undecorated {
  std::string text;                  // its lines end with newlines
  std::vector<std::uint32_t> lines;  // of the input, 1-based, one for each line of the text
};

// Time is linear in the text's length.
Undecorated undecorated(std::string_view text);

}  // namespace pgcounsel
