// What the log cannot show because of the server's settings. A report from a log that hides load
// looks quieter than the server is, so each blind spot is told once, with what opens it and what
// that costs. Nothing here is a fault of the workload, so no finding is above medium.
//
// Most settings are told by what the log does show: a duration below a millisecond beside its text
// proves log_min_duration_statement = 0. What is told by absence (no connection lines) needs a log
// that is long enough for them, and says so in its confidence. log_lock_waits leaves no trace while
// nothing waits; it is only mentioned where a statement stalled and a lock line would say why.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kEnoughStatements = 20;  // to conclude from what is not there
constexpr Micros kHiddenBelow{5'000};            // a shortest statement above this is a threshold
constexpr Micros kStall = kSecond;               // deadlock_timeout, after which waits are logged
constexpr std::int64_t kStallRatio = 100;        // of the longest execution to the median
constexpr std::string_view kReload = " SELECT pg_reload_conf();";
constexpr std::string_view kPrefix = "%m [%p] %q%u@%d/%a %c ";

Finding blind_spot(std::string_view setting, Level level, std::string title) {
  Finding finding;
  finding.rule = "blind_log_settings";
  finding.key = fmt::format("{}:{}", finding.rule, setting);
  finding.level = level;
  finding.subject = {"setting", std::string(setting)};
  finding.title = std::move(title);
  finding.confidence = Confidence::kHigh;
  finding.verify = fmt::format("`SHOW {};` and the next report no longer says this.", setting);
  finding.rollback = fmt::format("`ALTER SYSTEM RESET {};{}`", setting, kReload);
  return finding;
}

Remedy set_to(std::string_view setting, std::string_view value) {
  return {"setting", fmt::format("ALTER SYSTEM SET {} = {};{}", setting, value, kReload)};
}

bool long_enough(const Coverage& coverage) {
  return covered_span(coverage) >= kHour;
}

std::string cost_of_all_statements(const Coverage& coverage) {
  constexpr double kGigabyte = 1e9, kSecondsPerDay = 86'400, kRate = 100;
  if (coverage.statements < kEnoughStatements) {
    return "Every statement then costs a few hundred bytes of log.";
  }
  const double bytes =
      static_cast<double>(coverage.bytes) / static_cast<double>(coverage.statements);
  return fmt::format(
      "A statement takes about {:.0f} bytes in this log: at {:.0f} statements a second {:.1f} GB a "
      "day.",
      bytes, kRate, bytes * kRate * kSecondsPerDay / kGigabyte);
}

// log_min_duration_statement: statements that are not in the log at all, or not with their text.
Findings hidden_statements(const Workload& workload) {
  constexpr std::string_view kSetting = "log_min_duration_statement";
  const Coverage& coverage = workload.coverage;
  const LogSettings& seen = coverage.settings;
  std::string title;
  if (seen.durations_without_text) {
    title = "Durations are in the log without their statements";
  } else if (seen.statements_without_duration) {
    title = "Statements are in the log without their durations";
  } else if (!seen.shortest_statement && long_enough(coverage)) {
    title = "No duration of any statement is in the log";
  } else if (!seen.all_statements && coverage.statements >= kEnoughStatements &&
             seen.shortest_statement && *seen.shortest_statement >= kHiddenBelow) {
    title = fmt::format("Statements shorter than about {} are not in the log",
                        duration(*seen.shortest_statement));
  } else {
    return {};
  }
  Finding finding = blind_spot(kSetting, Level::kMedium, std::move(title));
  if (seen.shortest_statement) {
    finding.evidence = {{"shortest statement", duration(*seen.shortest_statement), "log"},
                        {"statements", grouped(coverage.statements), "log"}};
  }
  finding.remedy = set_to(kSetting, "0");
  finding.confidence_because =
      seen.durations_without_text        ? "durations without a statement were read"
      : seen.statements_without_duration ? "statements without a duration were read"
      : !seen.shortest_statement         ? "in an hour and more no line with a duration was read"
                                         : "a server that logs all statements logs many below 1 ms";
  if (!seen.durations_without_text && !seen.statements_without_duration) {
    finding.confidence = Confidence::kMedium;
  }
  finding.caveats = {
      cost_of_all_statements(coverage),
      "Where that is too much, log_transaction_sample_rate = 0.5 instead keeps whole transactions; "
      "a "
      "threshold cuts them to pieces and hides the load of short statements and idle time.",
      "With log_duration = on every statement is logged twice: turn it off then."};
  return {finding};
}

struct Missing {
  bool missing;
  std::string_view escape, what, costs;
};

// log_line_prefix: one finding for all that its lines lack, because one command cures it.
Findings poor_prefix(const Coverage& coverage) {
  const LogSettings& seen = coverage.settings;
  const Missing all[] = {
      {!seen.session_ids, "%c", "the session id",
       "process ids are used again, so holds of two sessions may be taken for one"},
      {!seen.milliseconds, "%m", "milliseconds",
       "times are known to the second only, which hides idle time between statements"},
      {!seen.names, "%u and %d", "user and database", "holds cannot be told apart by pool"},
      {!seen.application, "%a", "the application",
       "queries cannot be assigned to the program that sent them"}};
  std::vector<std::string> lacks, caveats;
  for (const Missing& one : all) {
    if (!one.missing) continue;
    lacks.push_back(fmt::format("{} ({})", one.what, one.escape));
    caveats.push_back(fmt::format("Without {}: {}.", one.escape, one.costs));
  }
  if (lacks.empty()) return {};
  const bool only_application = lacks.size() == 1 && !seen.application;
  Finding finding = blind_spot("log_line_prefix", only_application ? Level::kInfo : Level::kMedium,
                               fmt::format("Lines of the log lack {}", fmt::join(lacks, ", ")));
  for (const SourceCoverage& source : coverage.sources) {
    if (source.prefix.empty()) continue;
    finding.evidence.push_back({"prefix", fmt::format("'{}'", source.prefix), "log"});
    break;
  }
  finding.remedy = set_to("log_line_prefix", fmt::format("'{}'", kPrefix));
  finding.confidence_because = "the lines themselves show it";
  finding.caveats = std::move(caveats);
  finding.caveats.emplace_back(
      "It takes some 30 bytes more a line. Other programs that read the log may need the new "
      "prefix; "
      "csvlog has all of these fields without it.");
  return {finding};
}

Finding session_lines(std::string_view setting, std::string title, std::string_view hides) {
  Finding finding = blind_spot(setting, Level::kLow, std::move(title));
  finding.remedy = set_to(setting, "on");
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "a pooler that keeps its connections for longer than this log would look the same";
  finding.caveats = {
      fmt::format("Without these lines {}.", hides),
      "Costs one line a session, about 150 bytes; sessions that are already there are "
      "not affected."};
  return finding;
}

// log_connections and log_disconnections: the number of sessions at once and the refused ones.
Findings hidden_sessions(const Coverage& coverage) {
  Findings findings;
  if (!long_enough(coverage)) return findings;
  if (!coverage.settings.connections) {
    findings.push_back(
        session_lines("log_connections", "No connection is in the log",
                      "neither the size of a pool nor a storm of connections shows"));
  }
  if (!coverage.settings.disconnections) {
    findings.push_back(
        session_lines("log_disconnections", "No end of a session is in the log",
                      "a session that ends inside a transaction seems to hold it for ever"));
  }
  return findings;
}

const QueryRow* stalled_query(const Workload& workload) {
  const QueryRow* worst = nullptr;
  for (const QueryRow& row : workload.queries) {
    if (row.calls < kEnoughStatements || row.max < kStall) continue;
    if (row.max < row.p50 * kStallRatio) continue;
    if (worst == nullptr || row.max > worst->max) worst = &row;
  }
  return worst;
}

// log_lock_waits: only where a stall is in the log that a lock line would explain.
Findings hidden_lock_waits(const Workload& workload) {
  if (workload.coverage.settings.lock_waits) return {};
  const QueryRow* query = stalled_query(workload);
  if (query == nullptr) return {};
  Finding finding =
      blind_spot("log_lock_waits", Level::kInfo,
                 fmt::format("A statement of usually {} took {}, and the log cannot say whether it "
                             "waited for a lock",
                             duration(query->p50), duration(query->max)));
  finding.evidence = {{"query", hex(query->fingerprint), "log"},
                      {"longest", duration(query->max), "log"},
                      {"median", duration(query->p50), "log"}};
  finding.remedy = set_to("log_lock_waits", "on");
  finding.confidence = Confidence::kLow;
  finding.confidence_because =
      "no line about locks was read; the setting may be on and nothing have waited for as long as "
      "deadlock_timeout";
  finding.caveats = {"Costs two lines for each wait of deadlock_timeout (1 s) or longer."};
  return {finding};
}

}  // namespace

Findings blind_log_settings(const Brief& brief) {
  const Workload& workload = brief.workload;
  if (workload.coverage.records == 0) return {};
  Findings all = hidden_statements(workload);
  for (Findings findings : {poor_prefix(workload.coverage), hidden_sessions(workload.coverage),
                            hidden_lock_waits(workload)}) {
    std::ranges::move(findings, std::back_inserter(all));
  }
  return all;
}

}  // namespace pgcounsel
