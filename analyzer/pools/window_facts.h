// What is known of one full window while it is being explained. Internal to analyzer/pools.
#pragma once
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/locks/blocked_wait.h"
#include "analyzer/locks/window_locks.h"
#include "analyzer/pooler.h"
#include "analyzer/pools/calm.h"
#include "analyzer/pools/decomposition.h"
#include "analyzer/pools/usage.h"
#include "analyzer/pools/verdict.h"
#include "analyzer/pools/windows.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

// A pool that was full, and what all its windows share.
struct PoolFacts {
  const PeriodSums& sums;
  const PoolName& name;
  const PoolUsage& usage;
  const std::vector<BlockedWait>& waits;                // of all pools
  std::vector<TracedHold> holds;                        // sorted by start
  std::vector<bool> calm;                               // seconds, from usage.first on
  std::vector<TracedCheckout> checkouts = {};           // in session pooling
  std::optional<LoadInLog> load_in_log = std::nullopt;  // of its database
};

struct WindowFacts {
  const PoolFacts& pool;
  const FullWindow& window;
  std::span<const TracedHold> holds;  // of the window and the hours around it
  UsualBusy usual_busy;
  SecondWeights calm_weights;
  CalmTimes calm;
  bool has_earlier_calm = false;  // the calm times are those of the hours or the period before
  Decomposition parts;
  WindowLocks locks;
  bool counts_waits_as_idle = false;  // they waited for forgotten transactions
  Verdict verdict;
  bool is_torn = false;  // the times of the log do not fit together
};

// The marks of the minutes of [since, until).
inline auto marks_between(const EventMarks& marks, Time since, Time until) {
  return std::ranges::subrange(marks.lower_bound({floor_to(since, kMinute), {}, {}}),
                               marks.lower_bound({until, {}, {}}));
}

// Events of a class in [since, until): how many, and the first of them. Minutes at the edges count
// where their first event lies inside, or their last one.
struct EventsFound {
  std::uint64_t count = 0, amount = 0;
  Time first{Time::max()}, last{Time::min()};
  EventMark mark;  // the first minute's

  void add(const EventMark& mark);
};
EventsFound events_between(const EventMarks& marks, std::string_view event_class, Time since,
                           Time until, std::string_view detail = {});

// Clients of the pool that its pooler turned away in the seconds of [since, until); without a mark.
EventsFound pooler_refusals_between(const PeriodSums& sums, const PoolName& pool, Time since,
                                    Time until);

// Transactions a second that began in [since, until).
double arrivals_between(const PoolUsage& usage, Time since, Time until);
// In calm seconds near the window, and in the window, of the whole pool.
double calm_arrivals_of(const Decomposition& parts);
double window_arrivals_of(const Decomposition& parts);

// The first line of a statement, at most 80 bytes and a sign, cut between characters.
std::string first_line(std::string_view text);
// `+6.08 of 6.15 connections that were added`; of nothing `none of the 6.15 …`
std::string added_words(double extra, double grown);
// `12 ms`, `2.85 s`
std::string length_words(double seconds);
// `10:04:20`
std::string time_of_day(Time time);

}  // namespace pgcounsel
