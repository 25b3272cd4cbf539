// Sequential scans that read a table to keep next to nothing of it: an index on the columns of the
// filter would go to those rows. A scan that a nested loop repeats is told by nested_loop_repeats,
// which names the loop; what keeps more, or reads little, is told by filter_discards_rows.
//
// Without ANALYZE it is not known how many rows are read. A page read costs 1 and holds at most
// some hundred rows, a row costs 0.01, so a scan's cost is at least a hundredth of its rows and,
// for rows of usual width, at most a tenth: cost / 0.1 is a careful guess at the rows.
#include <fmt/format.h>

#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kRule = "selective_seq_scan";
constexpr double kCostOfARow = 0.1;  // at most, see above
constexpr double kVerySelectiveShare = 0.01;
constexpr double kShareOfPlanCost = 0.1;  // a cheaper scan does not matter

void fill_other_remedy(Finding& finding, const PlanNode& scan, const FilterColumns& filter) {
  finding.confidence = Confidence::kMedium;
  finding.rollback =
      fmt::format("`DROP INDEX CONCURRENTLY` of the new index, which `\\d {}` lists.",
                  relation_identifier(scan));
  if (!filter.expressions.empty()) {
    finding.remedy = {"sql", create_expression_index(scan, filter.expressions.front())};
    finding.caveats.emplace_back(kExpressionCaveat);
    return;
  }
  finding.confidence_because += "; what index serves the condition cannot be told from it";
  const bool subquery = scan.text(PlanText::kFilter).find("SubPlan") != std::string_view::npos;
  finding.remedy = {
      "code",
      subquery
          ? "The filter asks a subquery for every row. As a join, or EXISTS that is not part of "
            "an OR, it can begin with the subquery's rows; an OR becomes a UNION of two "
            "queries, each with its own index."
          : "No column stands alone in the filter, so an ordinary index does not serve it: "
            "write the condition so that a column stands alone on one side, or build an index "
            "for it: a trigram index for LIKE '%text%', a partial one (`CREATE INDEX ... WHERE "
            "condition`) for a condition that is always the same, one each for the sides of "
            "an OR."};
}

void fill_remedy(Finding& finding, const PlanNode& scan, const FilterColumns& filter,
                 const std::vector<std::string>& columns) {
  if (columns.empty()) return fill_other_remedy(finding, scan, filter);
  finding.remedy = {"sql", create_index(scan, columns)};
  finding.rollback = drop_index(scan, columns);
  if (!filter.complete) {
    finding.caveats.emplace_back(
        "The filter has terms that the index does not answer; how many rows its columns alone "
        "leave "
        "is not known.");
  }
}

void add_caveats(Finding& finding, std::size_t parts) {
  finding.caveats.emplace_back(
      "Every index costs time and WAL at each INSERT and at most UPDATEs. CONCURRENTLY cannot run "
      "in a transaction block.");
  if (parts > 1) {
    finding.caveats.emplace_back(
        "Every partition needs the index. On the partitioned table one CREATE INDEX builds all, "
        "without CONCURRENTLY, and locks out writes meanwhile.");
  }
}

Finding measured(const PlanRow& row, const ScanGroup& group) {
  const std::size_t first = group.first();
  const PlanNode& scan = row.plan.nodes[first];
  Finding finding = plan_finding(row, kRule, first);
  weigh(finding, row, group.ms);
  finding.title = fmt::format("{} reads {} to return {}", group_words(row, group),
                              rows_phrase(group.read()), rows_words(group.kept));
  add_filter_evidence(finding, row, group);
  const FilterColumns filter = filter_columns(scan, PlanText::kFilter);
  fill_remedy(finding, scan, filter, index_columns(filter, {}));
  add_caveats(finding, group.places.size());
  finding.verify = fmt::format(
      "`EXPLAIN (ANALYZE, BUFFERS)`: the scan on {} uses the index, and \"Rows Removed by Filter\" "
      "is gone.",
      scan.text(PlanText::kRelationName));
  return finding;
}

void check_estimates(const PlanRow& row, Findings& findings) {
  const double whole = row.plan.root().number(PlanNumber::kTotalCost);
  for (std::size_t i = 0; i < row.plan.nodes.size(); ++i) {
    const PlanNode& scan = row.plan.nodes[i];
    const double cost = scan.number(PlanNumber::kTotalCost);
    const double rows = cost / kCostOfARow, kept = scan.number(PlanNumber::kPlanRows);
    if (!scan.is("Seq Scan") || !scan.has(PlanText::kFilter) || rows <= kSelectiveRows) continue;
    if (kept >= kVerySelectiveShare * rows || cost < kShareOfPlanCost * whole) continue;
    const FilterColumns filter = filter_columns(scan, PlanText::kFilter);
    const std::vector<std::string> columns = index_columns(filter, {});
    if (columns.empty()) continue;
    Finding finding = plan_finding(row, kRule, i);
    weigh(finding, row, 0);
    finding.title = fmt::format("{} is estimated to return {} at a cost of {}", node_words(scan),
                                rows_phrase(kept), rows_words(cost));
    finding.evidence.push_back(
        of_node("filter", expression_words(scan.text(PlanText::kFilter)), i));
    fill_remedy(finding, scan, filter, columns);
    add_caveats(finding, 1);
    findings.push_back(std::move(finding));
  }
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_actual) return check_estimates(row, findings);
  const auto is_seq_scan = [](const PlanNode& node) { return node.is("Seq Scan"); };
  for (const ScanGroup& group : filter_groups(row, is_seq_scan)) {
    if (!is_selective_seq_scan(row, group) || loop_over(row, group.first()) != kNoNode) continue;
    findings.push_back(measured(row, group));
  }
}

}  // namespace

Findings selective_seq_scan(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
