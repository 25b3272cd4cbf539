// Scans of whole tables whose estimate is far off: no filter could mislead it, so what the planner
// knows of the table's size is wrong. The table was filled or emptied since it was last analyzed.
#include <fmt/format.h>

#include "advisors/plans/misled.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

// A table that was never vacuumed is taken for ten pages, however few rows it has.
constexpr double kRowsOfTenPages = 3000;

void check(const PlanRow& row, Findings& findings) {
  for (const std::size_t i : misestimates(row)) {
    const PlanNode& scan = row.plan.nodes[i];
    const NodeFigures& figures = row.figures.nodes[i];
    if (!scan.is("Seq Scan") || !reads_whole_table(scan)) continue;
    if (!figures.underestimated && figures.estimated_rows < kRowsOfTenPages) continue;
    const std::string relation = relation_identifier(scan);
    const Misled misled = misled_by(row, i);
    Finding finding = plan_finding(row, "stale_statistics", i);
    weigh(finding, row, misled.ms);
    finding.title = fmt::format("{} returns {} where {} were estimated: its statistics are stale",
                                node_words(scan), rows_phrase(figures.rows),
                                rows_words(figures.estimated_rows));
    finding.evidence.push_back(of_node("estimate", estimate_words(figures), i));
    add_misled(finding, row, misled);
    finding.remedy = {"sql", fmt::format("ANALYZE {};", relation)};
    finding.rollback = "ANALYZE needs no way back.";
    finding.confidence = Confidence::kHigh;
    finding.confidence_because =
        "the scan has no condition, so its estimate is the planner's idea of the table's size";
    finding.verify = "`EXPLAIN`: the estimated rows of the scan are near the table's.";
    finding.caveats.push_back(fmt::format(
        "Where this comes again, autovacuum analyzes too seldom: `ALTER TABLE {} SET "
        "(autovacuum_analyze_scale_factor = 0.02);`. After a load, and in temporary tables, which "
        "autovacuum does not see, ANALYZE belongs into the job.",
        relation));
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Findings stale_statistics(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
