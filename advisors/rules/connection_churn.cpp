// Sessions that are opened for a statement or two and closed again. Each costs the server a new
// process, authentication and cold caches before its first statement, and it needs a free slot.
//
//   connection received            fork, start-up packet, password
//   connection authorized    +4 ms the catalogue caches are still empty
//   SELECT ...                0.4 ms
//   disconnection: session time: 0:00:00.006
//
// Rests on the lines of disconnections, which carry the length of the session and its names. The
// set-up is measured from `received` to `authorized`, or told by `connection ready` (PostgreSQL
// 18); else its cost is said to be unknown.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/messages.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"
#include "analyzer/workload/event_sums.h"

namespace pgcounsel {
namespace {

// Below 30 a minute stand health checks, monitoring and scripts: a check of five agents every 10 s.
constexpr double kFewAMinute = 30, kManyAMinute = 120, kVeryManyAMinute = 1200;
constexpr std::uint64_t kFewSessions = 30;  // in all: less is the start of an application
constexpr double kMostlyBrief = 0.5;        // of the sessions

struct SetUp {
  Micros mean{};
  const char* source = nullptr;  // nullptr: not known
};

SetUp set_up_of(const Workload& workload) {
  const auto mean = [](const EventMeasureRow& row) {
    return mean_of(Micros{static_cast<std::int64_t>(row.total)}, row.count);
  };
  const EventMeasureRow ready = measure_of(workload, "connection_ready", "setup");
  if (ready.count > 0) return {mean(ready), "told by `connection ready`"};
  const EventMeasureRow measured = measure_of(workload, "connection_setup", "total");
  if (measured.count > 0) return {mean(measured), "from `received` to `authorized`"};
  return {};
}

// Sessions a minute in the busiest hour, or in the covered span where that is shorter.
double rate_of(const SessionRow& row, const Coverage& coverage) {
  const Micros length = std::clamp(covered_span(coverage), kMinute, kHour);
  return static_cast<double>(row.busiest_sessions) * static_cast<double>(kMinute.count()) /
         static_cast<double>(length.count());
}

bool worth_telling(const SessionRow& row, const Coverage& coverage) {
  if (row.sessions < kFewSessions || rate_of(row, coverage) < kFewAMinute) return false;
  return static_cast<double>(row.brief) >= kMostlyBrief * static_cast<double>(row.sessions);
}

Level level_of(double a_minute) {
  if (a_minute >= kVeryManyAMinute) return Level::kHigh;
  return a_minute >= kManyAMinute ? Level::kMedium : Level::kLow;
}

// The application where it is known: a heading has no room for more.
std::string short_name(const SessionRow& row) {
  constexpr std::size_t kLongestName = 30;
  const std::string& name = row.application.empty() ? row.user : row.application;
  return name.empty() ? "A client" : shortened(name, kLongestName);
}

Finding finding_for(const SessionRow& row, const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  const std::string client = client_name(row.user, row.database, row.application);
  const double a_minute = rate_of(row, coverage);
  const SetUp set_up = set_up_of(workload);
  Finding finding;
  finding.rule = "connection_churn";
  finding.key = fmt::format("{}:{}", finding.rule, client);
  finding.level = level_of(a_minute);
  finding.subject = {"pool", client};
  finding.title = fmt::format("{} opens {:.0f} sessions a minute, {} shorter than a second",
                              short_name(row), a_minute, percent(row.brief, row.sessions));
  finding.evidence = {
      {"client", client, "log"},
      {"sessions", grouped(row.sessions), "log"},
      {"in the busiest hour",
       fmt::format("{} from {}", grouped(row.busiest_sessions), minute_of(row.busiest_hour)),
       "log"},
      {"shorter than a second", grouped(row.brief), "log"},
      {"length, median", duration(row.p50), "log"},
      {"set-up of a connection",
       set_up.source == nullptr
           ? "unknown: the log has no `connection received` lines with milliseconds"
           : fmt::format("{} on average, {}", duration(set_up.mean), set_up.source),
       "log"},
  };
  finding.remedy = {
      "code",
      "Keep connections open: a pool inside the application with a minimum of idle connections, a "
      "persistent connection in PHP (`pconnect`), `CONN_MAX_AGE` in Django. Where many short-lived "
      "processes connect (functions, cron, one process a request), put PgBouncer in transaction "
      "mode "
      "between them and the server."};
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the log has the end of each session and how long it was";
  if (set_up.source != nullptr) {
    const double daily = per_day(set_up.mean * static_cast<std::int64_t>(row.sessions), coverage);
    if (daily >= kNegligiblePerDay) finding.gain = Gain{daily, daily};
  }
  finding.verify = "In the next report this client has fewer and longer sessions.";
  finding.rollback = "Revert the change of the client's configuration.";
  finding.caveats = {
      "The gain is the set-up alone, as far as it is measured. A new session's first statements "
      "are "
      "slower too, because its caches are empty.",
      "In transaction mode, settings of a session (SET, advisory locks, LISTEN, temporary tables) "
      "do "
      "not stay with the client."};
  add_scaling_caveat(finding, coverage);
  return finding;
}

}  // namespace

Findings connection_churn(const Brief& brief) {
  Findings findings;
  for (const SessionRow& row : brief.workload.sessions) {
    if (worth_telling(row, brief.workload.coverage)) {
      findings.push_back(finding_for(row, brief.workload));
    }
  }
  return findings;
}

}  // namespace pgcounsel
