// Reads EXPLAIN's output in any form, also as people paste it: recognises the form, takes off what
// was put around it (see pasted.h), and reads one plan or several.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/plan/plan.h"
#include "parser/result.h"

namespace pgcounsel {

// Text that begins like a plan and cannot be read as one: cut off, damaged, two forms mixed.
struct PlanTrouble {
  std::uint32_t line = 0;  // of the input, 1-based
  std::string message;     // what is wrong there, without a file's name, not a sentence's end
};

struct PlansRead {
  std::vector<Plan> plans;  // in the order of the input
  std::vector<PlanTrouble> troubles;
};

// All plans in a text: a file, a paste, a log in text form with auto_explain's entries. No plan and
// no trouble: nothing in it looks like a plan. Time is linear in the text's length.
PlansRead read_plans(std::string_view text);

// The one plan that a log's message holds behind `duration: N ms  plan:`, its continuation tabs
// removed. Its form is told by its first character.
Result<Plan> read_logged_plan(std::string_view text);

}  // namespace pgcounsel
