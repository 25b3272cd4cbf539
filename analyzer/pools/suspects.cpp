#include "analyzer/pools/suspects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "analyzer/pools/plan_suspect.h"
#include "parser/sql/admin_statement.h"

namespace pgcounsel {
namespace {

using State = OtherSuspect::State;

// How long before a window something may have happened that filled the pool.
constexpr Micros kLead = kMinute * 10;
constexpr double kCleared = 1.0 / 3;

Time log_begin(const WindowFacts& facts) {
  const PeriodSums& sums = facts.pool.sums;
  Time begin = facts.window.start;
  for (const Sums* part : {&sums.current, &sums.previous}) {
    for (const auto& [hour, of_hour] : part->hours) begin = std::min(begin, of_hour.first);
  }
  const bool is_older = sums.ledger_begin && *sums.ledger_begin + kHour <= begin;
  return is_older ? *sums.ledger_begin : begin;
}

Time lead_begin(const WindowFacts& facts) {
  return std::max(facts.window.start - kLead, log_begin(facts));
}

auto near_marks(const WindowFacts& facts) {
  return marks_between(facts.pool.sums.current.details.marks, lead_begin(facts), facts.window.end);
}

EventsFound events(const WindowFacts& facts, std::string_view event_class) {
  return events_between(facts.pool.sums.current.details.marks, event_class, lead_begin(facts),
                        facts.window.end);
}

double share_of(const WindowFacts& facts, Cause cause) {
  for (const Suspect& suspect : facts.verdict.suspects) {
    if (suspect.cause == cause) return suspect.share;
  }
  return 0;
}

// What would make statements slow is cleared where statements are not slower.
bool runs_as_usual(const WindowFacts& facts) {
  return !facts.verdict.lacks_calm && share_of(facts, Cause::kSlowQuery) < kCleared;
}

std::string running_words(const WindowFacts& facts) {
  return "statements ran for " + added_words(facts.parts.extra.longer.busy, facts.verdict.grown);
}

std::string between_words(const WindowFacts& facts) {
  return fmt::format("from {} to {}", time_of_day(lead_begin(facts)),
                     time_of_day(facts.window.end));
}

// How things stand in time to the window's beginning.
enum class Timing {
  kNone,
  kLater,  // only when the pool had been full for a while: they did not fill it
  kOver,   // calm seconds followed the last of them
  kNear
};

std::size_t calm_seconds_between(const WindowFacts& facts, Time since, Time until) {
  std::size_t count = 0;
  for (Time second = since; second < until; second += kSecond) {
    count += facts.calm_weights.at(second) > 0 ? 1U : 0U;
  }
  return count;
}

// From when on hardly a calm second lies before the window: what began earlier did not fill it.
Time begin_without_calm(const WindowFacts& facts) {
  Time begin = facts.window.start;
  double calm = 0;
  while (begin > lead_begin(facts) && calm < kFewCalmSeconds) {
    begin -= kSecond;
    calm += facts.calm_weights.at(begin) > 0 ? 1 : 0;
  }
  return begin;
}

template <class Matches>
Timing timing_of(const WindowFacts& facts, const Matches& matches) {
  const Time limit = facts.window.start + kSecond * 5;
  Time latest = Time::min();
  bool is_any = false;
  for (const auto& [key, mark] : near_marks(facts)) {
    if (!matches(key) || mark.last < lead_begin(facts) || mark.first >= facts.window.end) continue;
    is_any = true;
    for (const Time time : {mark.first, mark.last}) {
      if (time <= limit) latest = std::max(latest, time);
    }
  }
  if (!is_any) return Timing::kNone;
  if (latest == Time::min()) return Timing::kLater;
  const auto calm = calm_seconds_between(facts, latest, facts.window.start);
  return static_cast<double>(calm) >= kFewCalmSeconds ? Timing::kOver : Timing::kNear;
}

std::string_view timing_words(Timing timing) {
  if (timing == Timing::kLater) return "; the pool was full before";
  return timing == Timing::kOver ? "; calm seconds followed" : "";
}

// Statements of the log are complete: what is not in it did not run.
bool shows_all_statements(const WindowFacts& facts) {
  for (const auto& [key, stats] : facts.pool.sums.current.queries) {
    if (stats.calls > 0 && stats.min < Micros{1000}) return true;
  }
  return false;
}

bool is_ever_logged(const WindowFacts& facts, std::string_view event_class) {
  for (const Sums* sums : {&facts.pool.sums.current, &facts.pool.sums.previous}) {
    for (const auto& [key, count] : sums->events) {
      if (key.second == event_class) return true;
    }
  }
  return false;
}

OtherSuspect deploy(const WindowFacts& facts) {
  constexpr Micros kKnownBefore = kSecond * 30;
  OtherSuspect told{State::kUnknown, "deploy", "a log that begins earlier"};
  const PeriodSums& sums = facts.pool.sums;
  const Micros known = facts.window.start - log_begin(facts);
  if (known < kKnownBefore) return told;
  const Time since = facts.window.start - std::min<Micros>(kLead, known / 2);
  std::set<std::uint64_t> fresh;
  for (const auto& [fingerprint, first] : sums.first_seen) {
    if (first >= since && first < facts.window.end) fresh.insert(fingerprint);
  }
  double used = 0, of_new = 0;
  for (const ClassChange& change : facts.parts.classes) {
    used += change.used.total();
    const auto steps = sums.current.class_steps.find(change.class_id);
    if (steps == sums.current.class_steps.end()) continue;
    const bool is_new =
        std::any_of(steps->second.steps.begin(), steps->second.steps.end(),
                    [&fresh](const Fingerprint& step) { return fresh.contains(step.value); });
    if (is_new) of_new += change.used.total();
  }
  const double share = used > 0 ? of_new / used : 0;
  told.state = share < kCleared ? State::kCleared : State::kOpen;
  told.text = fmt::format("statements new since {1}: {0}{2}", fresh.size(), time_of_day(since),
                          fresh.empty() ? std::string()
                                        : fmt::format("; transactions with them held {:.1f} % of "
                                                      "the connections",
                                                      100 * share));
  return told;
}

bool is_schema_change(const EventMarkKey& key) {
  constexpr std::array kStatements{AdminStatement::kCreate,  AdminStatement::kAlter,
                                   AdminStatement::kDrop,    AdminStatement::kReindex,
                                   AdminStatement::kCluster, AdminStatement::kTruncate,
                                   AdminStatement::kRefresh};
  return key.event_class == "statement" &&
         std::any_of(kStatements.begin(), kStatements.end(),
                     [&key](AdminStatement statement) { return name_of(statement) == key.detail; });
}

OtherSuspect schema_change(const WindowFacts& facts) {
  OtherSuspect told{State::kUnknown, "schema_change", "log_statement = 'ddl'"};
  std::uint64_t count = 0;
  for (const auto& [key, mark] : near_marks(facts)) {
    const bool is_near = mark.last >= lead_begin(facts) && mark.first < facts.window.end;
    if (is_near && is_schema_change(key)) count += mark.count;
  }
  if (count == 0 && !shows_all_statements(facts)) return told;
  told.text = fmt::format("statements that change the schema {}: {}", between_words(facts), count);
  told.state = State::kCleared;
  const Timing timing = timing_of(facts, is_schema_change);
  told.text += timing_words(timing);
  if (timing != Timing::kNear) return told;
  if (const auto change = schema_change_before(facts)) {
    told.text += fmt::format(", the last before it `{}` at {}", change->statement,
                             time_of_day(change->mark.first));
  }
  if (!runs_as_usual(facts)) {
    told.state = State::kOpen;
    return told;
  }
  told.text += "; " + running_words(facts);
  return told;
}

struct ServerWork {
  std::string_view suspect, event_class, name, setting;
};
constexpr std::array<ServerWork, 4> kServerWork{
    {{"autovacuum", "autovacuum", "autovacuums", "log_autovacuum_min_duration = 0"},
     {"autoanalyze", "autoanalyze", "automatic analyzes", "log_autovacuum_min_duration = 0"},
     {"checkpoint", "checkpoint", "checkpoints", "log_checkpoints = on"},
     {"temporary_files", "temp_file", "temporary files", "log_temp_files = 0"}}};

// What the server does beside its clients' statements makes them slower, or is none of it.
OtherSuspect server_work(const WindowFacts& facts, const ServerWork& work) {
  OtherSuspect told{State::kUnknown, std::string(work.suspect), std::string(work.setting)};
  const EventsFound found = events(facts, work.event_class);
  if (found.count == 0 && !is_ever_logged(facts, work.event_class)) {
    if (!runs_as_usual(facts)) return told;
    told.state = State::kCleared;
    told.text = running_words(facts);
    return told;
  }
  told.text = fmt::format("{} {}: {}", work.name, between_words(facts), found.count);
  if (found.count > 0) {
    told.text += fmt::format(", the first at {}", time_of_day(found.mark.first));
    if (!found.mark.object.empty()) told.text += ": " + found.mark.object;
    if (found.amount > 0) told.text += fmt::format(", {} MB", found.amount >> 20);
  }
  told.state = State::kCleared;
  const Timing timing = timing_of(
      facts, [&work](const EventMarkKey& key) { return key.event_class == work.event_class; });
  told.text += timing_words(timing);
  if (timing != Timing::kNear) return told;
  if (!runs_as_usual(facts)) {
    told.state = State::kOpen;
    return told;
  }
  told.text += "; " + running_words(facts);
  return told;
}

OtherSuspect plan_change(const WindowFacts& facts) {
  if (runs_as_usual(facts)) return {State::kCleared, "plan_change", running_words(facts)};
  return plan_suspect(facts, begin_without_calm(facts));
}

OtherSuspect deadlocks(const WindowFacts& facts) {
  const EventsFound found = events(facts, "deadlock");
  const bool is_cleared = found.count == 0 || (!facts.verdict.lacks_calm &&
                                               share_of(facts, Cause::kLockWait) < kCleared);
  std::string text = fmt::format("deadlocks {}: {}", between_words(facts), found.count);
  if (found.count > 0) text += ", the first at " + time_of_day(found.mark.first);
  return {is_cleared ? State::kCleared : State::kOpen, "deadlock", std::move(text)};
}

bool is_restart(const EventMarkKey& key) {
  return key.event_class == "server_start" || key.event_class == "crash" ||
         key.event_class == "reload";
}

OtherSuspect restart(const WindowFacts& facts) {
  EventsFound found;
  for (const auto& [key, mark] : near_marks(facts)) {
    const bool is_near = mark.last >= lead_begin(facts) && mark.first < facts.window.end;
    if (is_near && is_restart(key)) found.add(mark);
  }
  const Timing timing = timing_of(facts, is_restart);
  std::string text = fmt::format("starts, crashes and reloads of the server {}: {}",
                                 between_words(facts), found.count);
  if (found.count > 0) text += ", the first at " + time_of_day(found.mark.first);
  text += timing_words(timing);
  const State state = timing == Timing::kNear ? State::kOpen : State::kCleared;
  return {state, "restart", std::move(text)};
}

// An attack is traffic: more transactions, logins that fail, or sessions that are opened.
OtherSuspect attack(const WindowFacts& facts) {
  const double calm = calm_arrivals_of(facts.parts), now = window_arrivals_of(facts.parts);
  std::uint64_t failed_logins = 0;
  for (const auto& [key, mark] : near_marks(facts)) {
    const bool is_login = key.event_class == "refused" && key.detail.starts_with("28");
    if (is_login && mark.last >= lead_begin(facts) && mark.first < facts.window.end) {
      failed_logins += mark.count;
    }
  }
  if (facts.verdict.lacks_calm || share_of(facts, Cause::kTrafficSurge) >= kCleared) {
    return {State::kUnknown, "attack",
            "addresses of clients: the log of the pooler or of what stands before it"};
  }
  return {State::kCleared, "attack",
          fmt::format("{:.1f} transactions a second against {:.1f} in calm times, {} failed logins",
                      now, calm, failed_logins)};
}

OtherSuspect retry_storm(const WindowFacts& facts) {
  const std::uint64_t failures = failures_in(facts);
  const std::string failed =
      fmt::format("statements and clients that failed in the window: {}", failures);
  if (failures == 0) return {State::kCleared, "retry_storm", failed};
  if (!facts.verdict.lacks_calm && share_of(facts, Cause::kTrafficSurge) < kCleared) {
    return {State::kCleared, "retry_storm",
            fmt::format("{}, but {:.1f} transactions a second began against {:.1f} in calm times",
                        failed, window_arrivals_of(facts.parts), calm_arrivals_of(facts.parts))};
  }
  if (surge_came_first(facts)) {
    return {State::kCleared, "retry_storm",
            failed + ", but more transactions began before the pool was full"};
  }
  return {State::kOpen, "retry_storm",
          failed + ", and more transactions began only after the pool was full: clients try again"};
}

// Running time now against calm times, for as many transactions.
struct RunningTime {
  double now = 0, calm = 0;
  void add(const ClassChange& change) {
    now += change.hold.busy * change.arrivals;
    calm += change.calm_hold.busy * change.arrivals;
  }
  double ratio() const { return calm > 0 ? now / calm : 0; }
};

// A starved host makes everything slower, a bad plan one class.
OtherSuspect host(const WindowFacts& facts) {
  constexpr double kSlower = 2, kLikeTheFirst = 0.25;
  if (runs_as_usual(facts)) return {State::kCleared, "starved_host", running_words(facts)};
  OtherSuspect told{State::kUnknown, "starved_host", "calm seconds to compare with"};
  if (facts.verdict.lacks_calm || facts.parts.classes.empty()) return told;
  const auto most = std::max_element(facts.parts.classes.begin(), facts.parts.classes.end(),
                                     [](const ClassChange& a, const ClassChange& b) {
                                       return a.extra.longer.busy < b.extra.longer.busy;
                                     });
  RunningTime first, others;
  for (const ClassChange& change : facts.parts.classes) {
    if (change.has_calm) (change.class_id == most->class_id ? first : others).add(change);
  }
  if (others.calm <= 0) {
    told.text = "other transactions to compare with";
    return told;
  }
  const bool is_slower =
      others.ratio() >= kSlower && others.ratio() >= kLikeTheFirst * first.ratio();
  told.text =
      is_slower ? "everything became slower, look at the CPU and the disks of the host: " : "";
  told.text +=
      fmt::format("statements of other transactions took {:.1f} times as long, {}", others.ratio(),
                  first.calm > 0 ? fmt::format("those that grew most {:.1f} times", first.ratio())
                                 : std::string("those that grew most are new"));
  told.state = is_slower ? State::kOpen : State::kCleared;
  return told;
}

}  // namespace

std::uint64_t failures_in(const WindowFacts& facts) {
  const EventMarks& marks = facts.pool.sums.current.details.marks;
  std::uint64_t count = 0;
  for (const std::string_view event_class :
       {"statement_timeout", "user_cancel", "lock_timeout", "terminated", "refused",
        "transaction_timeout", "idle_in_transaction_timeout", "connection_lost",
        "connection_lost_open_transaction"}) {
    count += events_between(marks, event_class, facts.window.start, facts.window.end).count;
  }
  count += pooler_refusals_between(facts.pool.sums.current.pooler, facts.pool.name,
                                   facts.window.start, facts.window.end)
               .count;
  return count;
}

// A full pool lets in only what it can serve, so the seconds around its beginning tell.
bool surge_came_first(const WindowFacts& facts) {
  const double calm = calm_arrivals_of(facts.parts), now = window_arrivals_of(facts.parts);
  const double half = calm + (now - calm) / 2;
  for (int second = -3; second < 2; ++second) {
    const Time begin = facts.window.start + second * kSecond;
    if (arrivals_between(facts.pool.usage, begin, begin + kSecond) >= half) return true;
  }
  return false;
}

std::optional<SchemaChange> schema_change_before(const WindowFacts& facts) {
  std::optional<SchemaChange> latest;
  const Sums& sums = facts.pool.sums.current;
  const Time since = facts.window.start - kMinute;
  for (const auto& [key, mark] : marks_between(sums.details.marks, since, facts.window.end)) {
    if (!is_schema_change(key) || mark.first > facts.window.start) continue;
    if (facts.window.start - mark.first > kMinute) continue;
    if (latest && mark.first < latest->mark.first) continue;
    const auto text = sums.texts.find(mark.fingerprint);
    latest = {text == sums.texts.end() ? key.detail : first_line(text->second.text), mark};
  }
  return latest;
}

std::vector<OtherSuspect> other_suspects(const WindowFacts& facts) {
  std::vector<OtherSuspect> told{attack(facts), retry_storm(facts), deploy(facts),
                                 schema_change(facts), plan_change(facts)};
  for (const ServerWork& work : kServerWork) told.push_back(server_work(facts, work));
  told.push_back(deadlocks(facts));
  told.push_back(restart(facts));
  told.push_back(host(facts));
  return told;
}

}  // namespace pgcounsel
