// A plan without the user's values: literals in expressions and in the query become $n, parameters
// are dropped. Names of tables, columns, indexes and CTEs stay, as in normalised SQL. The new $n
// are above those that InitPlans return, so that figures_of() tells the same before and after.
#pragma once
#include "parser/plan/plan.h"

namespace pgcounsel {

void redact_plan(Plan& plan);

// Whether the text is an expression, which may hold values, and no name or word of the server's.
bool is_expression(PlanText name);

}  // namespace pgcounsel
