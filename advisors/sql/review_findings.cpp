#include "advisors/sql/review_findings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/review/ignores.h"

namespace pgcounsel {

namespace {

// It is run when it is known what the others found.
constexpr std::string_view kAboutIgnores = "unused_ignore";
constexpr std::string_view kAboutSyntax = "syntax_error";

void run(const Advisor& advisor, const Brief& brief, Findings& findings) {
  for (Finding& finding : advisor.review(brief)) {
    if (finding.place) findings.push_back(std::move(finding));
  }
}

// Of a statement that was not analysed only its syntax is known.
bool was_looked_for(const ReviewIgnore& ignore, std::string_view rule, const Review& review,
                    const RuleChoice& choice) {
  if (!choice.has(rule) || rule == kAboutIgnores) return false;
  if (!ignore.statement || rule == kAboutSyntax) return true;
  return review.statements[*ignore.statement].tree.has_value();
}

void judge_ignores(Review& review, const RuleChoice& choice) {
  for (ReviewIgnore& ignore : review.ignores) {
    for (ReviewIgnore::Rule& rule : ignore.rules) {
      if (rule.use == ReviewIgnore::Use::kUsed) continue;
      if (was_looked_for(ignore, rule.id, review, choice)) rule.use = ReviewIgnore::Use::kUnused;
    }
  }
}

}  // namespace

bool RuleChoice::has(std::string_view rule) const {
  const auto names_it = [rule](const std::string& id) { return id == rule; };
  if (std::ranges::any_of(excluded, names_it)) return false;
  return only.empty() || std::ranges::any_of(only, names_it);
}

ReviewFindings review_findings(Review& review, const Workload& workload, const RuleChoice& choice) {
  ReviewFindings result;
  const Brief brief{workload, &review};
  const Advisor* about_ignores = nullptr;
  for (const Advisor& advisor : advisors()) {
    if (!choice.has(advisor.id)) continue;
    if (advisor.id == kAboutIgnores) {
      about_ignores = &advisor;
    } else {
      run(advisor, brief, result.findings);
    }
  }
  result.ignored = take_ignored(result.findings, review);
  judge_ignores(review, choice);
  if (about_ignores != nullptr) {
    Findings unused;
    run(*about_ignores, brief, unused);
    result.ignored += take_ignored(unused, review);
    std::ranges::move(unused, std::back_inserter(result.findings));
  }
  rank(result.findings);
  return result;
}

}  // namespace pgcounsel
