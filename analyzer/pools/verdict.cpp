#include "analyzer/pools/verdict.h"

#include <algorithm>

namespace pgcounsel {
namespace {

constexpr double kWins = 2.0 / 3, kClearedBeside = 1.0 / 3, kClearedOfMixed = 0.1;

// Without calm times a class that holds most of the pool says as much as its growth would.
bool one_class_has_most(const Decomposition& decomposition) {
  double all = 0;
  for (const ClassChange& change : decomposition.classes) all += change.used.total();
  return !decomposition.classes.empty() && decomposition.classes.front().used.total() > kWins * all;
}

}  // namespace

std::string_view name_of(Cause cause) {
  switch (cause) {
    case Cause::kTrafficSurge:
      return "traffic_surge";
    case Cause::kSlowQuery:
      return "slow_query";
    case Cause::kLockWait:
      return "lock_wait";
    case Cause::kIdleInTransaction:
      return "idle_in_transaction";
    case Cause::kConnectionLeak:
      return "connection_leak";
    case Cause::kMixed:
      break;
  }
  return "mixed";
}

Verdict verdict_of(const Decomposition& decomposition) {
  const HoldParts& longer = decomposition.extra.longer;
  Verdict verdict;
  verdict.suspects = {Suspect{Cause::kTrafficSurge, decomposition.extra.arrivals},
                      Suspect{Cause::kSlowQuery, longer.busy},
                      Suspect{Cause::kLockWait, longer.lock_wait},
                      Suspect{Cause::kIdleInTransaction, longer.idle},
                      Suspect{Cause::kConnectionLeak, longer.outside}};
  for (const Suspect& suspect : verdict.suspects) verdict.grown += std::max(suspect.extra, 0.0);
  if (verdict.grown > 0) {
    for (Suspect& suspect : verdict.suspects) {
      suspect.share = std::max(suspect.extra, 0.0) / verdict.grown;
    }
  }
  std::stable_sort(verdict.suspects.begin(), verdict.suspects.end(),
                   [](const Suspect& a, const Suspect& b) { return a.extra > b.extra; });
  const Suspect& first = verdict.suspects.front();
  verdict.lacks_calm = decomposition.calm_seconds < kFewCalmSeconds;
  const bool needs_calm = first.cause == Cause::kTrafficSurge || first.cause == Cause::kSlowQuery;
  const bool is_told = !verdict.lacks_calm || !needs_calm ||
                       (first.cause == Cause::kSlowQuery && one_class_has_most(decomposition));
  if (first.share >= kWins && is_told) verdict.cause = first.cause;
  const double cleared = verdict.cause == Cause::kMixed ? kClearedOfMixed : kClearedBeside;
  for (Suspect& suspect : verdict.suspects) suspect.is_cleared = suspect.share < cleared;
  return verdict;
}

}  // namespace pgcounsel
