#include "analyzer/pools/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace pgcounsel {
namespace {

using Kind = WindowEvent::Kind;

constexpr Micros kBefore = kMinute * 10, kAfter = kMinute;
constexpr double kMoreTraffic = 1.5, kLongerHold = 2;

Time begin_of(const WindowFacts& facts) {
  return facts.window.start - std::max(kBefore, facts.window.length());
}
Time end_of(const WindowFacts& facts) {
  return facts.window.end + kAfter;
}

WindowEvent full_pool(const WindowFacts& facts) {
  WindowEvent event;
  event.kind = Kind::kPool;
  event.time = facts.window.start;
  event.until = facts.window.end;
  event.text = fmt::format("all {} connections in use", facts.pool.usage.size);
  return event;
}

// The seconds around the window in which more transactions began: from the first to the last with
// half of what was added, on average of three seconds.
void add_traffic(const WindowFacts& facts, std::vector<WindowEvent>& events) {
  const double calm = calm_arrivals_of(facts.parts), now = window_arrivals_of(facts.parts);
  if (facts.verdict.lacks_calm || calm <= 0 || now < kMoreTraffic * calm) return;
  const double half = calm + (now - calm) / 2;
  const auto is_more = [&](Time second) {
    return arrivals_between(facts.pool.usage, second - kSecond, second + 2 * kSecond) >= half;
  };
  Time first = facts.window.start, last = facts.window.start;
  while (first > begin_of(facts) && is_more(first - kSecond)) first -= kSecond;
  for (Time second = first; second < end_of(facts); second += kSecond) {
    if (is_more(second)) last = second;
  }
  WindowEvent event;
  event.kind = Kind::kLoad;
  event.time = first;
  event.until = last + kSecond;
  event.is_cause = facts.verdict.cause == Cause::kTrafficSurge;
  event.text = fmt::format("traffic of {:.1f} transactions a second instead of {:.1f}", now, calm);
  event.count = static_cast<std::uint64_t>(now * seconds_of(facts.window.length()));
  events.push_back(std::move(event));
}

bool is_control(std::string_view words) {
  return words == "BEGIN" || words == "COMMIT" || words == "ROLLBACK";
}

// Its first statement; `…` where more follow.
std::string label_of(const WindowFacts& facts, std::uint64_t class_id) {
  const Sums& sums = facts.pool.sums.current;
  const auto steps = sums.class_steps.find(class_id);
  if (steps == sums.class_steps.end()) return "transaction";
  std::string label;
  for (const Fingerprint step : steps->second.steps) {
    const auto text = sums.texts.find(step.value);
    if (text == sums.texts.end() || is_control(text->second.text)) continue;
    if (!label.empty()) return label + "; …";
    label = first_line(text->second.text);
  }
  if (!label.empty()) return label;
  return "transaction";
}

// By the holds themselves: those that wait for a forgotten transaction wait.
std::string_view what_is_longer(const WindowFacts& facts, const ClassChange& change) {
  const HoldParts longer = change.used - change.calm_hold * change.arrivals;
  if (longer.lock_wait >= std::max(longer.busy, longer.idle)) return "waits for locks";
  if (longer.busy < longer.idle) return "is idle in transaction";
  const bool is_unseen = facts.verdict.cause == Cause::kLockWait && facts.locks.waits == 0;
  return is_unseen ? "runs, or waits for locks unseen" : "runs";
}

// From the first to the last hold of the class that is far longer than in calm times.
void add_longer_holds(const WindowFacts& facts, const ClassChange& change,
                      std::vector<WindowEvent>& events) {
  const double calm = change.calm_hold.total(), now = change.hold.total();
  if (facts.verdict.lacks_calm || now < kLongerHold * calm || change.extra.longer.total() < 0.5) {
    return;
  }
  const double half = calm + (now - calm) / 2;
  Time first = Time::max(), last = Time::min();
  std::uint64_t count = 0;
  for (const TracedHold& hold : facts.holds) {
    const Micros length = hold.busy + hold.idle;
    if (hold.class_id != change.class_id || seconds_of(length) < half) continue;
    if (hold.start + length < begin_of(facts) || hold.start >= end_of(facts)) continue;
    first = std::min(first, hold.start);
    last = std::max(last, hold.start + length);
    ++count;
  }
  if (count == 0) return;
  WindowEvent event;
  event.kind = Kind::kHolder;
  event.time = first;
  event.until = last;
  event.is_cause = facts.verdict.cause != Cause::kTrafficSurge && !facts.counts_waits_as_idle;
  event.text = fmt::format("`{}` holds its connection for {} instead of {}: it {}",
                           label_of(facts, change.class_id), length_words(now), length_words(calm),
                           what_is_longer(facts, change));
  event.count = count;
  events.push_back(std::move(event));
}

bool is_of(const BlockedWait& entry, const PoolFacts& pool) {
  if (pool.usage.mode == PoolMode::kServer) return true;
  const PoolKey* its = entry.waiter.pool;
  return its != nullptr && its->database == pool.name.first && its->user == pool.name.second;
}

// The one that most of the waiting was for.
void add_forgotten(const WindowFacts& facts, std::vector<WindowEvent>& events) {
  if (!facts.counts_waits_as_idle) return;
  std::map<std::pair<Time, std::uint64_t>, std::pair<Micros, LockingProcess>> by_hold;
  for (const BlockedWait& entry : facts.pool.waits) {
    const Time end = entry.wait.begin + entry.blocked;
    if (!is_of(entry, facts.pool) || entry.roots.empty()) continue;
    if (end <= facts.window.start || entry.wait.begin >= facts.window.end) continue;
    const LockingProcess& root = entry.roots.front();
    if (root.hold == nullptr) continue;
    auto& [blocked, process] = by_hold[{root.hold->start, root.hold->class_id}];
    blocked += entry.blocked;
    process = root;
  }
  if (by_hold.empty()) return;
  const auto most = std::max_element(
      by_hold.begin(), by_hold.end(),
      [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
  const LockingProcess& root = most->second.second;
  const std::string& user = root.pool->user;
  WindowEvent event;
  event.kind = Kind::kHolder;
  event.time = root.hold->start;
  event.until = root.hold->start + root.hold->busy + root.hold->idle;
  event.is_cause = true;
  event.text = fmt::format("`{}`{} is left open, and others wait for its locks",
                           label_of(facts, root.hold->class_id),
                           user == facts.pool.name.second ? "" : " of the user `" + user + "`");
  event.count = 1;
  events.push_back(std::move(event));
}

struct Marked {
  std::string_view event_class;
  Kind kind;
  std::string_view text;
  std::string_view detail = {};   // only these
  std::string_view suspect = {};  // told only where it is not ruled out: routine of the server
};
constexpr std::array<Marked, 20> kMarked{
    {{"lock_wait", Kind::kLock, "statements wait for locks"},
     {"deadlock", Kind::kLock, "deadlocks"},
     {"lock_timeout", Kind::kLock, "statements end at lock_timeout"},
     {"statement_timeout", Kind::kClient, "statements end at statement_timeout"},
     {"user_cancel", Kind::kClient, "statements are cancelled"},
     {"idle_in_transaction_timeout", Kind::kClient,
      "sessions end at idle_in_transaction_session_timeout"},
     {"transaction_timeout", Kind::kClient, "sessions end at transaction_timeout"},
     {"terminated", Kind::kClient, "sessions are terminated"},
     {"connection_lost", Kind::kClient, "clients are gone"},
     {"connection_lost_open_transaction", Kind::kClient, "clients are gone within a transaction"},
     {"refused", Kind::kClient, "the server refuses connections: none is free", "53300"},
     {"refused", Kind::kClient, "the server refuses connections: it starts or stops", "57P03"},
     {"server_start", Kind::kServer, "the server starts"},
     {"crash", Kind::kServer, "a server process crashes"},
     {"reload", Kind::kServer, "the configuration is loaded again"},
     {"out_of_memory", Kind::kServer, "out of memory"},
     {"autovacuum", Kind::kServer, "automatic vacuum", {}, "autovacuum"},
     {"autoanalyze", Kind::kServer, "automatic analyze", {}, "autoanalyze"},
     {"checkpoint", Kind::kServer, "checkpoint completed", {}, "checkpoint"},
     {"temp_file", Kind::kServer, "temporary files", {}, "temporary_files"}}};

bool is_open(const std::vector<OtherSuspect>& others, std::string_view suspect) {
  return std::any_of(others.begin(), others.end(), [suspect](const OtherSuspect& other) {
    return other.suspect == suspect && other.state == OtherSuspect::State::kOpen;
  });
}

WindowEvent event_of(Kind kind, std::string text, const EventsFound& found) {
  WindowEvent event;
  event.kind = kind;
  event.time = found.first;
  if (found.last > found.first) event.until = found.last;
  event.text = std::move(text);
  event.count = found.count;
  event.line = SourceLine{found.mark.source, found.mark.line};
  return event;
}

void add_marked(const WindowFacts& facts, const std::vector<OtherSuspect>& others,
                std::vector<WindowEvent>& events) {
  const EventMarks& marks = facts.pool.sums.current.details.marks;
  for (const Marked& row : kMarked) {
    if (!row.suspect.empty() && !is_open(others, row.suspect)) continue;
    const EventsFound found =
        events_between(marks, row.event_class, begin_of(facts), end_of(facts), row.detail);
    if (found.count == 0) continue;
    std::string text(row.text);
    if (!found.mark.object.empty()) text += " (" + found.mark.object + ")";
    events.push_back(event_of(row.kind, std::move(text), found));
    events.back().is_cause =
        row.event_class == "lock_wait" && facts.verdict.cause == Cause::kLockWait;
  }
}

// What somebody changed stands each for itself, with its statement: there are few.
void add_statements(const WindowFacts& facts, std::vector<WindowEvent>& events) {
  constexpr std::size_t kMost = 5;
  const Sums& sums = facts.pool.sums.current;
  const auto begin = sums.details.marks.lower_bound({floor_to(begin_of(facts), kMinute), {}, {}});
  std::size_t told = 0;
  for (auto it = begin; it != sums.details.marks.end() && told < kMost; ++it) {
    const EventMark& mark = it->second;
    if (it->first.minute >= end_of(facts)) break;
    if (it->first.event_class != "statement") continue;
    if (mark.last < begin_of(facts) || mark.first >= end_of(facts)) continue;
    const auto text = sums.texts.find(mark.fingerprint);
    EventsFound found{mark.count, 0, mark.first, mark.first, mark};
    events.push_back(event_of(
        Kind::kServer, text == sums.texts.end() ? it->first.detail : first_line(text->second.text),
        found));
    const auto near = facts.window.start - mark.first;
    events.back().is_cause = facts.verdict.cause == Cause::kSlowQuery && near >= Micros{0} &&
                             near <= kMinute && it->first.detail != "ANALYZE";
    ++told;
  }
}

// Clients that the pooler turned away; its lines are not kept.
void add_pooler_refusals(const WindowFacts& facts, std::vector<WindowEvent>& events) {
  const EventsFound found =
      pooler_refusals_between(facts.pool.sums, facts.pool.name, begin_of(facts), end_of(facts));
  if (found.count == 0) return;
  events.push_back(event_of(Kind::kClient, "the pooler turns clients away", found));
  events.back().line.reset();
}

}  // namespace

std::vector<WindowEvent> timeline_of(const WindowFacts& facts,
                                     const std::vector<OtherSuspect>& others) {
  constexpr std::size_t kMostClasses = 3;
  std::vector<WindowEvent> events{full_pool(facts)};
  add_traffic(facts, events);
  add_forgotten(facts, events);
  for (std::size_t i = 0; i < std::min(kMostClasses, facts.parts.classes.size()); ++i) {
    add_longer_holds(facts, facts.parts.classes[i], events);
  }
  add_marked(facts, others, events);
  add_statements(facts, events);
  add_pooler_refusals(facts, events);
  std::stable_sort(events.begin(), events.end(),
                   [](const WindowEvent& a, const WindowEvent& b) { return a.time < b.time; });
  return events;
}

}  // namespace pgcounsel
