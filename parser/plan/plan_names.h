// The names of EXPLAIN (FORMAT JSON) for a node's numbers and texts: one table for all readers and
// for whoever writes a plan.
#pragma once
#include <optional>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

std::string_view name_of(PlanNumber name);  // "Shared Hit Blocks"
std::string_view name_of(PlanText name);    // "Relation Name"
// Older and newer versions' names too: "I/O Read Time" is kSharedReadTime.
std::optional<PlanNumber> plan_number_named(std::string_view name);
std::optional<PlanText> plan_text_named(std::string_view name);

}  // namespace pgcounsel
