#include "analyzer/plans/plan_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "analyzer/plans/apart.h"
#include "analyzer/plans/join_order.h"
#include "analyzer/plans/node_words.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostChanges = 50;
constexpr double kMoreRows = 2, kFewRows = 100;       // below, rows say nothing
constexpr double kMoreTime = 1.5, kPartOfAll = 0.05;  // of the longer plan's time

// What a node is whatever it is called: kinds that the planner may take for each other.
struct ClassRow {
  std::string_view type, name;
};
constexpr std::array kClasses{
    ClassRow{"Nested Loop", "join"},
    ClassRow{"Hash Join", "join"},
    ClassRow{"Merge Join", "join"},
    ClassRow{"Sort", "sort"},
    ClassRow{"Incremental Sort", "sort"},
    ClassRow{"Gather", "gather"},
    ClassRow{"Gather Merge", "gather"},
    ClassRow{"Append", "append"},
    ClassRow{"Merge Append", "append"},
    ClassRow{"Aggregate", "aggregate"},
    ClassRow{"Group", "aggregate"},
    ClassRow{"Unique", "aggregate"},
    ClassRow{"Hash", ""},
    ClassRow{"Bitmap Index Scan", ""},
    ClassRow{"BitmapAnd", ""},
    ClassRow{"BitmapOr", ""},
};

// Empty: it is a part of the node above it.
std::string_view class_of(const PlanNode& node) {
  for (const ClassRow& row : kClasses) {
    if (node.is(row.type)) return row.name;
  }
  return node.type;
}

// `orders o`; empty: no scan.
std::string scan_name(const PlanNode& node) {
  const std::string_view alias = node.text(PlanText::kAlias);
  if (node.is("ModifyTable") || class_of(node).empty()) return {};
  for (const PlanText name : {PlanText::kRelationName, PlanText::kCteName, PlanText::kFunctionName,
                              PlanText::kTuplestoreName}) {
    if (!node.has(name)) continue;
    const std::string_view own = node.text(name);
    return alias.empty() || alias == own ? std::string(own) : fmt::format("{} {}", own, alias);
  }
  return std::string(alias);
}

// A node's class and the sum of the hashes of what is scanned below it; which of those with the
// same it is tells its place in the list.
using NodeKey = std::pair<std::string, std::size_t>;
using Places = std::map<NodeKey, std::vector<std::size_t>>;

std::size_t mixed(std::string_view name) {
  constexpr std::size_t kOdd = 0x9E3779B97F4A7C15;
  return (std::hash<std::string_view>{}(name) | 1) * kOdd;
}

struct Keyed {
  const Plan& plan;
  const PlanFigures& figures;
  std::vector<std::string> scans;  // scan_name of each node
  Places places;
  std::size_t hash_of_scans = 0;  // of all
};

Keyed keyed(const Plan& plan, const PlanFigures& figures) {
  Keyed made{plan, figures, {}, {}, 0};
  const std::size_t count = plan.nodes.size();
  std::vector<std::size_t> below(count);
  made.scans.reserve(count);
  for (const PlanNode& node : plan.nodes) made.scans.push_back(scan_name(node));
  for (std::size_t place = count; place-- > 0;) {
    if (!made.scans[place].empty()) below[place] += mixed(made.scans[place]);
    const std::size_t parent = plan.nodes[place].parent;
    if (parent != kNoNode) below[parent] += below[place];
  }
  if (count > 0) made.hash_of_scans = below.front();
  for (std::size_t place = 0; place < count; ++place) {
    const std::string_view kind = class_of(plan.nodes[place]);
    if (kind.empty()) continue;
    const bool scan = !made.scans[place].empty();
    NodeKey key = scan ? NodeKey{"scan of " + made.scans[place], 0}
                       : NodeKey{std::string(kind), below[place]};
    made.places[std::move(key)].push_back(place);
  }
  return made;
}

using Pair = std::pair<std::size_t, std::size_t>;  // kNoNode: not there

