// The commands. Each returns the exit code; an Error is printed by main, which turns it into one.
#pragma once
#include "advisors/cli/options.h"
#include "parser/result.h"

namespace pgcounsel {

// kExitFindings: there are findings at or above --fail-on.
constexpr int kExitClean = 0, kExitFindings = 1, kExitUnusable = 2, kExitBusy = 3;

Result<int> run_analyze(const Options& options);
Result<int> run_ingest(const Options& options);
Result<int> run_report(const Options& options);
Result<int> run_incident(const Options& options);
Result<int> run_plan(const Options& options);
Result<int> run_check(const Options& options);
Result<int> run_rule(const Options& options);

}  // namespace pgcounsel
