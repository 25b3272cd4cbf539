// Nested loops that compare every row of one side with every row of the other: the condition is a
// Join Filter, and nothing on the inner side narrows what it gives. The work is the product of the
// sides, so it grows with the square of the data.
#include <fmt/format.h>

#include "advisors/plans/nested_loops.h"
#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

void fill_remedy(Finding& finding, const PlanRow& row, std::size_t join, std::size_t scan_place) {
  const PlanNode& scan = row.plan.nodes[scan_place];
  const FilterColumns filter =
      filter_columns(row.plan.nodes[join].text(PlanText::kJoinFilter),
                     scan.text(PlanText::kRelationName), scan.text(PlanText::kAlias));
  const std::vector<std::string> columns = index_columns(filter, {});
  if (columns.empty() || !scan.has(PlanText::kRelationName)) {
    finding.remedy = {
        "code",
        "No term of the join filter compares a column of the inner side by itself, so neither a "
        "hash nor an index can find the pairs. Write OR as a UNION ALL of two joins, an expression "
        "as a stored or indexed one, a condition on both columns as one on a column alone; add an "
        "equality (a tenant, a day) where one is implied."};
    finding.rollback = "Revert the change of the query.";
    return;
  }
  finding.remedy = {"sql", create_index(scan, columns)};
  finding.rollback = drop_index(scan, columns);
  finding.caveats.emplace_back(
      "Where both sides are needed whole, a hash join is better than any index: the planner takes "
      "it where the condition is an equality of hashable types and it expects many rows.");
}

double pairs_of(const PlanRow& row, std::size_t join, const JoinSides& sides) {
  const NodeFigures& figures = row.figures.nodes[join];
  if (!row.figures.has_actual) {
    return row.figures.nodes[sides.outer].estimated_rows *
           row.figures.nodes[sides.inner].estimated_rows;
  }
  const PlanNode& node = row.plan.nodes[join];
  return node.number(PlanNumber::kRowsRemovedByJoinFilter) * figures.loops + figures.rows;
}

Finding finding_for(const PlanRow& row, const std::vector<std::size_t>& wrong, std::size_t join) {
  const PlanNode& node = row.plan.nodes[join];
  const NodeFigures& figures = row.figures.nodes[join];
  const JoinSides sides = sides_of(row.plan, join);
  const std::size_t scan = scan_of(row.plan, sides.inner);
  Finding finding = plan_finding(row, "nested_loop_without_index", join);
  weigh(finding, row, figures.exclusive_ms + row.figures.nodes[sides.inner].inclusive_ms,
        Level::kMedium);
  const std::string pairs = rows_words(pairs_of(row, join, sides));
  finding.title =
      row.figures.has_actual
          ? fmt::format(
                "{} compares {} pairs of rows to find {}, without an index: its inner side is {}",
                node_words(node), pairs, rows_words(figures.rows), node_words(row.plan.nodes[scan]))
          : fmt::format("{} is to compare {} pairs of rows, without an index: its inner side is {}",
                        node_words(node), pairs, node_words(row.plan.nodes[scan]));
  finding.evidence.push_back(of_node("pairs of rows", pairs, join));
  finding.evidence.push_back(
      of_node("join filter", expression_words(node.text(PlanText::kJoinFilter)), join));
  finding.evidence.push_back(
      of_node("inner side", node_words(row.plan.nodes[sides.inner]), sides.inner));
  fill_remedy(finding, row, join, scan);
  finding.verify =
      "`EXPLAIN (ANALYZE, BUFFERS)`: the join has a Hash Cond, or its inner side an Index Cond, "
      "and "
      "\"Rows Removed by Join Filter\" is small.";
  blame_outer(finding, row, wrong, sides.outer);
  return finding;
}

void check(const PlanRow& row, Findings& findings) {
  const std::vector<std::size_t> wrong = misestimates(row);
  for (std::size_t i = 0; i < row.plan.nodes.size(); ++i) {
    if (row.plan.nodes[i].is("Nested Loop") && compares_all_pairs(row, i))
      findings.push_back(finding_for(row, wrong, i));
  }
}

}  // namespace

Findings nested_loop_without_index(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
