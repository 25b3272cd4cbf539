// All clients connect at once: after a restart, a failover or a minute of refusals, each of them
// tries again, and those that are refused try again at once.
//
//   10:04:00   57P01 to 400 sessions: the server stops
//   10:04:03   412 connections refused: the server is starting up
//   10:04:05   1,900 sessions opened within a minute, 12 are usual
//
// Told from the minute in which most sessions were opened, where refusals or ended sessions stand
// close by; else from the minute in which a starting server refused most.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "advisors/advisor.h"
#include "advisors/full_pools.h"
#include "advisors/messages.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"
#include "analyzer/workload/event_sums.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kManyOpened = 100, kManyRefused = 30;  // in a minute
constexpr std::uint64_t kFarMore = 10;                         // times what is usual
constexpr std::uint64_t kMuch = 300, kVeryMuch = 1'000;        // attempts in a minute
constexpr std::uint64_t kTrouble = 5;                          // errors around a burst
constexpr std::int64_t kMinutesBefore = 5;                     // of a burst that belong to it
constexpr std::size_t kShownClients = 3;

struct Storm {
  Time minute{};
  const ConnectionBurst* burst = nullptr;
  std::uint64_t not_up = 0, no_slot = 0, ended = 0;  // 57P03, 53300 and 57P01 around the minute

  std::uint64_t attempts() const {
    return (burst == nullptr ? 0 : burst->opened) + not_up + no_slot;
  }
};

void add_trouble(Storm& storm, const Workload& workload) {
  for (const ErrorMinuteRow& row : workload.error_minutes) {
    const bool is_near = row.minute >= storm.minute - kMinute * kMinutesBefore &&
                         row.minute <= storm.minute + kMinute;
    if (!is_near) continue;
    if (row.sqlstate == "57P03") storm.not_up += row.count;
    if (row.sqlstate == "53300") storm.no_slot += row.count;
    if (row.sqlstate == "57P01") storm.ended += row.count;
  }
}

std::optional<Storm> storm_of_sessions(const Workload& workload) {
  if (!workload.connection_burst) return std::nullopt;
  const ConnectionBurst& burst = *workload.connection_burst;
  if (burst.opened < std::max(kManyOpened, kFarMore * burst.usual)) return std::nullopt;
  Storm storm{burst.minute, &burst};
  add_trouble(storm, workload);
  if (storm.not_up + storm.no_slot + storm.ended < kTrouble) return std::nullopt;
  return storm;
}

std::optional<Storm> storm_of_refusals(const Workload& workload) {
  std::map<Time, std::uint64_t> minutes;
  for (const ErrorMinuteRow& row : workload.error_minutes) {
    if (row.sqlstate == "57P03") minutes[row.minute] += row.count;
  }
  const auto worst =
      std::ranges::max_element(minutes, {}, [](const auto& minute) { return minute.second; });
  if (worst == minutes.end() || worst->second < kManyRefused) return std::nullopt;
  Storm storm{worst->first};
  add_trouble(storm, workload);
  return storm;
}

std::string clients_of(const std::vector<SessionShare>& sessions) {
  std::string text;
  for (std::size_t at = 0; at < std::min(sessions.size(), kShownClients); ++at) {
    text += fmt::format("{}{} {}", at == 0 ? "" : ", ",
                        client_name(sessions[at].user, sessions[at].database, {}),
                        grouped(sessions[at].sessions));
  }
  if (sessions.size() > kShownClients) {
    text += fmt::format(" and {} more", sessions.size() - kShownClients);
  }
  return text;
}

Level level_of(const Storm& storm) {
  if (storm.attempts() >= kVeryMuch) return Level::kHigh;
  return storm.attempts() >= kMuch || storm.no_slot >= kTrouble ? Level::kMedium : Level::kLow;
}

std::string title_of(const Storm& storm) {
  const std::string when = minute_of(storm.minute);
  if (storm.burst != nullptr) {
    return fmt::format("{} sessions opened in the minute of {} UTC, {} are usual",
                       grouped(storm.burst->opened), when, grouped(storm.burst->usual));
  }
  return fmt::format("{} attempts to connect to a server that was not up, around {} UTC",
                     grouped(storm.not_up), when);
}

std::vector<Evidence> evidence_of(const Storm& storm) {
  std::vector<Evidence> evidence;
  if (storm.burst != nullptr) {
    evidence.push_back({"sessions opened",
                        fmt::format("{} in the minute from {} UTC; {} in the median minute",
                                    grouped(storm.burst->opened), minute_of(storm.minute),
                                    grouped(storm.burst->usual)),
                        "log"});
    if (!storm.burst->sessions.empty()) {
      evidence.push_back({"who", clients_of(storm.burst->sessions), "log"});
    }
  }
  const auto add = [&evidence](std::string_view name, std::uint64_t count) {
    if (count > 0) evidence.push_back({std::string(name), grouped(count), "log"});
  };
  add("refused, the server was not up (57P03)", storm.not_up);
  add("refused, no slot was free (53300)", storm.no_slot);
  add("sessions ended by the server (57P01)", storm.ended);
  return evidence;
}

Finding finding_for(const Storm& storm) {
  const bool knows_who = storm.burst != nullptr && !storm.burst->sessions.empty();
  const std::string who =
      knows_who ? storm.burst->sessions.front().database + "/" + storm.burst->sessions.front().user
                : "server";
  Finding finding;
  finding.rule = "reconnect_storm";
  finding.key = fmt::format("{}:{}", finding.rule, who);
  finding.level = level_of(storm);
  finding.subject = {knows_who ? "pool" : "server", who};
  finding.title = title_of(storm);
  finding.evidence = evidence_of(storm);
  finding.remedy = {
      "code",
      "Let a client that lost its connection, or got none, wait a random pause before it tries "
      "again: between 0 and 0.2 s × 2^tries, 30 s at most, and a limit of tries.\nLet the "
      "application's pool open few connections at its start (a small minimum of idle ones), one "
      "after the other.\nPut PgBouncer between: clients stay connected to it while the server is "
      "away, it opens at most pool_size connections, and after a failed login it waits "
      "`server_login_retry` (15 s) instead of asking for each client. For planned restarts `PAUSE` "
      "and `RESUME` let clients wait without an error."};
  const bool is_clear = storm.burst != nullptr && storm.not_up + storm.ended >= kTrouble;
  finding.confidence = is_clear ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      is_clear ? "the log has the new sessions, and the restart or the refusals before them"
               : "the log has the attempts; that they are the same clients again is told by their "
                 "time only";
  finding.verify =
      "After the next restart sessions come back over some tens of seconds. Now: `SELECT "
      "date_trunc('minute', backend_start) AS started, usename, count(*) FROM pg_stat_activity "
      "GROUP BY 1, 2 ORDER BY 1;`";
  finding.rollback = "Revert the change of the client's configuration.";
  finding.caveats = {
      "If the restart was not planned, look for its reason first: a crash stands before it in the "
      "log.",
      "Retries of the driver, of the application and of a load balancer multiply: keep one of "
      "them."};
  return finding;
}

}  // namespace

Findings reconnect_storm(const Brief& brief) {
  std::optional<Storm> storm = storm_of_sessions(brief.workload);
  if (!storm) storm = storm_of_refusals(brief.workload);
  if (!storm) return {};
  return {finding_for(*storm)};
}

}  // namespace pgcounsel
