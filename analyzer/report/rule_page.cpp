#include "analyzer/report/rule_page.h"

#include <algorithm>
#include <cctype>

namespace pgcounsel {
namespace {

constexpr std::string_view kHeading = "\n## ";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// A sentence ends before a blank that a new one follows: `e.g. so` and `1.5 s` do not end it.
bool ends_sentence(std::string_view text, std::size_t at) {
  if (text[at] != '.' && text[at] != '!' && text[at] != '?') return false;
  if (at + 1 == text.size()) return true;
  if (text[at + 1] != ' ' || at + 2 == text.size()) return false;
  const unsigned char next = static_cast<unsigned char>(text[at + 2]);
  return std::isupper(next) != 0 || next == '`';
}

}  // namespace

std::string_view section_of(std::string_view page, std::string_view heading) {
  for (std::size_t at = page.find(kHeading); at != page.npos;) {
    const std::string_view rest = page.substr(at + kHeading.size());
    const std::size_t line = std::min(rest.find('\n'), rest.size());
    const std::size_t end = rest.find(kHeading);
    if (trimmed(rest.substr(0, line)) == heading) {
      return trimmed(rest.substr(line, end == rest.npos ? end : end - line));
    }
    at = end == rest.npos ? end : at + kHeading.size() + end;
  }
  return {};
}

std::string first_paragraph(std::string_view text) {
  std::string line(trimmed(text.substr(0, text.find("\n\n"))));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string first_sentence(std::string_view text) {
  std::string line = first_paragraph(text);
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (ends_sentence(line, at)) return line.substr(0, at + 1);
  }
  return line;
}

std::optional<Level> highest_level(std::string_view page) {
  constexpr std::string_view kLevel = "\nlevel: ";
  const std::size_t at = page.find(kLevel);
  if (at == page.npos) return std::nullopt;
  std::string_view words = page.substr(at + kLevel.size());
  words = words.substr(0, words.find('\n'));
  words = trimmed(words.substr(0, words.find("·")));
  return level_named(words.substr(words.rfind(' ') + 1));
}

std::string_view without_cases(std::string_view page) {
  return trimmed(page.substr(0, page.find("\n## Cases")));
}

}  // namespace pgcounsel
