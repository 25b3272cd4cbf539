// Clients that take a connection and do not give it back. In session pooling the server sees it: a
// checkout goes on without a transaction, one more after each leak, until the pool is empty and
// the log of its user falls silent.
//
//   DISCARD ALL                        the client before gave the connection back
//   SELECT id, email FROM users        0.4 ms
//                                      nothing more: for minutes, for hours
//
// In transaction pooling the pooler takes the connection back at COMMIT, so there is no such leak.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/full_pools.h"
#include "advisors/messages.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr Cause kCause = Cause::kConnectionLeak;
constexpr std::string_view kFirstAid = "SET idle_session_timeout = '5min'";

std::uint64_t events_of(const Workload& workload, std::string_view event_class) {
  const auto row = std::ranges::find(workload.events, event_class, &EventRow::event_class);
  return row == workload.events.end() ? 0 : row->count;
}

std::vector<Evidence> evidence_of(const FullPool& pool, const std::vector<PoolHolder>& holders,
                                  const Workload& workload) {
  std::vector<Evidence> evidence{{"full", when_full(pool), "log"}};
  if (!holders.empty()) {
    const PoolHolder& first = holders.front();
    evidence.push_back(
        {"kept by",
         fmt::format("the clients of `{}`: {:.0f} % of what was held, {:.0f} "
                     "connection-seconds",
                     statement_of(first, kCause, workload), 100 * first.share, first.hold_s),
         "log"});
    if (first.row != nullptr && first.row->count > 0) {
      evidence.push_back(
          {"such checkouts",
           fmt::format("{}, {} without an end, longest {}", grouped(first.row->count),
                       grouped(first.row->unfinished), duration(first.row->hold_max)),
           "log"});
    }
  }
  for (const std::string& figure : longest_window(pool).evidence) {
    evidence.push_back({"what grew", figure, "log"});
  }
  const std::uint64_t abandoned = events_of(workload, "connection_lost_open_transaction");
  if (abandoned > 0) {
    evidence.push_back({"clients gone with an open transaction",
                        fmt::format("{}, of the whole server", grouped(abandoned)), "log"});
  }
  return evidence;
}

std::string remedy_text(const PoolRow& row, const std::string& statement) {
  std::string text = fmt::format(
      "Give the connection back on every path of the code that runs `{}`, the failing ones too: "
      "`with`, `using`, `defer`, try-with-resources or `finally`. The application's pool finds the "
      "place: HikariCP `leakDetectionThreshold=10000` logs where a connection was taken that is "
      "out for 10 s; in Go look for rows that are not closed.\nWhere clients need nothing of their "
      "session, `pool_mode = transaction` of PgBouncer takes the connection back at each COMMIT.\n"
      "First aid: `client_idle_timeout = 300` of PgBouncer ends clients that keep a connection "
      "without using it (`server_idle_timeout` does not: it is for connections that nobody has)",
      statement);
  if (!is_usable_role(row.user)) return text + ".";
  return fmt::format("{}; or, from PostgreSQL 14 on:\n{}", text,
                     alter_roles({row.user}, kFirstAid));
}

Finding finding_for(const FullPool& pool, const Workload& workload) {
  const PoolRow& row = *pool.row;
  const std::vector<PoolHolder> holders = holders_of(pool, workload);
  Finding finding;
  finding.rule = "connection_leak";
  finding.key = fmt::format("{}:{}", finding.rule, pool_id(row));
  finding.level = level_of_advice(pool);
  finding.subject = {"pool", pool_id(row)};
  finding.title =
      fmt::format("Clients of {} keep connections that they do not use", pool_title(row));
  finding.evidence = evidence_of(pool, holders, workload);
  finding.remedy = {
      "code", remedy_text(row, holders.empty() ? std::string("the last statement")
                                               : statement_of(holders.front(), kCause, workload))};
  set_confidence(finding, pool);
  finding.verify =
      "In the next report these checkouts have an end and the pool has no window. Now: `SELECT "
      "pid, "
      "usename, now() - state_change AS idle_for, query FROM pg_stat_activity WHERE state = 'idle' "
      "ORDER BY 3 DESC;` in session pooling a long one is a connection that somebody keeps.";
  finding.rollback = "Revert the change of the code.";
  if (is_usable_role(row.user)) {
    finding.rollback +=
        fmt::format(" Of the setting: `{}`", alter_roles({row.user}, "RESET idle_session_timeout"));
  }
  finding.caveats = {
      "idle_session_timeout holds for new sessions and ends those that a pooler keeps in reserve, "
      "too: it then opens new ones. It must be longer than any pause that clients have a right to.",
      "`pool_mode = transaction` takes away what belongs to a session: SET, LISTEN, advisory "
      "locks, "
      "temporary tables."};
  return finding;
}

}  // namespace

Findings connection_leak(const Brief& brief) {
  Findings findings;
  for (const FullPool& pool : full_pools(brief.workload, kCause)) {
    findings.push_back(finding_for(pool, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
