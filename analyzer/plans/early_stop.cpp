#include "analyzer/plans/early_stop.h"

#include <string>

namespace pgcounsel {
namespace {

// Whether the node reads all its children give before it returns a first row.
bool reads_all_first(const PlanNode& node) {
  if (node.is("Aggregate")) return node.text(PlanText::kStrategy) != "Sorted";
  if (node.is("SetOp")) return node.text(PlanText::kStrategy) == "Hashed";
  return node.is("Sort") || node.is("Hash") || node.is("Bitmap Heap Scan") ||
         node.is("BitmapAnd") || node.is("BitmapOr");
}

bool is_inner(const Plan& plan, std::size_t place) {
  const PlanNode& node = plan.nodes[place];
  if (node.has(PlanText::kParentRelationship)) {
    return node.text(PlanText::kParentRelationship) == "Inner";
  }
  return node.parent != kNoNode && node.end == plan.nodes[node.parent].end &&
         place != node.parent + 1;
}

bool stops_at_a_match(const PlanNode& join) {
  const std::string_view type = join.text(PlanText::kJoinType);
  return type == "Semi" || type == "Anti" || join.has(PlanText::kInnerUnique);
}

// The hash join that finds nothing in its inner side does not read the outer one.
bool hash_is_empty(const Plan& plan, std::size_t join) {
  const std::string_view type = plan.nodes[join].text(PlanText::kJoinType);
  if (type != "Inner" && type != "Semi" && !type.starts_with("Right")) return false;
  for (const std::size_t child : children_of(plan, join)) {
    const PlanNode& node = plan.nodes[child];
    if (node.is("Hash")) {
      return node.number(PlanNumber::kActualLoops) > 0 && node.number(PlanNumber::kActualRows) == 0;
    }
  }
  return false;
}

bool parent_may_stop(const Plan& plan, const PlanReferences& references, std::size_t place,
                     bool empty_hash) {
  const PlanNode& node = plan.nodes[place];
  const PlanNode& parent = plan.nodes[node.parent];
  if (is_cte(node)) return false;
  if (is_init_plan(node)) return true;
  if (is_sub_plan(node)) {
    const std::string_view name = node.text(PlanText::kSubplanName);
    return !references.contains("hashed " + std::string(name.substr(0, name.find(" ("))));
  }
  if (parent.is("Limit") || parent.is("Memoize") || parent.is("Merge Join")) return true;
  if (parent.is("Nested Loop")) return is_inner(plan, place) && stops_at_a_match(parent);
  return parent.is("Hash Join") && empty_hash && !node.is("Hash");
}

// The node and all below it, down to those that read all their children first. Every node is
// marked once, so all calls together are linear.
void mark(const Plan& plan, std::size_t place, std::vector<bool>& marked) {
  std::vector<std::size_t> due{place};
  while (!due.empty()) {
    const std::size_t at = due.back();
    due.pop_back();
    if (marked[at]) continue;
    marked[at] = true;
    if (reads_all_first(plan.nodes[at])) continue;
    for (const std::size_t child : children_of(plan, at)) {
      const PlanNode& node = plan.nodes[child];
      if (!hangs_apart(node) && !is_sub_plan(node)) due.push_back(child);
    }
  }
}

}  // namespace

std::vector<bool> stopped_early(const Plan& plan, const PlanReferences& references,
                                const std::vector<ApartSubtree>& apart) {
  const std::size_t count = plan.nodes.size();
  std::vector<bool> marked(count), empty_hash(count);
  for (std::size_t place = 0; place < count; ++place) {
    if (plan.nodes[place].is("Hash Join")) empty_hash[place] = hash_is_empty(plan, place);
  }
  for (std::size_t place = 1; place < count; ++place) {
    const std::size_t parent = plan.nodes[place].parent;
    if (parent == kNoNode) continue;
    if (parent_may_stop(plan, references, place, empty_hash[parent])) mark(plan, place, marked);
  }
  // A CTE is printed before what reads it, so the last one is known first.
  for (std::size_t at = apart.size(); at-- > 0;) {
    if (!apart[at].cte) continue;
    for (const std::size_t scan : apart[at].payers) {
      if (marked[scan]) {
        mark(plan, apart[at].head, marked);
        break;
      }
    }
  }
  return marked;
}

}  // namespace pgcounsel
