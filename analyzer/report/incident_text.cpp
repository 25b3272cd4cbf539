// The incident for a terminal: the story, then commands to copy.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/incident.h"
#include "analyzer/report/runbook.h"
#include "analyzer/report/terminal.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kEvents = 16, kHolders = 6, kPools = 8;

std::string title(const Pen& pen, std::string_view text) {
  return "\n" + pen(Ink::kBold, text) + "\n";
}

std::string timeline(const PoolIncident& incident, const Pen& pen) {
  std::string out = title(pen, "Timeline");
  const std::vector<WindowEvent> events = timeline_of(incident);
  for (std::size_t at = 0; at < std::min(events.size(), kEvents); ++at) {
    const WindowEvent& event = events[at];
    const std::string until = event.until ? plain_seconds(*event.until).substr(11) : "";
    std::string when = plain_seconds(event.time).substr(11);
    if (until != when) when += " " + until;
    for (const std::string& line : in_three_lines(event.text, kWidth - 24)) {
      out +=
          fmt::format("  {}  {}\n", left(when, 17), event.is_cause ? pen(Ink::kRed, line) : line);
      when.clear();
    }
  }
  if (events.size() > kEvents) out += fmt::format("  and {} more\n", events.size() - kEvents);
  return out;
}

std::string suspects(const PoolWindow& window, const Pen& pen) {
  std::string out;
  const auto add = [&out](std::string_view word, const std::string& text) {
    std::string_view lead = word;
    for (const std::string& line : in_three_lines(with_words_for_causes(text), kWidth - 12)) {
      out += fmt::format("  {} {}\n", left(lead, 9), line);
      lead = "";
    }
  };
  for (const std::string& line : window.evidence) {
    const Suspicion told = taken_apart(line);
    const std::string name =
        told.suspect.empty() ? std::string() : suspect_words(told.suspect) + ": ";
    add(told.is_open ? "maybe" : "for", name + told.because);
  }
  for (const Innocents& cleared : innocents_of(window)) {
    add("no", cleared.names + ": " + cleared.because);
  }
  for (const UnknownSuspect& entry : window.not_known) {
    add("not known", suspect_words(entry.suspect) + ", lacks: " + entry.missing);
  }
  return out.empty() ? "" : title(pen, "Why, and why not") + out;
}

std::string holders(const Workload& workload, const PoolWindow& window, const Pen& pen) {
  if (window.holders.empty()) return "";
  std::string out = "\n" + pen(Ink::kBold, "Who held the pool meanwhile") +
                    pen(Ink::kDim, "  (share, arrivals, each held)") + "\n";
  for (std::size_t at = 0; at < std::min(window.holders.size(), kHolders); ++at) {
    const WindowHolder& holder = window.holders[at];
    out += fmt::format(
        "  {:>3.0f} % {} {}  {}\n", 100 * holder.share, right(times_words(holder.arrival_ratio), 7),
        right(times_words(holder.hold_ratio), 7), holder_label(workload, holder, kWidth - 27));
  }
  return out;
}

std::string others(const Workload& workload, const PoolIncident& told, const Pen& pen) {
  std::string out;
  for (const PoolIncident& incident : incidents_of(workload)) {
    if (incident.window == told.window) continue;
    out += fmt::format("  {}  {}  {}: {}\n", clock_span(*incident.window, workload.period),
                       right(span(incident.length()), 9), pool_name(*incident.pool),
                       one_line(cause_words(*incident.window)));
  }
  return out.empty() ? "" : title(pen, "Also full") + out;
}

// Not cut: somebody copies it.
std::string indented(std::string_view sql) {
  std::string out;
  while (!sql.empty()) {
    const std::size_t end = std::min(sql.find('\n'), sql.size());
    out += "   " + one_line(sql.substr(0, end)) + "\n";
    sql.remove_prefix(std::min(end + 1, sql.size()));
  }
  return out;
}

std::string commands(const Workload& workload, const PoolIncident& incident, const Pen& pen) {
  std::string out = title(pen, "If it happens again");
  std::size_t number = 0;
  for (const RunbookStep& step : runbook_of(workload, incident)) {
    out +=
        fmt::format("{}{}. {}\n", number == 0 ? "" : "\n", number + 1, pen(Ink::kBold, step.title));
    ++number;
    out += indented(step.look);
    if (!step.look.empty() && !step.act.empty()) out += "   if these are the ones:\n";
    out += indented(step.act);
  }
  return out;
}

std::string without_incident(const Workload& workload, const std::string& outside) {
  std::string out = no_incident_words(workload, outside) + "\n";
  for (const PoolRow* pool : fullest_pools(workload, kPools)) {
    out += fmt::format("  {}: {} connections in use at most, in these hours\n", pool_name(*pool),
                       peak_words(*pool));
  }
  return out;
}

std::string server_part(const ServerReport& report, const IncidentTime& time,
                        const std::string& outside, const Pen& pen) {
  const Workload& workload = report.workload;
  const Findings findings = ranked(report.findings);
  const Verdict verdict = verdict_of(workload, findings);
  std::string out =
      pen(Ink::kBold, shortened(workload.server, 48)) + "  " + asked_bounds(workload, time) + "\n";
  if (!verdict.incident) return out + without_incident(workload, outside);
  for (const std::string& line : in_three_lines(verdict.headline, kWidth)) {
    out += pen(Ink::kRed, line) + "\n";
  }
  for (const std::string& sentence : incident_sentences(workload, verdict)) {
    for (const std::string& line : in_two_lines(sentence, kWidth)) out += line + "\n";
  }
  if (verdict.finding != nullptr) {
    const Finding& finding = *verdict.finding;
    const std::string& remedy = finding.remedy.text.empty() ? finding.title : finding.remedy.text;
    const std::string first = remedy.substr(0, remedy.find('\n'));
    for (const std::string& line : in_three_lines("To do: " + first, kWidth)) {
      out += line + "\n";
    }
  }
  const PoolIncident& incident = *verdict.incident;
  return out + timeline(incident, pen) + suspects(*incident.window, pen) +
         holders(workload, *incident.window, pen) + others(workload, incident, pen) +
         commands(workload, incident, pen);
}

}  // namespace

std::string render_incident_text(const IncidentReport& incident, bool color) {
  const Pen pen(color);
  std::string out;
  const std::vector<ServerReport>& servers = incident.report.servers;
  for (std::size_t at = 0; at < servers.size(); ++at) {
    if (!out.empty()) out += "\n";
    out += server_part(servers[at], incident.time, incident.outside.at(at), pen);
  }
  return out;
}

}  // namespace pgcounsel
