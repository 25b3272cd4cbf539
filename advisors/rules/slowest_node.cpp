// Where the time of a plan goes: the node with the largest own time, and the relations on which
// most of it is spent. No fault by itself, so it is never above info.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kLargestShare = 0.40;
constexpr double kShortest = 1;  // ms: a shorter plan has no slow node
constexpr std::size_t kMostRelations = 3;
constexpr double kNotedShare = 0.05;

std::size_t slowest_of(const PlanFigures& figures) {
  std::size_t slowest = 0;
  for (std::size_t i = 1; i < figures.nodes.size(); ++i) {
    if (figures.nodes[i].exclusive_ms > figures.nodes[slowest].exclusive_ms) slowest = i;
  }
  return slowest;
}

// Own times of the nodes that read a relation, added up by it, the largest first.
std::vector<std::pair<double, std::string>> times_by_relation(const PlanRow& row) {
  std::map<std::string, double> sums;
  for (std::size_t i = 0; i < row.plan.nodes.size(); ++i) {
    const std::string relation = relation_of(row.plan, i);
    if (!relation.empty()) sums[relation] += row.figures.nodes[i].exclusive_ms;
  }
  std::vector<std::pair<double, std::string>> times;
  for (const auto& [relation, ms] : sums) {
    if (ms >= kNotedShare * row.figures.total_ms) times.emplace_back(ms, relation);
  }
  std::ranges::stable_sort(times, [](const auto& a, const auto& b) { return a.first > b.first; });
  if (times.size() > kMostRelations) times.resize(kMostRelations);
  return times;
}

void check(const PlanRow& row, Findings& findings) {
  const PlanFigures& figures = row.figures;
  if (!figures.has_timing || figures.total_ms < kShortest || row.plan.nodes.size() < 2) return;
  const std::size_t slowest = slowest_of(figures);
  if (figures.share(slowest) < kLargestShare) return;
  const double ms = figures.nodes[slowest].exclusive_ms;
  Finding finding = plan_finding(row, "slowest_node", slowest);
  weigh(finding, row, ms);
  cap(finding, Level::kInfo);
  finding.title =
      fmt::format("{} takes {} of {} ({})", node_words(row.plan.nodes[slowest]), plan_ms(ms),
                  plan_ms(figures.total_ms), share_words(ms, figures.total_ms));
  for (const auto& [spent, relation] : times_by_relation(row)) {
    finding.evidence.push_back(
        {fmt::format("all nodes on {}", relation),
         fmt::format("{} ({})", plan_ms(spent), share_words(spent, figures.total_ms)), "plan"});
  }
  finding.remedy = {"code",
                    fmt::format("Begin here: whatever does not change {} cannot save more than {}.",
                                node_source(slowest), plan_ms(figures.total_ms - ms))};
  finding.rollback = "Nothing is changed in the server.";
  findings.push_back(std::move(finding));
}

}  // namespace

Findings slowest_node(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
