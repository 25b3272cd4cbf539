#include "analyzer/pools/pool_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace pgcounsel {
namespace {

constexpr std::uint64_t kMostConnections = 1'000'000;

// A row of what is told, and how exactly it speaks of the pool: more is better, 0 is not at all.
struct SizeRow {
  int fit = 0;
  const PoolSizeKey* key = nullptr;
  const PoolSize* size = nullptr;

  // Configurations come first. Of several rows of one source that fit alike the newest counts.
  void take(int here, const PoolSizeKey& other_key, const PoolSize& other) {
    if (here == 0 || here < fit || other.size == 0) return;
    if (here == fit && (other_key.source != key->source || other <= *size)) return;
    *this = {here, &other_key, &other};
  }
};

int fit(const PoolSizeKey& key, const PoolName& pool) {
  const bool any_database = key.database == kAnyPool, any_user = key.user.empty();
  if (!any_database && key.database != pool.first) return 0;
  if (!any_user && key.user != pool.second) return 0;
  return 1 + (any_database ? 0 : 2) + (any_user ? 0 : 1);
}

// Of what somebody said for the run, or of what was read.
SizeRow row_of(const Samples& samples, const PoolName& pool, bool is_said) {
  SizeRow best;
  for (const auto& [key, size] : samples.sizes) {
    if ((key.source == PoolSizeSource::kOption) == is_said) best.take(fit(key, pool), key, size);
  }
  return best;
}

// Of a pool that the pooler calls so.
SizeRow row_of_name(const Samples& samples, const std::string& name) {
  SizeRow best;
  for (const auto& [key, size] : samples.sizes) {
    if (key.name.empty()) continue;
    best.take(key.name == name ? 2 : key.name == kAnyPool ? 1 : 0, key, size);
  }
  return best;
}

std::string_view source_words(PoolSizeSource source) {
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

std::int64_t connections(std::uint64_t count) {
  return static_cast<std::int64_t>(std::min(count, kMostConnections));
}

// `SHOW DATABASES of the pooler: 8 of shop/web, 4 of shop_ro/reader on each of 2 poolers`
std::string words_of(const std::vector<std::pair<const JoinedPool*, SizeRow>>& parts) {
  std::string words(source_words(parts.front().second.key->source));
  const char* separator = ": ";
  for (const auto& [pool, row] : parts) {
    words += fmt::format("{}{} of {}/{}", separator, row.size->size, pool->name.first,
                         pool->name.second);
    if (pool->poolers > 1) words += fmt::format(" on each of {} poolers", pool->poolers);
    separator = ", ";
  }
  return words;
}

// The sum of the pooler's pools whose sessions are those of this one. False where the size of one
// of them is not told.
bool add_joined(const Samples& samples, const PoolName& pool, const std::vector<JoinedPool>& joined,
                PoolSizeTold& told) {
  std::vector<std::pair<const JoinedPool*, SizeRow>> parts;
  std::uint64_t size = 0, reserve = 0;
  for (const JoinedPool& part : joined) {
    const SizeRow row = row_of_name(samples, part.name.first);
    if (row.fit == 0) return false;
    parts.emplace_back(&part, row);
    size += std::min(row.size->size, kMostConnections) * part.poolers;
    reserve += std::min(row.size->reserve, kMostConnections) * part.poolers;
  }
  if (parts.empty()) return false;
  told.size = connections(size);
  told.reserve = reserve;
  const bool is_plain = parts.size() == 1 && joined.front().poolers == 1;
  told.source = is_plain && joined.front().name == pool
                    ? std::string(source_words(parts.front().second.key->source))
                    : words_of(parts);
  return true;
}

void add_size(const PeriodSums& sums, const PoolName& pool, PoolSizeTold& told) {
  if (add_joined(sums.samples, pool, sums.join.joined_with(pool), told)) return;
  const SizeRow row = row_of(sums.samples, pool, false);
  if (row.fit == 0) return;
  told.size = connections(row.size->size);
  told.reserve = row.size->reserve;
  told.source = source_words(row.key->source);
}

// It counts more than what was read, but tells no reserve.
void add_said_size(const PeriodSums& sums, const PoolName& pool, PoolSizeTold& told) {
  const SizeRow row = row_of(sums.samples, pool, true);
  if (row.fit == 0) return;
  told.size = connections(row.size->size);
  told.source = source_words(row.key->source);
  told.is_said_of_it = row.key->database != kAnyPool;
}

// The most that worked at once while clients waited, and not only for the moment in which a
// connection is opened.
std::int64_t most_while_waiting(const PeriodSums& sums, const PoolName& pool) {
  std::uint64_t most = 0;
  for (const auto& [time, sample] : samples_of_pool(sums, pool, Time::min(), Time::max())) {
    if (sample.cl_waiting == 0 || sample.sv_idle > 0 || sample.maxwait < kSecond / 2) continue;
    most = std::max(most, sample.sv_active);
  }
  return connections(most);
}

bool has_waited_in_vain(const PeriodSums& sums, const PoolName& pool) {
  const std::vector<PoolName> names = sums.join.names_of(pool);
  return std::ranges::any_of(sums.current.pooler.refused, [&names](const auto& entry) {
    const auto& [key, seconds] = entry;
    return key.message_class == "query_wait_timeout" && !seconds.empty() &&
           is_any_of(names, key.database, key.user);
  });
}

}  // namespace

PoolSamples samples_of_pool(const PeriodSums& sums, const PoolName& pool, Time since, Time until) {
  PoolSamples samples;
  const std::vector<PoolName> names = sums.join.names_of(pool);
  const auto& all = sums.samples.pools;
  const auto end = all.lower_bound({until, {}, {}});
  for (auto it = all.lower_bound({since, {}, {}}); it != end; ++it) {
    const auto& [key, sample] = *it;
    if (!is_any_of(names, key.database, key.user)) continue;
    PoolSample& sum = samples[key.time];
    sum.pool_mode = std::max(sum.pool_mode, sample.pool_mode);
    sum.cl_active += sample.cl_active;
    sum.cl_waiting += sample.cl_waiting;
    sum.sv_active += sample.sv_active;
    sum.sv_idle += sample.sv_idle;
    sum.sv_used += sample.sv_used;
    sum.maxwait = std::max(sum.maxwait, sample.maxwait);
  }
  return samples;
}

PoolSizeTold pool_size_told(const PeriodSums& sums, const PoolName& pool) {
  PoolSizeTold told;
  told.is_behind_pooler = sums.join.is_behind_pooler(pool);
  add_size(sums, pool, told);
  add_said_size(sums, pool, told);
  const std::int64_t most = most_while_waiting(sums, pool);
  if (most > 0 && !told.size) {
    told.size = most;
    told.source = "SHOW POOLS: that many worked while clients waited";
  }
  told.has_waited = most > 0 || has_waited_in_vain(sums, pool);
  return told;
}

}  // namespace pgcounsel