// Those with the same key in their order; what is left by class alone, since one scan more or less
// changes the key of everything above it.
std::vector<Pair> matched(const Keyed& before, const Keyed& after) {
  std::vector<Pair> pairs;
  std::map<std::string, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>> rest;
  const auto pair_up = [&](const NodeKey& key, const std::vector<std::size_t>& a,
                           const std::vector<std::size_t>& b) {
    const std::size_t both = std::min(a.size(), b.size());
    for (std::size_t at = 0; at < both; ++at) pairs.emplace_back(a[at], b[at]);
    auto& left = rest[key.first];
    left.first.insert(left.first.end(), a.begin() + static_cast<std::ptrdiff_t>(both), a.end());
    left.second.insert(left.second.end(), b.begin() + static_cast<std::ptrdiff_t>(both), b.end());
  };
  const std::vector<std::size_t> none;
  for (const auto& [key, places] : before.places) {
    const auto other = after.places.find(key);
    pair_up(key, places, other == after.places.end() ? none : other->second);
  }
  for (const auto& [key, places] : after.places) {
    if (!before.places.contains(key)) pair_up(key, none, places);
  }
  for (auto& [kind, left] : rest) {
    std::sort(left.first.begin(), left.first.end());
    std::sort(left.second.begin(), left.second.end());
    const std::size_t most = std::max(left.first.size(), left.second.size());
    for (std::size_t at = 0; at < most; ++at) {
      pairs.emplace_back(at < left.first.size() ? left.first[at] : kNoNode,
                         at < left.second.size() ? left.second[at] : kNoNode);
    }
  }
  return pairs;
}

// `Bitmap Heap Scan with a_idx, b_idx`: the indexes stand in the nodes below.
std::string words_of(const Plan& plan, std::size_t place) {
  constexpr std::size_t kMostIndexes = 5;
  const PlanNode& node = plan.nodes[place];
  std::string words = kind_words(node);
  std::vector<std::string> indexes;
  if (node.has(PlanText::kIndexName)) indexes.emplace_back(node.text(PlanText::kIndexName));
  if (node.is("Bitmap Heap Scan")) {
    for (std::size_t at = place + 1; at < node.end && indexes.size() < kMostIndexes; ++at) {
      const PlanNode& below = plan.nodes[at];
      if (below.is("Bitmap Index Scan")) indexes.emplace_back(below.text(PlanText::kIndexName));
    }
  }
  for (std::size_t at = 0; at < indexes.size(); ++at) {
    words += (at == 0 ? " using " : ", ") + indexes[at];
  }
  return words;
}

NodeSide side_of(const Keyed& keyed, std::size_t place) {
  NodeSide side;
  if (place == kNoNode) return side;
  const PlanNode& node = keyed.plan.nodes[place];
  const NodeFigures& figures = keyed.figures.nodes[place];
  side.node = place;
  side.words = words_of(keyed.plan, place);
  if (keyed.figures.has_timing) side.ms = figures.exclusive_ms;
  if (keyed.figures.has_actual) {
    side.rows = figures.rows;
  } else if (node.has(PlanNumber::kPlanRows)) {
    side.rows = figures.estimated_rows;
  }
  if (node.has(PlanNumber::kTotalCost)) side.cost = node.number(PlanNumber::kTotalCost);
  return side;
}

// `join of a and b`, `sort of a, b and 3 more`
std::string what_of(const Keyed& keyed, std::size_t place) {
  constexpr std::size_t kMostNames = 3;
  if (!keyed.scans[place].empty()) return keyed.scans[place];
  const PlanNode& node = keyed.plan.nodes[place];
  std::vector<std::string_view> names;
  std::size_t seen = 0;
  constexpr std::size_t kFarthest = 200;  // nodes looked at: the list is for people
  for (std::size_t at = place + 1; at < std::min(node.end, place + kFarthest); ++at) {
    if (keyed.scans[at].empty()) continue;
    if (++seen <= kMostNames) names.push_back(keyed.scans[at]);
  }
  std::string words(class_of(node));
  for (std::size_t at = 0; at < names.size(); ++at) {
    words += fmt::format("{}{}", at == 0 ? " of " : ", ", names[at]);
  }
  return seen > names.size() ? words + ", …" : words;
}

