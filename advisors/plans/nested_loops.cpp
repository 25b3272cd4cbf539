#include "advisors/plans/nested_loops.h"

#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

constexpr double kManyPairs = 1e6;

bool is_plain_side(const Plan& plan, std::size_t side) {
  const PlanNode& scan = plan.nodes[scan_of(plan, side)];
  return !scan.has(PlanText::kIndexCond) && !is_index_scan(scan);
}

}  // namespace

bool compares_all_pairs(const PlanRow& row, std::size_t join) {
  const PlanNode& node = row.plan.nodes[join];
  const NodeFigures& figures = row.figures.nodes[join];
  if (!node.has(PlanText::kJoinFilter) || !is_reviewable(row, join)) return false;
  const JoinSides sides = sides_of(row.plan, join);
  if (sides.inner == kNoNode || !is_plain_side(row.plan, sides.inner)) return false;
  if (row.figures.has_actual) {
    return node.number(PlanNumber::kRowsRemovedByJoinFilter) * figures.loops > kManyPairs;
  }
  const std::vector<NodeFigures>& nodes = row.figures.nodes;
  return nodes[sides.outer].estimated_rows * nodes[sides.inner].estimated_rows > kManyPairs;
}

void blame_outer(Finding& finding, const PlanRow& row, const std::vector<std::size_t>& wrong,
                 std::size_t outer) {
  const NodeFigures& figures = row.figures.nodes[outer];
  if (!figures.underestimated || figures.misestimate < kWrongEstimate) return;
  blame(finding, row, underestimate_below(row, wrong, outer));
}

}  // namespace pgcounsel
