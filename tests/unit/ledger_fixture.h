// Logs into a ledger and a report out of it, for tests: what `ingest` and `report` do, without the
// command line.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/ingest.h"
#include "analyzer/ledger/store.h"
#include "analyzer/report/report.h"

namespace pgcounsel {

// One command. Fails the test where the logs cannot be used.
IngestOutcome take(Store& store, std::vector<std::string> inputs,
                   const std::string& server = "default");
Workload workload_of(const Store& store, Period period, const std::string& server);

// Of everything that the ledger knows.
Workload workload_of(const Store& store, const std::string& server = "default");
ServerReport advised(Workload workload);

// A report of all servers and all that is known of them.
Report report_of(const Store& store);

// Everything that a report says of the server's life, nothing of how the log reached the ledger:
// the names and sizes of files, what came again, and in which file the slowest execution and the
// longest waits stand.
std::string life_of(const Store& store, const std::string& server = "default");

// Equal texts; else the first line that differs.
testing::AssertionResult same(const std::string& now, const std::string& expected);

}  // namespace pgcounsel
