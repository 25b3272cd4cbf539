// Bitmaps that did not fit in work_mem: whole pages are remembered instead of rows, and every row
// of such a page is checked again.
//
// A page takes 64 bytes of a bitmap: 48 of the entry and two pointers of the hash table around it.
// With work_mem = 64kB a bitmap holds 1,024 pages exactly, with the default of 4 MB 65,536.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kBytesOfPage = 64;

struct Bitmap {
  double exact = 0, lossy = 0;  // pages in all loops
  double rechecked = 0;         // rows that the second check removed
  double pages = 0;             // of one bitmap
};

// A parallel scan's processes share one bitmap; up to PostgreSQL 17 only the leader's pages are
// printed, so the others are taken to have read as many.
double pages_of_one(const PlanNode& node, double all) {
  const double loops = node.number(PlanNumber::kActualLoops, 1);
  if (!node.has(PlanText::kParallelAware)) return all / loops;
  const bool workers_told = std::ranges::any_of(node.workers, [](const PlanWorker& worker) {
    return worker.numbers.has(PlanNumber::kExactHeapBlocks) ||
           worker.numbers.has(PlanNumber::kLossyHeapBlocks);
  });
  return workers_told ? all : all * loops;
}

Bitmap bitmap_of(const PlanNode& node) {
  Bitmap bitmap;
  bitmap.exact = with_workers(node, PlanNumber::kExactHeapBlocks);
  bitmap.lossy = with_workers(node, PlanNumber::kLossyHeapBlocks);
  bitmap.rechecked = node.number(PlanNumber::kRowsRemovedByIndexRecheck) *
                     node.number(PlanNumber::kActualLoops, 1);
  bitmap.pages = pages_of_one(node, bitmap.exact + bitmap.lossy);
  return bitmap;
}

// A BRIN index knows pages only; no memory makes its bitmap exact.
bool looks_like_brin(const Bitmap& bitmap) {
  return bitmap.exact == 0;
}

Remedy remedy_of(const Bitmap& bitmap, const std::string& relation) {
  if (looks_like_brin(bitmap)) {
    return {"code",
            fmt::format("No page of the bitmap is exact, as with a BRIN index: smaller ranges "
                        "(`pages_per_range`) recheck fewer rows, a B-tree none. If the index of {} "
                        "is no BRIN, the bitmap needs `SET LOCAL work_mem = '{}';`.",
                        relation, work_mem_for(bitmap.pages * kBytesOfPage))};
  }
  return {"code", fmt::format("Give this statement the memory for its bitmap, in its transaction: "
                              "`SET LOCAL work_mem = '{}';`. A more selective index (one more "
                              "column of the condition) makes the bitmap smaller.",
                              work_mem_for(bitmap.pages * kBytesOfPage))};
}

void check(const PlanRow& row, Findings& findings) {
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const PlanNode& node = row.plan.nodes[place];
    if (!node.is("Bitmap Heap Scan") || !is_reviewable(row, place)) continue;
    const Bitmap bitmap = bitmap_of(node);
    if (bitmap.lossy <= 0 || bitmap.rechecked <= 0) continue;
    const NodeFigures& figures = row.figures.nodes[place];
    const double read = figures.rows + figures.rows_removed;

    Finding finding = plan_finding(row, "lossy_bitmap", place);
    finding.title = fmt::format("{} rechecks {} rows for nothing: its bitmap is lossy",
                                node_words(node), rows_words(bitmap.rechecked));
    finding.evidence.push_back(of_node(
        "lossy blocks",
        fmt::format("{} of {}", rows_words(bitmap.lossy), rows_words(bitmap.exact + bitmap.lossy)),
        place));
    finding.evidence.push_back(
        of_node("rows removed by the recheck",
                fmt::format("{} of {}", rows_words(bitmap.rechecked), rows_words(read)), place));
    finding.remedy = remedy_of(bitmap, relation_of(row.plan, place));
    if (looks_like_brin(bitmap)) {
      finding.confidence = Confidence::kMedium;
      finding.confidence_because =
          "lossy blocks are counted; the plan does not tell whether the index is a BRIN";
    } else {
      finding.confidence = Confidence::kHigh;
      finding.confidence_because =
          "lossy blocks are counted, and only a bitmap larger than work_mem has both kinds";
    }
    finding.verify =
        "`EXPLAIN (ANALYZE)` with the new work_mem prints `Heap Blocks: exact=...` without "
        "`lossy=`.";
    finding.rollback = "Leave out the SET LOCAL.";
    finding.caveats.push_back(
        "work_mem is for each sort, hash and bitmap of each connection: raise it for the "
        "statement, not for the server.");
    weigh(finding, row, read > 0 ? figures.exclusive_ms * bitmap.rechecked / read : 0);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Findings lossy_bitmap(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
