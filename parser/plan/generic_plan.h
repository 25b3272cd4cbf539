// Whether a plan was made for any parameters: its conditions hold `$1` where another plan of the
// same statement holds the value. The `$0` that an InitPlan returns is none of them. Asked of the
// plan as printed, before its values are taken out, for that writes $n, too.
#pragma once
#include "parser/plan/plan.h"

namespace pgcounsel {

bool is_generic(const Plan& plan);

}  // namespace pgcounsel
