// Executions that took much longer than their plan's nodes, triggers and JIT together.
//
// EXPLAIN (ANALYZE) sends no rows: what is left is starting and ending the plan, and JIT where it
// is not printed. The duration of auto_explain holds sending the rows, too, so there it is mostly
// the client that reads slowly.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kLeastMs = 10;
constexpr double kLeastShare = 0.2;

struct Outside {
  double whole_ms = 0, tree_ms = 0, beside_ms = 0;
  bool logged = false;  // the duration of a log: rows were sent
  double rest_ms() const { return whole_ms - tree_ms - beside_ms; }
};

Outside outside_of(const PlanRow& row) {
  Outside outside;
  outside.logged = row.plan.logged_ms.has_value();
  outside.whole_ms = outside.logged ? *row.plan.logged_ms : row.plan.execution_ms.value_or(0);
  outside.tree_ms = row.figures.nodes.front().inclusive_ms;
  outside.beside_ms = row.figures.triggers_ms + row.figures.jit_ms;
  if (row.plan.serialization) outside.beside_ms += row.plan.serialization->ms.value_or(0);
  return outside;
}

bool hides_jit(const PlanRow& row) {
  return !row.plan.jit && !row.plan.root().has(PlanNumber::kTotalCost);
}

Remedy remedy_of(const PlanRow& row, bool logged) {
  if (logged) {
    return {"code",
            "The rows waited for the client, or for the way to it: ask for fewer rows and columns, "
            "let the client read them without working in between, and put it near the server. "
            "Look while it runs: `SELECT pid, wait_event_type, wait_event, query FROM "
            "pg_stat_activity WHERE wait_event = 'ClientWrite';`."};
  }
  if (hides_jit(row)) {
    return {"code",
            "Compiling is not printed with COSTS OFF: compare with `SET LOCAL jit = off;` in the "
            "transaction, and print the plan with costs."};
  }
  return {"code",
          "The time went into starting or ending the plan: locks on many partitions, temporary "
          "files that are removed, COMMIT-time work. Look while it runs: `SELECT pid, "
          "wait_event_type, wait_event FROM pg_stat_activity WHERE state = 'active';`."};
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_timing || !row.figures.nodes.front().executed) return;
  const Outside outside = outside_of(row);
  const double rest = outside.rest_ms();
  if (rest < kLeastMs || rest < kLeastShare * outside.whole_ms) return;

  Finding finding = plan_finding(row, "time_outside_plan", kNoNode);
  finding.title = fmt::format("{} of {} passed outside of {} and all below it", plan_ms(rest),
                              plan_ms(outside.whole_ms), node_words(row.plan.root()));
  finding.evidence.push_back({outside.logged ? "duration in the log" : "execution time",
                              plan_ms(outside.whole_ms), "plan"});
  finding.evidence.push_back(of_node("time of the tree", plan_ms(outside.tree_ms), 0));
  finding.evidence.push_back({"triggers and JIT", plan_ms(outside.beside_ms), "plan"});
  finding.remedy = remedy_of(row, outside.logged);
  finding.confidence = outside.logged ? Confidence::kMedium : Confidence::kLow;
  finding.confidence_because =
      outside.logged ? "the duration includes sending the rows, the tree does not"
                     : "the difference is measured; the plan does not tell what it was";
  finding.verify = "The duration comes near to the time of the plan's first node.";
  finding.rollback = "Nothing was changed by looking; leave out the SET LOCAL.";
  weigh(finding, row, rest);
  findings.push_back(std::move(finding));
}

}  // namespace

Findings time_outside_plan(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
