#include "advisors/sql/review_findings.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
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

// Pairs of rules that can speak of one expression: one that knows the indexes, and one that knows
// what to write instead.
struct Pair {
  std::string_view general, special;
};
constexpr Pair kPairs[] = {
    {"function_on_indexed_column", "arithmetic_on_column"},
    {"function_on_indexed_column", "coalesce_compared"},
    {"function_on_indexed_column", "date_of_column"},
    {"function_on_indexed_column", "number_column_as_text"},
    {"function_on_indexed_column", "shifted_time_compared"},
    {"function_on_indexed_column", "time_zone_of_column"},
    {"function_on_indexed_column", "truncated_time_compared"},
    {"function_on_indexed_column", "year_of_column"},
    {"column_type_mismatch", "integer_compared_with_decimal"},
    {"column_type_mismatch", "number_column_as_text"},
};

using PlaceKey = std::tuple<std::string_view, std::string, std::size_t, std::size_t>;

PlaceKey key_of(std::string_view rule, const Place& place) {
  return {rule, place.file, place.line, place.column};
}

// Of such a pair the special one stays where it has a statement to offer, else the general one.
void take_doubles(Findings& findings) {
  std::map<PlaceKey, bool> offers;
  for (const Finding& finding : findings) {
    offers[key_of(finding.rule, *finding.place)] |= finding.rewrite.has_value();
  }
  const auto is_double = [&](const Finding& finding) {
    return std::ranges::any_of(kPairs, [&](const Pair& pair) {
      const bool general = finding.rule == pair.general;
      if (!general && finding.rule != pair.special) return false;
      const auto other = offers.find(key_of(general ? pair.special : pair.general, *finding.place));
      if (other == offers.end()) return false;
      return general ? other->second : !finding.rewrite;
    });
  };
  std::erase_if(findings, is_double);
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
  take_doubles(result.findings);
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
