// The windows in which pools were full, as every output tells them: which of them are told in
// full, the words for causes and suspects, how a holder moved, and what happened when. Views point
// into the Workload.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/workload.h"

namespace pgcounsel {

struct PoolIncident {
  const PoolRow* pool = nullptr;
  const PoolWindow* window = nullptr;
  Micros length() const { return window->end - window->start; }
};

// All of them, the longest first.
std::vector<PoolIncident> incidents_of(const Workload& workload);

// Those worth a story of their own: the longest, and what is not the same again: another pool or
// another cause, for a third of that time and more; three at most. The others by time.
struct IncidentStories {
  std::vector<PoolIncident> told, others;
};
IncidentStories stories_of(const Workload& workload);

// For how long at least one pool was full.
Micros full_pool_time(const Workload& workload);
// `Pool shop · web full for 1 m 14 s (10:04:20–10:05:34 UTC), 99 clients refused: idle in
// transaction.` Several windows: their time together, and the longest. Empty when there is none.
std::string full_pool_headline(const Workload& workload);
// Clients that poolers turned away in all windows; absent where none tells.
std::optional<std::uint64_t> refused_in_windows(const Workload& workload);

std::string pool_name(const PoolRow& pool);                // `shop · web`
std::string suspect_words(std::string_view suspect);       // `traffic surge`
std::string cause_words(const PoolWindow& window);         // `probably idle in transaction`
std::string with_words_for_causes(std::string_view text);  // `slow_query brought` in words
// `10:04:20–10:05:34`, with dates where the period is longer than a day.
std::string clock_span(const PoolWindow& window, const Period& period);

// `Not a traffic surge, not slow queries, not lock waits`; empty when nothing is cleared.
std::string innocent_words(const PoolWindow& window);
// `Not ruled out: schema change, autovacuum`; empty when nothing is open.
std::string open_words(const PoolWindow& window);
// The transaction that somebody forgot, and how much of the waiting was for it; empty where there
// is none.
std::string forgotten_words(const PoolWindow& window);

// A line of the window's evidence: `slow_query: the time that …`, `not ruled out: deploy: …`, or a
// remark about no suspect.
struct Suspicion {
  std::string suspect, because;
  bool is_open = false;  // not ruled out; else it is the cause or a part of it
};
Suspicion taken_apart(std::string_view evidence);

// Suspects that one figure clears.
struct Innocents {
  std::string names;  // `changed plan, autovacuum`
  std::string because;
};
std::vector<Innocents> innocents_of(const PoolWindow& window);

std::string times_words(const std::optional<double>& ratio);  // `×54`, `—` where it is not known
// `came ×0.8 as often, each held ×51 as long (idle in transaction ×54)`; what did not move, `as
// often`, `as long as then`
std::string move_words(const WindowHolder& holder, const PoolWindow& window);
// The holder's row of the period; nullptr where there is none.
const TransactionRow* row_of(const Workload& workload, const WindowHolder& holder);
// Its statements in few words.
std::string holder_label(const Workload& workload, const WindowHolder& holder, std::size_t limit);

// By application, where a holder belongs to one alone: shares of the connections in use.
std::vector<std::pair<std::string, double>> share_by_application(const Workload& workload,
                                                                 const PoolWindow& window);

// What happened, by time; that the pool was full is always among it.
std::vector<WindowEvent> timeline_of(const PoolIncident& incident);

// `10.0 of 10`, `12.1 of at least 12`
std::string peak_words(const PoolRow& pool);

}  // namespace pgcounsel
