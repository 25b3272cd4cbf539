#include "analyzer/plans/figures.h"

#include <algorithm>
#include <array>
#include <optional>

#include "analyzer/plans/apart.h"
#include "analyzer/plans/early_stop.h"

namespace pgcounsel {
namespace {

// What a node is printed with including its children, and what it is made exclusive of.
enum Measure : std::size_t { kMs, kHit, kRead, kDirtied, kWritten, kTempRead, kTempWritten, kIo };
constexpr std::size_t kMeasures = 8;
using Measures = std::array<double, kMeasures>;

bool is_gather(const PlanNode& node) {
  return node.is("Gather") || node.is("Gather Merge");
}

// How many processes ran each node side by side: below a Gather the loops of its child for each of
// its own. Loops count all processes, so this is who really ran, not who was planned.
std::vector<double> processes_of(const Plan& plan) {
  std::vector<double> processes(plan.nodes.size(), 1);
  for (std::size_t place = 1; place < plan.nodes.size(); ++place) {
    const PlanNode& node = plan.nodes[place];
    if (node.parent == kNoNode || hangs_apart(node)) continue;
    processes[place] = processes[node.parent];
    const PlanNode& parent = plan.nodes[node.parent];
    const double loops = parent.number(PlanNumber::kActualLoops);
    if (!is_gather(parent) || is_sub_plan(node) || loops <= 0) continue;
    processes[place] = std::max(1.0, node.number(PlanNumber::kActualLoops) / loops);
  }
  return processes;
}

double io_ms_of(const PlanNode& node) {
  constexpr std::array kTimes{PlanNumber::kSharedReadTime, PlanNumber::kSharedWriteTime,
                              PlanNumber::kLocalReadTime,  PlanNumber::kLocalWriteTime,
                              PlanNumber::kTempReadTime,   PlanNumber::kTempWriteTime};
  double ms = 0;
  for (const PlanNumber time : kTimes) ms += node.number(time);
  return ms;
}

// Times are printed of a loop, buffers of all of them.
Measures inclusive_of(const PlanNode& node, double processes) {
  return {
      node.number(PlanNumber::kActualTotalTime) * node.number(PlanNumber::kActualLoops) / processes,
      node.number(PlanNumber::kSharedHitBlocks),
      node.number(PlanNumber::kSharedReadBlocks),
      node.number(PlanNumber::kSharedDirtiedBlocks),
      node.number(PlanNumber::kSharedWrittenBlocks),
      node.number(PlanNumber::kTempReadBlocks),
      node.number(PlanNumber::kTempWrittenBlocks),
      io_ms_of(node)};
}

// Takes `amount` from the payers, from the one with most left first; answers what nobody could pay.
double take_from(std::vector<std::size_t> payers, double amount, std::size_t measure,
                 std::vector<Measures>& exclusive) {
  std::stable_sort(payers.begin(), payers.end(), [&](std::size_t a, std::size_t b) {
    return exclusive[a][measure] > exclusive[b][measure];
  });
  for (const std::size_t payer : payers) {
    const double paid = std::min(amount, std::max(0.0, exclusive[payer][measure]));
    exclusive[payer][measure] -= paid;
    amount -= paid;
    if (amount <= 0) break;
  }
  return amount;
}

// What an InitPlan or a CTE took lies in the figures of whoever ran it. Of an InitPlan that no
// expression shown names this is its parent, of a CTE that nobody scans nobody.
void charge(const Plan& plan, const std::vector<ApartSubtree>& apart,
            const std::vector<Measures>& inclusive, std::vector<Measures>& exclusive) {
  for (const ApartSubtree& subtree : apart) {
    for (std::size_t measure = 0; measure < kMeasures; ++measure) {
      double left = inclusive[subtree.head][measure];
      if (left <= 0) continue;
      left = take_from(subtree.first_payers, left, measure, exclusive);
      left = take_from(subtree.payers, left, measure, exclusive);
      const std::size_t parent = plan.nodes[subtree.head].parent;
      if (!subtree.cte && parent != kNoNode) take_from({parent}, left, measure, exclusive);
    }
  }
}

std::vector<Measures> exclusive_of(const Plan& plan, const std::vector<ApartSubtree>& apart,
                                   const std::vector<Measures>& inclusive) {
  std::vector<Measures> exclusive = inclusive;
  for (std::size_t place = 1; place < plan.nodes.size(); ++place) {
    const PlanNode& node = plan.nodes[place];
    if (node.parent == kNoNode || hangs_apart(node)) continue;
    for (std::size_t measure = 0; measure < kMeasures; ++measure) {
      exclusive[node.parent][measure] -= inclusive[place][measure];
    }
  }
  charge(plan, apart, inclusive, exclusive);
  for (Measures& row : exclusive) {
    for (double& measure : row) measure = std::max(0.0, measure);
  }
  return exclusive;
}

// Nodes whose count of rows does not tell how many there were: they are not counted at all, or
// counted again whenever a merge join goes back to a mark.
bool counts_no_rows(const Plan& plan, const PlanNode& node) {
  if (node.is("ModifyTable") || node.is("BitmapAnd") || node.is("BitmapOr")) return true;
  if (node.has(PlanText::kOperation) && node.text(PlanText::kOperation) != "Select") return true;
  return node.parent != kNoNode && plan.nodes[node.parent].is("Merge Join") &&
         node.text(PlanText::kParentRelationship) == "Inner";
}

// Up to PostgreSQL 17 rows are rounded to whole ones of a loop: 0 rows in each of 1000 loops are
// up to 500.
void judge_estimate(const PlanNode& node, bool may_stop_early, NodeFigures& figures) {
  if (!node.has(PlanNumber::kPlanRows)) return;
  const double estimated = figures.estimated_rows;
  double actual = figures.rows;
  if (actual == 0 && figures.loops > 1) actual = std::min(estimated, figures.loops / 2);
  const bool under = actual > estimated;
  if (!under && may_stop_early) return;
  figures.underestimated = under;
  figures.misestimate =
      std::max(1.0, std::max(actual, estimated) / std::max(1.0, std::min(actual, estimated)));
}

// Without an execution time it is the root's, or, of a fragment whose figures do not fit together,
// the largest there is.
double total_of(const Plan& plan, const PlanFigures& figures) {
  const std::optional<double> told = plan.execution_ms ? plan.execution_ms : plan.logged_ms;
  if (told && !figures.nodes.empty()) return std::max(*told, figures.nodes.front().inclusive_ms);
  double most = 0;
  for (const NodeFigures& node : figures.nodes) most = std::max(most, node.inclusive_ms);
  return most;
}

double jit_ms_of(const Plan& plan) {
  if (!plan.jit) return 0;
  const PlanJit& jit = *plan.jit;
  if (jit.total_ms) return *jit.total_ms;
  return jit.generation_ms.value_or(0) + jit.inlining_ms.value_or(0) +
         jit.optimization_ms.value_or(0) + jit.emission_ms.value_or(0);
}

void fill_rows(const PlanNode& node, bool has_actual, NodeFigures& figures) {
  figures.loops = node.number(PlanNumber::kActualLoops);
  figures.executed = figures.loops > 0;
  figures.rows = node.number(PlanNumber::kActualRows) * figures.loops;
  figures.estimated_rows = node.number(PlanNumber::kPlanRows) * (has_actual ? figures.loops : 1);
  figures.rows_removed = (node.number(PlanNumber::kRowsRemovedByFilter) +
                          node.number(PlanNumber::kRowsRemovedByJoinFilter) +
                          node.number(PlanNumber::kRowsRemovedByIndexRecheck)) *
                         figures.loops;
}

void fill_measures(const Measures& exclusive, double processes, NodeFigures& figures) {
  figures.exclusive_ms = exclusive[kMs];
  figures.shared_hit = exclusive[kHit];
  figures.shared_read = exclusive[kRead];
  figures.shared_dirtied = exclusive[kDirtied];
  figures.shared_written = exclusive[kWritten];
  figures.temp_read = exclusive[kTempRead];
  figures.temp_written = exclusive[kTempWritten];
  figures.io_ms = exclusive[kIo] / processes;
}

}  // namespace

PlanFigures figures_of(const Plan& plan) {
  PlanFigures figures;
  const std::size_t count = plan.nodes.size();
  figures.nodes.resize(count);
  for (const PlanNode& node : plan.nodes) {
    figures.has_actual |= node.has(PlanNumber::kActualLoops);
    figures.has_timing |=
        node.number(PlanNumber::kActualLoops) > 0 && node.has(PlanNumber::kActualTotalTime);
  }
  const PlanReferences references = references_of(plan);
  const std::vector<ApartSubtree> apart = apart_subtrees(plan, references);
  const std::vector<bool> early = stopped_early(plan, references, apart);
  const std::vector<double> processes = processes_of(plan);
  std::vector<Measures> inclusive(count);
  for (std::size_t place = 0; place < count; ++place) {
    inclusive[place] = inclusive_of(plan.nodes[place], processes[place]);
  }
  const std::vector<Measures> exclusive = exclusive_of(plan, apart, inclusive);
  for (std::size_t place = 0; place < count; ++place) {
    NodeFigures& node = figures.nodes[place];
    fill_rows(plan.nodes[place], figures.has_actual, node);
    node.inclusive_ms = inclusive[place][kMs];
    fill_measures(exclusive[place], processes[place], node);
    if (node.executed && !counts_no_rows(plan, plan.nodes[place])) {
      judge_estimate(plan.nodes[place], early[place], node);
    }
  }
  for (const PlanTrigger& trigger : plan.triggers) figures.triggers_ms += trigger.ms.value_or(0);
  figures.jit_ms = jit_ms_of(plan);
  figures.total_ms = total_of(plan, figures);
  return figures;
}

}  // namespace pgcounsel
