#include "analyzer/pools/slices.h"

#include <algorithm>
#include <utility>

namespace pgcounsel {
namespace {

constexpr Micros kShortest = kSecond * 10;
constexpr Micros::rep kMost = 60;

// What is kept outside of transactions changes slowly: the window's own figure serves its parts.
OutsideUse outside_of(const WindowFacts& facts) {
  return {facts.parts.extra.longer.outside, 0};
}

}  // namespace

double Slices::share_of(Cause cause) const {
  const auto found = votes.find(cause);
  if (found == votes.end() || count == 0) return 0;
  return static_cast<double>(found->second) / static_cast<double>(count);
}

Slices slices_of(const WindowFacts& facts) {
  const FullWindow& window = facts.window;
  const Micros length =
      std::max(kShortest, floor_to(Time{window.length() / kMost}, kSecond).time_since_epoch());
  Slices slices;
  Micros longest{0};
  for (const TracedHold& hold : facts.holds) longest = std::max(longest, hold.busy + hold.idle);
  const auto is_before = [](const TracedHold& hold, Time time) { return hold.start < time; };
  for (Time begin = window.start; begin < window.end; begin += length) {
    const FullWindow slice{begin, std::min(begin + length, window.end)};
    if (slice.length() < length / 2 && slices.count > 0) break;
    const auto first =
        std::lower_bound(facts.holds.begin(), facts.holds.end(), slice.start - longest, is_before);
    const auto last = std::lower_bound(first, facts.holds.end(), slice.end, is_before);
    Decomposition parts =
        decompose({first, last}, facts.usual_busy, slice, facts.calm, outside_of(facts));
    HoldParts& longer = parts.extra.longer;
    if (facts.counts_waits_as_idle) longer.idle += std::exchange(longer.lock_wait, 0);
    const Verdict verdict = verdict_of(parts);
    ++slices.votes[verdict.cause];
    if (slices.count++ == 0) slices.first = verdict.cause;
  }
  return slices;
}

}  // namespace pgcounsel
