// Results that take long to turn into what the client is sent: EXPLAIN (SERIALIZE), PostgreSQL 17.
#include <fmt/format.h>

#include "advisors/advisor.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kLeastMs = 5;
constexpr double kLeastShare = 0.1;

void check(const PlanRow& row, Findings& findings) {
  if (!row.plan.serialization || !row.plan.serialization->ms) return;
  const PlanSerialization& serialization = *row.plan.serialization;
  const double ms = *serialization.ms, whole = row.figures.total_ms;
  if (ms < kLeastMs || ms < kLeastShare * whole) return;
  const NodeFigures& root = row.figures.nodes.front();

  Finding finding = plan_finding(row, "result_serialization", kNoNode);
  finding.title = fmt::format("{} to serialize {} of result, made by {}", plan_ms(ms),
                              plan_kilobytes(serialization.output_kb), node_words(row.plan.root()));
  finding.evidence.push_back({"serialization", plan_ms(ms), "plan"});
  finding.evidence.push_back({"output", plan_kilobytes(serialization.output_kb), "plan"});
  if (!serialization.format.empty()) {
    finding.evidence.push_back({"format", serialization.format, "plan"});
  }
  finding.evidence.push_back(of_node("rows", rows_words(root.rows), 0));
  finding.remedy = {"code",
                    "Ask for less: only the columns that are used in place of `SELECT *`, above "
                    "all no long text, "
                    "json or bytea, which are fetched and unpacked for it; LIMIT and pages. "
                    "Numbers and times are "
                    "cheaper in the driver's binary format."};
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the time and the size are measured";
  finding.verify = "`EXPLAIN (ANALYZE, SERIALIZE)` prints less time and output.";
  finding.rollback = "Ask for the columns again.";
  finding.caveats.emplace_back("The way over the network comes on top and is not in the plan.");
  weigh(finding, row, ms);
  findings.push_back(std::move(finding));
}

}  // namespace

Findings result_serialization(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
