#include "analyzer/report/plan_details.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/report/plan_units.h"
#include "parser/plan/plan_names.h"

namespace pgcounsel {
namespace {

using Weight = PlanDetail::Weight;
using Details = std::vector<PlanDetail>;

// In the order of the output. Recheck Cond stands where it removed rows: else it repeats the Index
// Cond below it.
constexpr std::array kConditions{
    PlanText::kIndexCond,     PlanText::kTidCond,           PlanText::kHashCond,
    PlanText::kMergeCond,     PlanText::kJoinFilter,        PlanText::kFilter,
    PlanText::kOneTimeFilter, PlanText::kRunCondition,      PlanText::kConflictFilter,
    PlanText::kOrderBy,       PlanText::kSortKey,           PlanText::kPresortedKey,
    PlanText::kGroupKey,      PlanText::kGroupingSets,      PlanText::kCacheKey,
    PlanText::kFunctionCall,  PlanText::kTableFunctionCall, PlanText::kRemoteSql};

struct Removed {
  PlanNumber number;
  std::string_view by;
};
constexpr std::array kRemoved{Removed{PlanNumber::kRowsRemovedByFilter, "filter"},
                              Removed{PlanNumber::kRowsRemovedByJoinFilter, "join filter"},
                              Removed{PlanNumber::kRowsRemovedByIndexRecheck, "recheck"}};

void add_conditions(const PlanNode& node, Details& details) {
  const auto add = [&](PlanText name) {
    if (!node.has(name)) return;
    details.push_back(
        {fmt::format("{}: {}", name_of(name), node.text(name)), Weight::kPlain, true});
  };
  for (const PlanText name : kConditions) add(name);
  if (node.number(PlanNumber::kRowsRemovedByIndexRecheck) > 0) add(PlanText::kRecheckCond);
}

void add_removed(const PlanNode& node, const NodeFigures& figures, Details& details) {
  constexpr double kMany = 1000, kMost = 0.9;
  for (const Removed& row : kRemoved) {
    const double removed = node.number(row.number) * figures.loops;
    if (removed <= 0) continue;
    const double read = removed + figures.rows;
    const bool notable = removed >= kMany && removed > kMost * read;
    details.push_back({fmt::format("{} rows removed by {} ({})", plan_rows(removed), row.by,
                                   plan_share(removed, read)),
                       notable ? Weight::kNotable : Weight::kPlain});
  }
}

// A sort or hash table of a parallel plan is told for the leader, and for each worker apart.
template <class Figure>
double with_workers(const PlanNode& node, PlanNumber name, Figure add) {
  double value = node.number(name);
  for (const PlanWorker& worker : node.workers) value = add(value, worker.numbers.get(name));
  return value;
}

void add_sort(const PlanNode& node, Details& details) {
  if (!node.has(PlanText::kSortMethod)) return;
  const bool disk = node.text(PlanText::kSortSpaceType) == "Disk" ||
                    std::any_of(node.workers.begin(), node.workers.end(), [](const auto& worker) {
                      return worker.texts.get(PlanText::kSortSpaceType) == "Disk";
                    });
  const double space =
      with_workers(node, PlanNumber::kSortSpaceUsed, [](double a, double b) { return a + b; });
  details.push_back({fmt::format("{}, {} {}", node.text(PlanText::kSortMethod),
                                 plan_kilobytes(space), disk ? "on disk" : "of memory"),
                     disk ? Weight::kAlarming : Weight::kPlain});
}

void add_hash(const PlanNode& node, Details& details) {
  const auto most = [](double a, double b) { return std::max(a, b); };
  const double batches = with_workers(node, PlanNumber::kHashBatches, most);
  if (batches > 1) {
    const double planned = node.number(PlanNumber::kOriginalHashBatches, batches);
    details.push_back(
        {fmt::format("{} batches ({} planned), {} of memory", plan_rows(batches),
                     plan_rows(planned), plan_kilobytes(node.number(PlanNumber::kPeakMemoryUsage))),
         Weight::kAlarming});
  }
  const double spilled = with_workers(node, PlanNumber::kHashAggBatches, most);
  const double disk = with_workers(node, PlanNumber::kDiskUsage, most);
  if (spilled > 1 || disk > 0) {
    details.push_back({fmt::format("{} batches, {} on disk, {} of memory", plan_rows(spilled),
                                   plan_kilobytes(disk),
                                   plan_kilobytes(node.number(PlanNumber::kPeakMemoryUsage))),
                       Weight::kAlarming});
  }
  if (node.text(PlanText::kStorage) == "Disk") {
    details.push_back(
        {fmt::format("{} on disk", plan_kilobytes(node.number(PlanNumber::kMaximumStorage))),
         Weight::kAlarming});
  }
}

void add_heap(const PlanNode& node, const NodeFigures& figures, Details& details) {
  constexpr double kMany = 1000, kPart = 0.1;
  const double fetches = node.number(PlanNumber::kHeapFetches);
  if (fetches > 0) {
    const double rows = figures.rows + figures.rows_removed;
    const bool notable = fetches > kMany && fetches > kPart * rows;
    details.push_back(
        {plan_rows(fetches) + " heap fetches", notable ? Weight::kNotable : Weight::kPlain});
  }
  const double lossy = node.number(PlanNumber::kLossyHeapBlocks);
  if (lossy > 0) {
    details.push_back(
        {fmt::format("heap blocks: {} exact, {} lossy",
                     plan_rows(node.number(PlanNumber::kExactHeapBlocks)), plan_rows(lossy)),
         Weight::kNotable});
  }
}

void add_memoize(const PlanNode& node, Details& details) {
  const double hits = node.number(PlanNumber::kCacheHits);
  const double misses = node.number(PlanNumber::kCacheMisses);
  if (hits + misses <= 0) return;
  const double evictions = node.number(PlanNumber::kCacheEvictions);
  details.push_back({fmt::format("{} hits, {} misses, {} evictions", plan_rows(hits),
                                 plan_rows(misses), plan_rows(evictions)),
                     evictions > 0 || hits < misses ? Weight::kNotable : Weight::kPlain});
}

void add_workers(const PlanNode& node, Details& details) {
  const double planned = node.number(PlanNumber::kWorkersPlanned);
  if (planned <= 0) return;
  if (!node.has(PlanNumber::kWorkersLaunched)) {
    details.push_back({plan_count(planned, "worker") + " planned", Weight::kPlain});
    return;
  }
  const double launched = node.number(PlanNumber::kWorkersLaunched);
  details.push_back(
      {fmt::format("{} planned, {} launched", plan_count(planned, "worker"), plan_rows(launched)),
       launched < planned ? Weight::kNotable : Weight::kPlain});
}

// What is less than a megabyte and took no time is not told.
void add_blocks(const NodeFigures& figures, Details& details) {
  constexpr double kMany = 128, kLong = 1;
  std::string words;
  const auto add = [&](double blocks, std::string_view what) {
    if (blocks <= 0) return;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", plan_blocks(blocks), what);
  };
  const auto end = [&](std::string_view prefix) {
    if (!words.empty()) details.push_back({fmt::format("{}{}", prefix, words), Weight::kPlain});
    words.clear();
  };
  if (figures.shared_hit + figures.shared_read + figures.shared_written >= kMany ||
      figures.io_ms >= kLong) {
    add(figures.shared_hit, "from cache");
    add(figures.shared_read, "read");
    add(figures.shared_dirtied, "dirtied");
    add(figures.shared_written, "written");
    end("");
  }
  add(figures.temp_read, "read");
  add(figures.temp_written, "written");
  end("temporary files: ");
  if (figures.io_ms >= kLong) {
    details.push_back({fmt::format("{} of I/O", plan_ms(figures.io_ms)), Weight::kPlain});
  }
}

void add_modified(const PlanNode& node, Details& details) {
  struct Row {
    PlanNumber number;
    std::string_view what;
  };
  constexpr std::array kRows{Row{PlanNumber::kTuplesInserted, "rows inserted"},
                             Row{PlanNumber::kTuplesUpdated, "rows updated"},
                             Row{PlanNumber::kTuplesDeleted, "rows deleted"},
                             Row{PlanNumber::kConflictingTuples, "rows in conflict"},
                             Row{PlanNumber::kSubplansRemoved, "partitions left out at run time"}};
  for (const Row& row : kRows) {
    const double count = node.number(row.number);
    if (count > 0)
      details.push_back({fmt::format("{} {}", plan_rows(count), row.what), Weight::kPlain});
  }
}

}  // namespace

PlanDetail rows_detail(const PlanRow& row, std::size_t place) {
  constexpr double kNotable = 10, kAlarming = 100;
  const NodeFigures& figures = row.figures.nodes[place];
  const PlanNode& node = row.plan.nodes[place];
  const bool estimated = node.has(PlanNumber::kPlanRows);
  if (!row.figures.has_actual) {
    if (!estimated) return {};
    return {plan_count(node.number(PlanNumber::kPlanRows), "row") + " estimated", Weight::kPlain};
  }
  if (!figures.executed) return {"never executed", Weight::kPlain};
  if (figures.rows == 0 && figures.estimated_rows == 0) return {};  // INSERT without RETURNING
  std::string words = estimated ? fmt::format("{} → {} rows", plan_rows(figures.estimated_rows),
                                              plan_rows(figures.rows))
                                : plan_count(figures.rows, "row");
  Weight weight = Weight::kPlain;
  if (figures.misestimate >= kNotable) {
    weight = figures.misestimate >= kAlarming ? Weight::kAlarming : Weight::kNotable;
    words += fmt::format(" ({} {} than estimated)", plan_factor(figures.misestimate),
                         figures.underestimated ? "more" : "fewer");
  }
  if (figures.loops != 1) words += ", " + plan_count(figures.loops, "loop");
  return {words, weight};
}

std::vector<PlanDetail> details_of(const PlanRow& row, std::size_t place) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  Details details;
  add_conditions(node, details);
  add_workers(node, details);
  if (node.has(PlanText::kDisabled)) {
    details.push_back({"disabled: taken for want of another way", Weight::kNotable});
  }
  add_modified(node, details);
  if (!figures.executed) return details;
  add_removed(node, figures, details);
  add_sort(node, details);
  add_hash(node, details);
  add_heap(node, figures, details);
  add_memoize(node, details);
  add_blocks(figures, details);
  return details;
}

}  // namespace pgcounsel
