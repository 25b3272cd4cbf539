// Many errors of one kind within minutes. A few errors a night are life; the same one hundreds of
// times in a few minutes is an outage for somebody, or a client that tries again and again.
//
//   errors of SQLSTATE 53300 by minute:   0 0 1 0 0 84 310 295 120 0 0 0
//                                                   |--- burst --|   809 of 810, 4 minutes
//
// Minutes with enough errors are joined into bursts where at most five quieter ones lie between. A
// kind of error that never bursts but comes all day, every minute or so, is told too. What is
// enough stands in error_classes, by SQLSTATE.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "advisors/advisor.h"
#include "advisors/error_classes.h"
#include "advisors/figures.h"
#include "advisors/messages.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"
#include "analyzer/workload/event_sums.h"

namespace pgcounsel {
namespace {

constexpr std::int64_t kQuietMinutes = 5;  // that do not end a burst
constexpr double kEndlessADay = 2000;      // one every 43 seconds, all day
constexpr std::uint64_t kTenfold = 10;     // one level up
constexpr std::size_t kShownSources = 3, kShownSql = 100;
constexpr double kMostly = 0.8;

struct Burst {
  Time from{}, until{};  // [from, until), whole minutes
  std::uint64_t count = 0;
};

struct Storm {
  std::string sqlstate;
  std::uint64_t count = 0;    // of the period
  std::vector<Burst> bursts;  // empty: it comes all day
  Burst worst;

