// When pools were full: the story of each window worth one, the others in a table, and what the
// server's own limit had to do with it.
#include "analyzer/report/markdown_incident.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/incident_gantt.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kEvents = 40, kOtherWindows = 20, kSessionRows = 8;

std::string seconds_on(Time time, Time base) {
  const std::string whole = plain_seconds(time);
  return date_of(time) == date_of(base) ? whole.substr(11) : whole;
}

std::string evidence_of(const WindowEvent& event) {
  std::string cell;
  if (event.count > 0) {
    const bool is_load =
        event.kind == WindowEvent::Kind::kLoad || event.kind == WindowEvent::Kind::kHolder;
    cell = fmt::format("{} {}{}", unbroken(counted(event.count)),
                       is_load ? "transaction" : "log line", event.count == 1 ? "" : "s");
  }
  if (!event.line) return cell;
  if (!cell.empty()) cell += event.count > 1 ? ", first " : ", ";
  return cell +
         code_cell(fmt::format("{}:{}", shortened(event.line->source, 60), event.line->line));
}

std::string event_row(const WindowEvent& event, Time base) {
  std::string when = seconds_on(event.time, base);
  if (event.until && plain_seconds(*event.until) != plain_seconds(event.time)) {
    when += " – " + seconds_on(*event.until, base);
  }
  const std::string text = markdown_prose(event.text);
  const bool is_bold = event.is_cause || event.kind == WindowEvent::Kind::kPool;
  return fmt::format("| {} | {} | {} |\n", unbroken(when), is_bold ? "**" + text + "**" : text,
                     evidence_of(event));
}

std::string confidence_words(const PoolWindow& window) {
  return window.confidence.empty()
             ? ""
             : fmt::format(" (confidence {})", markdown_text(window.confidence));
}

std::string story(const Page& page, Anchors& anchors, const PoolIncident& incident,
                  std::size_t number, bool alone) {
  const PoolWindow& window = *incident.window;
  std::string out;
  if (!alone) {
    out += anchors.heading(
        page.level + 1,
        fmt::format("{}, {}",
                    incident.pool->is_server
                        ? std::string("the whole server")
                        : fmt::format("{}/{}", shortened(incident.pool->database, 40),
                                      shortened(incident.pool->user, 40)),
                    plain_seconds(window.start)),
        page.section(fmt::format("incident {}", number)));
  }
  const std::string summary = with_words_for_causes(window.summary);
  out += fmt::format("**{}, {} UTC: {}**{}.{}{}\n\n", markdown_text(pool_name(*incident.pool)),
                     clock_span(window, page.workload.period), markdown_prose(cause_words(window)),
                     confidence_words(window), summary.empty() ? "" : " ",
                     summary.empty() ? "" : markdown_prose(summary) + ".");
  const int level = page.level + (alone ? 1 : 2);
  return out + timeline_block(incident) + suspects_block(page, anchors, incident, level) +
         window_holders_block(page, anchors, incident, level);
}

std::string others_table(const Page& page, const Anchors& anchors,
                         const std::vector<PoolIncident>& others, bool has_told) {
  if (others.empty()) return "";
  const std::size_t count = others.size();
  std::string out = fmt::format(
      "{}ull{}:\n\n| UTC | pool | for | refused | cause | held most |\n"
      "|---|---|--:|--:|---|---|\n",
      has_told ? "Also f" : "F", count == 1 ? "" : fmt::format(" {} times", grouped(count)));
  // The longest of them, as they follow one another.
  std::vector<PoolIncident> shown = others;
  std::stable_sort(shown.begin(), shown.end(), [](const PoolIncident& a, const PoolIncident& b) {
    return a.length() > b.length();
  });
  shown.resize(std::min(shown.size(), kOtherWindows));
  std::stable_sort(shown.begin(), shown.end(), [](const PoolIncident& a, const PoolIncident& b) {
    return a.window->start < b.window->start;
  });
  for (const PoolIncident& incident : shown) {
    const PoolWindow& window = *incident.window;
    std::string most = "—";
    if (!window.holders.empty()) {
      const WindowHolder& holder = window.holders.front();
      const TransactionRow* row = row_of(page.workload, holder);
      most = fmt::format("{} {:.0f}\u00A0%",
                         row == nullptr ? code_cell(holder.transaction.substr(0, 8))
                                        : page.to_holder(anchors, *row),
                         100 * holder.share);
    }
    out += fmt::format(
        "| {} | {} | {} | {} | {} | {} |\n", clock_span(window, page.workload.period),
        markdown_text(pool_name(*incident.pool)), unbroken(span(incident.length())),
        window.refused ? counted(*window.refused) : "—", markdown_prose(cause_words(window)), most);
  }
  out += "\n";
  if (count > kOtherWindows) {
    out += fmt::format("The {} longest of them are shown.\n\n", kOtherWindows);
  }
  return out;
}

