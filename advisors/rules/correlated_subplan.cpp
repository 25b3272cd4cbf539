// Subqueries that run anew for each row of the node above: correlated ones, which name a column of
// that row, and NOT IN lists that are too large to be hashed in work_mem. A hashed SubPlan runs
// once and is no finding.
#include <fmt/format.h>

#include "advisors/plans/plan_rule.h"
#include "analyzer/plans/apart.h"

namespace pgcounsel {
namespace {

constexpr double kManyLoops = 100;
constexpr double kShareOfTime = 0.10;
constexpr double kShareOfCost = 0.50;

// Kept rows that are searched one by one: an uncorrelated list.
bool is_list(const PlanNode& node) {
  return node.is("Materialize");
}

std::string reads(const PlanRow& row, std::size_t place) {
  const std::size_t end = row.plan.nodes[place].end;
  for (std::size_t i = place; i < end; ++i) {
    const std::string relation = relation_of(row.plan, i);
    if (!relation.empty()) return relation;
  }
  return {};
}

std::string words_of(const PlanRow& row, std::size_t place) {
  std::string name(row.plan.nodes[place].text(PlanText::kSubplanName));
  if (name.empty()) name = "SubPlan";
  const std::string relation = reads(row, place);
  return relation.empty() ? name : fmt::format("{} on {}", name, relation);
}

void fill_remedy(Finding& finding, const PlanNode& node) {
  finding.rollback = "Revert the change of the query.";
  if (is_list(node)) {
    finding.remedy = {
        "code",
        "Write `NOT IN (SELECT b ...)` as `NOT EXISTS (SELECT 1 ... WHERE b = a)`, which becomes "
        "an "
        "anti join (where b is never null it means the same). A work_mem that holds the list makes "
        "it a hashed SubPlan, which runs once."};
    return;
  }
  finding.remedy = {
      "code",
      "Join instead of asking for each row: `LEFT JOIN (SELECT key, max(x) AS x FROM t GROUP BY "
      "key) "
      "s ON s.key = outer.key` computes all values in one pass. Where only a few rows come out in "
      "the end (LIMIT), compute the value after the limit. EXISTS and IN without OR become semi "
      "joins by themselves."};
}

Finding finding_for(const PlanRow& row, std::size_t place, double loops) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  Finding finding = plan_finding(row, "correlated_subplan", place);
  weigh(finding, row, figures.inclusive_ms);
  finding.title = fmt::format("{} {} {} times, once for each row of {}", words_of(row, place),
                              row.figures.has_actual ? "runs" : "is expected to run",
                              rows_words(loops), node_words(row.plan.nodes[node.parent]));
  finding.evidence.push_back(of_node("loops", rows_words(loops), place));
  finding.evidence.push_back(
      of_node("kind", is_list(node) ? "a list that is searched, not hashed" : "correlated", place));
  if (row.figures.has_timing) {
    finding.evidence.push_back(
        of_node("time of all loops",
                fmt::format("{} ({})", plan_ms(figures.inclusive_ms),
                            share_words(figures.inclusive_ms, row.figures.total_ms)),
                place));
  }
  fill_remedy(finding, node);
  finding.verify =
      "`EXPLAIN (ANALYZE, BUFFERS)`: the SubPlan is gone or `hashed`, the Execution Time shorter; "
      "both forms return the same rows.";
  finding.caveats.emplace_back(
      "A subquery that finds no row gives NULL; count() in a join needs coalesce(x, 0).");
  return finding;
}

// As often as the parent has rows, without ANALYZE; 0 where that is no burden, or it is hashed.
double expected_loops(const PlanRow& row, std::size_t place, const PlanReferences& references) {
  const PlanNode& node = row.plan.nodes[place];
  const double loops = row.figures.nodes[node.parent].estimated_rows;
  const double cost = node.number(PlanNumber::kTotalCost) * loops;
  if (cost < kShareOfCost * row.plan.root().number(PlanNumber::kTotalCost)) return 0;
  const std::string_view name = node.text(PlanText::kSubplanName);
  const bool hashed =
      references.contains(fmt::format("hashed {}", name.substr(0, name.find(" ("))));
  return hashed ? 0 : loops;
}

void check(const PlanRow& row, Findings& findings) {
  const PlanFigures& figures = row.figures;
  PlanReferences references;
  if (!figures.has_actual) references = references_of(row.plan);
  for (std::size_t i = 1; i < row.plan.nodes.size(); ++i) {
    const PlanNode& node = row.plan.nodes[i];
    if (!is_sub_plan(node) || node.parent == kNoNode || !is_reviewable(row, i)) continue;
    const double loops =
        figures.has_actual ? figures.nodes[i].loops : expected_loops(row, i, references);
    if (loops < kManyLoops) continue;
    const bool costs =
        !figures.has_timing || figures.nodes[i].inclusive_ms >= kShareOfTime * figures.total_ms;
    if (costs) findings.push_back(finding_for(row, i, loops));
  }
}

}  // namespace

Findings correlated_subplan(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
