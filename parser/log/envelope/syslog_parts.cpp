#include "parser/log/envelope/syslog_parts.h"

#include <algorithm>

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestPart = 900;
constexpr std::size_t kLongestCharacter = 4;
constexpr std::size_t kTrimmed = 4;  // blanks that a carrier may have cut off

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Whether the first word of `right` did not fit behind `left` any more.
bool is_cut_between(std::string_view left, std::string_view right) {
  std::size_t word = right.empty() ? 0 : 1;
  while (word < right.size() && !is_space(right[word])) ++word;
  return left.size() <= kLongestPart && left.size() + word + kTrimmed >= kLongestPart;
}

}  // namespace

Joint joint_of(std::string_view left, std::string_view right, bool belongs,
               const std::function<bool(std::string_view)>& begins_entry) {
  if (right.starts_with('\t')) return Joint::kNewline;
  left.remove_prefix(std::min(left.size(), left.rfind('\n') + 1));
  const bool is_cut = is_cut_between(left, right);
  if (!is_cut && !belongs) return Joint::kNewline;
  if (begins_entry && begins_entry(right)) return Joint::kNewline;
  if (!is_cut) return begins_entry ? Joint::kNewlineTab : Joint::kNewline;
  const bool is_hard = left.size() + kLongestCharacter > kLongestPart;
  return is_hard || (!right.empty() && is_space(right.front())) ? Joint::kNothing : Joint::kBlank;
}

}  // namespace pgcounsel
