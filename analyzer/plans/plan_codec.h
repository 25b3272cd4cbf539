// A plan as bytes, as the ledger keeps it: load(save(plan)) is the plan, but for the lines of the
// input. Names of figures and texts stand in it by name, so that another version of the program
// reads it, without those that it does not know.
#pragma once
#include <string>
#include <string_view>

#include "parser/plan/plan.h"
#include "parser/result.h"

namespace pgcounsel {

std::string encode_plan(const Plan& plan);
Result<Plan> decode_plan(std::string_view bytes);

}  // namespace pgcounsel
