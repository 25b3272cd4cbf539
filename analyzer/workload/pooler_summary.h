// From the sums of a pooler's log and the samples of exports to what a report says about them.
#pragma once
#include <optional>
#include <set>

#include "analyzer/pooler.h"
#include "analyzer/samples.h"
#include "analyzer/workload.h"
#include "analyzer/workload/pooler_sums.h"

namespace pgcounsel {

// Nothing where there is no record of a pooler.
std::optional<PoolerReport> summarise_pooler(const PoolerSums& sums);

// What a stats line's wait means: as the line tells, else by the version of its process.
PoolerWait wait_meaning_of(const PoolerSums& sums, const PoolerStatsKey& key,
                           const PoolerStats& line);

// `queries` are those that the log shows; `texts` those of the ledger.
std::optional<SamplesReport> summarise_samples(
    const Samples& samples, const std::vector<QueryRow>& queries,
    const std::unordered_map<std::uint64_t, StatementText>& texts);

}  // namespace pgcounsel
