// Frames that psql and other clients draw around a plan: bars at both sides or at the right one,
// expanded records, and the marks of lines that go on: `+` and `↵` where a line of a value ends,
// `.` and `…` at both sides of where one was broken.
#include <algorithm>
#include <cstddef>
#include <string>

#include "parser/plan/pasted_lines.h"
#include "parser/plan/plan_text_line.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kBars[] = {"|", "\xe2\x94\x82", "\xe2\x95\x91", "\xe2\x94\x83"};
constexpr std::string_view kNewlineSign = "\xe2\x86\xb5";  // ↵
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";     // …
constexpr std::string_view kColumn = "QUERY PLAN";

std::size_t bar_before(std::string_view text) {
  for (const std::string_view bar : kBars) {
    if (text.starts_with(bar)) return bar.size();
  }
  return 0;
}

std::size_t bar_behind(std::string_view text) {
  for (const std::string_view bar : kBars) {
    if (text.ends_with(bar)) return bar.size();
  }
  return 0;
}

// `-[ RECORD 3 ]----`, `* Record 3`
bool is_record_line(std::string_view line) {
  if (line.starts_with("* Record ")) return true;
  const std::size_t at = line.find("[ RECORD ");
  constexpr std::size_t kMostBefore = 8;  // a corner and a stroke
  return at <= kMostBefore && line.find(" ]", at) != std::string_view::npos;
}

// A line of a value without its frame.
struct Cell {
  std::string_view text;
  bool broken = false;     // it goes on in the next cell
  bool continues = false;  // a mark at its beginning says that it is the rest of one
  bool marked = false;     // marks stood where only marks stand
};

// Between bars the first and the last character are blank or a mark.
Cell cell_between_marks(std::string_view inner) {
  Cell cell;
  cell.marked = true;
  if (inner.starts_with(kEllipsis)) {
    cell.continues = true;
    inner.remove_prefix(kEllipsis.size());
  } else if (inner.starts_with('.') || inner.starts_with(' ')) {
    cell.continues = inner[0] == '.';
    inner.remove_prefix(1);
  }
  if (inner.ends_with(kEllipsis) || inner.ends_with('.')) {
    cell.broken = true;
    inner.remove_suffix(inner.back() == '.' ? 1 : kEllipsis.size());
  } else if (inner.ends_with(kNewlineSign)) {
    inner.remove_suffix(kNewlineSign.size());
  } else if (inner.ends_with('+') || inner.ends_with(' ')) {
    inner.remove_suffix(1);
  }
  cell.text = cell.broken ? inner : without_end_blanks(inner);
  return cell;
}

class FrameReader {
 public:
  explicit FrameReader(PastedLines& pasted) : pasted_(pasted) {}

  void read() {
    std::vector<PastedLine> kept;
    kept.reserve(lines().size());
    bool goes_on = false;  // the last kept line is broken, marks say so
    for (std::size_t i = 0; i < lines().size(); ++i) {
      const std::string_view line = without_end_blanks(lines()[i].text);
      if (!line.empty() && is_record_line(line)) {
        in_record_ = true;
        goes_on = false;
        continue;
      }
      const Cell cell = cell_of(i, line);
      if (goes_on && (cell.continues || cell.marked)) {
        append(kept.back(), cell.text);
      } else {
        kept.push_back({cell.text, lines()[i].line});
      }
      goes_on = cell.broken;
    }
    lines() = std::move(kept);
  }

 private:
  std::vector<PastedLine>& lines() { return pasted_.lines; }

  void append(PastedLine& line, std::string_view text) {
    if (pasted_.made.empty() || line.text.data() != pasted_.made.back().data()) {
      line.text = pasted_.make(std::string(line.text));
    }
    pasted_.made.back() += text;
    line.text = pasted_.made.back();
  }

  std::string_view line_at(std::size_t at) {
    return at < lines().size() ? without_end_blanks(lines()[at].text) : std::string_view{};
  }

