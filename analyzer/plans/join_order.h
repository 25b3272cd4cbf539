// In which order a plan joins its relations.
#pragma once
#include <string>

#include "parser/plan/plan.h"

namespace pgcounsel {

// `((orders o ⋈ users u) ⋈ items)`, the outer side first; of an Append its first relation stands
// for all. CTEs, InitPlans and SubPlans are plans of their own and are left out. Empty: no joins.
std::string join_order_of(const Plan& plan);

}  // namespace pgcounsel
