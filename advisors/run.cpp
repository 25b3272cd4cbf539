#include "advisors/run.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "advisors/nearest.h"

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

Result<const Advisor*> rule_named(std::string_view id) {
  std::vector<std::string_view> ids;
  for (const Advisor& advisor : advisors()) {
    if (advisor.id == id) return &advisor;
    ids.push_back(advisor.id);
  }
  std::string message = "there is no rule `" + std::string(id) + "`; ";
  if (const auto meant = nearest(id, ids)) {
    message += "did you mean `" + std::string(*meant) + "`?";
  } else {
    message += "`pgcounsel rule` lists them";
  }
  return Error{std::move(message)};
}

std::vector<RuleInfo> rule_infos() {
  std::vector<RuleInfo> infos;
  for (const Advisor& advisor : advisors()) {
    infos.push_back({advisor.id, title_of(advisor.page), advisor.page});
  }
  return infos;
}

}  // namespace pgcounsel
