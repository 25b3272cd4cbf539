// What rules about full pools share: the windows of a pool that a rule speaks about, how long they
// were, who held the connections in them, how grave that is and how sure. Views point into the
// Workload. Amounts are connection-seconds, loads are connections in use on average.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisors/advisor.h"
#include "analyzer/pools/verdict.h"
#include "analyzer/workload.h"

namespace pgcounsel {

// A hold ratio below is the load of the full server itself.
constexpr double kLongerHold = 1.5;

// A pool and those of its windows that are spoken about, by time; at least one.
struct FullPool {
  const PoolRow* row = nullptr;
  std::vector<const PoolWindow*> windows;
};
std::vector<FullPool> full_pools(const Workload& workload);
// Only the windows of this cause.
std::vector<FullPool> full_pools(const Workload& workload, Cause cause);

// A class of transactions over all windows of the pool. `most` or `row` is there.
struct PoolHolder {
  const WindowHolder* most = nullptr;   // its row in the window in which it held most
  const TransactionRow* row = nullptr;  // of the period; may be absent
  double hold_s = 0, share = 0;         // share of all that was held in the windows
};
// Those that are told, most first.
std::vector<PoolHolder> holders_of(const FullPool& pool, const Workload& workload);

Micros full_time(const FullPool& pool);  // of all windows
const PoolWindow& longest_window(const FullPool& pool);
std::optional<std::uint64_t> refused_by_pooler(const FullPool& pool);
// Connections that the arrivals of a window would have used with the holds of calm times. A full
// pool lets fewer arrive than want to, so it is a lower bound.
double load_with_calm_holds(const PoolWindow& window);
// What a pool must have at least so that 80 % of it carry that load; always more than it had.
std::uint64_t least_size(const FullPool& pool);

// critical: 10 refused clients or 10 minutes; high: a refused client or a minute; medium: 10 s.
Level level_of_full(const FullPool& pool);
// Of a finding that says what to do about a window that pool_exhausted tells.
Level level_of_advice(const FullPool& pool);
// As sure as the longest window's cause.
void set_confidence(Finding& finding, const FullPool& pool);

std::string pool_title(const PoolRow& row);            // the same for a title: short, one line
std::string_view words_of(Cause cause);                // `idle in transaction`
std::string when_full(const PoolWindow& window);       // `1 m 14 s from 2026-03-12 10:04 UTC`
std::string when_full(const FullPool& pool);           // the same of all windows
std::string times(double factor);                      // ×3.5
std::string how_it_moved(const WindowHolder& holder);  // `arrivals ×1.4, hold ×9`
std::string holder_words(const PoolHolder& holder);    // statement, share, how it moved
// The first that does what the cause is about for half of its hold; else the first.
const PoolHolder* holder_for(const std::vector<PoolHolder>& holders, Cause cause);
// The statement that stands for a holder: the one that did most of what the cause is about.
std::string statement_of(const PoolHolder& holder, Cause cause, const Workload& workload);

// Errors that this pool's user met; those whose user is not in the log count, too.
std::uint64_t errors_of(const PoolRow& row, const Workload& workload, std::string_view sqlstate,
                        std::string_view part_of_message = {});
// Errors of the server in the minutes of the windows.
std::uint64_t errors_in(const FullPool& pool, const Workload& workload);

}  // namespace pgcounsel
