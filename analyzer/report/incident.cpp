#include "analyzer/report/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "analyzer/report/escape.h"
#include "analyzer/report/json_pools.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/markdown_incident.h"
#include "analyzer/report/refusals.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kPools = 10, kSteps = 12, kStatementLength = 160;
constexpr std::size_t kOutside = 3;
constexpr Micros kMinute{60'000'000};
constexpr double kWorthARow = 0.1;  // connections

Period asked(const Workload& workload, const IncidentTime& time) {
  return {time.since.value_or(workload.period.since), time.until.value_or(workload.period.until)};
}

double fullness(const PoolRow& pool) {
  return pool.size && *pool.size > 0 ? pool.peak / static_cast<double>(*pool.size) : 0;
}

bool touches(const PoolWindow& window, const Period& period) {
  return window.end > period.since && window.start < period.until;
}

// `shop · shop 16:29:05–16:29:53, …`, by length.
std::string full_outside_of(const Workload& workload, const Period& period) {
  std::string list;
  std::size_t told = 0;
  for (const PoolIncident& incident : incidents_of(workload)) {
    if (touches(*incident.window, period) || told++ >= kOutside) continue;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", pool_name(*incident.pool),
                        clock_span(*incident.window, workload.period));
  }
  if (told > kOutside) list += fmt::format(" and {} more", told - kOutside);
  return list;
}

std::string fullest_table(const Workload& workload) {
  std::string rows;
  for (const PoolRow* pool : fullest_pools(workload, kPools)) {
    rows += fmt::format("| {} | {} | {} |\n", markdown_text(pool_name(*pool)),
                        markdown_text(pool->mode), unbroken(peak_words(*pool)));
  }
  if (rows.empty()) return "";
  return "| pool | pooling | most connections in use at once, in these hours |\n|---|---|--:|\n" +
         rows + "\n";
}

// What the first holder runs, since there is no section of its own to look it up in.
std::string first_holder_block(const Page& page, const Anchors& anchors) {
  const TransactionRow* row = page.verdict.holder;
  if (row == nullptr || row->steps.empty()) return "";
  std::string statements;
  for (std::size_t at = 0; at < std::min(row->steps.size(), kSteps); ++at) {
    statements += brief_sql(row->steps[at].text, kStatementLength) + ";\n";
  }
  if (row->steps.size() > kSteps) {
    statements += fmt::format("-- and {} more\n", row->steps.size() - kSteps);
  }
  return fmt::format("What {} runs:\n\n{}\n", page.to_holder(anchors, *row),
                     fenced("sql", statements));
}

// Of the window that is told first, else of what was asked for.
std::string day_of_incident(const Page& page, const IncidentTime& time) {
  if (!page.verdict.incident) return day_of(asked(page.workload, time));
  return date_with_day(page.verdict.incident->window->start);
}

std::string server_part(const Page& page, Anchors& anchors, const std::string& outside) {
  const Workload& workload = page.workload;
  if (!page.verdict.incident) {
    const bool is_bad = refusals_of(workload).full > 0;
    return fmt::format("> [!{}]\n> **{}**\n\n", is_bad ? "CAUTION" : "NOTE",
                       markdown_prose(no_incident_words(workload, outside))) +
           fullest_table(workload) + incident_section(page, anchors);
  }
  return fmt::format("> [!CAUTION]\n> **{}**", markdown_prose(page.verdict.headline)) +
         incident_lines(page, anchors) + "\n\n" + incident_section(page, anchors) +
         locks_section(page, anchors) + first_holder_block(page, anchors) +
         runbook_section(page, anchors) + findings_section(page, anchors);
}

void write_incident(JsonWriter& json, const Workload& workload, const IncidentTime& time) {
  const Period period = asked(workload, time);
  json.key("server").string(workload.server);
  json.key("period").open('{');
  json.key("since").time(period.since);
  json.key("until").time(period.until);
  json.close('}');
  json.key("pools").open('[');
  for (const PoolRow& pool : workload.pools) {
    if (!pool.windows.empty()) write_pool(json, pool);
  }
  json.close(']');
}

}  // namespace

IncidentReport only_incidents(Report report, const IncidentTime& time) {
  IncidentReport incident{std::move(report), time, {}};
  for (ServerReport& server : incident.report.servers) {
    Workload& workload = server.workload;
    incident.outside.push_back(full_outside_of(workload, asked(workload, time)));
    for (PoolRow& pool : workload.pools) {
      std::erase_if(pool.windows, [&](const PoolWindow& window) {
        return !touches(window, asked(workload, time));
      });
    }
    const Findings findings = ranked(server.findings);
    const Verdict verdict = verdict_of(workload, findings);
    server.findings.clear();
    if (verdict.incident && verdict.finding != nullptr) {
      server.findings.push_back(*verdict.finding);
    }
  }
  return incident;
}

std::string render_incident_markdown(const IncidentReport& incident) {
  const Report& report = incident.report;
  const bool single = report.servers.size() == 1;
  std::deque<Page> pages;
  for (const ServerReport& server : report.servers) {
    pages.emplace_back(server, report.rules, pages.size(), single ? 2 : 3);
  }
  Anchors anchors;
  std::string out;
  for (int pass = 0; pass < 2; ++pass) {
    anchors.restart();
    out = single ? "" : "# Incident\n\n";
    for (std::size_t at = 0; at < pages.size(); ++at) {
      const Page& page = pages[at];
      const std::string name = heading_text(shortened(page.workload.server, 80));
      out += single ? fmt::format("# {} · {} · incident\n\n", name,
                                  day_of_incident(page, incident.time))
                    : anchors.heading(2, "Server " + page.workload.server, page.section("server"));
      out += asked_bounds(page.workload, incident.time) + "\n\n" +
             server_part(page, anchors, incident.outside.at(at));
    }
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string render_incident_json(const IncidentReport& incident) {
  const Report& report = incident.report;
  JsonWriter json;
  json.open('{');
  json.key("schema").string("pgcounsel.incident/1");
  if (!report.servers.empty()) write_incident(json, report.servers.front().workload, incident.time);
  if (report.servers.size() != 1) {
    json.key("servers").open('[');
    for (const ServerReport& server : report.servers) {
      json.open('{');
      write_incident(json, server.workload, incident.time);
      json.close('}');
    }
    json.close(']');
  }
  json.close('}');
  return std::move(json).take();
}

std::string asked_bounds(const Workload& workload, const IncidentTime& time) {
  const Period period = asked(workload, time);
  const bool is_whole = floor_to(period.since, kMinute) == period.since &&
                        floor_to(period.until, kMinute) == period.until;
  if (is_whole) return bounds_of(period);
  return fmt::format("{} – {} UTC", plain_seconds(period.since), plain_seconds(period.until));
}

std::string no_incident_words(const Workload& workload, const std::string& outside) {
  const Refusals refusals = refusals_of(workload);
  std::string words = "No pool was full.";
  if (!outside.empty()) words += " Outside of this time, in the same hours: " + outside + " UTC.";
  if (refusals.full > 0) words += " " + full_words(refusals);
  return words;
}

std::vector<const PoolRow*> fullest_pools(const Workload& workload, std::size_t limit) {
  std::vector<const PoolRow*> pools;
  for (const PoolRow& pool : workload.pools) {
    if (pool.peak >= kWorthARow) pools.push_back(&pool);
  }
  std::stable_sort(pools.begin(), pools.end(),
                   [](const PoolRow* a, const PoolRow* b) { return fullness(*a) > fullness(*b); });
  pools.resize(std::min(pools.size(), limit));
  return pools;
}

}  // namespace pgcounsel
