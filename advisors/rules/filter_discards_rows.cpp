// Nodes that produce rows only to throw nearly all of them away. Told by rules of their own, which
// know what to do about them: selective sequential scans, index scans, CTE scans, scans that a
// nested loop repeats, and partitions that should not be read at all.
#include <fmt/format.h>

#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

bool is_told_here(const PlanNode& node) {
  return !is_index_scan(node) && !node.is("CTE Scan");
}

std::string_view advice_for(const PlanNode& node) {
  if (node.is("Aggregate")) {
    return "This is a HAVING. What it says about columns of GROUP BY, and not about sums, belongs "
           "into WHERE, where it spares grouping the rows.";
  }
  if (node.is("Subquery Scan")) {
    return "The condition stands outside a subquery that it cannot be pushed into (DISTINCT ON, a "
           "window function, LIMIT, a volatile function): write it inside, where the rows are "
           "made.";
  }
  if (node.is("Function Scan")) {
    return "The function makes all rows and the query keeps few: give the condition to the "
           "function "
           "as an argument. A function in LANGUAGE sql, STABLE and not STRICT, is inlined, and "
           "then "
           "the condition reaches its tables.";
  }
  if (node.is("Foreign Scan")) {
    return "The rows cross the network before they are filtered here: the foreign server does not "
           "get the condition. Use only operators and functions that both servers have, "
           "and list extensions in the `extensions` option of the foreign server.";
  }
  return "Make the node produce fewer rows: bring the condition closer to where the rows come "
         "from, "
         "or make it one that an index can answer (the column alone on one side).";
}

void fill_remedy(Finding& finding, const PlanNode& node) {
  const std::vector<std::string> columns =
      node.is("Seq Scan") ? index_columns(filter_columns(node, PlanText::kFilter), {})
                          : std::vector<std::string>{};
  if (columns.empty()) {
    finding.remedy = {"code", std::string(advice_for(node))};
    finding.rollback = "Revert the change of the query.";
    return;
  }
  finding.remedy = {"sql", create_index(node, columns)};
  finding.rollback = drop_index(node, columns);
  finding.caveats.emplace_back(
      "Every index costs time and WAL at each INSERT and at most UPDATEs. Where the table is small "
      "for good, the scan may stay.");
}

// Conditions of Hash and Merge Joins beyond the one they join by.
void check_joins(const PlanRow& row, Findings& findings) {
  for (std::size_t i = 0; i < row.plan.nodes.size(); ++i) {
    const PlanNode& node = row.plan.nodes[i];
    const NodeFigures& figures = row.figures.nodes[i];
    if (!node.has(PlanText::kJoinFilter) || node.is("Nested Loop") || !figures.executed) continue;
    const double removed = node.number(PlanNumber::kRowsRemovedByJoinFilter) * figures.loops;
    const double pairs = removed + figures.rows;
    if (removed < kDiscardedRows || removed < kDiscardedShare * pairs) continue;
    if (!takes_share(row, i, kShareOfTime)) continue;
    Finding finding = plan_finding(row, "filter_discards_rows", i);
    weigh(finding, row, figures.exclusive_ms);
    finding.title = fmt::format("{} forms {} pairs and discards {}", node_words(node),
                                rows_words(pairs), share_words(removed, pairs));
    finding.evidence.push_back(of_node("rows removed by join filter", rows_words(removed), i));
    finding.evidence.push_back(
        of_node("join filter", expression_words(node.text(PlanText::kJoinFilter)), i));
    finding.remedy = {
        "code",
        "The join's key matches far too many pairs, and the join filter sorts them "
        "out. Add to the join's key whatever equality the filter implies (a tenant, a "
        "day: `a.day = b.day` beside the range), or filter each side before the join."};
    finding.rollback = "Revert the change of the query.";
    findings.push_back(std::move(finding));
  }
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_actual) return;
  for (const ScanGroup& group : filter_groups(row, is_told_here)) {
    const std::size_t first = group.first();
    if (!discards_rows(row, group) || is_selective_seq_scan(row, group)) continue;
    if (loop_over(row, first) != kNoNode || are_unpruned_partitions(group)) continue;
    Finding finding = plan_finding(row, "filter_discards_rows", first);
    weigh(finding, row, group.ms);
    finding.title = fmt::format("{} makes {} rows and discards {} of them", group_words(row, group),
                                rows_words(group.read()), share_words(group.removed, group.read()));
    add_filter_evidence(finding, row, group);
    fill_remedy(finding, row.plan.nodes[first]);
    findings.push_back(std::move(finding));
  }
  check_joins(row, findings);
}

}  // namespace

Findings filter_discards_rows(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
