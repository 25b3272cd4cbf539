// Statements that are planned longer than they run.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kShortMs = 5;
constexpr double kHalf = 0.5;
constexpr int kManyPartitions = 10;
constexpr int kManyRelations = 8;         // join_collapse_limit and from_collapse_limit
constexpr double kColdCatalogBlocks = 8;  // read to plan: the caches did not hold the catalogue

struct Cause {
  int scans = 0;            // nodes that read a relation
  int partitions = 0;       // scans below an Append, and what pruning took away
  double catalog_read = 0;  // blocks
};

Cause cause_of(const Plan& plan) {
  Cause cause;
  for (const PlanNode& node : plan.nodes) {
    const bool appended = node.parent != kNoNode && (plan.nodes[node.parent].is("Append") ||
                                                     plan.nodes[node.parent].is("Merge Append"));
    if (node.has(PlanText::kRelationName) && !node.is("ModifyTable")) ++cause.scans;
    if (appended) ++cause.partitions;
    cause.partitions +=
        static_cast<int>(std::clamp(node.number(PlanNumber::kSubplansRemoved), 0.0, 1'000'000.0));
  }
  cause.catalog_read = plan.planning.get(PlanNumber::kSharedReadBlocks);
  return cause;
}

constexpr std::string_view kPrepare =
    "Plan once, run often: a prepared statement that lives as long as its connection (`PREPARE "
    "... ; EXECUTE ...;`, or the driver's server-side prepared statements; PgBouncer from 1.21 on "
    "with max_prepared_statements). After five executions the server may keep a generic plan.";

Remedy remedy_of(const Cause& cause) {
  if (cause.partitions >= kManyPartitions) {
    return {"code",
            fmt::format("The planner looks at each of {} partitions: compare the partition key "
                        "itself with constants, so that the others are dropped early, and make "
                        "fewer, larger partitions. {}",
                        cause.partitions, kPrepare)};
  }
  if (cause.scans > kManyRelations) {
    return {"code",
            fmt::format("{} relations are joined: take out joins that the result does not need, "
                        "or write the joins in the right order and `SET LOCAL join_collapse_limit "
                        "= 1;`. {}",
                        cause.scans, kPrepare)};
  }
  return {"code", std::string(kPrepare)};
}

void check(const PlanRow& row, Findings& findings) {
  const Plan& plan = row.plan;
  if (!plan.planning_ms || !plan.execution_ms) return;
  const double planning = *plan.planning_ms, both = planning + *plan.execution_ms;
  if (planning <= kShortMs || planning <= kHalf * both) return;
  const Cause cause = cause_of(plan);

  Finding finding = plan_finding(row, "planning_time", kNoNode);
  finding.title = fmt::format("Planning takes {}, running {} takes {}", plan_ms(planning),
                              node_words(plan.root()), plan_ms(*plan.execution_ms));
  finding.evidence.push_back({"planning", plan_ms(planning), "plan"});
  finding.evidence.push_back(
      {"share of planning and running", share_words(planning, both), "plan"});
  finding.evidence.push_back({"relations read", std::to_string(cause.scans), "plan"});
  if (cause.partitions > 0) {
    finding.evidence.push_back({"partitions", std::to_string(cause.partitions), "plan"});
  }
  if (cause.catalog_read > 0) {
    finding.evidence.push_back({"read to plan", plan_blocks(cause.catalog_read), "plan"});
  }
  finding.remedy = remedy_of(cause);
  const bool cold = cause.catalog_read >= kColdCatalogBlocks;
  finding.confidence = cold ? Confidence::kLow : Confidence::kMedium;
  finding.confidence_because =
      cold ? "the catalogue had to be read from disk for it: the next plan may be quicker"
           : "both times are measured, but the first plan of a session is always slower";
  finding.verify =
      "Run `EXPLAIN (ANALYZE)` twice in one session: `Planning Time` of the second run is what "
      "every further execution pays.";
  finding.rollback = "`DEALLOCATE` the statement, or switch the driver's setting back.";
  finding.caveats.push_back(
      "A plan that is kept for all parameters can be worse than one for each: see "
      "generic_plan_misfit.");
  weigh(finding, row, planning);
  findings.push_back(std::move(finding));
}

}  // namespace

Findings planning_time(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
