#include "analyzer/report/runbook.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/report/sql_quote.h"
#include "analyzer/report/units.h"
#include "analyzer/report/view.h"

namespace pgcounsel {
namespace {

// A step of a runbook.
enum class Step {
  kNone,
  kOverview,
  kArrivals,
  kIdle,
  kOutside,
  kStatement,
  kBlockers,
  kTimeouts,
  kPooler,
  kOver
};

struct Runbook {
  std::string_view cause;
  std::array<Step, 7> steps;
  std::string_view look_for;  // in the first step
};

using enum Step;
constexpr std::string_view kForgotten = "forgotten transaction";
constexpr std::array<Runbook, 7> kRunbooks{{
    {"idle_in_transaction",
     {kOverview, kIdle, kTimeouts, kPooler, kOver},
     "As last time if most are `idle in transaction`: the application holds them, not the server."},
    {"slow_query",
     {kOverview, kStatement, kTimeouts, kPooler, kOver},
     "As last time if most are `active` and do not wait for a `Lock`."},
    {"lock_wait",
     {kOverview, kBlockers, kStatement, kTimeouts, kPooler, kOver},
     "As last time if most are `active` with the `wait_event_type` `Lock`."},
    {"traffic_surge",
     {kOverview, kArrivals, kPooler, kOver},
     "As last time if all are in use and none is old: each is fast, and there are too many."},
    {"connection_leak",
     {kOverview, kOutside, kTimeouts, kPooler, kOver},
     "As last time if most are `idle` for long and are not used by anybody."},
    {kForgotten,
     {kOverview, kBlockers, kTimeouts, kPooler, kOver},
     "As last time if most are `active` with the `wait_event_type` `Lock`: they wait for one "
     "transaction, which may be another user's and idles. Cancelling those that wait does not "
     "help."},
    {"mixed",
     {kOverview, kBlockers, kIdle, kStatement, kTimeouts, kPooler, kOver},
     "Most in one line: `active` with a `Lock` go on with 2, `idle in transaction` with 3, other "
     "`active` with 4."},
}};

struct Limit {
  std::string_view cause, setting, of;  // `of`: what it bounds
  CutBy cut;                            // nullptr: the log does not know it
  Micros lowest;                        // as a setting: a lower one ends what is only slow
  Micros HealthyHolds::*longest;
  std::string_view otherwise;  // where healthy times are not known
};
constexpr std::array<Limit, 4> kTimeoutSettings{{
    {"idle_in_transaction", "idle_in_transaction_session_timeout", "pauses", &TimeoutStep::idle,
     kSecond * 5, &HealthyHolds::longest_idle, "10s"},
    {"slow_query", "statement_timeout", "statements", &TimeoutStep::running, kSecond * 5,
     &HealthyHolds::longest_running, "10s"},
    {"lock_wait", "lock_timeout", "lock waits", &TimeoutStep::waiting, kSecond * 2,
     &HealthyHolds::longest_wait, "5s"},
    {"connection_leak", "idle_session_timeout", "pauses between transactions", nullptr, kSecond,
     nullptr, "1min"},
}};

// For a role whose healthy transactions are not known: somebody who types.
constexpr std::string_view kForPeople = "1min";

const Limit& limit_on(std::string_view cause) {
  return *std::find_if(kTimeoutSettings.begin(), kTimeoutSettings.end() - 1,
                       [cause](const Limit& limit) { return limit.cause == cause; });
}

// As settings and intervals take it.
std::string setting_value(Micros limit) {
  const auto seconds = limit / kSecond;
  if (seconds % 3600 == 0 && seconds > 0) return fmt::format("{}h", seconds / 3600);
  return seconds % 60 == 0 && seconds > 0 ? fmt::format("{}min", seconds / 60)
                                          : fmt::format("{}s", seconds);
}

std::string value_of(const PoolRow& pool, const Limit& limit, Micros lowest = {}) {
  if (limit.cut == nullptr) return std::string(limit.otherwise);
  const std::optional<TimeoutStep> step = harmless_limit(pool, limit.cut, lowest);
  return step ? setting_value(step->limit) : std::string(limit.otherwise);
}

struct Writer {
  const Workload& workload;
  const PoolRow& pool;
  const PoolWindow& window;
  const Runbook& book;

  RunbookStep overview() const;
  RunbookStep arrivals() const;
  RunbookStep idle() const;
  RunbookStep outside() const;
  RunbookStep statement() const;
  RunbookStep blockers() const;
  RunbookStep limits() const;
  RunbookStep pooler() const;
  RunbookStep over() const;

