#include "parser/plan/pasted.h"

#include <algorithm>

#include "parser/lines.h"
#include "parser/plan/pasted_lines.h"
#include "parser/plan/plan_text_line.h"

namespace pgcounsel {
namespace {

PastedLines lines_of(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  PastedLines pasted;
  pasted.lines.reserve(newlines_in(text) + 1);
  std::uint32_t line = 0;
  while (!text.empty()) {
    const std::size_t stop = std::min(text.size(), text.find('\n'));
    std::string_view one = text.substr(0, stop);
    while (one.ends_with('\r')) one.remove_suffix(1);
    pasted.lines.push_back({one, ++line});
    text.remove_prefix(std::min(text.size(), stop + 1));
  }
  return pasted;
}

std::string_view without_mail_quote(std::string_view line) {
  while (line.starts_with('>') || line.starts_with(" >")) {
    line.remove_prefix(line[0] == '>' ? 1 : 2);
  }
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

}  // namespace

std::string_view without_end_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

// A single line that begins so may be the rest of an expression.
void take_off_mail_quotes(PastedLines& pasted) {
  std::vector<PastedLine>& lines = pasted.lines;
  const auto is_quoted = [&](std::size_t at) {
    return at < lines.size() && lines[at].text.starts_with('>');
  };
  for (std::size_t begin = 0; begin < lines.size();) {
    std::size_t end = begin;
    while (is_quoted(end)) ++end;
    const bool alone = end == begin + 1;
    for (std::size_t i = begin; i < end; ++i) {
      const std::string_view line = without_mail_quote(lines[i].text);
      if (!alone || kind_of_text_line(line) == TextLine::kHead) lines[i].text = line;
    }
    begin = std::max(end, begin + 1);
  }
}

Undecorated undecorated(std::string_view text) {
  PastedLines pasted = lines_of(text);
  take_off_mail_quotes(pasted);
  take_off_line_quotes(pasted);
  take_off_frames(pasted);
  join_wrapped_lines(pasted);
  Undecorated result;
  result.text.reserve(text.size());
  result.lines.reserve(pasted.lines.size());
  for (const PastedLine& line : pasted.lines) {
    const std::string_view shown = without_end_blanks(line.text);
    // A line of a log's message is one by its tab, also where nothing follows it.
    result.text += shown.empty() ? line.text : shown;
    result.text += '\n';
    result.lines.push_back(line.line);
  }
  return result;
}

}  // namespace pgcounsel
