// A log_line_prefix (the first line of the bytes) and lines that it may fit; then the prefix that
// the lines themselves tell.
#include "parser/log/prefix/prefix.h"

#include <vector>

#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    lines.push_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return lines;
}

void expect_inside(const PrefixMatch& match, std::string_view line) {
  expect(match.body <= line.size(), "the text begins inside of its line");
  for (const std::string_view part :
       {match.user, match.database, match.application, match.host, match.session_id,
        match.virtual_xid, match.sqlstate, match.backend_type}) {
    expect(lies_in(part, line.substr(0, match.body)), "a field stands in the prefix of its line");
  }
}

std::size_t matches_of(const PrefixMatcher& matcher, const std::vector<std::string_view>& lines) {
  std::size_t matches = 0;
  for (const std::string_view line : lines) {
    const ExactBytes exact(line);
    PrefixMatch match;
    if (!matcher.match(exact.view(), match)) continue;
    expect_inside(match, exact.view());
    ++matches;
  }
  return matches;
}

}  // namespace

void fuzz_prefix(std::string_view bytes) {
  const auto lines = lines_of(bytes);
  if (lines.empty()) return;
  if (const auto matcher = PrefixMatcher::compile(lines.front())) {
    expect_equal(matcher->text(), lines.front(), "a matcher knows its prefix");
    matches_of(*matcher, lines);
  }
  if (const auto detected = detect_prefix(lines)) {
    const auto again = PrefixMatcher::compile(detected->text());
    expect(again.has_value(), "a prefix that was detected can be told");
    const std::size_t matches = matches_of(*detected, lines);
    expect(matches > 0, "a prefix that was detected fits a line");
    expect(matches == matches_of(*again, lines), "told, it fits the same lines");
  }
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_prefix);
