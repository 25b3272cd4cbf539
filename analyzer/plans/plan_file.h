// All plans of one input, whatever it is: EXPLAIN's output in any form, a paste of it, or a server
// log in any format and envelope, whose auto_explain entries are taken.
#pragma once
#include <string>
#include <vector>

#include "parser/log/reader.h"
#include "parser/plan/plan_reader.h"
#include "parser/result.h"

namespace pgcounsel {

// Lines of plans and troubles are those of the input.
struct PlanFile {
  std::string path;
  std::vector<Plan> plans;            // at least one
  std::vector<PlanTrouble> troubles;  // what else looks like a plan and cannot be read
};

// `path` may be `-`. The error, of an input that holds no plan, names it, the line where known, and
// the reason. Compression is recognised. A log is read piece by piece, other text whole: it may
// have 256 MB.
Result<PlanFile> read_plan_file(const std::string& path, const FormatHints& hints);

}  // namespace pgcounsel