bool times_apart(double a, double b, double factor) {
  return std::max(a, b) >= factor * std::min(a, b);
}

// What moved of a node that is of the same kind in both.
std::optional<NodeMove> figures_moved(const NodeChange& change, double longer_ms,
                                      bool both_measured) {
  const NodeSide &a = change.before, &b = change.after;
  if (a.ms && b.ms && std::abs(*a.ms - *b.ms) >= kPartOfAll * longer_ms && longer_ms > 0 &&
      times_apart(*a.ms, *b.ms, kMoreTime)) {
    return NodeMove::kTime;
  }
  if (both_measured && a.rows && b.rows && std::max(*a.rows, *b.rows) >= kFewRows &&
      times_apart(*a.rows, *b.rows, kMoreRows)) {
    return NodeMove::kRows;
  }
  return std::nullopt;
}

bool is_shape(NodeMove move) {
  return move != NodeMove::kRows && move != NodeMove::kTime;
}

std::optional<NodeMove> shape_moved(const Keyed& before, const Keyed& after,
                                    const NodeChange& change) {
  if (change.before.node == kNoNode) return NodeMove::kNew;
  if (change.after.node == kNoNode) return NodeMove::kGone;
  if (change.before.words == change.after.words) return std::nullopt;
  if (!after.scans[change.after.node].empty()) return NodeMove::kScan;
  return class_of(before.plan.nodes[change.before.node]) == "join" ? NodeMove::kJoin
                                                                   : NodeMove::kOther;
}

PlanSide plan_side(const Plan& plan, const PlanFigures& figures) {
  PlanSide side;
  if (figures.has_timing || plan.execution_ms) side.ms = figures.total_ms;
  if (plan.root().has(PlanNumber::kTotalCost)) {
    side.cost = plan.root().number(PlanNumber::kTotalCost);
  }
  if (figures.has_actual) side.rows = figures.nodes.front().rows;
  side.join_order = join_order_of(plan);
  return side;
}

double weight_of(const NodeChange& change) {
  return std::abs(change.after.ms.value_or(0) - change.before.ms.value_or(0));
}

std::size_t place_of(const NodeChange& change) {
  return change.after.node != kNoNode ? change.after.node : change.before.node;
}

void sort_and_cut(PlanChange& change) {
  std::stable_sort(change.nodes.begin(), change.nodes.end(),
                   [](const NodeChange& a, const NodeChange& b) {
                     if (is_shape(a.move) != is_shape(b.move)) return is_shape(a.move);
                     if (weight_of(a) != weight_of(b)) return weight_of(a) > weight_of(b);
                     return place_of(a) < place_of(b);
                   });
  if (change.nodes.size() <= kMostChanges) return;
  change.left_out = change.nodes.size() - kMostChanges;
  change.nodes.resize(kMostChanges);
}

}  // namespace

std::string_view name_of(NodeMove move) {
  constexpr std::array<std::string_view, 7> kNames{"scan", "join", "other", "gone",
                                                   "new",  "rows", "time"};
  return kNames.at(static_cast<std::size_t>(move));
}

PlanChange compare_plans(const Plan& before, const PlanFigures& before_figures, const Plan& after,
                         const PlanFigures& after_figures) {
  PlanChange change;
  change.before = plan_side(before, before_figures);
  change.after = plan_side(after, after_figures);
  const Keyed old = keyed(before, before_figures), now = keyed(after, after_figures);
  const double longer = std::max(before_figures.total_ms, after_figures.total_ms);
  const bool measured = before_figures.has_actual == after_figures.has_actual;
  for (const auto& [a, b] : matched(old, now)) {
    NodeChange node;
    node.before = side_of(old, a);
    node.after = side_of(now, b);
    auto move = shape_moved(old, now, node);
    if (move) change.same_shape = false;
    if (!move) move = figures_moved(node, longer, measured);
    if (!move) continue;
    node.move = *move;
    node.what = b != kNoNode ? what_of(now, b) : what_of(old, a);
    change.nodes.push_back(std::move(node));
  }
  if (change.before.join_order != change.after.join_order) change.same_shape = false;
  sort_and_cut(change);
  return change;
}

}  // namespace pgcounsel