 private:
  // `datname = 'shop' AND usename = 'web' AND pid <> pg_backend_pid()`
  std::string its_sessions() const {
    std::string where;
    if (!pool.database.empty()) {
      where += fmt::format("datname = {} AND ", quoted_literal(pool.database));
    }
    if (!pool.user.empty()) where += fmt::format("usename = {} AND ", quoted_literal(pool.user));
    if (where.empty()) where = "backend_type = 'client backend' AND ";
    return where + "pid <> pg_backend_pid()";
  }
  std::string holder_statement() const;
  std::string altered(const std::string& user, std::string_view change) const;
  std::string role_of(const Limit& limit) const;
};

RunbookStep Writer::overview() const {
  return {"See what the connections do", std::string(book.look_for),
          fmt::format("SELECT state, wait_event_type, count(*),\n"
                      "       max(now() - xact_start) AS oldest_transaction,\n"
                      "       max(now() - state_change) AS longest_in_state\n"
                      "FROM pg_stat_activity\n"
                      "WHERE {}\n"
                      "GROUP BY 1, 2 ORDER BY 3 DESC;",
                      its_sessions()),
          ""};
}

RunbookStep Writer::arrivals() const {
  return {"See who sends the traffic",
          "An application or a client with far more sessions or younger transactions than the "
          "others is where to shed load: in its own queue, its load balancer, its retries.",
          fmt::format("SELECT application_name, client_addr, count(*) AS sessions,\n"
                      "       count(*) FILTER (WHERE state <> 'idle') AS busy,\n"
                      "       max(backend_start) AS newest_session\n"
                      "FROM pg_stat_activity\n"
                      "WHERE {}\n"
                      "GROUP BY 1, 2 ORDER BY 4 DESC, 3 DESC LIMIT 20;",
                      its_sessions()),
          ""};
}

RunbookStep Writer::idle() const {
  const std::string limit = value_of(pool, limit_on("idle_in_transaction"));
  const std::string where = fmt::format(
      "WHERE {}\n  AND state LIKE 'idle in transaction%'\n"
      "  AND state_change < now() - interval '{}'",
      its_sessions(), limit);
  return {
      "End transactions that idle",
      fmt::format("First look, then end those that idle for {} and more: what they did is "
                  "rolled back, the client gets an error. `pg_cancel_backend` has no effect on "
                  "a session that runs nothing.",
                  limit),
      fmt::format("SELECT pid, application_name, client_addr, now() - state_change AS idle_for,\n"
                  "       now() - xact_start AS open_for, left(query, 80) AS last_statement\n"
                  "FROM pg_stat_activity\n{}\nORDER BY state_change;",
                  where),
      fmt::format("SELECT pid, pg_terminate_backend(pid)\nFROM pg_stat_activity\n{};", where)};
}

RunbookStep Writer::outside() const {
  const std::string limit = value_of(pool, limit_on("connection_leak"));
  const std::string where =
      fmt::format("WHERE {}\n  AND state = 'idle' AND state_change < now() - interval '{}'",
                  its_sessions(), limit);
  return {
      "End connections that nobody gives back",
      fmt::format("Sessions that are `idle` for {} and more are kept by a client that does not "
                  "use them. The application and the last statement say which code it is; "
                  "restarting that application gives them all back. Ending them is safe for "
                  "the data: no transaction is open.",
                  limit),
      fmt::format("SELECT pid, application_name, client_addr, now() - state_change AS idle_for,\n"
                  "       left(query, 80) AS last_statement\n"
                  "FROM pg_stat_activity\n{}\nORDER BY state_change;",
                  where),
      fmt::format("SELECT pid, pg_terminate_backend(pid)\nFROM pg_stat_activity\n{};", where)};
}

RunbookStep Writer::statement() const {
  const std::string like = holder_statement();
  if (like.empty()) return {};
  const std::string limit = value_of(pool, limit_on("slow_query"));
  const std::string where = fmt::format(
      "WHERE {}\n  AND state = 'active' AND backend_type = 'client backend'\n"
      "  AND query{}",
      its_sessions(), like);
  return {"Cancel the statement that held most",
          fmt::format("First look whether these are the ones, then cancel those that run for {} "
                      "and more; their transactions fail, the sessions stay.",
                      limit),
          fmt::format("SELECT pid, application_name, client_addr, wait_event_type,\n"
                      "       now() - query_start AS runs_for, left(query, 80) AS statement\n"
                      "FROM pg_stat_activity\n{}\nORDER BY query_start;",
                      where),
          fmt::format("SELECT pid, pg_cancel_backend(pid)\nFROM pg_stat_activity\n{}\n"
                      "  AND query_start < now() - interval '{}';",
                      where, limit)};
}

RunbookStep Writer::blockers() const {
  const std::string database =
      pool.database.empty() ? std::string()
                            : fmt::format("datname = {} AND ", quoted_literal(pool.database));
  return {"Find who blocks whom, and end the first of the queue",
          "The first query lists each waiting session with the one it waits for; the second ends "
          "those that block others and wait for nobody: it cancels what runs and terminates what "
          "idles in a transaction. Whatever database user holds the lock is among them.",
          fmt::format("SELECT waiter.pid, now() - waiter.query_start AS waits_for,\n"
                      "       left(waiter.query, 60) AS waits, blocker.pid AS blocked_by,\n"
                      "       blocker.usename, blocker.application_name, blocker.state,\n"
                      "       now() - blocker.xact_start AS open_for,\n"
                      "       left(blocker.query, 60) AS last_statement\n"
                      "FROM pg_stat_activity AS waiter\n"
                      "CROSS JOIN LATERAL unnest(pg_blocking_pids(waiter.pid)) AS by(pid)\n"
                      "JOIN pg_stat_activity AS blocker ON blocker.pid = by.pid\n"
                      "WHERE {}waiter.pid <> pg_backend_pid()\n"
                      "ORDER BY blocker.xact_start;",
                      database.empty() ? "" : "waiter." + database),
          fmt::format("SELECT pid, CASE state WHEN 'active' THEN pg_cancel_backend(pid)\n"
                      "                       ELSE pg_terminate_backend(pid) END AS ended\n"
                      "FROM pg_stat_activity\n"
                      "WHERE {}backend_type = 'client backend'\n"
                      "  AND cardinality(pg_blocking_pids(pid)) = 0\n"
                      "  AND pid IN (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity\n"
                      "              WHERE wait_event_type = 'Lock');",
                      database)};
}

// `ALTER ROLE "web" IN DATABASE "shop" …`
std::string Writer::altered(const std::string& user, std::string_view change) const {
  const std::string database = quoted_identifier(pool.database);
  if (user.empty()) return fmt::format("ALTER DATABASE {} {};", database, change);
  const std::string in_database = pool.database.empty() ? "" : " IN DATABASE " + database;
  return fmt::format("ALTER ROLE {}{} {};", quoted_identifier(user), in_database, change);
}

// Of the one that forgot its transaction, where it is not the pool's.
std::string Writer::role_of(const Limit& limit) const {
  const bool is_others = book.cause == kForgotten && limit.cause == window.cause &&
                         !window.blockers.empty() && !window.blockers.front().user.empty();
  return is_others ? window.blockers.front().user : pool.user;
}

RunbookStep Writer::limits() const {
  if (pool.user.empty() && pool.database.empty()) return {};
  std::string text, sql, undo;
  bool is_guess = false;
  for (const Limit& limit : kTimeoutSettings) {
    const bool is_due = limit.cause == window.cause ||
                        (book.cause == "mixed" && limit.cut != nullptr) ||
                        (book.cause == kForgotten && limit.cause == "lock_wait");
    if (!is_due) continue;
    const std::string role = role_of(limit);
    const std::optional<TimeoutStep> step = limit.cut == nullptr || role != pool.user
                                                ? std::nullopt
                                                : harmless_limit(pool, limit.cut, limit.lowest);
    if (step) {
      const std::uint64_t cut = (*step).*limit.cut;
      text += fmt::format(" {} of {} healthy transactions had {} above {} (the longest: {}).",
                          cut == 0 ? "None" : grouped(cut), grouped(pool.healthy->transactions),
                          limit.of, setting_value(step->limit),
                          duration((*pool.healthy).*limit.longest));
    } else {
      is_guess = true;
    }
    const std::string value =
        role != pool.user ? std::string(kForPeople) : value_of(pool, limit, limit.lowest);
    sql += altered(role, fmt::format("SET {} = '{}'", limit.setting, value)) + "\n";
    undo += "-- " + altered(role, fmt::format("RESET {}", limit.setting)) + "\n";
  }
  if (sql.empty()) return {};
  if (is_guess) {
    text +=
        " The value is a guess where the log does not tell what is usual: take one above what "
        "the application needs.";
  }
  const bool is_pooled = pool.mode != "none";
  if (is_pooled && !pool.database.empty()) {
    text += fmt::format(" In PgBouncer's console `RECONNECT {};` renews the pool's sessions.",
                        quoted_identifier(pool.database));
  }
  return {"Set a limit as first aid", "It holds for new sessions." + text, "", sql + undo};
}

RunbookStep Writer::pooler() const {
  if (pool.mode == "none") return {};
  std::string text =
      "In PgBouncer's console (`psql -p 6432 pgbouncer`), if the pool is PgBouncer's: it is full "
      "while `cl_waiting` is above 0 and `sv_idle` is 0; `maxwait` is how long the first client "
      "has waited, in seconds.";
  text += pool.mode == "session"
              ? " With `pool_mode = session` a client keeps its connection until it disconnects: "
                "in `SHOW CLIENTS` look for `addr` and `application_name` with many `active` and "
                "an old `request_time`."
              : " With `pool_mode = transaction` `sv_active` are open transactions; in `SHOW "
                "CLIENTS` the `addr` and `application_name` of those in the state `waiting` say "
                "who suffers.";
  if (pool.reserve && *pool.reserve > 0) {
    text += fmt::format(" A `reserve_pool_size` of {} is configured.", *pool.reserve);
  }
  return {"Look at the pooler", text, "SHOW POOLS;\nSHOW CLIENTS;", ""};
}

RunbookStep Writer::over() const {
  const bool is_leak = window.cause == "connection_leak";
  const std::string_view busy =
      is_leak ? "state <> 'idle' OR state_change < now() - interval '10s'" : "state <> 'idle'";
  std::string text = "Ask again every few seconds (`\\watch 5`).";
  if (pool.size) {
    text += fmt::format(" It is over when `busy` stays below {} of {}.", (*pool.size * 3 + 3) / 4,
                        *pool.size);
  }
  return {"See that it is over", text,
          fmt::format("SELECT count(*) FILTER (WHERE {}) AS busy,\n"
                      "       count(*) AS sessions, max(now() - xact_start) AS oldest_transaction\n"
                      "FROM pg_stat_activity\n"
                      "WHERE {};",
                      busy, its_sessions()),
          ""};
}

// The statement that did most of what the first holder did that runs or waits; of the next one
// where its text says too little.
std::string Writer::holder_statement() const {
  for (const WindowHolder& holder : window.holders) {
    const TransactionRow* row = row_of(workload, holder);
    if (row == nullptr || row->idle * 2 > row->hold) continue;  // idle: there is none to cancel
    const TransactionStep* most = nullptr;
    Micros most_time{-1};
    for (const TransactionStep& step : row->steps) {
      if (is_begin_or_end(step.text) || like_statement(step.text).empty()) continue;
      const auto query = std::find_if(
          workload.queries.begin(), workload.queries.end(),
          [&step](const QueryRow& known) { return known.fingerprint == step.fingerprint; });
      const Micros time = query == workload.queries.end() ? Micros::zero()
                          : window.cause == "lock_wait"   ? query->lock_wait
                                                          : query->total;
      if (time <= most_time) continue;
      most_time = time;
      most = &step;
    }
    if (most != nullptr) return like_statement(most->text);
  }
  return "";
}

RunbookStep written(const Writer& writer, Step step) {
  switch (step) {
    case kOverview:
      return writer.overview();
    case kArrivals:
      return writer.arrivals();
    case kIdle:
      return writer.idle();
    case kOutside:
      return writer.outside();
    case kStatement:
      return writer.statement();
    case kBlockers:
      return writer.blockers();
    case kTimeouts:
      return writer.limits();
    case kPooler:
      return writer.pooler();
    case kOver:
      return writer.over();
    case kNone:
      break;
  }
  return {};
}

}  // namespace

std::optional<TimeoutStep> harmless_limit(const PoolRow& pool, CutBy cut, Micros lowest) {
  if (!pool.healthy || pool.healthy->transactions == 0) return std::nullopt;
  const auto& steps = pool.healthy->steps;
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const TimeoutStep& step) {
    return step.limit >= lowest && step.*cut < (pool.healthy->transactions + 999) / 1000;
  });
  return found == steps.end() ? std::nullopt : std::optional(*found);
}

std::vector<RunbookStep> runbook_of(const Workload& workload, const PoolIncident& incident) {
  // Behind a forgotten transaction, whosever it is, stand those that wait. What is not known has
  // several causes, the last one.
  const std::string_view cause =
      incident.window->waits_for_forgotten ? kForgotten : std::string_view(incident.window->cause);
  const auto book = std::find_if(kRunbooks.begin(), kRunbooks.end() - 1,
                                 [&](const Runbook& known) { return known.cause == cause; });
  const Writer writer{workload, *incident.pool, *incident.window, *book};
  std::vector<RunbookStep> steps;
  for (const Step step : book->steps) {
    RunbookStep done = written(writer, step);
    if (!done.title.empty()) steps.push_back(std::move(done));
  }
  return steps;
}

}  // namespace pgcounsel
