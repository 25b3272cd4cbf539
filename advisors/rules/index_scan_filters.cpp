// Index scans whose index leaves nearly all the work to the filter: the index lacks a column. The
// rows are fetched from the table one by one and thrown away.
#include <fmt/format.h>

#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

std::string index_of(const Plan& plan, std::size_t scan) {
  const PlanNode& node = plan.nodes[scan];
  if (node.has(PlanText::kIndexName)) return std::string(node.text(PlanText::kIndexName));
  return scan + 1 < node.end ? std::string(plan.nodes[scan + 1].text(PlanText::kIndexName))
                             : std::string();
}

void fill_remedy(Finding& finding, const PlanRow& row, std::size_t place) {
  const PlanNode& scan = row.plan.nodes[place];
  const FilterColumns filter = filter_columns(scan, PlanText::kFilter);
  const FilterColumns condition =
      filter_columns(index_condition(row.plan, place), scan.text(PlanText::kRelationName),
                     scan.text(PlanText::kAlias));
  const std::vector<std::string> columns = index_columns(condition, filter);
  const bool no_column = filter.equal.empty() && (filter.range.empty() || !condition.range.empty());
  if (no_column && condition.equal.empty() && !filter.expressions.empty()) {
    finding.remedy = {"sql", create_expression_index(scan, filter.expressions.front())};
    finding.rollback = "`DROP INDEX CONCURRENTLY` of the new index.";
    finding.caveats.emplace_back(kExpressionCaveat);
    return;
  }
  if (no_column) {
    finding.remedy = {
        "code",
        "The filter has no term of the form `column = value`, so no column can simply be added to "
        "the index. A partial index (`CREATE INDEX ... WHERE condition`) serves a condition that "
        "is always the same, an index on the expression one that is not."};
    finding.rollback = "`DROP INDEX CONCURRENTLY` of the new index.";
    return;
  }
  finding.remedy = {"sql", create_index(scan, columns)};
  finding.rollback = drop_index(scan, columns);
  finding.caveats.emplace_back(
      "Columns that are compared for equality stand first, one that is compared by range last. The "
      "old index may become superfluous; look at its idx_scan before dropping it.");
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_actual) return;
  for (const ScanGroup& group : filter_groups(row, is_index_scan)) {
    const std::size_t first = group.first();
    const std::string_view condition = index_condition(row.plan, first);
    if (!discards_rows(row, group)) continue;
    if (condition.empty() && is_read_for_order(row.plan, first)) continue;
    Finding finding = plan_finding(row, "index_scan_filters", first);
    weigh(finding, row, group.ms);
    const std::string index = index_of(row.plan, first);
    finding.title =
        fmt::format("{} {} {} and filters {} of them away", group_words(row, group),
                    condition.empty() ? "reads the whole index for" : "fetches",
                    rows_phrase(group.read()), share_words(group.removed, group.read()));
    finding.evidence.push_back(of_node("index", index, first));
    if (!condition.empty())
      finding.evidence.push_back(of_node("index condition", expression_words(condition), first));
    add_filter_evidence(finding, row, group);
    fill_remedy(finding, row, first);
    finding.verify =
        "`EXPLAIN (ANALYZE, BUFFERS)`: the columns of the filter stand in \"Index Cond\", \"Rows "
        "Removed by Filter\" is gone.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Findings index_scan_filters(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
