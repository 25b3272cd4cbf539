#include "analyzer/report/notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

bool any_of_kind(const Workload& workload, std::string_view format) {
  const auto& sources = workload.coverage.sources;
  return std::any_of(sources.begin(), sources.end(),
                     [&](const SourceCoverage& source) { return source.format == format; });
}

// What the server itself counted, and the log lacks.
std::vector<std::string> hidden_load(const Workload& workload) {
  std::vector<std::string> lines;
  if (!workload.samples) return lines;
  for (const DatabaseLoad& database : workload.samples->databases) {
    if (!database.in_log || !database.in_log->is_lacking()) continue;
    const std::string share = percent(database.in_log->shown, database.in_log->counted);
    lines.push_back(fmt::format("It shows {} of the load that pg_stat_database counted{}.",
                                share.empty() ? "0 %" : share,
                                database.database.empty() ? "" : " for " + database.database));
  }
  return lines;
}

}  // namespace

std::string understood(const SourceCoverage& source) {
  const std::uint64_t all = source.records + source.unparsed_records;
  std::string share = percent(source.records, all);
  return source.unparsed_records > 0 && share == "100 %" ? ">99 %" : share;
}

std::vector<Note> notes_on(const Workload& workload) {
  const LogSettings& settings = workload.coverage.settings;
  std::vector<Note> notes;
  const auto add = [&](std::string hidden, std::string setting) {
    notes.push_back({std::move(hidden), std::move(setting)});
  };
  if (workload.coverage.records == 0) return notes;
  if (!settings.all_statements) {
    add(settings.shortest_statement
            ? fmt::format("The shortest statement with its text took {}: faster ones, and the "
                          "connections they held, are missing from every figure.",
                          duration(*settings.shortest_statement))
            : "No statement stands in it with its text and duration.",
        "log_min_duration_statement = 0");
  }
  for (std::string& line : hidden_load(workload)) {
    add(std::move(line), settings.all_statements ? "" : "log_min_duration_statement = 0");
  }
  const PlanCounts& plans = workload.plan_counts;
  if (plans.unread > 0) {
    add(fmt::format("{} of {} plans in it are cut off, or cannot be read.", counted(plans.unread),
                    counted(plans.read + plans.unread)),
        "");
  }
  if (settings.durations_without_text) {
    add("Some durations have no statement beside them; they count for no query.",
        "log_min_duration_statement = 0");
  }
  // A prefix setting helps only where there is a prefix.
  const bool prefix = any_of_kind(workload, "stderr") || any_of_kind(workload, "syslog");
  const auto in_prefix = [&](std::string_view letters) {
    return prefix ? fmt::format("log_line_prefix = '%m [%p] %q%u@%d/%a {} '", letters) : "";
  };
  if (!settings.session_ids) {
    add("Which session wrote a line is told by the process id alone, so transactions may be cut.",
        in_prefix("%c"));
  }
  if (!settings.in_transaction) {
    add("Transactions are told from BEGIN and COMMIT alone, not from the server's own mark.",
        in_prefix("%c %v"));
  }
  if (!settings.milliseconds) {
    add("Times are whole seconds, so idle time inside transactions is a guess.", in_prefix("%c"));
  }
  if (!settings.names) add("Users and databases are not known.", in_prefix("%c"));
  if (!settings.application) add("Applications are not known.", in_prefix("%c"));
  if (!settings.connections) {
    add("New connections are not logged, so the peak of sessions is not known.",
        "log_connections = on");
  }
  if (!settings.disconnections) {
    add("The ends of sessions are not logged, so a session that left counts as open.",
        "log_disconnections = on");
  }
  if (!settings.lock_waits) {
    add("No lock wait was seen: either none outlasted deadlock_timeout, or they are not logged.",
        "log_lock_waits = on");
  }
  return notes;
}

}  // namespace pgcounsel
