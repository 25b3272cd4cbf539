// Quotes around lines, as pgAdmin and people's scripts put them, and cells of csv, which hold one
// line or a whole plan.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "parser/plan/pasted_lines.h"
#include "parser/plan/plan_text_line.h"

namespace pgcounsel {
namespace {

bool is_of_plan(std::string_view line) {
  const TextLine kind = kind_of_text_line(line);
  return kind == TextLine::kHead || kind == TextLine::kDetail || kind == TextLine::kFrame ||
         (kind == TextLine::kBareHead && line.find("->") != std::string_view::npos);
}

// Every quote inside is doubled.
bool is_cell(std::string_view inner, char quote) {
  for (std::size_t at = inner.find(quote); at != std::string_view::npos;
       at = inner.find(quote, at + 2)) {
    if (at + 1 >= inner.size() || inner[at + 1] != quote) return false;
  }
  return true;
}

std::string with_single(std::string_view inner, char quote) {
  std::string text;
  text.reserve(inner.size());
  for (std::size_t i = 0; i < inner.size(); ++i) {
    text += inner[i];
    if (inner[i] == quote && i + 1 < inner.size() && inner[i + 1] == quote) ++i;
  }
  return text;
}

// The text of a line that stands in quotes. `goes_on`: the line before stood in them too.
std::optional<std::string> unquoted_line(std::string_view line, char quote, bool goes_on) {
  if (line.size() < 2 || line.front() != quote || line.back() != quote) return std::nullopt;
  const std::string_view inner = line.substr(1, line.size() - 2);
  const bool cell = is_cell(inner, quote);
  std::string text = cell ? with_single(inner, quote) : std::string(inner);
  if (is_of_plan(text) || (goes_on && cell)) return text;
  return std::nullopt;
}

// What a cell with a plan in it may begin with.
bool begins_cell(std::string_view line) {
  if (!line.starts_with('"')) return false;
  line.remove_prefix(1);
  for (const std::string_view word : {"[", "{", "<explain", "- Plan:", "Plan:", "Query Text:"}) {
    if (line.starts_with(word)) return true;
  }
  return false;
}

// Where a cell of many lines that begins on line `begin` ends; nothing where it is none. A quote
// that is not doubled ends it, and the line with it.
std::optional<std::size_t> end_of_cell(const std::vector<PastedLine>& lines, std::size_t begin) {
  for (std::size_t i = begin; i < lines.size(); ++i) {
    std::string_view line = without_end_blanks(lines[i].text);
    if (i == begin) line.remove_prefix(1);
    std::size_t at = line.find('"');
    while (at != std::string_view::npos && at + 1 < line.size() && line[at + 1] == '"') {
      at = line.find('"', at + 2);
    }
    if (at == std::string_view::npos) continue;
    if (at + 1 != line.size()) return std::nullopt;
    return i + 1;
  }
  return std::nullopt;
}

void unquote_cell(PastedLines& pasted, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    std::string_view line = without_end_blanks(pasted.lines[i].text);
    if (i == begin) line.remove_prefix(1);
    if (i + 1 == end) line.remove_suffix(1);
    pasted.lines[i].text = pasted.make(with_single(line, '"'));
  }
}

// Only the quote at the end was copied with the line.
std::optional<std::string_view> without_last_quote(std::string_view line) {
  if (!line.ends_with('"') || std::count(line.begin(), line.end(), '"') % 2 == 0 ||
      std::count(line.begin(), line.end(), '\'') % 2 != 0) {
    return std::nullopt;
  }
  line.remove_suffix(1);
  if (!is_of_plan(line)) return std::nullopt;
  return line;
}

}  // namespace

void take_off_line_quotes(PastedLines& pasted) {
  std::vector<PastedLine>& lines = pasted.lines;
  bool goes_on = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = without_end_blanks(lines[i].text);
    const char first = line.empty() ? ' ' : line.front();
    if (first == '"' || first == '\'') {
      if (auto text = unquoted_line(line, first, goes_on)) {
        lines[i].text = pasted.make(std::move(*text));
        goes_on = true;
        continue;
      }
      const auto end = begins_cell(line) ? end_of_cell(lines, i) : std::nullopt;
      if (end) {
        unquote_cell(pasted, i, *end);
        i = *end - 1;
      }
    } else if (const auto rest = without_last_quote(line)) {
      lines[i].text = *rest;
    }
    goes_on = false;
  }
}

}  // namespace pgcounsel
