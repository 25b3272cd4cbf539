// Generic plans, made for any parameters, whose estimates do not fit the parameters that came.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "advisors/advisor.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr std::array kConditions{PlanText::kIndexCond, PlanText::kRecheckCond, PlanText::kFilter,
                                 PlanText::kJoinFilter, PlanText::kTidCond};

std::string_view condition_of(const PlanNode& node) {
  for (PlanText name : kConditions) {
    if (node.text(name).find('$') != std::string_view::npos) return node.text(name);
  }
  return {};
}

bool is_join(const PlanNode& node) {
  return node.is("Nested Loop") || node.is("Hash Join") || node.is("Merge Join");
}

// What the wrong estimate may have decided: the join above, else the node itself.
double ms_decided(const PlanRow& row, std::size_t place) {
  double ms = row.figures.nodes[place].inclusive_ms;
  for (std::size_t at = row.plan.nodes[place].parent; at != kNoNode;
       at = row.plan.nodes[at].parent) {
    if (!is_join(row.plan.nodes[at])) continue;
    ms = std::max(ms, row.figures.nodes[at].inclusive_ms);
    break;
  }
  return ms;
}

std::size_t worst_of(const PlanRow& row) {
  std::size_t worst = kNoNode;
  for (std::size_t place : misestimates(row)) {
    if (condition_of(row.plan.nodes[place]).empty()) continue;
    if (worst == kNoNode ||
        row.figures.nodes[place].misestimate > row.figures.nodes[worst].misestimate) {
      worst = place;
    }
  }
  return worst;
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.plan.generic || !row.figures.has_actual) return;
  const std::size_t place = worst_of(row);
  if (place == kNoNode) return;
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];

  Finding finding = plan_finding(row, "generic_plan_misfit", place);
  finding.title = fmt::format("The generic plan's {} is estimated {} wrong for these parameters",
                              node_words(node), times_words(figures.misestimate));
  finding.evidence.push_back(of_node("estimate", estimate_words(figures), place));
  finding.evidence.push_back(of_node("condition", std::string(condition_of(node)), place));
  finding.remedy = {"sql",
                    "-- in the session that prepares it, or for its role: ALTER ROLE ... SET ...\n"
                    "SET plan_cache_mode = force_custom_plan;"};
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "the conditions hold parameters in place of values, and the rows are far from the estimate; "
      "that a plan for the values is better is not measured";
  finding.verify =
      "`EXPLAIN (ANALYZE) EXECUTE ...` shows values in place of $1 and an estimate that fits.";
  finding.rollback = "`RESET plan_cache_mode;`";
  finding.caveats.emplace_back(
      "Every execution is planned anew then: compare with its planning time.");
  finding.caveats.emplace_back(
      "plan_cache_mode exists from PostgreSQL 12 on. Before, and in drivers: no server-side "
      "prepared statement for this query (JDBC: prepareThreshold=0).");
  finding.caveats.emplace_back(
      "A plan out of which a tool has taken the values looks the same as a generic one.");
  weigh(finding, row, ms_decided(row, place));
  findings.push_back(std::move(finding));
}

}  // namespace

Findings generic_plan_misfit(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
