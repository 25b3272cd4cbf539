// The ledger file (SQLite): the only place that knows SQL. One commit holds the sums of a batch AND
// the record of what was read, so a crash between commits loses nothing and counts nothing twice.
// One writer at a time (a lock beside the file); readers never write. Errors name the file.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/coverage.h"
#include "analyzer/finding.h"
#include "analyzer/ledger/identity.h"
#include "analyzer/samples.h"
#include "analyzer/workload.h"
#include "analyzer/workload/builder.h"
#include "analyzer/workload/summary.h"
#include "analyzer/workload/sums.h"
#include "parser/result.h"

namespace pgcounsel {

constexpr int kLedgerVersion = 7;

// What one commit adds.
struct LedgerBatch {
  std::int64_t ingest = 0;  // from begin_ingest
  SourceCoverage source;    // what this batch adds to the source's counts
  std::vector<Warning> warnings;
  Sums sums;
  std::vector<WorkloadBuilder::Changed> fragments;
  std::map<std::int64_t, std::string> seen;  // encoded, by minute
  std::optional<Time> first;                 // time of the source's first record
};

// Days of log time for which identities of records and complete traces are kept.
struct Retention {
  int identity_days = 10;
  int trace_days = 3;
};

class Store {
 public:
  // Makes the file where there is none; waits for another writer up to `wait`, then kBusy.
  static Result<Store> open_for_writing(const std::string& path, std::chrono::milliseconds wait);
  static Result<Store> open_for_reading(const std::string& path);
  static Result<Store> in_memory();

  Result<std::int64_t> server(const std::string& name);  // made where there is none
  Result<std::vector<std::string>> servers() const;
  // Whole hours from the first record to the newest; nothing where there is no record.
  Result<std::optional<Period>> known_hours(const std::string& server) const;

  Result<std::int64_t> begin_ingest();
  Result<RecordFilter::Known> seen(std::int64_t server, std::int64_t minute) const;
  Result<void> commit(std::int64_t server, const LedgerBatch& batch);
  // Rows of an export. What is known already stays as it is.
  Result<void> add_samples(std::int64_t server, const Samples& samples);
  // Gives up what is older than so many days of log time before the newest record.
  Result<void> forget(std::int64_t server, Retention retention);

  Result<PeriodSums> view(const std::string& server, Period period) const;
  // The holds that ended in each hour and pool, by start, where their trace is still kept.
  Result<std::map<PoolKey, std::vector<TracedHold>>> trace(const std::string& server,
                                                           Period period) const;
  Result<void> store_findings(const std::string& server, const Findings& findings);

 private:
  struct State;
  explicit Store(std::shared_ptr<State> state) : state_(std::move(state)) {}
  static Result<Store> open(std::shared_ptr<State> state, const std::string& path, int flags);
  std::shared_ptr<State> state_;
};

}  // namespace pgcounsel
