// A plan without the user's values: literals in expressions and in the query become $n, parameters
// are dropped. Names of tables, columns, indexes and CTEs stay, as in normalised SQL.
// Figures are computed before: the new $n may read like the `$0` that an InitPlan returns.
#pragma once
#include <string>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

void redact_plan(Plan& plan);

// Whether the text is an expression, which may hold values, and no name or word of the server's.
bool is_expression(PlanText name);

// One expression, as redact() does, but `SubPlan 1` and `InitPlan 1` keep their numbers.
std::string redacted_expression(std::string_view expression);

}  // namespace pgcounsel
