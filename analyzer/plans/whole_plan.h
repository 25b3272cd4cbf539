// Whether a plan reached its end. The text form has no mark for it: what a size limit cut off reads
// like a shorter plan, in which a sort has nothing to sort, or a condition does not close.
#pragma once
#include "parser/plan/plan.h"

namespace pgcounsel {

// True for the other forms, which cannot be read where they are cut.
bool is_whole(const Plan& plan);

}  // namespace pgcounsel