std::string limit_block(const Workload& workload) {
  if (!workload.connection_limit || workload.connection_limit->refused == 0) return "";
  const ConnectionLimit& limit = *workload.connection_limit;
  std::string out = fmt::format("**The server's own limit refused {} connection{}**",
                                counted(limit.refused), limit.refused == 1 ? "" : "s");
  if (limit.first && limit.last) {
    out += fmt::format(" ({} to {} UTC)", minute_of(*limit.first), minute_of(*limit.last));
  }
  out += " (SQLSTATE 53300: `max_connections`, or that of a role or database).";
  if (limit.limit > 0) out += fmt::format(" {} sessions were open at once.", counted(limit.limit));
  if (limit.sessions.empty()) return out + "\n\n";
  out += " They were:\n\n| database | user | sessions |\n|---|---|--:|\n";
  for (std::size_t at = 0; at < std::min(limit.sessions.size(), kSessionRows); ++at) {
    const SessionShare& row = limit.sessions[at];
    out += fmt::format("| {} | {} | {} |\n", code_cell(shortened(row.database, 40)),
                       code_cell(shortened(row.user, 40)), counted(row.sessions));
  }
  return out + "\n";
}

// `[3f2a91c4](#q-3f2a91c4) (checkout-api: SELECT …) held **68 %** of the connections in use; it
// came …`
std::string held_most_line(const Page& page, const Anchors& anchors, const PoolIncident& incident) {
  const PoolWindow& window = *incident.window;
  if (window.holders.empty()) return "";
  const WindowHolder& holder = window.holders.front();
  const TransactionRow* row = page.verdict.holder;
  std::string line =
      row == nullptr ? code_span(shortened(holder.transaction, 8)) : page.to_holder(anchors, *row);
  const std::string label = holder_label(page.workload, holder, 60);
  if (!label.empty()) line += " " + code_span(label);
  line += fmt::format(" held **{:.0f} %** of the connections in use", 100 * holder.share);
  const std::string moved = move_words(holder, window);
  line += moved.empty() ? "." : "; against calm times it " + moved + ".";
  const std::string forgotten = forgotten_words(window);
  if (forgotten.empty()) return line;
  return "**" + markdown_prose(forgotten) + ".**\\\n> " + line;
}

std::string what_to_do_line(const Page& page, const Anchors& anchors) {
  std::string line;
  if (page.verdict.finding != nullptr) {
    const auto index = static_cast<std::size_t>(page.verdict.finding - &page.findings.front());
    line = page.to_finding(anchors, index) + " says what to do";
    const std::string gain = gain_words(*page.verdict.finding, page.workload);
    if (!gain.empty()) line += ": it gives back " + gain;
    line += fmt::format(" (confidence {}).", name_of(page.verdict.finding->confidence));
  }
  if (!anchors.has(page.section("runbook"))) return line;
  return line + (line.empty() ? "" : " ") +
         "Right now: " + anchors.link("the commands", page.section("runbook")) + ".";
}

std::string innocent_line(const Page& page, const Anchors& anchors, const PoolIncident& incident) {
  const std::string open = open_words(*incident.window);
  std::string line = open.empty() ? "" : "**" + open + ".**";
  if (const std::string innocents = innocent_words(*incident.window); !innocents.empty()) {
    const std::string place = page.section("incident 0 suspects");
    line += (line.empty() ? "" : " ") + innocents;
    line += anchors.has(place) ? ": see " + anchors.link("what was ruled out", place) + "." : ".";
  }
  if (page.verdict.besides.empty()) return line;
  return line + (line.empty() ? "" : " ") + "Besides: " + markdown_prose(page.verdict.besides);
}

}  // namespace

std::string timeline_block(const PoolIncident& incident) {
  const std::vector<WindowEvent> events = timeline_of(incident);
  std::string out = gantt_of(events) + "| UTC | event | evidence |\n|---|---|---|\n";
  for (std::size_t at = 0; at < std::min(events.size(), kEvents); ++at) {
    out += event_row(events[at], incident.window->start);
  }
  out += "\n";
  if (events.size() > kEvents) {
    out += fmt::format("And {} more events.\n\n", events.size() - kEvents);
  }
  return out;
}

std::string incident_lines(const Page& page, const Anchors& anchors) {
  if (!page.verdict.incident) return "";
  const PoolIncident& incident = *page.verdict.incident;
  std::string out;
  for (const std::string& line :
       {held_most_line(page, anchors, incident), what_to_do_line(page, anchors),
        innocent_line(page, anchors, incident)}) {
    if (!line.empty()) out += "\\\n> " + line;
  }
  return out;
}

std::string incident_section(const Page& page, Anchors& anchors) {
  const IncidentStories stories = stories_of(page.workload);
  const std::string limit = limit_block(page.workload);
  if (stories.told.empty() && limit.empty()) return "";
  std::string out = anchors.heading(page.level, "Incident timeline", page.section("incident"));
  for (std::size_t at = 0; at < stories.told.size(); ++at) {
    out += story(page, anchors, stories.told[at], at, stories.told.size() == 1);
  }
  return out + others_table(page, anchors, stories.others, !stories.told.empty()) + limit;
}

}  // namespace pgcounsel
