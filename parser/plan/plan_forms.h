// The readers of the four forms. Each reads one plan from undecorated text that begins with it, and
// tells how much of the text the plan took, so that what follows can be looked at.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/plan/plan.h"
#include "parser/plan/plan_reader.h"

namespace pgcounsel {

struct PlanRead {
  std::vector<Plan> plans;             // JSON's array and XML's element may hold several
  std::optional<PlanTrouble> trouble;  // its line counts from the beginning of the text
  std::size_t taken = 0;               // bytes of the text
};

PlanRead read_json_plan(std::string_view text);
PlanRead read_yaml_plan(std::string_view text);
PlanRead read_xml_plan(std::string_view text);
PlanRead read_text_plan(std::string_view text);

}  // namespace pgcounsel