  Cell cell_of(std::size_t at, std::string_view line) {
    const std::size_t left = bar_before(line), right = bar_behind(line);
    std::string_view inner = line;
    const bool framed = left > 0 && right > 0 && line.size() > left + right;
    if (framed) inner = line.substr(left, line.size() - left - right);
    if (const std::size_t value = value_of_record(inner); value > 0) {
      return cell_between_marks(framed ? inner.substr(value) : record_value(inner, value));
    }
    if (framed) return cell_between_marks(inner);
    if (right > 0 && (bar_behind(line_at(at - 1)) > 0 || bar_behind(line_at(at + 1)) > 0)) {
      return {without_end_blanks(line.substr(0, line.size() - right)), false, false, false};
    }
    return bare_cell(at, line);
  }

  // Where the value of an expanded record begins in `QUERY PLAN | value`, behind its bar; below
  // the first line of a value blanks stand in the name's place. 0: no such line.
  std::size_t value_of_record(std::string_view inner) {
    const std::size_t begin = inner.starts_with(' ') && trimmed(inner).starts_with(kColumn) ? 1 : 0;
    if (inner.substr(begin).starts_with(kColumn)) {
      std::size_t at = begin + kColumn.size();
      if (in_record_ && inner.size() > at && inner[at] == ' ' && bar_at(inner, at + 1) == 0) {
        bare_record_ = true;
        return at;
      }
      while (at < inner.size() && inner[at] == ' ') ++at;
      const std::size_t bar = bar_at(inner, at);
      if (bar == 0 || at + bar >= inner.size()) return 0;
      bare_record_ = false;
      in_record_ = true;
      return at + bar;
    }
    if (!in_record_) return 0;
    const std::size_t first = std::min(inner.size(), inner.find_first_not_of(' '));
    if (bare_record_ && first > kColumn.size()) return kColumn.size();
    const std::size_t bar = bar_at(inner, first);
    if (!bare_record_ && bar > 0 && first >= kColumn.size()) return first + bar;
    if (!inner.empty()) in_record_ = false;
    return 0;
  }

  static std::size_t bar_at(std::string_view text, std::size_t at) {
    return at < text.size() ? bar_before(text.substr(at)) : 0;
  }

  // Without a frame nothing stands behind a value but its mark; a sign at its end may be its own.
  std::string_view record_value(std::string_view inner, std::size_t value) {
    const std::string_view text = inner.substr(value);
    const bool mark = text.ends_with('+') || text.ends_with('.') || text.ends_with(kEllipsis) ||
                      text.ends_with(kNewlineSign);
    return mark ? text : pasted_.make(std::string(text) + ' ');
  }

  // A line without bars: only what cannot be its own is a mark.
  Cell bare_cell(std::size_t at, std::string_view line) {
    Cell cell;
    cell.text = lines()[at].text;
    if (line.ends_with(kNewlineSign)) {
      cell.text = without_end_blanks(line.substr(0, line.size() - kNewlineSign.size()));
      return cell;
    }
    if (line.ends_with('+')) {
      const std::string_view before = line_at(at - 1);
      const bool beside = before.ends_with('+') || line_at(at + 1).ends_with('+') ||
                          (before.ends_with('.') && line.starts_with('.'));
      if (beside) cell.text = without_end_blanks(line.substr(0, line.size() - 1));
      return cell;
    }
    cell.continues = line.starts_with(kEllipsis);
    if (cell.continues) cell.text = line.substr(kEllipsis.size());
    if (line.ends_with(kEllipsis) && goes_on_behind_ellipsis(at)) {
      cell.broken = true;
      cell.text = without_suffix(cell.text, line.size(), kEllipsis.size(), cell.continues);
    }
    return cell;
  }

  static std::string_view without_suffix(std::string_view text, std::size_t line_size,
                                         std::size_t suffix, bool continues) {
    const std::size_t size = line_size - (continues ? kEllipsis.size() : 0);
    return text.substr(0, size - suffix);
  }

  bool goes_on_behind_ellipsis(std::size_t at) {
    const std::string_view next = line_at(at + 1);
    return next.starts_with(kEllipsis) && at + 1 < lines().size();
  }

  PastedLines& pasted_;
  bool in_record_ = false, bare_record_ = false;
};

}  // namespace

void take_off_frames(PastedLines& pasted) {
  FrameReader(pasted).read();
}

}  // namespace pgcounsel
