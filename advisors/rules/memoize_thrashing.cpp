// Memoize nodes whose cache is too small for the keys, or seldom has what is asked for.
//
// The memory needed is estimated from what was kept: a cache of P bytes held (misses - evictions)
// keys, so all keys need P · misses / (misses - evictions).
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kFewLookups = 1000;
constexpr double kHalf = 0.5;

struct Cache {
  double hits = 0, misses = 0, evictions = 0, overflows = 0;
  double memory_kb = 0;

  double lookups() const { return hits + misses; }
  bool too_small() const { return evictions > 0 || overflows > 0; }
  bool seldom_hits() const { return hits < kHalf * lookups(); }
  double bytes_needed() const {
    const double kept = std::max(1.0, misses - evictions - overflows);
    return memory_kb * 1024 * misses / kept;
  }
};

// Every process has a cache of its own.
Cache cache_of(const PlanNode& node) {
  Cache cache;
  cache.hits = with_workers(node, PlanNumber::kCacheHits);
  cache.misses = with_workers(node, PlanNumber::kCacheMisses);
  cache.evictions = with_workers(node, PlanNumber::kCacheEvictions);
  cache.overflows = with_workers(node, PlanNumber::kCacheOverflows);
  cache.memory_kb = with_workers(node, PlanNumber::kPeakMemoryUsage);
  return cache;
}

Remedy remedy_of(const Cache& cache) {
  if (cache.too_small()) {
    return {"code", fmt::format("Give this statement room for all keys, in its transaction: `SET "
                                "LOCAL work_mem = '{}';`.",
                                work_mem_for(cache.bytes_needed()))};
  }
  return {"code",
          "The keys hardly repeat, so the cache only costs: `SET LOCAL enable_memoize = off;` in "
          "this statement's transaction. For good, correct what the planner believes about the "
          "key's number of distinct values: `ALTER TABLE ... ALTER COLUMN ... SET (n_distinct = "
          "-1); ANALYZE ...;`."};
}

// Misses that a large enough cache would have answered cost what is below; a cache that seldom
// answers costs its own time.
double at_stake(const PlanRow& row, std::size_t place, const Cache& cache) {
  const NodeFigures& figures = row.figures.nodes[place];
  if (!cache.too_small()) return figures.exclusive_ms;
  const double again = std::min(cache.misses, cache.evictions + cache.overflows);
  return figures.inclusive_ms * again / std::max(1.0, cache.lookups());
}

void check_node(const PlanRow& row, std::size_t place, Findings& findings) {
  const PlanNode& node = row.plan.nodes[place];
  const Cache cache = cache_of(node);
  if (cache.lookups() < kFewLookups || !(cache.too_small() || cache.seldom_hits())) return;

  Finding finding = plan_finding(row, "memoize_thrashing", place);
  const std::string key(node.text(PlanText::kCacheKey));
  const std::string name = key.empty() ? node_words(node) : fmt::format("Memoize of {}", key);
  finding.title =
      cache.too_small()
          ? fmt::format("{} throws away {} of its {} keys: its memory is too small", name,
                        rows_words(cache.evictions + cache.overflows), rows_words(cache.misses))
          : fmt::format("{} answers only {} of {} lookups", name,
                        share_words(cache.hits, cache.lookups()), rows_words(cache.lookups()));
  finding.evidence.push_back(of_node("hits", rows_words(cache.hits), place));
  finding.evidence.push_back(of_node("misses", rows_words(cache.misses), place));
  finding.evidence.push_back(of_node("evictions", rows_words(cache.evictions), place));
  finding.evidence.push_back(of_node("overflows", rows_words(cache.overflows), place));
  finding.remedy = remedy_of(cache);
  finding.confidence = cache.too_small() ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      cache.too_small() ? "evictions are counted; how many keys come again is not in the plan"
                        : "hits and misses are counted; other parameters may have keys that repeat";
  finding.verify =
      "`EXPLAIN (ANALYZE)` prints `Evictions: 0` and more hits than misses, or no "
      "Memoize, and the statement is quicker.";
  finding.rollback = "Leave out the SET LOCAL; `ALTER COLUMN ... RESET (n_distinct)`.";
  finding.caveats.push_back(
      "The cache may take hash_mem_multiplier times work_mem, in each process.");
  weigh(finding, row, at_stake(row, place, cache));
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    if (row.plan.nodes[place].is("Memoize") && row.figures.nodes[place].executed) {
      check_node(row, place, findings);
    }
  }
}

}  // namespace

Findings memoize_thrashing(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
