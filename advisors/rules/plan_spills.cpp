// Sorts, hashes and aggregates of a plan that do not fit in work_mem and go to disk.
//
// What work_mem would have to be: a sort needs two to three times what it writes, since rows are
// packed closer on disk (a rule of thumb); a hash join the peak of a batch times the number of
// batches; a hashed aggregate what it holds and twice what it writes. Hashes may use
// hash_mem_multiplier times work_mem, which counts where the plan tells it. work_mem is each
// process's own, so of parallel workers the largest counts; what was written is the sum.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "advisors/figures.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kMemoryOfDisk = 2;
constexpr std::uint64_t kSmallestMb = 8, kMostMb = 512;
constexpr double kBlockKb = 8, kBytesOfKb = 1024;
constexpr double kFewKb = 1024;  // what a node writes below it is not worth a word

struct Spill {
  std::size_t node = kNoNode;
  std::string title;
  double disk_kb = 0, memory_kb = 0;  // written, and the memory that takes its place
  double ms = 0;
  std::vector<Evidence> evidence;
};

// Leader and workers: their sum and the largest.
struct Amounts {
  double sum = 0, largest = 0;
  void add(double value) {
    sum += value;
    largest = std::max(largest, value);
  }
};

bool is_on_disk(std::string_view type) {
  return type == "Disk";
}

Amounts sort_space(const PlanNode& node) {
  Amounts space;
  if (is_on_disk(node.text(PlanText::kSortSpaceType)))
    space.add(node.number(PlanNumber::kSortSpaceUsed));
  space.add(node.number(PlanNumber::kFullSortPeakDisk));
  space.add(node.number(PlanNumber::kPresortedPeakDisk));
  for (const PlanWorker& worker : node.workers) {
    const std::string* type = worker.texts.find(PlanText::kSortSpaceType);
    if (type != nullptr && is_on_disk(*type))
      space.add(worker.numbers.get(PlanNumber::kSortSpaceUsed));
  }
  return space;
}

Spill sort_spill(const PlanRow& row, std::size_t i) {
  const PlanNode& node = row.plan.nodes[i];
  const Amounts space = sort_space(node);
  Spill spill{i, {}, space.sum, space.largest * kMemoryOfDisk, row.figures.nodes[i].exclusive_ms,
              {}};
  spill.title = fmt::format("{} spills {} to disk", node_words(node), plan_kilobytes(space.sum));
  spill.evidence = {of_node("sort key", expression_words(node.text(PlanText::kSortKey)), i),
                    of_node("on disk", plan_kilobytes(space.sum), i)};
  return spill;
}

double hash_memory_multiplier(const Plan& plan) {
  for (const PlanSetting& setting : plan.settings) {
    if (setting.name != "hash_mem_multiplier") continue;
    return std::clamp(std::atof(setting.value.c_str()), 1.0, 1000.0);
  }
  return 1;
}

// Each batch but the first is written once from each side of the join, which is the parent.
Spill hash_spill(const PlanRow& row, std::size_t i) {
  const PlanNode& node = row.plan.nodes[i];
  const double batches = node.number(PlanNumber::kHashBatches);
  if (batches <= 1) return {};
  const double peak = node.number(PlanNumber::kPeakMemoryUsage);
  const std::size_t join = node.parent == kNoNode ? i : node.parent;
  const NodeFigures& hash = row.figures.nodes[i];
  const NodeFigures& above = row.figures.nodes[join];
  Spill spill{i, {}, 0, peak * batches / hash_memory_multiplier(row.plan), 0, {}};
  spill.disk_kb = (hash.temp_written + (join == i ? 0 : above.temp_written)) * kBlockKb;
  spill.ms = hash.exclusive_ms + (join == i ? 0 : above.exclusive_ms);
  spill.title = fmt::format("{} does its hash in {} batches through temporary files",
                            node_words(row.plan.nodes[join]), rows_words(batches));
  const double planned = node.number(PlanNumber::kOriginalHashBatches, batches);
  spill.evidence = {
      of_node("batches",
              planned == batches
                  ? rows_words(batches)
                  : fmt::format("{}, planned were {}", rows_words(batches), rows_words(planned)),
              i),
      of_node("memory of a batch", plan_kilobytes(peak), i)};
  if (spill.disk_kb > 0)
    spill.evidence.push_back(of_node("written", plan_kilobytes(spill.disk_kb), i));
  return spill;
}

