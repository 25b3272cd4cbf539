// What the program makes of a pasted plan, without files: a Workload that holds nothing but plans.
#pragma once
#include <string_view>

#include "analyzer/workload.h"

namespace pgcounsel {

// `text` is EXPLAIN's output in any form, one plan or several.
Workload workload_of_plan(std::string_view text);

}  // namespace pgcounsel
