#include "analyzer/pools/pool_size.h"

#include <algorithm>

namespace pgcounsel {
namespace {

// How exactly a row speaks of the pool: more is better, 0 is not at all. What somebody said for the
// run is better than what was read.
int fit(const PoolSizeKey& key, const std::string& database, const std::string& user) {
  const bool any_database = key.database == kAnyPool, any_user = key.user.empty();
  if (!any_database && key.database != database) return 0;
  if (!any_user && key.user != user) return 0;
  const int said = key.source == PoolSizeSource::kOption ? 4 : 0;
  return 1 + (any_database ? 0 : 2) + (any_user ? 0 : 1) + said;
}

std::string source_words(PoolSizeSource source) {
  switch (source) {
    case PoolSizeSource::kConfig:
      return "the pooler's configuration";
    case PoolSizeSource::kShowDatabases:
      return "SHOW DATABASES of the pooler";
    case PoolSizeSource::kOption:
      break;
  }
  return "--pool-size";
}

// The most that worked at once while clients waited, and not only for the moment in which a
// connection is opened.
std::int64_t most_while_waiting(const Samples& samples, const std::string& database,
                                const std::string& user) {
  std::uint64_t most = 0;
  for (const auto& [key, sample] : samples.pools) {
    if (key.database != database || key.user != user || sample.cl_waiting == 0) continue;
    if (sample.sv_idle > 0 || sample.maxwait < kSecond / 2) continue;
    most = std::max(most, sample.sv_active);
  }
  return static_cast<std::int64_t>(std::min<std::uint64_t>(most, 1'000'000));
}

}  // namespace

PoolSizeTold pool_size_told(const PeriodSums& sums, const std::string& database,
                            const std::string& user) {
  PoolSizeTold told;
  int best = 0;
  for (const auto& [key, size] : sums.samples.sizes) {  // configurations come first
    const int here = fit(key, database, user);
    if (here <= best || size.size == 0) continue;
    best = here;
    told.size = static_cast<std::int64_t>(std::min<std::uint64_t>(size.size, 1'000'000));
    told.source = source_words(key.source);
    const bool is_said = key.source == PoolSizeSource::kOption;
    told.is_said_of_it = is_said && key.database != kAnyPool;
    if (!is_said) told.reserve = size.reserve;
  }
  if (const std::int64_t most = most_while_waiting(sums.samples, database, user); most > 0) {
    told.has_waited = true;
    if (!told.size) {
      told.size = most;
      told.source = "SHOW POOLS: that many worked while clients waited";
    }
  }
  for (const auto& [key, seconds] : sums.current.pooler.refused) {
    const bool is_its = key.database == database && key.user == user;
    told.has_waited |= is_its && key.message_class == "query_wait_timeout" && !seconds.empty();
  }
  return told;
}

}  // namespace pgcounsel
