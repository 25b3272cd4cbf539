// From the sums of a period to the frozen Workload that advisors and reports read.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/samples.h"
#include "analyzer/workload.h"
#include "analyzer/workload/pooler_join.h"
#include "analyzer/workload/sums.h"

namespace pgcounsel {

// What a report of one server is made from: stored sums and what its cut sessions add.
struct PeriodSums {
  Sums current, previous;                    // of the period, and of the one of equal length before
  Samples samples;                           // of the period
  PoolerJoin join;                           // of both, of the period
  std::map<std::uint64_t, Time> first_seen;  // by fingerprint, up to the period's end
  std::optional<Time> ledger_begin;          // hour of the first record
  std::int64_t open_before_current = 0, open_before_previous = 0;  // sessions
  // Of the period: sessions of each pool (database, user) that were open before it, and the traces
  // of the hours around the windows in which a pool was full.
  std::map<std::pair<std::string, std::string>, std::int64_t> pool_sessions_before;
  std::map<PoolKey, std::vector<TracedHold>> traces;
  std::map<PoolKey, std::vector<TracedCheckout>> checkouts;  // of the same hours
  // Holds that touch the hours in which somebody waited for a lock.
  std::map<PoolKey, std::vector<LongHold>> long_holds;
  PlanHistory plans_before;
  std::vector<SourceCoverage> sources;
  std::vector<Warning> warnings;
};

// `BEGIN; SELECT a; (INSERT b)×n; COMMIT`: normalised statements, in 400 bytes.
std::string label_of(const ClassSteps& class_steps, const Sums& sums);

Workload summarise(const std::string& server, Period period, const PeriodSums& sums);

}  // namespace pgcounsel
