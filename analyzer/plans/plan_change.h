// What is different between two plans of one query: how a relation is read, how relations are
// joined and in which order, what came to stand or fell away between them, and where rows or time
// moved. A pure function of the two plans; time is n log n in their nodes.
//
// Nodes are matched by what they read. A scan is its relation and alias; everything above is its
// class (join, sort, aggregate, ...) and the set of scans below it. So a Hash Join of a and b is
// the same thing as a Nested Loop of a and b, whichever of them is outside.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/plans/figures.h"
#include "parser/plan/plan.h"

namespace pgcounsel {

enum class NodeMove { kScan, kJoin, kOther, kGone, kNew, kRows, kTime };
std::string_view name_of(NodeMove move);  // "scan"

struct NodeSide {
  std::size_t node = kNoNode;  // its place; kNoNode: it is not in this plan
  std::string words;           // `Index Scan using orders_pkey`; empty where there is no node
  std::optional<double> ms;    // its own time
  std::optional<double> rows;  // that came, else that were estimated
  std::optional<double> cost;
};

struct NodeChange {
  NodeMove move = NodeMove::kOther;
  std::string what;  // `orders o`, `join of orders o and users`
  NodeSide before, after;
};

struct PlanSide {
  std::optional<double> ms, cost, rows;
  std::string join_order;  // `((a ⋈ b) ⋈ c)`, the outer side first; empty: no joins
};

struct PlanChange {
  PlanSide before, after;
  std::vector<NodeChange> nodes;  // what kind of node it is first, then rows and time
  std::size_t left_out = 0;       // changes beyond those listed
  // No other nodes, relations, indexes or joins: only figures moved.
  bool same_shape = true;
};

PlanChange compare_plans(const Plan& before, const PlanFigures& before_figures, const Plan& after,
                         const PlanFigures& after_figures);

}  // namespace pgcounsel
