// WITH queries that are computed whole although most of their rows are thrown away afterwards, and
// those that nothing reads.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kRule = "cte_filtered_late";
constexpr std::string_view kSubplanPrefix = "CTE ";
constexpr double kMostRows = 0.9;
constexpr double kFewRows = 1000;

// The WITH query that the node is the head of; empty: of none.
std::string_view name_of_head(const PlanNode& node) {
  std::string_view name = node.text(PlanText::kSubplanName);
  if (!name.starts_with(kSubplanPrefix)) return {};
  name.remove_prefix(kSubplanPrefix.size());
  return name;
}

struct Cte {
  std::size_t head = kNoNode;
  std::vector<std::size_t> scans;
};

// By name. Two of one name (in different sub-selects) are not told apart and left out.
std::map<std::string_view, Cte> ctes_of(const Plan& plan) {
  std::map<std::string_view, Cte> ctes;
  std::vector<std::string_view> ambiguous;
  for (std::size_t place = 0; place < plan.nodes.size(); ++place) {
    const PlanNode& node = plan.nodes[place];
    if (const std::string_view name = name_of_head(node); !name.empty()) {
      Cte& cte = ctes[name];
      if (cte.head != kNoNode) ambiguous.push_back(name);
      cte.head = place;
    }
    if (node.is("CTE Scan")) ctes[node.text(PlanText::kCteName)].scans.push_back(place);
  }
  for (std::string_view name : ambiguous) ctes.erase(name);
  std::erase_if(ctes, [](const auto& entry) { return entry.second.head == kNoNode; });
  return ctes;
}

bool changes_rows(const Plan& plan, const Cte& cte) {
  const auto begin = plan.nodes.begin() + static_cast<std::ptrdiff_t>(cte.head);
  const auto end = plan.nodes.begin() + static_cast<std::ptrdiff_t>(plan.nodes[cte.head].end);
  return std::any_of(begin, end, [](const PlanNode& node) { return node.is("ModifyTable"); });
}

bool must_stay_whole(const Plan& plan, const Cte& cte) {
  return plan.nodes[cte.head].is("Recursive Union") || changes_rows(plan, cte);
}

Remedy remedy_of(const Plan& plan, const Cte& cte, std::string_view name) {
  if (must_stay_whole(plan, cte)) {
    return {"code",
            fmt::format("Write the condition into the WITH query {} itself: from outside it "
                        "is never pushed into one that is recursive or changes rows.",
                        name)};
  }
  if (cte.scans.size() == 1) {
    return {"code",
            fmt::format("`WITH {} AS NOT MATERIALIZED (...)` (PostgreSQL 12 and newer), or leave "
                        "MATERIALIZED away: then the condition reaches the tables and their "
                        "indexes. Before 12, write it as a sub-select in FROM.",
                        name)};
  }
  return {"code", fmt::format("{0} is read {1} times, so it is kept whole: repeat the condition "
                              "inside of it, or `WITH {0} AS NOT MATERIALIZED (...)`, which "
                              "computes it for each reader.",
                              name, cte.scans.size())};
}

void check_scan(const PlanRow& row, std::string_view name, const Cte& cte, std::size_t scan,
                Findings& findings) {
  const PlanNode& node = row.plan.nodes[scan];
  const NodeFigures& figures = row.figures.nodes[scan];
  const double read = figures.rows + figures.rows_removed;
  if (!figures.executed || !node.has(PlanText::kFilter)) return;
  if (figures.rows_removed < kFewRows || figures.rows_removed <= kMostRows * read) return;

  Finding finding = plan_finding(row, kRule, scan);
  finding.title = fmt::format("{} discards {} of the {} rows that the WITH query materialized",
                              node_words(node), rows_words(figures.rows_removed), rows_words(read));
  finding.evidence.push_back(
      of_node("rows removed by filter", rows_words(figures.rows_removed), scan));
  finding.evidence.push_back(of_node("computing the WITH query",
                                     plan_ms(row.figures.nodes[cte.head].inclusive_ms), cte.head));
  finding.evidence.push_back(of_node("readers of it", std::to_string(cte.scans.size()), cte.head));
  finding.remedy = remedy_of(row.plan, cte, name);
  const bool sole = cte.scans.size() == 1 && !must_stay_whole(row.plan, cte);
  finding.confidence = sole ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      sole ? "the discarded rows are counted, and nothing else reads them"
           : "the discarded rows are counted; that other readers need them cannot be excluded";
  finding.verify = "`EXPLAIN` shows no CTE Scan, and the condition stands at the table's scan.";
  finding.rollback = fmt::format("Write `{} AS MATERIALIZED` again.", name);
  finding.caveats.push_back(
      "MATERIALIZED may be there on purpose: as a fence around a bad plan, or because the WITH "
      "query calls a volatile function.");
  const double all = figures.exclusive_ms + row.figures.nodes[cte.head].inclusive_ms;
  weigh(finding, row, all * figures.rows_removed / read);
  if (!sole) cap(finding, Level::kMedium);
  findings.push_back(std::move(finding));
}

void check_unread(const PlanRow& row, std::string_view name, const Cte& cte, Findings& findings) {
  if (!cte.scans.empty() || changes_rows(row.plan, cte)) return;
  Finding finding = plan_finding(row, kRule, cte.head);
  finding.title = fmt::format("WITH query {} ({}) is planned, and nothing reads it", name,
                              node_words(row.plan.nodes[cte.head]));
  finding.evidence.push_back(of_node("readers of it", "0", cte.head));
  finding.remedy = {"code", fmt::format("Take the WITH query {} out of the statement.", name)};
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the plan has no CTE Scan of that name";
  finding.verify = "`EXPLAIN` no longer prints it, and `Planning Time` is shorter.";
  finding.rollback = "Write it into the statement again.";
  weigh(finding, row, 0);
  cap(finding, Level::kInfo);
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  for (const auto& [name, cte] : ctes_of(row.plan)) {
    for (std::size_t scan : cte.scans) check_scan(row, name, cte, scan, findings);
    check_unread(row, name, cte, findings);
  }
}

}  // namespace

Findings cte_filtered_late(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
