// Large sorts of one relation's rows by its plain columns: an index would give them in this order.
//
// Below a LIMIT the index saves reading all the rows, too. Without one the planner may still prefer
// to read the table and sort, so the finding stays low unless the index also finds the rows.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "advisors/advisor.h"
#include "advisors/plans/filter_columns.h"
#include "advisors/plans/plan_rule.h"
#include "advisors/plans/sort_columns.h"

namespace pgcounsel {
namespace {

constexpr double kManyRows = 10'000;
constexpr double kLeastShare = 0.1;
constexpr std::size_t kMostColumns = 4;
constexpr std::array kScans{std::string_view("Seq Scan"), std::string_view("Index Scan"),
                            std::string_view("Index Only Scan"),
                            std::string_view("Bitmap Heap Scan")};

struct Wish {
  std::size_t scan = kNoNode;
  std::vector<std::string> equal;  // come first in the index
  std::vector<SortColumn> order;
  bool top_n = false;
  bool finds_rows = false;  // the index answers the whole condition
};

bool is_limited(const Plan& plan, std::size_t sort) {
  if (plan.nodes[sort].text(PlanText::kSortMethod).starts_with("top-N")) return true;
  std::size_t above = plan.nodes[sort].parent;
  while (above != kNoNode && plan.nodes[above].is("Gather Merge")) above = plan.nodes[above].parent;
  return above != kNoNode && plan.nodes[above].is("Limit");
}

void add_conditions(const PlanNode& scan, Wish& wish) {
  wish.finds_rows = true;
  for (PlanText name : {PlanText::kIndexCond, PlanText::kRecheckCond, PlanText::kFilter}) {
    if (!scan.has(name)) continue;
    const FilterColumns columns = filter_columns(scan, name);
    for (const std::string& column : columns.equal) {
      if (std::ranges::find(wish.equal, column) == wish.equal.end()) wish.equal.push_back(column);
    }
    if (!columns.complete || !columns.range.empty()) wish.finds_rows = false;
  }
}

std::optional<Wish> wish_of(const PlanRow& row, std::size_t sort) {
  const Plan& plan = row.plan;
  const PlanNode& node = plan.nodes[sort];
  if (sort + 1 >= node.end) return std::nullopt;
  const PlanNode& scan = plan.nodes[sort + 1];
  if (std::ranges::find(kScans, scan.type) == kScans.end()) return std::nullopt;
  if (!scan.has(PlanText::kRelationName)) return std::nullopt;
  Wish wish;
  wish.scan = sort + 1;
  const std::optional<std::vector<SortColumn>> order = sort_columns(
      node.text(PlanText::kSortKey),
      scan.text(scan.has(PlanText::kAlias) ? PlanText::kAlias : PlanText::kRelationName));
  if (!order) return std::nullopt;
  add_conditions(scan, wish);
  for (const SortColumn& column : *order) {
    const bool fixed = std::ranges::find(wish.equal, column.name) != wish.equal.end();
    if (!fixed) wish.order.push_back(column);
  }
  if (wish.order.empty() || wish.equal.size() + wish.order.size() > kMostColumns) {
    return std::nullopt;
  }
  wish.top_n = is_limited(plan, sort);
  return wish;
}

// What the index would save: the sort, and below a LIMIT nearly all of the reading. An Incremental
// Sort stops reading early by itself.
double at_stake(const PlanRow& row, std::size_t sort, const Wish& wish) {
  const double ms = row.figures.nodes[sort].exclusive_ms;
  const bool reads_all = wish.top_n && !row.plan.nodes[sort].is("Incremental Sort");
  return reads_all ? ms + row.figures.nodes[wish.scan].inclusive_ms : ms;
}

Level most_for(const Wish& wish) {
  if (wish.top_n) return wish.finds_rows ? Level::kHigh : Level::kLow;
  return wish.finds_rows && !wish.equal.empty() ? Level::kMedium : Level::kLow;
}

std::string create_index(const PlanNode& scan, const Wish& wish) {
  std::string columns;
  const auto add = [&](const std::string& name, const std::string& suffix) {
    columns += fmt::format("{}{}{}{}", columns.empty() ? "" : ", ", identifier(name),
                           suffix.empty() ? "" : " ", suffix);
  };
  for (const std::string& column : wish.equal) add(column, "");
  for (const SortColumn& column : wish.order) add(column.name, column.suffix);
  return fmt::format("CREATE INDEX CONCURRENTLY ON {} ({});", relation_identifier(scan), columns);
}

std::vector<std::string> names_of(const Wish& wish) {
  std::vector<std::string> names = wish.equal;
  for (const SortColumn& column : wish.order) names.push_back(column.name);
  return names;
}

std::string title_of(const PlanRow& row, std::size_t sort, const Wish& wish) {
  const PlanNode& node = row.plan.nodes[sort];
  std::string columns;
  for (const SortColumn& column : wish.order) {
    columns += fmt::format("{}{}", columns.empty() ? "" : ", ", column.name);
  }
  const std::string rows = rows_words(row.figures.nodes[wish.scan].rows);
  const std::string source = node_words(row.plan.nodes[wish.scan]);
  if (node.is("Incremental Sort")) {
    return fmt::format("Incremental Sort of {} by {} sorts {} rows that are half in order", source,
                       columns, rows);
  }
  return fmt::format("{} of {} by {} takes {} rows that an index could give in order",
                     node_words(node), source, columns, rows);
}

void check_sort(const PlanRow& row, std::size_t sort, Findings& findings) {
  const std::optional<Wish> wish = wish_of(row, sort);
  if (!wish || row.figures.nodes[wish->scan].rows < kManyRows) return;
  const double ms = at_stake(row, sort, *wish);
  if (row.figures.has_timing && ms < kLeastShare * row.figures.total_ms) return;
  const PlanNode& node = row.plan.nodes[sort];
  const PlanNode& scan = row.plan.nodes[wish->scan];

  Finding finding = plan_finding(row, "sort_without_index", sort);
  finding.title = title_of(row, sort, *wish);
  finding.evidence.push_back(
      of_node("rows", rows_words(row.figures.nodes[wish->scan].rows), wish->scan));
  finding.evidence.push_back(of_node("key", std::string(node.text(PlanText::kSortKey)), sort));
  if (node.has(PlanText::kSortMethod)) {
    finding.evidence.push_back(
        of_node("method", std::string(node.text(PlanText::kSortMethod)), sort));
  }
  if (node.has(PlanText::kPresortedKey)) {
    finding.evidence.push_back(
        of_node("in order already", std::string(node.text(PlanText::kPresortedKey)), sort));
  }
  finding.remedy = {"sql", create_index(scan, *wish)};
  finding.confidence = wish->top_n && wish->finds_rows ? Confidence::kMedium : Confidence::kLow;
  finding.confidence_because =
      wish->top_n
          ? "with the index the scan ends after the rows of the LIMIT; whether such an index "
            "exists "
            "and was not taken the plan does not tell"
          : "without a LIMIT the planner may still read the table and sort, which costs less than "
            "jumping in it";
  finding.verify = "`EXPLAIN` shows an Index Scan and no Sort.";
  finding.rollback = drop_index(scan, names_of(*wish));
  finding.caveats.emplace_back("Every index makes writes dearer: drop one that nothing else uses.");
  weigh(finding, row, ms);
  cap(finding, most_for(*wish));
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const PlanNode& node = row.plan.nodes[place];
    const bool sorts = node.is("Sort") || node.is("Incremental Sort");
    if (sorts && row.figures.nodes[place].executed) check_sort(row, place, findings);
  }
}

}  // namespace

Findings sort_without_index(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
