// Appends that read many partitions although most of them have nothing to give.
//
// The children of a partitioned table are told from the branches of a UNION ALL by their aliases:
// the planner calls them after the parent, `readings_1`, `readings_2` and so on.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "advisors/advisor.h"
#include "advisors/plans/plan_rule.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kManyPartitions = 10;
constexpr std::array kConditions{PlanText::kIndexCond, PlanText::kRecheckCond, PlanText::kFilter,
                                 PlanText::kTidCond};

// `readings` of `readings_12`, empty where the alias has no number.
std::string_view parent_of_alias(std::string_view alias) {
  const std::size_t last = alias.find_last_not_of("0123456789");
  if (last == std::string_view::npos || last + 1 == alias.size() || alias[last] != '_') return {};
  return alias.substr(0, last);
}

struct Partitions {
  std::string_view table;      // the parent's name or alias
  std::size_t count = 0;       // that ran
  std::size_t empty = 0;       // that ran and gave no row
  double empty_ms = 0;         // what those took
  std::size_t scan = kNoNode;  // the first that has a condition
};

std::size_t first_scan(const Plan& plan, std::size_t head) {
  for (std::size_t place = head; place < plan.nodes[head].end; ++place) {
    if (plan.nodes[place].has(PlanText::kRelationName)) return place;
  }
  return kNoNode;
}

std::string_view condition_of(const PlanNode& node) {
  for (PlanText name : kConditions) {
    if (node.has(name)) return node.text(name);
  }
  return {};
}

void add_child(const PlanRow& row, std::size_t head, std::size_t scan, Partitions& partitions) {
  const NodeFigures& figures = row.figures.nodes[head];
  if (row.figures.has_actual && !figures.executed) return;
  ++partitions.count;
  if (figures.executed && figures.rows == 0) {
    ++partitions.empty;
    partitions.empty_ms += figures.inclusive_ms;
  }
  if (partitions.scan == kNoNode && !condition_of(row.plan.nodes[scan]).empty()) {
    partitions.scan = scan;
  }
}

// None where the children are not all partitions of one table.
std::optional<Partitions> partitions_of(const PlanRow& row, std::size_t place) {
  Partitions partitions;
  const Plan& plan = row.plan;
  for (std::size_t head = place + 1; head < plan.nodes[place].end; head = plan.nodes[head].end) {
    if (plan.nodes[head].text(PlanText::kParentRelationship) == "InitPlan") continue;
    const std::size_t scan = first_scan(plan, head);
    if (scan == kNoNode) return std::nullopt;
    const PlanNode& node = plan.nodes[scan];
    const std::string_view alias =
        node.text(node.has(PlanText::kAlias) ? PlanText::kAlias : PlanText::kRelationName);
    const std::string_view table = parent_of_alias(alias);
    if (table.empty() || (!partitions.table.empty() && table != partitions.table)) {
      return std::nullopt;
    }
    partitions.table = table;
    add_child(row, head, scan, partitions);
  }
  return partitions;
}

// A partition key inside of a call is not seen by the planner: `(date_trunc('month', at) = ...)`.
// The first word in front of a bracket that is neither a word of SQL nor a type.
std::string function_in(std::string_view condition) {
  Lexer lexer(condition);
  Token before, word;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    const bool calls = token.is_symbol('(') && word.kind == TokenKind::kWord &&
                       before.kind != TokenKind::kCast &&
                       !is_any_word(word, {"and", "or", "not", "any", "all", "in"});
    if (calls) return std::string(word.text);
    before = word;
    word = token;
  }
  return {};
}

Remedy remedy_of(const Plan& plan, const Partitions& partitions) {
  const std::string function = function_in(condition_of(plan.nodes[partitions.scan]));
  if (!function.empty()) {
    return {"code",
            fmt::format("The condition compares the result of {0}(), and the planner cannot tell "
                        "which partitions that leaves. Write a range of the partition key itself: "
                        "`key >= lower AND key < upper` in place of `{0}(key) = value`.",
                        function)};
  }
  return {"code",
          fmt::format("Add a condition on the partition key of {0} itself (`\\d+ {0}` shows it), "
                      "with a constant, a parameter or a stable expression of the key's own type: "
                      "`key >= lower AND key < upper`. Where the query cannot know the key, "
                      "partition by what it does know.",
                      partitions.table)};
}

bool is_worth_telling(const PlanRow& row, const Partitions& partitions) {
  if (partitions.count <= kManyPartitions || partitions.scan == kNoNode) return false;
  return !row.figures.has_actual || partitions.empty * 2 >= partitions.count;
}

void check_append(const PlanRow& row, std::size_t place, Findings& findings) {
  const PlanNode& node = row.plan.nodes[place];
  if (node.number(PlanNumber::kSubplansRemoved) > 0) return;
  const std::optional<Partitions> partitions = partitions_of(row, place);
  if (!partitions || !is_worth_telling(row, *partitions)) return;

  Finding finding = plan_finding(row, "partitions_not_pruned", place);
  finding.key += fmt::format(":{}", partitions->table);
  finding.title =
      row.figures.has_actual
          ? fmt::format("{} reads all {} partitions of {}, {} of them for nothing",
                        node_words(node), partitions->count, partitions->table, partitions->empty)
          : fmt::format("{} reads all {} partitions of {}", node_words(node), partitions->count,
                        partitions->table);
  finding.evidence.push_back(of_node("partitions read", std::to_string(partitions->count), place));
  if (row.figures.has_actual) {
    finding.evidence.push_back(of_node("without a row", std::to_string(partitions->empty), place));
    finding.evidence.push_back(of_node("time of those", plan_ms(partitions->empty_ms), place));
  }
  finding.evidence.push_back(of_node(
      "condition", std::string(condition_of(row.plan.nodes[partitions->scan])), partitions->scan));
  finding.remedy = remedy_of(row.plan, *partitions);
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "the plan shows that no partition was left out; what the partition key is it does not show";
  finding.verify = "`EXPLAIN` lists fewer partitions, or `Subplans Removed`.";
  finding.rollback = "Take the added condition away.";
  finding.caveats.emplace_back(
      "`enable_partition_pruning = off` has the same effect: see planner_settings.");
  weigh(finding, row, partitions->empty_ms);
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const PlanNode& node = row.plan.nodes[place];
    const bool appends = node.is("Append") || node.is("Merge Append");
    if (appends && is_reviewable(row, place)) check_append(row, place, findings);
  }
}

}  // namespace

Findings partitions_not_pruned(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
