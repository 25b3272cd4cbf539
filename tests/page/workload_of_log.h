// What the program makes of a log, without files: the whole way from bytes to the frozen Workload.
#pragma once
#include <string_view>

#include "analyzer/workload.h"

namespace pgcounsel {

// `log` is a stderr log; the period is everything in it.
Workload workload_of_log(std::string_view log);

}  // namespace pgcounsel
