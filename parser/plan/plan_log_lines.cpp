#include "parser/plan/plan_log_lines.h"

#include <cstddef>

#include "parser/plan/plan_text_head.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kTags[] = {
    "LOG",  "ERROR",  "FATAL", "PANIC",   "WARNING",   "NOTICE", "INFO",
    "HINT", "DETAIL", "QUERY", "CONTEXT", "STATEMENT", "DEBUG",  "LOCATION",
};

// The word before the colon that ends `text`.
bool ends_with_tag(std::string_view text) {
  if (!text.ends_with(':')) return false;
  text.remove_suffix(1);
  while (!text.empty() && text.back() >= '1' && text.back() <= '5') text.remove_suffix(1);
  for (const std::string_view tag : kTags) {
    if (!text.ends_with(tag)) continue;
    const std::size_t before = text.size() - tag.size();
    return before == 0 || text[before - 1] == ' ' || text[before - 1] == ':';
  }
  return false;
}

}  // namespace

std::optional<double> plan_entry_ms(std::string_view line) {
  line = trimmed(line);
  constexpr std::string_view kEnd = " ms  plan:", kBegin = "duration: ";
  if (!line.ends_with(kEnd)) return std::nullopt;
  line.remove_suffix(kEnd.size());
  const std::size_t at = line.rfind(kBegin);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view figure = line.substr(at + kBegin.size());
  const auto ms = take_figure(figure);
  if (!ms || !figure.empty()) return std::nullopt;
  const std::string_view before = trimmed(line.substr(0, at));
  return before.empty() || ends_with_tag(before) ? ms : std::nullopt;
}

bool is_log_line(std::string_view line) {
  for (std::size_t at = line.find(":  "); at != std::string_view::npos;
       at = line.find(":  ", at + 1)) {
    if (ends_with_tag(line.substr(0, at + 1))) return true;
  }
  return false;
}

}  // namespace pgcounsel
