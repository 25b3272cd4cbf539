// What is not as it was in the period before: new and gone queries, slower and faster ones, other
// plans, more and less traffic. Differences that chance explains are left out.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/workload.h"

namespace pgcounsel {

struct Change {
  std::string_view kind;  // new, gone, slower, faster, plan_changed, more_traffic, less_traffic
  Fingerprint fingerprint;
  std::string_view text;             // its statement; may be empty
  const QueryRow* query = nullptr;   // null: a statement inside of a function, known by its plans
  const PlanSwitch* plan = nullptr;  // of a plan_changed
  bool is_mean = false;  // before and after are microseconds of a mean execution, not calls
  std::optional<std::uint64_t> before, after;
  std::optional<Time> since;
  Micros held{};         // in the period where it was more
  bool notable = false;  // at least 1 % of that period's held time
};

// Notable ones first, then by held time, fingerprint and what matters most.
std::vector<Change> changes_of(const Workload& workload);

}  // namespace pgcounsel
