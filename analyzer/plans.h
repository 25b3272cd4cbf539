// Plans of a period: what rules and reports read. A row is one plan (by its hash) of one query.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/plans/figures.h"
#include "analyzer/source_line.h"
#include "parser/plan/plan.h"
#include "parser/sql/fingerprint.h"
#include "parser/time.h"

namespace pgcounsel {

struct PlanRow {
  Fingerprint fingerprint;  // none: the plan does not tell its query
  std::uint64_t hash = 0;   // of its shape, see analyzer/plans/plan_hash.h
  Time first_seen{}, last_seen{};
  std::uint64_t calls = 0;           // logged executions in the period; 0: a plan given by hand
  Micros total{}, slowest{};         // of them
  Plan plan;                         // its slowest logged execution, without the user's values
  PlanFigures figures;               // of `plan`
  std::optional<SourceLine> source;  // where that one stands in the log
};

// A query that got another plan in the period and keeps to it.
struct PlanSwitch {
  Fingerprint fingerprint;
  std::uint64_t before = 0, after = 0;  // hashes; `before`: the most used of those it had
  Time since{};                         // the first logged execution with the new plan
  std::uint64_t calls_before = 0, calls_after = 0;  // logged, `before` as far as the ledger knows
  Micros total_before{}, total_after{};
  std::optional<Plan> plan_before, plan_after;  // the slowest known; absent: not kept any more
};

// What the log holds of plans in the period.
struct PlanCounts {
  std::uint64_t read = 0;
  std::uint64_t unread = 0;    // that could not be read, as those that were cut off
  std::uint64_t not_kept = 0;  // of those read: of plans that have no row
};

}  // namespace pgcounsel
