// Plans that spend more time on compiling themselves than the compiled code can save.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kShareOfTime = 0.10;
constexpr double kShortest = 1;                // ms
constexpr double kDefaultAboveCost = 100'000;  // jit_above_cost

Remedy remedy_for(const Plan& plan) {
  const double cost = plan.root().number(PlanNumber::kTotalCost);
  if (cost > 0 && cost < kDefaultAboveCost) {
    return {"setting", "ALTER SYSTEM RESET jit_above_cost; SELECT pg_reload_conf();"};
  }
  double above = kDefaultAboveCost * 5;
  while (above < cost && above < 1e12) above *= 10;
  return {"setting",
          fmt::format("ALTER SYSTEM SET jit_above_cost = {:.0f}; SELECT pg_reload_conf();", above)};
}

void add_phase(Finding& finding, std::string_view name, std::optional<double> ms) {
  if (ms) finding.evidence.push_back({std::string(name), plan_ms(*ms), "JIT"});
}

void add_misestimate(Finding& finding, const PlanRow& row) {
  for (const std::size_t i : misestimates(row)) {
    const NodeFigures& figures = row.figures.nodes[i];
    if (figures.underestimated) continue;
    finding.evidence.push_back(
        of_node("cost was inflated by",
                fmt::format("{}: {}", node_words(row.plan.nodes[i]), estimate_words(figures)), i));
    return;
  }
}

void check(const PlanRow& row, Findings& findings) {
  const PlanFigures& figures = row.figures;
  if (!row.plan.jit || figures.total_ms <= 0) return;
  const double ms = std::min(figures.jit_ms, figures.total_ms);
  if (ms < kShortest || ms < kShareOfTime * figures.total_ms) return;
  const PlanJit& jit = *row.plan.jit;
  const double cost = row.plan.root().number(PlanNumber::kTotalCost);
  Finding finding = plan_finding(row, "jit_overhead", kNoNode);
  weigh(finding, row, ms);
  finding.title = fmt::format("JIT compilation takes {} of {} ({})", plan_ms(ms),
                              plan_ms(figures.total_ms), share_words(ms, figures.total_ms));
  finding.evidence.push_back({"functions compiled", rows_words(jit.functions), "JIT"});
  add_phase(finding, "generation", jit.generation_ms);
  add_phase(finding, "inlining", jit.inlining_ms);
  add_phase(finding, "optimization", jit.optimization_ms);
  add_phase(finding, "emission", jit.emission_ms);
  if (cost > 0) finding.evidence.push_back(of_node("estimated cost", rows_words(cost), 0));
  add_misestimate(finding, row);
  finding.remedy = remedy_for(row.plan);
  finding.rollback =
      "Note `SHOW jit_above_cost;` before: `ALTER SYSTEM SET jit_above_cost = ...; SELECT "
      "pg_reload_conf();` with that value.";
  finding.verify =
      "`SET jit = off;` and `EXPLAIN (ANALYZE)` in one session: the Execution Time falls by about "
      "the time of JIT.";
  finding.caveats.emplace_back(
      "For this query alone: `SET LOCAL jit = off;` before it. Compiling pays for queries that "
      "compute over millions of rows; the time is spent anew at each execution, also of prepared "
      "statements, and by each parallel worker.");
  if (cost > 0 && cost < kDefaultAboveCost) {
    finding.caveats.emplace_back(
        "The plan's cost is below 100,000, the default of jit_above_cost: somebody lowered it for "
        "the server, the database or the role (`SHOW jit_above_cost;`).");
  }
  findings.push_back(std::move(finding));
}

}  // namespace

Findings jit_overhead(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
