// What rules about scans and joins ask of a plan: how many rows a filter threw away, which scans
// are the same one over the partitions of a table, which sides a join has. Rules that speak of the
// same nodes share the questions here, so that exactly one of them answers.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "advisors/plans/filter_columns.h"
#include "analyzer/finding.h"
#include "analyzer/plans.h"

namespace pgcounsel {

// One scan, or the members of one Append that do the same to their partitions. Sums are over all
// loops.
struct ScanGroup {
  std::vector<std::size_t> places;
  double kept = 0, removed = 0;  // by the Filter
  double ms = 0;                 // own time
  std::size_t empty = 0;         // places that return nothing

  std::size_t first() const { return places.front(); }
  double read() const { return kept + removed; }
};

// The groups of the executed nodes with a Filter that are of one of these types.
std::vector<ScanGroup> filter_groups(const PlanRow& row, bool (*wanted)(const PlanNode&));

bool is_index_scan(const PlanNode& node);  // Index Scan, Index Only Scan, Bitmap Heap Scan
// The condition that an index answers for the scan: its own or, of a bitmap scan, the one bitmap's
// below it; empty where there is none.
std::string_view index_condition(const Plan& plan, std::size_t scan);
// Whether the scan's order is what it is used for: by a LIMIT, a merge join, groups, or the query.
bool is_read_for_order(const Plan& plan, std::size_t scan);
// A LIMIT that the scan feeds with nothing between them that reads all rows first.
bool feeds_limit(const Plan& plan, std::size_t scan);

constexpr double kDiscardedRows = 1000, kDiscardedShare = 0.90, kShareOfTime = 0.05;
constexpr double kSelectiveRows = 10'000, kSelectiveShare = 0.05;
// A filter that keeps little of a lot: 1,000 rows and 90 % go, and it takes 5 % of the time.
bool discards_rows(const PlanRow& row, const ScanGroup& group);
// A sequential scan that an index would save: less than 5 % of 10,000 rows and more stay.
bool is_selective_seq_scan(const PlanRow& row, const ScanGroup& group);
// Most of many partitions give nothing: what is wrong is that they are read at all.
bool are_unpruned_partitions(const ScanGroup& group);

// `Seq Scan on events`, `Seq Scan on readings_01 and 10 alike`.
std::string group_words(const PlanRow& row, const ScanGroup& group);
// Rows read and kept, the filter, loops.
void add_filter_evidence(Finding& finding, const PlanRow& row, const ScanGroup& group);

struct JoinSides {
  std::size_t outer = kNoNode, inner = kNoNode;
};
JoinSides sides_of(const Plan& plan, std::size_t join);
// The scan that gives the rows of this side: itself, or what a Materialize, Memoize or Hash keeps.
std::size_t scan_of(const Plan& plan, std::size_t side);

// The nested loop that runs this scan as its inner side more than ten times, kNoNode where none
// does.
std::size_t loop_over(const PlanRow& row, std::size_t scan);

}  // namespace pgcounsel
