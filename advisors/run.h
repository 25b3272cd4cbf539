// Runs the advisors, and tells renderers and the command line which rules there are.
#pragma once
#include <vector>

#include "advisors/advisor.h"

namespace pgcounsel {

// The findings of all advisors in the order of rank().
Findings run_advisors(const Brief& brief);

// All rules by id. The views live as long as the program.
std::vector<RuleInfo> rule_infos();

}  // namespace pgcounsel
