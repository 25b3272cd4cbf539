// Index only scans that go to the table after all, because the visibility map does not say that
// the pages' rows are seen by everybody: nothing has vacuumed them since they were written.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

constexpr double kFewFetches = 1000;
constexpr double kFewOfTheRows = 0.10;

void check(const PlanRow& row, Findings& findings) {
  for (std::size_t i = 0; i < row.plan.nodes.size(); ++i) {
    const PlanNode& scan = row.plan.nodes[i];
    const NodeFigures& figures = row.figures.nodes[i];
    if (!scan.is("Index Only Scan") || !figures.executed) continue;
    // Fetches are a total, the rows of the figures are over all loops.
    const double fetches = scan.number(PlanNumber::kHeapFetches);
    const double rows = std::max(1.0, figures.rows + figures.rows_removed);
    if (fetches <= kFewFetches || fetches <= kFewOfTheRows * rows) continue;
    const std::string relation = relation_identifier(scan);
    Finding finding = plan_finding(row, "heap_fetches", i);
    weigh(finding, row, figures.exclusive_ms);
    finding.title = fmt::format("{} needs {} heap fetches for {} rows", node_words(scan),
                                rows_words(fetches), rows_words(figures.rows));
    finding.evidence.push_back(of_node("heap fetches", rows_words(fetches), i));
    finding.evidence.push_back(
        of_node("fetches for each row", share_words(std::min(fetches, rows), rows), i));
    finding.remedy = {
        "sql",
        fmt::format("VACUUM {0};\nALTER TABLE {0} SET (autovacuum_vacuum_scale_factor = 0.02, "
                    "autovacuum_vacuum_insert_scale_factor = 0.02);",
                    relation)};
    finding.rollback = fmt::format(
        "`ALTER TABLE {} RESET (autovacuum_vacuum_scale_factor, "
        "autovacuum_vacuum_insert_scale_factor);` A vacuum needs no way back.",
        relation);
    finding.verify =
        "`EXPLAIN (ANALYZE)`: \"Heap Fetches\" falls towards 0. It stays where an old transaction, "
        "a prepared one or a replication slot holds vacuum back.";
    finding.caveats.emplace_back(
        "Pages that are written all the time lose their mark again: there an index only scan stays "
        "an index scan.");
    if (!relation_of(row.plan, i).empty() && figures.loops > 1) {
      finding.caveats.push_back(
          fmt::format("The scan ran {} times; the fetches are those of all of them.",
                      rows_words(figures.loops)));
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Findings heap_fetches(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
