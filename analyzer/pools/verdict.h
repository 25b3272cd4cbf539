// The word for why a pool was full, from what the connections that were added did.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "analyzer/pools/decomposition.h"

namespace pgcounsel {

enum class Cause : std::uint8_t {
  kTrafficSurge,       // more arrivals
  kSlowQuery,          // statements ran longer
  kLockWait,           // statements waited longer for locks
  kIdleInTransaction,  // transactions paused longer
  kConnectionLeak,     // connections kept outside of transactions
  kMixed,              // none of these alone
};
std::string_view name_of(Cause cause);

// One thing that can fill a pool, and how many connections it added.
struct Suspect {
  Cause cause = Cause::kMixed;
  double extra = 0;  // connections; negative: it took some away
  double share = 0;  // of all that grew
  bool is_cleared = false;
};

// With fewer calm seconds more arrivals cannot be told from slower statements.
constexpr double kFewCalmSeconds = 10;

struct Verdict {
  Cause cause = Cause::kMixed;
  std::array<Suspect, 5> suspects;  // most first
  double grown = 0;                 // connections that were added by what grew
  // Calm seconds are too few to tell more arrivals from slower statements.
  bool lacks_calm = false;
};

// The cause brought two thirds of all that grew, else it is `mixed`. A suspect is cleared when it
// brought less than a third, or, where the cause is mixed, less than a tenth.
Verdict verdict_of(const Decomposition& decomposition);

}  // namespace pgcounsel
