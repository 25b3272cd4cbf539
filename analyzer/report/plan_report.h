// What `pgcounsel plan` prints: plans given by hand, where their time went, what the advisors say,
// and, where they are compared with others, what changed. In three forms, as the nightly report;
// any bytes in a plan are harmless in all of them. Deep plans need neither recursion nor
// indentation that grows with the square.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/plans.h"
#include "analyzer/plans/plan_change.h"

namespace pgcounsel {

struct PlanSection {
  std::string file;  // as it is shown
  PlanRow row;
  Findings findings;                 // in any order; they are printed as rank() orders them
  std::optional<PlanChange> change;  // against the plan it is compared with
};

struct PlanReport {
  std::vector<PlanSection> plans;
  std::string against;          // what they are compared with, as it is shown; empty: nothing
  std::vector<RuleInfo> rules;  // to explain a finding's rule in words; may be empty
};

constexpr std::size_t kPlanWidth = 100;  // where no terminal tells another

// A tree for the terminal, at most `width` columns, but never below 60.
std::string render_plan_text(const PlanReport& report, bool color, std::size_t width);
std::string render_plan_markdown(const PlanReport& report);
std::string render_plan_json(const PlanReport& report);  // `pgcounsel.plan/1`

}  // namespace pgcounsel
