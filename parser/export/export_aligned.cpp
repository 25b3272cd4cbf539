#include "parser/export/export_aligned.h"

#include <algorithm>
#include <utility>

namespace pgcounsel {
namespace {

bool is_dashes(std::string_view line) {
  return line.starts_with('-') && line.find_first_not_of("-+") == std::string_view::npos &&
         line.find('+') != std::string_view::npos;
}

// `(11 rows)`
bool is_footer(std::string_view line) {
  return line.starts_with('(') && (line.ends_with(" rows)") || line.ends_with(" row)"));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The first `count` characters of `text`, taken off it.
std::string_view take_characters(std::string_view& text, std::size_t count) {
  std::size_t end = 0;
  const auto continues = [&] {
    return end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80;
  };
  for (; count > 0 && end < text.size(); --count) {
    ++end;
    while (continues()) ++end;
  }
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::vector<std::size_t> widths_of(std::string_view dashes) {
  std::vector<std::size_t> widths;
  while (true) {
    const std::size_t plus = dashes.find('+');
    widths.push_back(std::min(plus, dashes.size()));
    if (plus == std::string_view::npos) return widths;
    dashes.remove_prefix(plus + 1);
  }
}

}  // namespace

AlignedTable::AlignedTable(std::string_view bytes) : bytes_(bytes) {
  std::string_view before = take_line();
  while (at_ < bytes_.size()) {
    const std::string_view line = take_line();
    if (is_dashes(line) && begin_table(before, line)) return;
    before = line;
  }
}

std::string_view AlignedTable::take_line() {
  const std::size_t newline = bytes_.find('\n', at_);
  std::string_view line = bytes_.substr(
      at_, newline == std::string_view::npos ? std::string_view::npos : newline - at_);
  at_ = newline == std::string_view::npos ? bytes_.size() : newline + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool AlignedTable::begin_table(std::string_view heading, std::string_view dashes) {
  const auto before = std::exchange(widths_, widths_of(dashes));
  std::vector<std::string> names(widths_.size());
  bool goes_on = false;
  if (!add_line(heading, names, goes_on) || (!header_.empty() && header_ != names)) {
    widths_ = before;
    return false;
  }
  header_ = std::move(names);
  return true;
}

bool AlignedTable::add_line(std::string_view line, std::vector<std::string>& cells,
                            bool& goes_on) const {
  goes_on = false;
  for (std::size_t i = 0; i < widths_.size(); ++i) {
    if (i > 0) {
      if (!line.starts_with('|')) return false;
      line.remove_prefix(1);
    }
    std::string_view piece = take_characters(line, widths_[i]);
    // The mark stands where the blank behind the longest text of the column is.
    if (piece.ends_with('+') && characters(piece) == widths_[i]) {
      piece.remove_suffix(1);
      goes_on = true;
    }
    const std::string_view text = trimmed(piece);
    if (!cells[i].empty() && !text.empty()) cells[i] += '\n';
    cells[i] += text;
  }
  return trimmed(line).empty();
}

bool AlignedTable::next(std::vector<std::string>& cells) {
  std::string_view before;
  bool inside = !header_.empty();
  while (inside && at_ < bytes_.size()) {
    const std::string_view line = take_line();
    if (trimmed(line).empty() || is_footer(line)) continue;
    if (is_dashes(line)) {
      if (!begin_table(before, line)) ++strays_;
      continue;
    }
    before = line;
    cells.assign(header_.size(), {});
    bool goes_on = false;
    if (!add_line(line, cells, goes_on)) {
      ++strays_;
      continue;
    }
    while (goes_on && at_ < bytes_.size()) {
      if (!add_line(take_line(), cells, goes_on)) {
        ++strays_;
        break;
      }
    }
    if (cells == header_) continue;
    return true;
  }
  return false;
}

}  // namespace pgcounsel
