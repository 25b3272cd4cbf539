#include "analyzer/report/terminal.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::kRed:
      return "1;31";
    case Ink::kYellow:
      return "33";
    case Ink::kGreen:
      return "32";
    case Ink::kBold:
      return "1";
    case Ink::kAlarm:
      return "1;7;31";
    case Ink::kDim:
      break;
  }
  return "2";
}

}  // namespace

std::string Pen::operator()(Ink ink, std::string_view text) const {
  if (!color_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(ink), text);
}

Ink ink_of(Mark mark) {
  if (mark == Mark::kBad) return Ink::kRed;
  return mark == Mark::kWarn ? Ink::kYellow : Ink::kGreen;
}

Ink ink_of(Level level) {
  if (level >= Level::kHigh) return Ink::kRed;
  return level == Level::kMedium ? Ink::kYellow : Ink::kDim;
}

std::string left(std::string_view text, std::size_t width) {
  std::string out(text);
  const std::size_t length = length_of(out);
  if (length < width) out.append(width - length, ' ');
  return out;
}

std::string right(std::string_view text, std::size_t width) {
  const std::size_t length = length_of(text);
  return std::string(length < width ? width - length : 0, ' ') + std::string(text);
}

std::vector<std::string> in_two_lines(std::string_view text, std::size_t width) {
  const std::string clean = one_line(text);
  if (clean.empty()) return {};
  if (length_of(clean) <= width) return {clean};
  const std::string first = shortened(clean, width);  // ends in `…`, three bytes
  const std::size_t blank = clean.rfind(' ', first.size() - 3);
  if (blank == clean.npos || blank == 0) return {first};
  return {clean.substr(0, blank), shortened(clean.substr(blank + 1), width)};
}

std::vector<std::string> in_three_lines(std::string_view text, std::size_t width) {
  std::vector<std::string> lines = in_two_lines(text, width);
  if (lines.size() < 2) return lines;
  const std::string clean = one_line(text);
  const std::vector<std::string> rest =
      in_two_lines(std::string_view(clean).substr(lines.front().size() + 1), width);
  lines.resize(1);
  lines.insert(lines.end(), rest.begin(), rest.end());
  return lines;
}

std::vector<std::string> in_lines(std::string_view text, std::size_t width) {
  const std::string clean = one_line(text);
  std::vector<std::string> lines;
  std::string_view rest = clean;
  while (!rest.empty()) {
    std::size_t bytes = 0;  // of at most `width` code points
    for (std::size_t points = 0; bytes < rest.size(); ++bytes) {
      const bool begins = (static_cast<unsigned char>(rest[bytes]) & 0xC0U) != 0x80;
      if (begins && points++ == std::max<std::size_t>(width, 1)) break;
    }
    std::size_t end = bytes;
    if (bytes < rest.size()) {
      const std::size_t blank = rest.substr(0, bytes + 1).rfind(' ');
      if (blank != rest.npos && blank > 0) end = blank;
    }
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  return lines;
}

std::vector<std::string> incident_sentences(const Workload& workload, const Verdict& verdict) {
  if (!verdict.incident) return {};
  const PoolWindow& window = *verdict.incident->window;
  std::vector<std::string> sentences;
  if (const std::string forgotten = forgotten_words(window); !forgotten.empty()) {
    sentences.push_back(forgotten + ".");
  }
  if (!window.holders.empty()) {
    const WindowHolder& holder = window.holders.front();
    const std::string moved = move_words(holder, window);
    sentences.push_back(fmt::format(
        "{:.0f} % of it held by {}{}", 100 * holder.share, holder_label(workload, holder, 60),
        moved.empty() ? "." : "; against calm times it " + moved + "."));
  }
  std::string beside;
  for (const std::string& line : {open_words(window), innocent_words(window)}) {
    if (!line.empty()) beside += (beside.empty() ? "" : " ") + line + ".";
  }
  if (!beside.empty()) sentences.push_back(beside);
  if (!verdict.besides.empty()) sentences.push_back("Besides: " + verdict.besides);
  return sentences;
}

}  // namespace pgcounsel