  std::uint64_t in_bursts() const {
    std::uint64_t sum = 0;
    for (const Burst& burst : bursts) sum += burst.count;
    return sum;
  }
};

using Minutes = std::map<Time, std::uint64_t>;

std::map<std::string, Minutes> minutes_by_sqlstate(const Workload& workload) {
  std::map<std::string, Minutes> all;
  for (const ErrorMinuteRow& row : workload.error_minutes) {
    all[row.sqlstate][row.minute] += row.count;
  }
  return all;
}

std::vector<Burst> bursts_of(const Minutes& minutes, const ErrorClass& kind) {
  std::vector<Burst> bursts;
  for (const auto& [minute, count] : minutes) {
    if (count < kind.a_minute) continue;
    if (bursts.empty() || minute > bursts.back().until + kMinute * kQuietMinutes) {
      bursts.push_back({minute, minute, 0});
    }
    bursts.back().until = minute + kMinute;
  }
  for (Burst& burst : bursts) {
    for (auto it = minutes.lower_bound(burst.from); it != minutes.lower_bound(burst.until); ++it) {
      burst.count += it->second;
    }
  }
  std::erase_if(bursts, [&](const Burst& burst) { return burst.count < kind.in_all; });
  return bursts;
}

std::optional<Storm> storm_of(const std::string& sqlstate, const Minutes& minutes,
                              const Coverage& coverage) {
  Storm storm;
  storm.sqlstate = sqlstate;
  for (const auto& [minute, count] : minutes) storm.count += count;
  storm.bursts = bursts_of(minutes, error_class_of(sqlstate));
  if (!storm.bursts.empty()) {
    storm.worst = *std::ranges::max_element(storm.bursts, {}, &Burst::count);
    return storm;
  }
  const bool endless =
      covered_span(coverage) >= kHour && count_per_day(storm.count, coverage) >= kEndlessADay;
  if (!endless) return std::nullopt;
  storm.worst = {minutes.begin()->first, minutes.rbegin()->first + kMinute, storm.count};
  return storm;
}

// The errors of the storm's hours, largest part first.
struct Sources {
  std::vector<std::pair<std::string, std::uint64_t>> clients, messages;
  std::vector<std::pair<Fingerprint, std::uint64_t>> statements;  // without the errors of none
  std::uint64_t count = 0;
};

template <class Key>
std::vector<std::pair<Key, std::uint64_t>> largest_first(const std::map<Key, std::uint64_t>& map) {
  std::vector<std::pair<Key, std::uint64_t>> list(map.begin(), map.end());
  std::ranges::stable_sort(list, std::ranges::greater{}, &std::pair<Key, std::uint64_t>::second);
  return list;
}

bool in_storm(const Storm& storm, Time hour) {
  if (storm.bursts.empty()) return true;
  return std::ranges::any_of(storm.bursts, [hour](const Burst& burst) {
    return hour < burst.until && hour + kHour > burst.from;
  });
}

Sources sources_of(const Storm& storm, const Workload& workload) {
  std::map<std::string, std::uint64_t> clients, messages;
  std::map<Fingerprint, std::uint64_t> statements;
  Sources sources;
  for (const ErrorSourceRow& row : workload.error_sources) {
    if (row.sqlstate != storm.sqlstate || !in_storm(storm, row.hour)) continue;
    sources.count += row.count;
    clients[client_name(row.user, row.database, row.application)] += row.count;
    if (!row.message.empty()) messages[row.message] += row.count;
    if (row.fingerprint) statements[row.fingerprint] += row.count;
  }
  sources.clients = largest_first(clients);
  sources.messages = largest_first(messages);
  sources.statements = largest_first(statements);
  return sources;
}

std::string text_of(Fingerprint fingerprint, const Workload& workload) {
  const auto query = std::ranges::find(workload.queries, fingerprint, &QueryRow::fingerprint);
  return query == workload.queries.end() ? hex(fingerprint) : brief_sql(query->text, kShownSql);
}

// `web@shop/checkout 412 (85 %), ...`
template <class List, class Name>
std::string listed(const List& list, std::uint64_t of_all, Name name) {
  std::string text;
  for (std::size_t at = 0; at < list.size() && at < kShownSources; ++at) {
    text += fmt::format("{}{} {} ({})", at == 0 ? "" : ", ", name(list[at].first),
                        grouped(list[at].second), percent(list[at].second, of_all));
  }
  if (list.size() > kShownSources) {
    text += fmt::format(" and {} more", list.size() - kShownSources);
  }
  return text;
}

// Errors a minute outside the bursts.
std::string usual_of(const Storm& storm, const Coverage& coverage) {
  std::int64_t minutes = (covered_span(coverage) + kMinute - Micros{1}) / kMinute;
  for (const Burst& burst : storm.bursts) minutes -= (burst.until - burst.from) / kMinute;
  if (minutes < kQuietMinutes) return "not known: the log covers little else";
  const std::uint64_t others = storm.count - storm.in_bursts();
  if (others == 0) return "none";
  return fmt::format("{:.2g} a minute", static_cast<double>(others) / static_cast<double>(minutes));
}

std::string when(const Burst& burst) {
  const bool same_day = date_of(burst.from) == date_of(burst.until);
  return fmt::format("{} to {} UTC", minute_of(burst.from),
                     same_day ? clock_of(burst.until) : minute_of(burst.until));
}

std::vector<Evidence> evidence_of(const Storm& storm, const Sources& sources,
                                  const Workload& workload) {
  const auto as_told = [](const std::string& name) { return name; };
  std::vector<Evidence> evidence{
      {"SQLSTATE", storm.sqlstate.empty() ? "not in the log" : "`" + storm.sqlstate + "`", "log"},
      {"when", when(storm.worst), "log"},
      {"errors",
       fmt::format("{} of {} in the period", grouped(storm.worst.count), grouped(storm.count)),
       "log"},
      {"at other times", usual_of(storm, workload.coverage), "log"},
  };
  if (storm.bursts.size() > 1) {
    evidence.push_back(
        {"bursts",
         fmt::format("{} with {} errors", storm.bursts.size(), grouped(storm.in_bursts())), "log"});
  }
  evidence.push_back({"who", listed(sources.clients, sources.count, as_told), "log"});
  if (!sources.statements.empty()) {
    evidence.push_back({"statements",
                        listed(sources.statements, sources.count,
                               [&](Fingerprint f) { return "`" + text_of(f, workload) + "`"; }),
                        "log"});
  }
  if (!sources.messages.empty()) {
    evidence.push_back({"messages", listed(sources.messages, sources.count, as_told), "log"});
  }
  return evidence;
}

Level level_of(const Storm& storm, const ErrorClass& kind) {
  const bool many = storm.worst.count >= kTenfold * kind.in_all && !storm.bursts.empty();
  return many && kind.level < Level::kHigh ? Level{static_cast<int>(kind.level) + 1} : kind.level;
}

std::string title_of(const Storm& storm, const ErrorClass& kind) {
  if (storm.bursts.empty()) {
    return fmt::format("{} {} all through the log", grouped(storm.count), kind.plural);
  }
  const std::string code = kind.sqlstate.empty() && !storm.sqlstate.empty()
                               ? fmt::format(" of SQLSTATE {}", storm.sqlstate)
                               : std::string();
  const std::int64_t minutes = (storm.worst.until - storm.worst.from) / kMinute;
  return fmt::format("{} {}{}, within {}", grouped(storm.worst.count), kind.plural, code,
                     minutes <= 1 ? "a minute" : span(storm.worst.until - storm.worst.from));
}

Finding finding_for(const Storm& storm, const Workload& workload) {
  const ErrorClass& kind = error_class_of(storm.sqlstate);
  const Sources sources = sources_of(storm, workload);
  Finding finding;
  finding.rule = "error_storm";
  finding.key = fmt::format("{}:{}", finding.rule, storm.sqlstate);
  finding.level = level_of(storm, kind);
  finding.subject = {"error", storm.sqlstate.empty() ? "no SQLSTATE" : storm.sqlstate};
  finding.title = title_of(storm, kind);
  finding.evidence = evidence_of(storm, sources, workload);
  finding.remedy = {"code", std::string(kind.remedy)};
  const auto mostly = [&](const auto& list) {
    return !list.empty() &&
           static_cast<double>(list.front().second) >= kMostly * static_cast<double>(sources.count);
  };
  const bool one_source = mostly(sources.statements) || mostly(sources.clients);
  finding.confidence = one_source ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      one_source ? "each error is in the log, and most come from one client or statement"
                 : "each error is in the log; that they have one cause is told by their time only";
  finding.verify = "In the next report these errors come at their usual rate, or not at all.";
  finding.rollback = "Revert the change; nothing is changed in the database.";
  if (!kind.caveat.empty()) finding.caveats.emplace_back(kind.caveat);
  return finding;
}

}  // namespace

Findings error_storm(const Brief& brief) {
  Findings findings;
  for (const auto& [sqlstate, minutes] : minutes_by_sqlstate(brief.workload)) {
    const auto storm = storm_of(sqlstate, minutes, brief.workload.coverage);
    if (storm) findings.push_back(finding_for(*storm, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
