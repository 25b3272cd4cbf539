#include "advisors/plans/misled.h"

#include <fmt/format.h>

#include <algorithm>

#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

constexpr double kManyLoops = 100;
constexpr std::size_t kMostNodes = 4;
constexpr int kMostSteps = 200;  // no plan that somebody wrote is that deep

bool spills(const PlanNode& node) {
  return node.text(PlanText::kSortSpaceType) == "Disk" ||
         node.number(PlanNumber::kHashBatches) > 1 || node.number(PlanNumber::kDiskUsage) > 0;
}

// The time that a wrong number of rows out of `side` costs its parent, 0 where it costs nothing.
double time_misled(const PlanRow& row, std::size_t parent, std::size_t side) {
  const PlanNode& node = row.plan.nodes[parent];
  if (node.is("Nested Loop")) {
    const JoinSides sides = sides_of(row.plan, parent);
    if (sides.outer != side || sides.inner == kNoNode) return 0;
    const NodeFigures& inner = row.figures.nodes[sides.inner];
    const NodeFigures& outer = row.figures.nodes[side];
    const bool wrong = outer.misestimate >= kWrongEstimate && outer.underestimated;
    return wrong && inner.loops >= kManyLoops ? inner.inclusive_ms : 0;
  }
  if (!spills(node)) return 0;
  const NodeFigures& figures = row.figures.nodes[parent];
  const bool hash = node.is("Hash") && node.parent != kNoNode;
  return figures.exclusive_ms + (hash ? row.figures.nodes[node.parent].exclusive_ms : 0);
}

}  // namespace

Misled misled_by(const PlanRow& row, std::size_t wrong) {
  Misled misled;
  // Only what expected too few rows is misled into too little memory and too many loops.
  if (!row.figures.nodes[wrong].underestimated) return misled;
  const auto add = [&](std::size_t node, double ms) {
    if (ms <= 0) return;
    if (misled.nodes.size() < kMostNodes) misled.nodes.push_back(node);
    misled.ms += ms;
  };
  if (spills(row.plan.nodes[wrong])) add(wrong, row.figures.nodes[wrong].exclusive_ms);
  std::size_t side = wrong;
  for (int step = 0; step < kMostSteps && row.plan.nodes[side].parent != kNoNode; ++step) {
    const std::size_t parent = row.plan.nodes[side].parent;
    add(parent, time_misled(row, parent, side));
    side = parent;
  }
  if (row.figures.total_ms > 0) misled.ms = std::min(misled.ms, row.figures.total_ms);
  return misled;
}

void add_misled(Finding& finding, const PlanRow& row, const Misled& misled) {
  for (const std::size_t i : misled.nodes) {
    const PlanNode& node = row.plan.nodes[i];
    std::string what = "spills to disk";
    if (node.is("Nested Loop")) {
      const double loops = row.figures.nodes[sides_of(row.plan, i).inner].loops;
      what = fmt::format("runs its inner side {} times", rows_words(loops));
    }
    finding.evidence.push_back(of_node("misled", fmt::format("{} {}", node_words(node), what), i));
  }
}

bool reads_whole_table(const PlanNode& node) {
  if (!node.is("Seq Scan") && !node.is("Index Scan") && !node.is("Index Only Scan")) return false;
  return !node.has(PlanText::kFilter) && !node.has(PlanText::kIndexCond) &&
         node.has(PlanText::kRelationName);
}

}  // namespace pgcounsel
