// Subtrees that hang under one node and are run by another: an InitPlan runs when an expression
// asks for its value first, a CTE when a CTE Scan asks for its next row. Their time lies in the
// time of whoever asked, never in that of the node they are printed under.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "parser/plan/plan.h"

namespace pgcounsel {

bool is_cte(const PlanNode& node);        // the head of a CTE's subtree
bool is_init_plan(const PlanNode& node);  // the head of an InitPlan's subtree, no CTE
bool hangs_apart(const PlanNode& node);   // either of them
bool is_sub_plan(const PlanNode& node);   // run by its parent, once for each of its values

// Which nodes' expressions name what, in the order of the plan: `$0`, `InitPlan 1` (which stands
// there as `(InitPlan 1).col1` from PostgreSQL 17 on), `hashed SubPlan 2`.
using PlanReferences = std::map<std::string, std::vector<std::size_t>, std::less<>>;
PlanReferences references_of(const Plan& plan);

struct ApartSubtree {
  std::size_t head = 0;
  bool cte = false;
  // Gathers that are told to evaluate the value before they start workers; they pay first.
  std::vector<std::size_t> first_payers;
  // Nodes whose expressions name it, or its CTE Scans: any of them may have run it.
  std::vector<std::size_t> payers;
};

// In the order of the plan.
std::vector<ApartSubtree> apart_subtrees(const Plan& plan, const PlanReferences& references);

}  // namespace pgcounsel
