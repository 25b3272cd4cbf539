#include "tests/unit/ledger_fixture.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "advisors/run.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

IngestOutcome take(Store& store, std::vector<std::string> inputs, const std::string& server) {
  IngestRequest request;
  request.inputs = std::move(inputs);
  request.server = server;
  auto outcome = ingest(store, request);
  EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
  return outcome ? *std::move(outcome) : IngestOutcome{};
}

Workload workload_of(const Store& store, Period period, const std::string& server) {
  const auto sums = store.view(server, period);
  EXPECT_TRUE(sums.has_value()) << sums.error().message;
  return summarise(server, period, sums ? *sums : PeriodSums{});
}

Workload workload_of(const Store& store, const std::string& server) {
  const auto known = store.known_hours(server);
  EXPECT_TRUE(known.has_value() && known->has_value()) << "no records of " << server;
  return workload_of(store, known && *known ? **known : Period{}, server);
}

ServerReport advised(Workload workload) {
  ServerReport report;
  report.findings = run_advisors(Brief{workload});
  report.workload = std::move(workload);
  return report;
}

Report report_of(const Store& store) {
  Report report;
  report.rules = rule_infos();
  const auto names = store.servers();
  EXPECT_TRUE(names.has_value());
  if (!names) return report;
  for (const std::string& name : *names)
    report.servers.push_back(advised(workload_of(store, name)));
  return report;
}

std::string life_of(const Store& store, const std::string& server) {
  Workload workload = workload_of(store, server);
  workload.server = "server";
  workload.coverage.sources.clear();
  workload.coverage.warnings.clear();
  workload.coverage.bytes = workload.coverage.duplicate_records = 0;
  workload.coverage.unparsed_records = 0;
  for (QueryRow& query : workload.queries) query.slowest.reset();
  for (LockEdge& edge : workload.locks.edges) edge.line.reset();
  for (DeadlockRow& deadlock : workload.locks.deadlocks) deadlock.line.reset();
  // A file with the one line `connection received` does not tell the session's id, so the line that
  // follows in another file finds no begin. Its own test stands in event_sums_test.cpp.
  std::erase_if(workload.event_measures,
                [](const EventMeasureRow& row) { return row.event_class == "connection_setup"; });
  Report report;
  report.servers.push_back(advised(std::move(workload)));
  return render_json(report) + render_markdown(report);
}

testing::AssertionResult same(const std::string& now, const std::string& expected) {
  if (now == expected) return testing::AssertionSuccess();
  std::istringstream left(now), right(expected);
  std::string line, wanted;
  std::size_t number = 1;
  for (;; ++number) {
    const bool more = static_cast<bool>(std::getline(left, line));
    const bool more_wanted = static_cast<bool>(std::getline(right, wanted));
    if (!more || !more_wanted || line != wanted) break;
  }
  return testing::AssertionFailure()
         << "line " << number << " is `" << line << "`, expected `" << wanted << "`";
}

}  // namespace pgcounsel
