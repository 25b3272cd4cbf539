// What the commands share: reading logs into a ledger, and making a report from one.
#pragma once
#include <vector>

#include "advisors/cli/options.h"
#include "advisors/cli/timings.h"
#include "analyzer/ledger/store.h"
#include "analyzer/report/report.h"
#include "parser/result.h"

namespace pgcounsel {

// Reads Options::inputs with a progress line and warnings on standard error.
Result<void> ingest_inputs(Store& store, const Options& options, Timings& timings);

// All that the ledger has of Options::server, or of each server.
Result<std::vector<Workload>> all_workloads(const Store& store, const Options& options);

// The report of Options::server, or of all servers, over the period that the options choose, with
// what the advisors find today.
Result<Report> make_report(const Store& store, const Options& options);

// Writes the report where and as the options say; answers the exit code that --fail-on asks for.
Result<int> write_report(const Report& report, const Options& options);

}  // namespace pgcounsel
