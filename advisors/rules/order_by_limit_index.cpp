// An index that is read from one end to the other for its order alone, while the filter throws
// nearly every row away. The planner hopes to meet the few rows early and stop; where they lie at
// the far end, or are too few to fill the LIMIT, the whole table is fetched in random order.
#include <fmt/format.h>

#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

void fill_remedy(Finding& finding, const PlanNode& scan) {
  const FilterColumns filter = filter_columns(scan, PlanText::kFilter);
  const std::vector<std::string> columns = index_columns({filter.equal, {}, {}, true}, {});
  if (columns.empty()) {
    finding.remedy = {
        "code",
        fmt::format("The filter has no term of the form `column = value` to put in front of the "
                    "columns of {}. If the filtered rows are few, sort them instead: an index for "
                    "the filter, and `ORDER BY (column + 0)` or a MATERIALIZED CTE keeps the "
                    "planner from reading {} for its order.",
                    scan.text(PlanText::kIndexName), scan.text(PlanText::kIndexName))};
    finding.rollback = "Revert the change of the query; `DROP INDEX CONCURRENTLY` of a new index.";
    return;
  }
  finding.remedy = {"sql", create_index(scan, columns)};
  finding.rollback = drop_index(scan, columns);
  finding.caveats.push_back(
      fmt::format("With the columns of {} appended the index gives the order too, and the LIMIT "
                  "stops after the rows it needs.",
                  scan.text(PlanText::kIndexName)));
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_actual) return;
  const auto is_ordered = [](const PlanNode& node) {
    return node.is("Index Scan") || node.is("Index Only Scan");
  };
  for (const ScanGroup& group : filter_groups(row, is_ordered)) {
    const std::size_t first = group.first();
    if (!discards_rows(row, group) || !index_condition(row.plan, first).empty()) continue;
    if (!is_read_for_order(row.plan, first)) continue;
    const PlanNode& scan = row.plan.nodes[first];
    const bool limited = feeds_limit(row.plan, first);
    Finding finding = plan_finding(row, "order_by_limit_index", first);
    weigh(finding, row, group.ms);
    finding.title = fmt::format("{} is read for its order{} and its filter removes {} of {} rows",
                                group_words(row, group), limited ? " below a LIMIT" : "",
                                share_words(group.removed, group.read()), rows_words(group.read()));
    add_filter_evidence(finding, row, group);
    fill_remedy(finding, scan);
    finding.verify =
        "`EXPLAIN (ANALYZE, BUFFERS)`: the scan has an \"Index Cond\", and \"Rows Removed by "
        "Filter\" is gone.";
    finding.caveats.emplace_back(
        "How long the query takes depends on where the rows lie: with other values of the filter "
        "the same plan may be fast.");
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Findings order_by_limit_index(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
