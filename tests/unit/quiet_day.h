// A whole day of a server that logs everything and in which nothing of note happened, for tests of
// rules.
#pragma once
#include "analyzer/workload.h"

namespace pgcounsel {

constexpr Time kMidnight{Micros{1'773'273'600'000'000}};  // 2026-03-12

inline Workload quiet_day() {
  Workload workload;
  workload.coverage.from = kMidnight;
  workload.coverage.to = kMidnight + kDay;
  workload.coverage.records = workload.coverage.statements = 1'000'000;
  workload.coverage.bytes = 250'000'000;
  LogSettings& seen = workload.coverage.settings;
  seen.all_statements = seen.connections = seen.disconnections = seen.session_ids = true;
  seen.milliseconds = seen.names = seen.application = true;
  seen.shortest_statement = Micros{40};
  return workload;
}

}  // namespace pgcounsel
