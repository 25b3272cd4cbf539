// Nested loops whose inner side runs again and again: a sequential scan for each outer row, or so
// many index lookups that they are where the time goes. Where the outer side was underestimated,
// the planner chose the loop because it expected few rows: then that estimate is the cause.
// A loop that compares all pairs by its Join Filter is told by nested_loop_without_index.
#include <fmt/format.h>

#include "advisors/plans/nested_loops.h"
#include "advisors/plans/plan_rule.h"
#include "advisors/plans/plan_scans.h"

namespace pgcounsel {
namespace {

constexpr double kFewScans = 10;       // of an inner Seq Scan
constexpr double kManyLookups = 1000;  // of anything else
constexpr double kShareOfScans = 0.05, kShareOfLookups = 0.40;
constexpr double kManyRowsEstimated = 1e6;  // outer times inner, without ANALYZE

constexpr std::string_view kTryOtherJoin =
    "BEGIN;\nSET LOCAL enable_nestloop = off;\n-- here EXPLAIN (ANALYZE, BUFFERS) and the query\n"
    "ROLLBACK;";

struct Loop {
  std::size_t join = 0;
  JoinSides sides;
  std::size_t scan = 0;  // of the inner side
  double loops = 0, ms = 0;
  bool scans_all = false;  // the inner side reads all of its rows each time
};

bool reads_all(const Plan& plan, std::size_t inner, std::size_t scan) {
  return plan.nodes[inner].is("Materialize") || plan.nodes[scan].is("Seq Scan") ||
         plan.nodes[scan].is("CTE Scan");
}

void fill_remedy(Finding& finding, const PlanRow& row, const Loop& loop) {
  const PlanNode& scan = row.plan.nodes[loop.scan];
  const std::vector<std::string> columns =
      scan.is("Seq Scan")
          ? index_columns(
                filter_columns(scan, PlanText::kFilter),
                filter_columns(row.plan.nodes[loop.join].text(PlanText::kJoinFilter),
                               scan.text(PlanText::kRelationName), scan.text(PlanText::kAlias)))
          : std::vector<std::string>{};
  if (columns.empty()) {
    finding.remedy = {"sql", std::string(kTryOtherJoin)};
    finding.rollback = "ROLLBACK ends the trial; nothing is changed in the server.";
    finding.caveats.emplace_back(
        "The trial shows what a hash or merge join costs. If that is faster, give the planner what "
        "it lacks (statistics, work_mem, a join condition by equality); fewer outer rows, filtered "
        "before the join, help either way. Do not leave enable_nestloop off.");
    return;
  }
  finding.remedy = {"sql", create_index(scan, columns)};
  finding.rollback = drop_index(scan, columns);
  finding.caveats.emplace_back("Every index costs time and WAL at each INSERT and most UPDATEs.");
}

Finding finding_for(const PlanRow& row, const std::vector<std::size_t>& wrong, const Loop& loop) {
  const PlanNode& inner = row.plan.nodes[loop.sides.inner];
  Finding finding = plan_finding(row, "nested_loop_repeats", loop.join);
  weigh(finding, row, loop.ms);
  if (!loop.scans_all) cap(finding, Level::kMedium);
  finding.title = fmt::format("{} {} {} {} times", node_words(row.plan.nodes[loop.join]),
                              inner.is("Materialize") ? "reads the rows of" : "runs",
                              node_words(row.plan.nodes[loop.scan]), rows_words(loop.loops));
  finding.evidence.push_back(of_node("inner side", node_words(inner), loop.sides.inner));
  finding.evidence.push_back(
      of_node("loops", rows_words(loop.loops), inner.is("Memoize") ? loop.scan : loop.sides.inner));
  if (row.figures.has_timing) {
    finding.evidence.push_back(of_node(
        "time of all loops",
        fmt::format("{} ({})", plan_ms(loop.ms), share_words(loop.ms, row.figures.total_ms)),
        loop.sides.inner));
  }
  fill_remedy(finding, row, loop);
  finding.verify =
      "`EXPLAIN (ANALYZE, BUFFERS)`: fewer loops of the inner side, or an Index Cond in it, and a "
      "shorter Execution Time.";
  if (!loop.scans_all) {
    finding.confidence = Confidence::kMedium;
    finding.confidence_because =
        "the loops are measured; whether another join is faster shows only the trial";
  }
  blame_outer(finding, row, wrong, loop.sides.outer);
  return finding;
}

Loop loop_of(const PlanRow& row, std::size_t join) {
  Loop loop;
  loop.join = join;
  loop.sides = sides_of(row.plan, join);
  if (loop.sides.inner == kNoNode) return loop;
  loop.scan = scan_of(row.plan, loop.sides.inner);
  const NodeFigures& inner = row.figures.nodes[loop.sides.inner];
  // A Memoize runs what is below it only for values that it does not know yet.
  const bool memoized = row.plan.nodes[loop.sides.inner].is("Memoize");
  loop.loops = memoized ? row.figures.nodes[loop.scan].loops : inner.loops;
  loop.ms = inner.inclusive_ms;
  loop.scans_all = reads_all(row.plan, loop.sides.inner, loop.scan);
  return loop;
}

bool is_measured(const PlanRow& row, const Loop& loop) {
  if (loop.loops <= (loop.scans_all ? kFewScans : kManyLookups - 1)) return false;
  if (!row.figures.has_timing) return loop.loops >= kManyLookups;
  const double share = loop.scans_all ? kShareOfScans : kShareOfLookups;
  return loop.ms >= share * row.figures.total_ms;
}

// Without ANALYZE: a sequential scan for each of many rows, which even the planner expects.
bool is_estimated(const PlanRow& row, const Loop& loop) {
  if (!row.plan.nodes[loop.sides.inner].is("Seq Scan")) return false;
  const double outer = row.figures.nodes[loop.sides.outer].estimated_rows;
  const double inner = row.plan.nodes[loop.scan].number(PlanNumber::kTotalCost);
  return outer > kFewScans && outer * inner >= kManyRowsEstimated;
}

void check(const PlanRow& row, Findings& findings) {
  const std::vector<std::size_t> wrong = misestimates(row);
  for (std::size_t i = 0; i < row.plan.nodes.size(); ++i) {
    if (!row.plan.nodes[i].is("Nested Loop") || !is_reviewable(row, i)) continue;
    if (compares_all_pairs(row, i)) continue;
    Loop loop = loop_of(row, i);
    if (loop.sides.inner == kNoNode) continue;
    if (!row.figures.has_actual) {
      if (!is_estimated(row, loop)) continue;
      loop.loops = row.figures.nodes[loop.sides.outer].estimated_rows;
    } else if (!is_measured(row, loop)) {
      continue;
    }
    findings.push_back(finding_for(row, wrong, loop));
  }
}

}  // namespace

Findings nested_loop_repeats(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
