// Lines that were broken because they are wide: by psql with a point at both sides, by a terminal,
// a mail program or an editor with no mark at all. What belongs together is known by the heads of
// nodes: they end with their figures.
#include <algorithm>
#include <cstddef>
#include <string>

#include "parser/plan/pasted_lines.h"
#include "parser/plan/plan_text_line.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostPieces = 12, kLongestHead = 8192;

class WrapReader {
 public:
  explicit WrapReader(PastedLines& pasted) : pasted_(pasted) {}

  void read() {
    std::vector<PastedLine> kept;
    kept.reserve(lines().size());
    for (std::size_t i = 0; i < lines().size();) {
      const Joined joined = joined_from(i);
      if (joined.pieces > 1) {
        kept.push_back({pasted_.make(joined.text), lines()[i].line});
      } else {
        kept.push_back(lines()[i]);
      }
      i += std::max<std::size_t>(1, joined.pieces);
    }
    lines() = std::move(kept);
  }

 private:
  struct Joined {
    std::string text;
    std::size_t pieces = 1;
  };

  std::vector<PastedLine>& lines() { return pasted_.lines; }
  std::string_view text_at(std::size_t at) {
    return at < lines().size() ? lines()[at].text : std::string_view{};
  }

  Joined joined_from(std::size_t at) {
    const std::string_view line = without_end_blanks(text_at(at));
    if (line.ends_with('.') && text_at(at + 1).starts_with('.')) return joined_points(at);
    const std::string_view words = trimmed(line);
    const bool may_begin =
        words.starts_with("->") || (!words.empty() && words[0] >= 'A' && words[0] <= 'Z');
    if (!may_begin) return {};
    if (line.ends_with(')')) {
      return begins_actual(text_at(at + 1)) && is_head(line) ? joined_head(at) : Joined{};
    }
    if (text_at(at + 1).empty()) return {};
    const TextLine kind = kind_of_text_line(line);
    if (kind == TextLine::kCutHead || kind == TextLine::kBareHead) return joined_head(at);
    if (kind == TextLine::kDetail) return joined_detail(at);
    return {};
  }

  static bool is_head(std::string_view line) { return kind_of_text_line(line) == TextLine::kHead; }
  static bool begins_actual(std::string_view line) {
    line = trimmed(line);
    return line.starts_with("(actual ") || line.starts_with("(never executed)");
  }

  // psql's marks, unless the points are the head's own: `time=1.` / `.2`.
  Joined joined_points(std::size_t at) {
    Joined without{std::string(), 0};
    std::string with;
    while (true) {
      std::string_view piece = without_end_blanks(text_at(at + without.pieces));
      with += piece;
      if (without.pieces > 0) piece.remove_prefix(1);
      const bool goes_on =
          piece.ends_with('.') && text_at(at + without.pieces + 1).starts_with('.');
      without.text += goes_on ? piece.substr(0, piece.size() - 1) : piece;
      ++without.pieces;
      if (!goes_on) break;
    }
    if (with.size() <= kLongestHead && !is_head(without.text) && is_head(with)) {
      without.text = std::move(with);
    }
    return without;
  }

  // The shortest row of lines that is a head with its figures.
  Joined joined_head(std::size_t at) {
    Joined joined{std::string(text_at(at)), 1};
    std::size_t widest = without_end_blanks(text_at(at)).size();
    while (joined.pieces < kMostPieces) {
      const std::string_view next = text_at(at + joined.pieces);
      if (next.empty() || joined.text.size() + next.size() > kLongestHead) return {};
      if (kind_of_text_line(next) != TextLine::kOther) return {};
      if (is_head(joined.text + std::string(next))) {
        joined.text += next;
      } else if (is_head(joined.text + " " + std::string(next))) {  // the blank was lost
        joined.text += " ";
        joined.text += next;
      } else {
        widest = std::max(widest, text_at(at + joined.pieces).size());
        joined.text += next;
        ++joined.pieces;
        continue;
      }
      ++joined.pieces;
      if (begins_actual(text_at(at + joined.pieces))) continue;
      width_ = widest;
      return joined;
    }
    return {};
  }

  // Other lines are known to be broken by the width at which heads are.
  Joined joined_detail(std::size_t at) {
    if (width_ == 0 || text_at(at).size() != width_) return {};
    Joined joined{std::string(text_at(at)), 1};
    while (kind_of_text_line(text_at(at + joined.pieces)) == TextLine::kOther) {
      const std::string_view next = text_at(at + joined.pieces);
      joined.text += next;
      ++joined.pieces;
      if (next.size() != width_) break;
    }
    return joined;
  }

  PastedLines& pasted_;
  std::size_t width_ = 0;  // of broken lines, in bytes; 0: none was seen
};

}  // namespace

void join_wrapped_lines(PastedLines& pasted) {
  WrapReader(pasted).read();
}

}  // namespace pgcounsel
