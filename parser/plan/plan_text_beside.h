// Reads what the text form tells beside the tree: planning, triggers, JIT, settings, serialization
// and the times of the whole.
#pragma once
#include <cstdint>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

// What the lines below a heading are about.
enum class PlanSection : std::uint8_t { kNode, kWorker, kBeside, kPlanning, kJit, kSerialization };

// Reads a line (without blanks around it) that stands beside the tree, and tells what the lines
// below it are about; false where it is none.
bool read_beside_line(std::string_view line, PlanSection& section, Plan& plan);

// Where a plan writes to one relation only, the text form does not name it beside its triggers.
void tell_relations_of_triggers(Plan& plan);

}  // namespace pgcounsel
