#include "advisors/plans/plan_scans.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kFewLoops = 10;
constexpr std::size_t kManyPartitions = 10;

constexpr std::array<std::string_view, 8> kNeedOrder{
    "Limit",     "Merge Join",   "Unique",       "Group",
    "WindowAgg", "Merge Append", "Gather Merge", "Incremental Sort"};

bool is_append(const PlanNode& node) {
  return node.is("Append") || node.is("Merge Append");
}

bool runs_apart(const PlanNode& node) {
  const std::string_view place = node.text(PlanText::kParentRelationship);
  return place == "InitPlan" || place == "SubPlan";
}

// The filter without the node's own name in it, so that partitions compare equal.
std::string plain_filter(const PlanNode& node) {
  std::string filter(node.text(PlanText::kFilter));
  const std::string qualifier = fmt::format("{}.", node.text(PlanText::kAlias));
  if (qualifier.size() < 2) return filter;
  std::string plain;
  std::size_t from = 0;
  for (std::size_t at = filter.find(qualifier); at != std::string::npos;
       at = filter.find(qualifier, from)) {
    plain.append(filter, from, at - from);
    from = at + qualifier.size();
  }
  return plain.append(filter, from);
}

}  // namespace

std::vector<ScanGroup> filter_groups(const PlanRow& row, bool (*wanted)(const PlanNode&)) {
  std::vector<ScanGroup> groups;
  std::map<std::tuple<std::size_t, std::string, std::string>, std::size_t> known;
  const std::vector<PlanNode>& nodes = row.plan.nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const PlanNode& node = nodes[i];
    const NodeFigures& figures = row.figures.nodes[i];
    if (!node.has(PlanText::kFilter) || !figures.executed || !wanted(node)) continue;
    std::size_t at = groups.size();
    if (node.parent != kNoNode && is_append(nodes[node.parent])) {
      at = known.try_emplace({node.parent, node.type, plain_filter(node)}, at).first->second;
    }
    if (at == groups.size()) groups.emplace_back();
    ScanGroup& group = groups[at];
    group.places.push_back(i);
    group.kept += figures.rows;
    group.removed += node.number(PlanNumber::kRowsRemovedByFilter) * figures.loops;
    group.ms += figures.exclusive_ms;
    if (figures.rows == 0) ++group.empty;
  }
  return groups;
}

bool is_index_scan(const PlanNode& node) {
  return node.is("Index Scan") || node.is("Index Only Scan") || node.is("Bitmap Heap Scan");
}

std::string_view index_condition(const Plan& plan, std::size_t scan) {
  const PlanNode& node = plan.nodes[scan];
  if (node.has(PlanText::kIndexCond)) return node.text(PlanText::kIndexCond);
  const bool one_bitmap = scan + 1 < node.end && plan.nodes[scan + 1].is("Bitmap Index Scan");
  return one_bitmap ? plan.nodes[scan + 1].text(PlanText::kIndexCond) : std::string_view{};
}

bool is_read_for_order(const Plan& plan, std::size_t scan) {
  for (std::size_t at = plan.nodes[scan].parent; at != kNoNode; at = plan.nodes[at].parent) {
    const PlanNode& node = plan.nodes[at];
    const bool sorted = node.text(PlanText::kStrategy) == "Sorted";
    if (node.is("Aggregate") || node.is("SetOp")) return sorted;
    if (node.is("Sort") || node.is("Hash")) return false;
    if (std::ranges::find(kNeedOrder, node.type) != kNeedOrder.end()) return true;
  }
  return plan.nodes[scan].is("Index Scan");
}

bool feeds_limit(const Plan& plan, std::size_t scan) {
  for (std::size_t at = plan.nodes[scan].parent; at != kNoNode; at = plan.nodes[at].parent) {
    const PlanNode& node = plan.nodes[at];
    if (node.is("Limit")) return true;
    if (node.is("Sort") || node.is("Hash") || node.is("Aggregate")) return false;
  }
  return false;
}

bool are_unpruned_partitions(const ScanGroup& group) {
  return group.places.size() >= kManyPartitions && group.empty * 2 >= group.places.size();
}

bool discards_rows(const PlanRow& row, const ScanGroup& group) {
  if (group.removed < kDiscardedRows || group.removed < kDiscardedShare * group.read())
    return false;
  const PlanFigures& figures = row.figures;
  if (!figures.has_timing || figures.total_ms <= 0) return true;
  return group.ms >= kShareOfTime * figures.total_ms;
}

bool is_selective_seq_scan(const PlanRow& row, const ScanGroup& group) {
  return row.plan.nodes[group.first()].is("Seq Scan") && discards_rows(row, group) &&
         group.read() > kSelectiveRows && group.kept < kSelectiveShare * group.read();
}

std::string group_words(const PlanRow& row, const ScanGroup& group) {
  const std::string words = node_words(row.plan.nodes[group.first()]);
  const std::size_t others = group.places.size() - 1;
  return others == 0 ? words : fmt::format("{} and {} alike", words, others);
}

void add_filter_evidence(Finding& finding, const PlanRow& row, const ScanGroup& group) {
  const std::size_t first = group.first();
  const auto add = [&](std::string name, std::string value) {
    finding.evidence.push_back(of_node(std::move(name), std::move(value), first));
  };
  add("rows read", rows_words(group.read()));
  add("rows removed by filter",
      fmt::format("{} ({})", rows_words(group.removed), share_words(group.removed, group.read())));
  add("filter", expression_words(row.plan.nodes[first].text(PlanText::kFilter)));
  const NodeFigures& figures = row.figures.nodes[first];
  if (figures.loops > 1) add("loops", rows_words(figures.loops));
  const double blocks = figures.shared_hit + figures.shared_read;
  if (blocks > 0) add("blocks touched", plan_blocks(blocks));
}

JoinSides sides_of(const Plan& plan, std::size_t join) {
  JoinSides sides;
  const std::size_t end = plan.nodes[join].end;
  for (std::size_t i = join + 1; i < end; i = plan.nodes[i].end) {
    if (runs_apart(plan.nodes[i])) continue;
    (sides.outer == kNoNode ? sides.outer : sides.inner) = i;
  }
  return sides;
}

std::size_t scan_of(const Plan& plan, std::size_t side) {
  constexpr int kMostSteps = 3;
  for (int step = 0; step < kMostSteps; ++step) {
    const PlanNode& node = plan.nodes[side];
    const bool keeps = node.is("Materialize") || node.is("Memoize") || node.is("Hash");
    if (!keeps || side + 1 >= node.end) break;
    ++side;
  }
  return side;
}

std::size_t loop_over(const PlanRow& row, std::size_t scan) {
  constexpr int kMostSteps = 3;
  const std::vector<PlanNode>& nodes = row.plan.nodes;
  if (row.figures.nodes[scan].loops <= kFewLoops) return kNoNode;
  std::size_t side = scan;
  for (int step = 0; step < kMostSteps && nodes[side].parent != kNoNode; ++step) {
    const std::size_t parent = nodes[side].parent;
    if (nodes[parent].is("Nested Loop"))
      return sides_of(row.plan, parent).inner == side ? parent : kNoNode;
    side = parent;
  }
  return kNoNode;
}

}  // namespace pgcounsel
