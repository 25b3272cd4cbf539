#include "parser/plan/plan_text_line.h"

#include <algorithm>

#include "parser/plan/plan_text_beside.h"
#include "parser/plan/plan_text_detail.h"
#include "parser/plan/plan_text_head.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

// `(12 rows)` in any language.
bool is_row_count(std::string_view line) {
  if (line.size() < 5 || !line.starts_with('(') || !line.ends_with(')')) return false;
  line = line.substr(1, line.size() - 2);
  const std::size_t digits = std::min(line.size(), line.find_first_not_of("0123456789"));
  return digits > 0 && digits < line.size() && line[digits] == ' ' &&
         line.find_first_of("0123456789()=.", digits) == std::string_view::npos;
}

// A line of nothing but hyphens, plus signs, or what psql draws lines with.
bool is_rule(std::string_view line) {
  constexpr std::string_view kDrawn[] = {"\xe2\x94", "\xe2\x95"};  // box drawing in UTF-8
  std::size_t strokes = 0;
  while (!line.empty()) {
    if (line[0] == '-' || line[0] == '+' || line[0] == '=') {
      line.remove_prefix(1);
    } else if (line.size() >= 3 && (line.starts_with(kDrawn[0]) || line.starts_with(kDrawn[1]))) {
      line.remove_prefix(3);
    } else {
      return false;
    }
    ++strokes;
  }
  return strokes >= 3;
}

bool is_worker(std::string_view line) {
  return take_word(line, "Worker ") && !line.empty() && line[0] >= '0' && line[0] <= '9' &&
         line.find(':') != std::string_view::npos;
}

TextLine kind_of_head(std::string_view line, bool arrow) {
  PlanNode node;
  switch (read_text_head(line, arrow, node)) {
    case TextHead::kWhole:
      return TextLine::kHead;
    case TextHead::kCut:
      return TextLine::kCutHead;
    case TextHead::kBare:
      return TextLine::kBareHead;
    case TextHead::kWords:
    case TextHead::kNone:
      break;
  }
  return arrow ? TextLine::kBareHead : TextLine::kOther;
}

}  // namespace

TextIndent indent_of(std::string_view line) {
  TextIndent indent;
  while (indent.bytes < line.size()) {
    if (line[indent.bytes] == ' ') {
      ++indent.column;
    } else if (line[indent.bytes] == '\t') {
      indent.column += 8;
    } else {
      break;
    }
    ++indent.bytes;
  }
  return indent;
}

std::optional<std::string_view> behind_arrow(std::string_view line) {
  if (!take_word(line, "->")) return std::nullopt;
  if (!line.empty() && line[0] != ' ' && line[0] != '\t') return std::nullopt;
  return trimmed(line);
}

bool is_subplan_label(std::string_view line) {
  for (const std::string_view word : {"InitPlan", "SubPlan"}) {
    if (line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ')) {
      return true;
    }
  }
  return line.starts_with("CTE ") && line.size() > 4;
}

bool is_plan_frame(std::string_view line) {
  if (line.empty()) return false;
  const char c = line[0];
  if (c == 'Q') return line == "QUERY PLAN";
  if (c == '(') return is_row_count(line);
  if (c == '`' || c == '~') return line.starts_with("```") || line.starts_with("~~~");
  return is_rule(line);
}

TextLine kind_of_text_line(std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return TextLine::kBlank;
  if (const auto words = behind_arrow(line)) return kind_of_head(*words, true);
  if (is_plan_frame(line)) return TextLine::kFrame;
  if (known_text_detail(line)) return TextLine::kDetail;
  PlanSection section = PlanSection::kNode;
  Plan beside;
  if (line.find(':') != std::string_view::npos &&
      (is_worker(line) || read_beside_line(line, section, beside))) {
    return TextLine::kDetail;
  }
  return kind_of_head(line, false);
}

}  // namespace pgcounsel
