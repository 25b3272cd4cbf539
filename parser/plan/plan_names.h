// The names of EXPLAIN (FORMAT JSON) for a node's numbers and texts: one table for all readers and
// for whoever writes a plan. And which values of them are left out, so that all forms give the
// same plan: TEXT prints no zeros where JSON does.
#pragma once
#include <optional>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

std::string_view name_of(PlanNumber name);  // "Shared Hit Blocks"
std::string_view name_of(PlanText name);    // "Relation Name"
// Older and newer versions' names too: "I/O Read Time" is kSharedReadTime. In XML, where no name
// has blanks, "I-O-Read-Time" is the same.
std::optional<PlanNumber> plan_number_named(std::string_view name);
std::optional<PlanText> plan_text_named(std::string_view name);
// Whether two names are the same but for what XML writes as a hyphen.
bool same_plan_name(std::string_view name, std::string_view other);

// What a plan leaves out: zeros of most counters (not of rows, loops, costs and times), a Forward
// scan, a Simple partial mode, false.
bool says_nothing(PlanNumber name, double value);
bool says_nothing(PlanText name, std::string_view value);

}  // namespace pgcounsel