Spill aggregate_spill(const PlanRow& row, std::size_t i) {
  const PlanNode& node = row.plan.nodes[i];
  Amounts disk, memory;
  disk.add(node.number(PlanNumber::kDiskUsage));
  memory.add(node.number(PlanNumber::kPeakMemoryUsage));
  for (const PlanWorker& worker : node.workers) {
    disk.add(worker.numbers.get(PlanNumber::kDiskUsage));
    memory.add(worker.numbers.get(PlanNumber::kPeakMemoryUsage));
  }
  const double needed = memory.largest + disk.largest * kMemoryOfDisk;
  Spill spill{
      i, {}, disk.sum, needed / hash_memory_multiplier(row.plan), row.figures.nodes[i].exclusive_ms,
      {}};
  spill.title =
      fmt::format("{} spills {} of its groups to disk", node_words(node), plan_kilobytes(disk.sum));
  spill.evidence = {of_node("group key", expression_words(node.text(PlanText::kGroupKey)), i),
                    of_node("batches", rows_words(node.number(PlanNumber::kHashAggBatches)), i),
                    of_node("on disk", plan_kilobytes(disk.sum), i)};
  return spill;
}

constexpr std::array<std::string_view, 8> kKeepers{
    "Materialize",         "CTE Scan",        "WindowAgg", "Function Scan",
    "Table Function Scan", "Recursive Union", "SetOp",     "Aggregate"};

// What nodes keep to read again.
Spill kept_rows(const PlanRow& row, std::size_t i) {
  const PlanNode& node = row.plan.nodes[i];
  const NodeFigures& figures = row.figures.nodes[i];
  if (std::ranges::find(kKeepers, node.type) == kKeepers.end()) return {};
  const double kb = figures.temp_written * kBlockKb;
  Spill spill{i, {}, kb, kb * kMemoryOfDisk, figures.exclusive_ms, {}};
  spill.title = fmt::format("{} keeps its rows in {} of temporary files", node_words(node),
                            plan_kilobytes(kb));
  spill.evidence = {of_node("written", plan_kilobytes(kb), i)};
  return spill;
}

Spill spill_of(const PlanRow& row, std::size_t i) {
  const PlanNode& node = row.plan.nodes[i];
  if (!row.figures.nodes[i].executed) return {};
  if (node.is("Hash")) return hash_spill(row, i);
  if (node.is("Sort") || node.is("Incremental Sort")) return sort_spill(row, i);
  if (node.is("Aggregate")) {
    const Spill hashed = aggregate_spill(row, i);
    return hashed.disk_kb > 0 ? hashed : kept_rows(row, i);
  }
  // What a hash join writes is told with its hash.
  return node.is("Hash Join") ? Spill{} : kept_rows(row, i);
}

constexpr std::string_view kOtherWays =
    "An index in the order of the ORDER BY or GROUP BY saves the sort; fewer and narrower columns "
    "make it smaller.";

void fill_remedy(Finding& finding, const Spill& spill) {
  const std::uint64_t wanted = work_mem_megabytes(spill.memory_kb * kBytesOfKb, kSmallestMb);
  if (wanted > kMostMb) {
    finding.remedy = {
        "code", fmt::format("About {} of memory would be needed, too much for work_mem. {} Else "
                            "aggregate before joining, or let the job run in parts.",
                            plan_kilobytes(spill.memory_kb), kOtherWays)};
    finding.rollback = "Revert the change of the query; `DROP INDEX CONCURRENTLY` of a new index.";
    return;
  }
  finding.remedy = {"sql", fmt::format("SET LOCAL work_mem = '{}MB';", wanted)};
  finding.rollback = "SET LOCAL ends with its transaction; `RESET work_mem;` else.";
  finding.caveats.emplace_back(kOtherWays);
}

void check(const PlanRow& row, Findings& findings) {
  const std::vector<std::size_t> wrong = misestimates(row);
  for (std::size_t i = 0; i < row.plan.nodes.size(); ++i) {
    const Spill spill = spill_of(row, i);
    // Without BUFFERS the plan does not tell what a hash wrote.
    const double size = spill.disk_kb > 0 ? spill.disk_kb : spill.memory_kb;
    if (spill.node == kNoNode || size < kFewKb) continue;
    Finding finding = plan_finding(row, "plan_spills", i);
    weigh(finding, row, spill.ms);
    finding.title = spill.title;
    finding.evidence.insert(finding.evidence.end(), spill.evidence.begin(), spill.evidence.end());
    finding.evidence.push_back(
        of_node("work_mem needed", fmt::format("about {}", plan_kilobytes(spill.memory_kb)), i));
    fill_remedy(finding, spill);
    finding.confidence = Confidence::kMedium;
    finding.confidence_because =
        "what went to disk is measured; how much memory takes its place is a rule of thumb";
    finding.verify =
        "`EXPLAIN (ANALYZE, BUFFERS)` shows `Sort Method: quicksort`, `Batches: 1`, and no temp "
        "blocks.";
    finding.caveats.emplace_back(
        "work_mem is for each sort and hash of each process: give it to the one statement (SET "
        "LOCAL) or role (ALTER ROLE ... SET), not to the server.");
    blame(finding, row, underestimate_below(row, wrong, i));
    findings.push_back(std::move(finding));
  }
}

}  // namespace

Findings plan_spills(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
