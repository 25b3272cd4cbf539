// The trace of holds: every hold of a pool and hour with its start, times and class, in 8 to 12
// bytes. What a simulation of the pool is fed with.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/workload/sums.h"
#include "parser/result.h"

namespace pgcounsel {

// Holds in any order to bytes and back (then sorted by start). Starts as differences, classes as an
// index into the list of classes at the head, everything as varints.
std::string encode_trace(std::vector<TracedHold> holds);
Result<std::vector<TracedHold>> decode_trace(std::string_view bytes);

}  // namespace pgcounsel
