#include "analyzer/review/ignores.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kMark = "pgcounsel:ignore";
constexpr std::string_view kWholeFile = "-file";
constexpr std::string_view kReason = "reason:";

std::string_view without_marks(std::string_view comment) {
  const bool block = comment.starts_with("/*");
  comment.remove_prefix(2);
  if (block && comment.ends_with("*/")) comment.remove_suffix(2);
  const std::size_t begin = comment.find_first_not_of("-* \t\r\n");
  return begin == std::string_view::npos ? std::string_view{} : comment.substr(begin);
}

std::string one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return std::string(trimmed(line));
}

// Separated by commas or blanks.
std::vector<ReviewIgnore::Rule> rules_in(std::string_view list) {
  constexpr std::string_view kBetween = ", \t\r\n*";
  std::vector<ReviewIgnore::Rule> rules;
  while (true) {
    const std::size_t begin = list.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return rules;
    list.remove_prefix(begin);
    const std::size_t end = std::min(list.find_first_of(kBetween), list.size());
    rules.push_back({std::string(list.substr(0, end))});
    list.remove_prefix(end);
  }
}

// Nothing for other comments.
bool read_ignore(std::string_view comment, ReviewIgnore& ignore) {
  std::string_view words = without_marks(comment);
  if (!words.starts_with(kMark)) return false;
  words.remove_prefix(kMark.size());
  ignore.whole_file = words.starts_with(kWholeFile);
  if (ignore.whole_file) words.remove_prefix(kWholeFile.size());
  if (!words.empty() && std::string_view(" \t\r\n").find(words.front()) == std::string_view::npos) {
    return false;  // another word
  }
  const std::size_t reason = words.find(kReason);
  ignore.rules = rules_in(words.substr(0, reason));
  if (reason != std::string_view::npos) {
    ignore.reason = one_line(words.substr(reason + kReason.size()));
  }
  return true;
}

// The piece that a comment is about; pieces.size() where there is none.
std::size_t target_of(const SqlComment& comment, const std::vector<SqlPiece>& pieces) {
  const auto next = std::ranges::upper_bound(pieces, comment.begin, {}, &SqlPiece::begin);
  if (next != pieces.begin()) {
    const SqlPiece& before = *std::prev(next);
    if (comment.begin < before.end || comment.first.line == before.stop_line) {
      return static_cast<std::size_t>(std::prev(next) - pieces.begin());
    }
  }
  return static_cast<std::size_t>(next - pieces.begin());
}

std::size_t statement_in(const Review& review, std::size_t file, const Place& place) {
  const auto begins = [](const ReviewStatement& s) { return std::tuple(s.file, s.line, s.column); };
  const std::tuple wanted(file, place.line, place.column);
  auto next = std::ranges::upper_bound(review.statements, wanted, {}, begins);
  if (next == review.statements.begin()) return kNotRun;
  --next;
  const bool inside = next->file == file && std::tuple(place.line, place.column) <=
                                                std::tuple(next->end_line, next->end_column);
  return inside ? static_cast<std::size_t>(next - review.statements.begin()) : kNotRun;
}

// Ignores by what they reach: a file and a statement of it, or kNotRun for all of the file.
using Reach = std::pair<std::size_t, std::size_t>;
using IgnoresByReach = std::multimap<Reach, ReviewIgnore*>;

IgnoresByReach by_reach(Review& review) {
  IgnoresByReach all;
  for (ReviewIgnore& ignore : review.ignores) {
    if (!ignore.whole_file && !ignore.statement) continue;
    all.emplace(Reach{ignore.file, ignore.whole_file ? kNotRun : *ignore.statement}, &ignore);
  }
  return all;
}

bool use_ignores(const Finding& finding, const IgnoresByReach& ignores, Reach reach) {
  bool used = false;
  const auto [begin, end] = ignores.equal_range(reach);
  for (auto it = begin; it != end; ++it) {
    for (ReviewIgnore::Rule& rule : it->second->rules) {
      if (rule.id != finding.rule) continue;
      rule.use = ReviewIgnore::Use::kUsed;
      used = true;
    }
  }
  return used;
}

}  // namespace

std::vector<ReviewIgnore> ignores_of(std::string_view text, const SqlFile& file,
                                     const std::vector<std::size_t>& statements) {
  std::vector<ReviewIgnore> ignores;
  for (const SqlComment& comment : file.comments) {
    ReviewIgnore ignore;
    if (!read_ignore(text.substr(comment.begin, comment.end - comment.begin), ignore)) continue;
    if (!ignore.whole_file) {
      const std::size_t target = target_of(comment, file.pieces);
      if (target < statements.size()) {
        if (statements[target] == kNotRun) continue;
        ignore.statement = statements[target];
      }
    }
    ignore.line = comment.first.line;
    ignore.column = comment.first.column;
    ignore.end_line = comment.last.line;
    ignore.end_column = comment.last.column;
    ignores.push_back(std::move(ignore));
  }
  return ignores;
}

StatementFinder::StatementFinder(const Review& review) : review_(review) {
  for (std::size_t at = 0; at < review.files.size(); ++at) files_[review.files[at].path] = at;
}

std::optional<std::size_t> StatementFinder::file(const Place& place) const {
  const auto found = files_.find(place.file);
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

std::size_t StatementFinder::at(const Place& place) const {
  const auto in = file(place);
  return in ? statement_in(review_, *in, place) : kNotRun;
}

std::size_t take_ignored(Findings& findings, Review& review) {
  if (review.ignores.empty()) return 0;
  const StatementFinder finder(review);
  const IgnoresByReach ignores = by_reach(review);
  return std::erase_if(findings, [&](const Finding& finding) {
    if (!finding.place) return false;
    const auto file = finder.file(*finding.place);
    if (!file) return false;
    const std::size_t statement = finder.at(*finding.place);
    const bool of_file = use_ignores(finding, ignores, {*file, kNotRun});
    const bool of_statement =
        statement != kNotRun && use_ignores(finding, ignores, {*file, statement});
    return of_file || of_statement;
  });
}

}  // namespace pgcounsel
