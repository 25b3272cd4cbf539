// Runs the advisors, and tells renderers and the command line which rules there are.
#pragma once
#include <string_view>
#include <vector>

#include "advisors/advisor.h"
#include "parser/result.h"

namespace pgcounsel {

// The findings of all advisors in the order of rank().
Findings run_advisors(const Brief& brief);

// The rule of this id; the error names the one that may be meant.
Result<const Advisor*> rule_named(std::string_view id);

// All rules by id. The views live as long as the program.
std::vector<RuleInfo> rule_infos();

}  // namespace pgcounsel
