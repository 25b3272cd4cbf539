#include "advisors/run.h"

#include <algorithm>
#include <iterator>

#include "parser/result.h"

namespace pgcounsel {
namespace {

// `# id — title` is a page's first line.
std::string_view title_of(std::string_view page) {
  constexpr std::string_view kDash = " — ";
  const std::string_view line = page.substr(0, page.find('\n'));
  const std::size_t dash = line.find(kDash);
  PGC_CHECK(dash != std::string_view::npos);
  return line.substr(dash + kDash.size());
}

}  // namespace

Findings run_advisors(const Brief& brief) {
  Findings all;
  for (const Advisor& advisor : advisors()) {
    Findings found = advisor.review(brief);
    std::ranges::move(found, std::back_inserter(all));
  }
  rank(all);
  return all;
}

std::vector<RuleInfo> rule_infos() {
  std::vector<RuleInfo> infos;
  for (const Advisor& advisor : advisors()) {
    infos.push_back({advisor.id, title_of(advisor.page), advisor.page});
  }
  return infos;
}

}  // namespace pgcounsel
