// The lines of a pasted text, and the steps that take off one kind of decoration each. A line keeps
// the number that it has in the input, and the blanks at its end until all is taken off: where a
// tool broke it, they are a part of it.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct PastedLine {
  std::string_view text;
  std::uint32_t line = 0;
};

struct PastedLines {
  std::vector<PastedLine> lines;
  std::deque<std::string> made;  // texts of lines that stand nowhere in the input

  std::string_view make(std::string text) { return made.emplace_back(std::move(text)); }
};

void take_off_mail_quotes(PastedLines& pasted);  // `> `, nested
void take_off_line_quotes(PastedLines& pasted);  // "a line", 'a line', cells of csv
void take_off_frames(PastedLines& pasted);       // bars, records, marks of lines that go on
void join_wrapped_lines(PastedLines& pasted);    // that a terminal or an editor broke

// Without the blanks at its end.
std::string_view without_end_blanks(std::string_view text);

}  // namespace pgcounsel
