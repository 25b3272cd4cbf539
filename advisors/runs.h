// Runs: the same statement again and again in one session. What the rules about them share, so that
// a run is told by one of them only.
#pragma once
#include <string_view>

#include "analyzer/finding.h"
#include "analyzer/workload.h"

namespace pgcounsel {

enum class Verb { kRead, kInsert, kChange, kOther };
// Normalised text has no comments, so its first word is the verb.
Verb verb_of(std::string_view text);

// Of all held time. Outside transactions the gaps of a run are not held time, so it has to be
// capped.
double run_share(const QueryRow& row, const Workload& workload);
// Executions of a run on average.
double mean_run(const QueryRow& row);
// Whether a transaction has the statement as a step: then one request made the run.
bool inside_transactions(const QueryRow& row, const Workload& workload);
// One statement for a run instead of many: the round trips between the executions at least, and
// `most` (0..1) of the executions but one of each run at most.
Gain gain_of_runs(const QueryRow& row, const Coverage& coverage, double most);

}  // namespace pgcounsel
