// Large parts of a plan that did not run: whatever they look like, they cost nothing this time.
#include <fmt/format.h>

#include "advisors/advisor.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLeastNodes = 5;

struct Idle {
  std::size_t nodes = 0, branches = 0;
  std::size_t largest = kNoNode;  // the head of the largest branch
};

Idle idle_of(const PlanRow& row) {
  Idle idle;
  const std::vector<PlanNode>& nodes = row.plan.nodes;
  std::size_t most = 0;
  for (std::size_t place = 0; place < nodes.size();) {
    if (row.figures.nodes[place].executed) {
      ++place;
      continue;
    }
    const std::size_t size = nodes[place].end - place;
    idle.nodes += size;
    ++idle.branches;
    if (size > most) idle.largest = place;
    most = std::max(most, size);
    place = nodes[place].end;
  }
  return idle;
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_actual || !row.figures.nodes.front().executed) return;
  const Idle idle = idle_of(row);
  const std::size_t all = row.plan.nodes.size();
  if (idle.nodes < kLeastNodes || idle.nodes * 2 < all) return;

  Finding finding = plan_finding(row, "never_executed", idle.largest);
  finding.title = fmt::format("{} of {} nodes never ran, first of all {}", idle.nodes, all,
                              node_words(row.plan.nodes[idle.largest]));
  finding.evidence.push_back({"branches that never ran", std::to_string(idle.branches), "plan"});
  finding.remedy = {"code",
                    "Leave these branches alone: their scans, sorts and estimates say nothing "
                    "about this execution. If the query is slow with other values, run `EXPLAIN "
                    "(ANALYZE)` with those."};
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the plan prints `never executed`";
  finding.verify = "`EXPLAIN (ANALYZE)` with the values of a slow execution.";
  finding.rollback = "Nothing is changed.";
  weigh(finding, row, 0);
  cap(finding, Level::kInfo);
  findings.push_back(std::move(finding));
}

}  // namespace

Findings never_executed(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
