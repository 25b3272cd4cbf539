#include "advisors/rewrite/rewrite.h"

#include <algorithm>
#include <utility>

#include "advisors/rewrite/matched_text.h"

namespace pgcounsel {
namespace {

void leave_open(Finding& finding, const std::vector<Obligation>& obligations) {
  finding.safety = Safety::kAdvisory;
  finding.level = std::min(finding.level, Level::kLow);
  finding.confidence = Confidence::kLow;
  for (const Obligation& obligation : obligations) {
    if (obligation.proof == Proof::kHolds) continue;
    finding.confidence_because = join({"it is not known whether ", obligation.condition});
    finding.caveats.push_back(join({"The new form gives the same rows only if ",
                                    obligation.condition, ". ", obligation.settled_by}));
  }
}

}  // namespace

bool is_told(const Findings& findings, std::string_view title) {
  constexpr std::size_t kMostShown = 100;
  return findings.size() >= kMostShown ||
         std::ranges::find(findings, title, &Finding::title) != findings.end();
}

Proof known(bool holds) {
  return holds ? Proof::kHolds : Proof::kUnknown;
}

bool add_rewrite(Findings& findings, const SqlContext& context, const SqlWords& words, Node at,
                 std::string title, std::string_view object, std::vector<TextEdit> edits,
                 std::vector<Obligation> obligations) {
  const auto is = [&](Proof proof) {
    return std::ranges::count(obligations, proof, &Obligation::proof) > 0;
  };
  if (is(Proof::kFails)) return false;
  if (!keeps_matched_text(*context.statement.tree, at, edits)) return false;
  auto sql = apply_edits(*context.statement.tree, std::move(edits));
  if (!sql) return false;
  Finding& finding = add_finding(findings, context, words, at, std::move(title), object);
  if (is(Proof::kUnknown)) {
    leave_open(finding, obligations);
    return true;
  }
  finding.safety = Safety::kProven;
  finding.rewrite.emplace();
  finding.rewrite->sql = std::move(*sql);
  for (Obligation& obligation : obligations) {
    finding.rewrite->preconditions.push_back(std::move(obligation.condition));
  }
  return true;
}

bool only_true_counts(Node condition) {
  Node node = condition;
  while (node.parent().is("BoolExpr") && node.parent().text("boolop") != "NOT_EXPR") {
    node = node.parent();
  }
  return node.field() == "whereClause" || node.field() == "havingClause" || node.field() == "quals";
}

}  // namespace pgcounsel
