#include "advisors/plans/misestimate.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pgcounsel {
namespace {

constexpr double kRowsThatMatter = 50;  // estimated or returned, whichever is more

// Their number is that of their children, or that of somebody else's choice.
constexpr std::array<std::string_view, 12> kNoOwnEstimate{
    "Hash",   "WorkTable Scan", "Memoize",     "ModifyTable", "Gather",          "Gather Merge",
    "Append", "Merge Append",   "Materialize", "Limit",       "Recursive Union", "SetOp"};

bool has_own_estimate(const PlanNode& node) {
  if (node.is("CTE Scan")) return node.has(PlanText::kFilter);
  return std::ranges::find(kNoOwnEstimate, node.type) == kNoOwnEstimate.end();
}

bool feeds_parent(const PlanNode& node) {
  const std::string_view place = node.text(PlanText::kParentRelationship);
  return node.parent != kNoNode && place != "InitPlan" && place != "SubPlan";
}

bool is_far_off(const NodeFigures& figures) {
  return figures.executed && figures.misestimate >= kWrongEstimate &&
         std::max(figures.rows, figures.estimated_rows) >= kRowsThatMatter;
}

}  // namespace

std::vector<std::size_t> misestimates(const PlanRow& row) {
  const std::vector<NodeFigures>& figures = row.figures.nodes;
  if (!row.figures.has_actual) return {};
  // From the leaves up: a node above one that is off is off for its sake.
  std::vector<bool> child_is_off(figures.size(), false);
  std::vector<std::size_t> wrong;
  for (std::size_t i = figures.size(); i-- > 0;) {
    if (!is_far_off(figures[i])) continue;
    const PlanNode& node = row.plan.nodes[i];
    if (!child_is_off[i] && has_own_estimate(node)) wrong.push_back(i);
    if (feeds_parent(node)) child_is_off[node.parent] = true;
  }
  std::ranges::reverse(wrong);
  return wrong;
}

std::size_t underestimate_below(const PlanRow& row, const std::vector<std::size_t>& wrong,
                                std::size_t node) {
  std::size_t worst = kNoNode;
  const std::size_t end = row.plan.nodes[node].end;
  for (auto i = std::ranges::lower_bound(wrong, node); i != wrong.end() && *i < end; ++i) {
    const NodeFigures& figures = row.figures.nodes[*i];
    if (!figures.underestimated) continue;
    if (worst == kNoNode || figures.misestimate > row.figures.nodes[worst].misestimate) worst = *i;
  }
  return worst;
}

}  // namespace pgcounsel
