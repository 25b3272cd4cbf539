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

}  // namespace pgcounsel
