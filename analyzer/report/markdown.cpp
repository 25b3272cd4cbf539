// The page: verdict first, then the figures, what changed, who held the connections, what to do.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_incident.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kNextSteps = 4;

std::string_view alert_of(const Verdict& verdict) {
  if (verdict.mark == Mark::kBad) return "CAUTION";
  return verdict.mark == Mark::kWarn ? "WARNING" : "NOTE";
}

// `68 % of the connection time was held by 3f2a91c4, ...`
std::string holder_line(const Page& page, const Anchors& anchors) {
  const TransactionRow* holder = page.verdict.holder;
  const Micros total = total_hold(page.workload);
  if (holder == nullptr || holder->hold <= Micros::zero()) return "";
  std::string line = fmt::format("{} held most: **{}** of the connection time",
                                 page.to_holder(anchors, *holder), percent(holder->hold, total));
  constexpr Micros::rep kWorthAnAverage = 100;  // a connection in a hundred
  if (total.count() >= covered(page.workload).count() / kWorthAnAverage) {
    line += fmt::format(", {} of {} connections on average",
                        average_connections(holder->hold, covered(page.workload)),
                        average_connections(total, covered(page.workload)));
  }
  line += fmt::format("; this was {}.", spent_on(*holder));
  if (page.workload.previous && holder->previous_hold > Micros::zero()) {
    line += fmt::format(" Against {} that is {}.", period_before_name(page.workload.period),
                        moved(count_of(holder->hold), count_of(holder->previous_hold)));
  }
  return line;
}

std::string action_line(const Page& page, const Anchors& anchors) {
  const Finding* finding = page.verdict.finding;
  if (finding == nullptr) return "";
  std::string line = page.to_finding(anchors, 0) + " says what to do";
  const std::string gain = gain_words(*finding, page.workload);
  if (!gain.empty()) line += ": it gives back " + gain;
  return line + fmt::format(" (confidence {}).", name_of(finding->confidence));
}

std::string blind_line(const Workload& workload) {
  const LogSettings& settings = workload.coverage.settings;
  if (settings.all_statements || !settings.shortest_statement) return "";
  return fmt::format("The log shows only statements of {} and more.",
                     duration(*settings.shortest_statement));
}

std::string verdict_block(const Page& page, const Anchors& anchors) {
  const Workload& workload = page.workload;
  std::string headline = markdown_prose(page.verdict.headline);
  std::string out = fmt::format("> [!{}]\n> **{}**", alert_of(page.verdict), headline);
  if (page.verdict.quiet) {
    out += fmt::format(
        " No recommendation at or above medium. {} statements held {} connections on average.",
        counted(workload.totals.statements),
        average_connections(total_hold(workload), covered(workload)));
    const std::string blind = blind_line(workload);
    return out + (blind.empty() ? "" : "\\\n> " + blind) + "\n\n";
  }
  if (page.verdict.incident) return out + incident_lines(page, anchors) + "\n\n";
  for (const std::string& line : {holder_line(page, anchors), action_line(page, anchors)}) {
    if (!line.empty()) out += "\\\n> " + line;
  }
  return out + "\n\n";
}

std::string measures_table(const Page& page) {
  const Workload& workload = page.workload;
  const bool compared = workload.previous.has_value();
  const std::vector<HeadFigure> measures = measures_of(workload);
  if (measures.empty()) return "";
  std::string out =
      compared ? fmt::format("| measure | {} | {} | verdict |\n|---|--:|--:|---|\n",
                             period_name(workload.period), period_before_name(workload.period))
               : fmt::format("| measure | {} | verdict |\n|---|--:|---|\n",
                             period_name(workload.period));
  for (const HeadFigure& row : measures) {
    const std::string now = unbroken(row.now.empty() ? "—" : row.now);
    const std::string cell = row.mark == Mark::kBad ? "**" + now + "**" : now;
    const std::string before = unbroken(row.before.empty() ? "—" : row.before);
    std::string verdict(sign_of(row.mark));
    if (!row.verdict.empty()) verdict += (verdict.empty() ? "" : " ") + unbroken(row.verdict);
    out += fmt::format("| {} | {} | {}{} |\n", row.name, cell, compared ? before + " | " : "",
                       verdict);
  }
  return out + "\n";
}

std::string next_line(const Page& page, const Anchors& anchors) {
  std::string line;
  for (std::size_t at = 0; at < std::min(page.findings.size(), kNextSteps); ++at) {
    const Finding& finding = page.findings[at];
    if (finding.level < Level::kMedium) break;
    const std::string_view kind = finding.remedy.kind == "setting" ? "setting"
                                  : finding.remedy.kind == "sql"   ? "SQL"
                                                                   : "code";
    line += fmt::format("{}{} {} ({})", at > 0 ? " → " : "", page.to_finding(anchors, at),
                        markdown_prose(shortened(finding.title, 80)), kind);
  }
  return line.empty() ? "" : "**Do next:** " + line + "\n\n";
}

std::string contents_line(const Page& page, const Anchors& anchors) {
  struct Entry {
    std::string_view title, id;
  };
  constexpr std::array<Entry, 13> kEntries{{{"What changed", "changes"},
                                            {"Incident", "incident"},
                                            {"Holders", "holders"},
                                            {"Locks", "locks"},
                                            {"PgBouncer", "pooler"},
                                            {"Slow queries", "queries"},
                                            {"Other plans", "plans"},
                                            {"Transactions", "transactions"},
                                            {"Recommendations", "findings"},
                                            {"If it happens again", "runbook"},
                                            {"Samples", "samples"},
                                            {"Errors", "errors"},
                                            {"Appendix", "appendix"}}};
  std::string line;
  for (const Entry& entry : kEntries) {
    if (!anchors.has(page.section(entry.id))) continue;
    const bool no_errors = entry.id == "errors" && page.workload.errors.empty();
    line += (line.empty() ? "" : " · ") +
            anchors.link(no_errors ? "Events" : entry.title, page.section(entry.id));
  }
  return "**Contents:** " + line + "\n\n";
}

std::string server_page(const Page& page, Anchors& anchors) {
  std::string out = verdict_block(page, anchors) + measures_table(page);
  if (!page.brief) out += next_line(page, anchors) + contents_line(page, anchors);
  out += changes_section(page, anchors);
  out += incident_section(page, anchors);
  out += holders_section(page, anchors);
  out += locks_section(page, anchors);
  out += pooler_section(page, anchors);
  out += queries_section(page, anchors);
  out += plans_section(page, anchors);
  out += transactions_section(page, anchors);
  out += findings_section(page, anchors);
  out += runbook_section(page, anchors);
  out += samples_section(page, anchors);
  out += errors_section(page, anchors);
  return out + appendix_section(page, anchors);
}

std::string server_heading(const Workload& workload) {
  return "Server " + workload.server;
}

// The period, and which part of it the log tells about.
std::string bounds_line(const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  std::string line = bounds_of(workload.period);
  if (is_partial(workload) && coverage.from && coverage.to) {
    line += fmt::format(" · the log covers {} of it, {} to {}", span(covered(workload)),
                        plain_seconds(*coverage.from), plain_seconds(*coverage.to));
  } else if (coverage.records == 0 && workload.pooler) {
    line += fmt::format(" · PgBouncer's log covers {} to {}", plain_seconds(workload.pooler->first),
                        plain_seconds(workload.pooler->last));
  }
  return line + "\n\n";
}

std::string one_server(const Page& page, Anchors& anchors) {
  const Workload& workload = page.workload;
  return fmt::format("# {} · {} · nightly report\n\n{}",
                     heading_text(shortened(workload.server, 80)), day_of(workload.period),
                     bounds_line(workload)) +
         server_page(page, anchors);
}

std::string several_servers(const std::deque<Page>& pages, Anchors& anchors) {
  if (pages.empty()) return "# Nightly report\n\nThe ledger holds no server yet.\n";
  Period all = pages.front().workload.period;
  for (const Page& page : pages) all.until = std::max(all.until, page.workload.period.until);
  std::string out =
      fmt::format("# {} servers · {} · nightly report\n\n", pages.size(), day_of(all));
  out += "| server | verdict | connection-seconds | recommendations |\n|---|---|--:|--:|\n";
  for (const Page& page : pages) {
    out += fmt::format("| {} | {} {} | {} | {} |\n",
                       anchors.link(code_cell(page.workload.server), page.section("server")),
                       sign_of(page.verdict.mark), markdown_prose(page.verdict.headline),
                       unbroken(counted(count_of(page.workload.totals.hold) / 1'000'000)),
                       page.findings.size());
  }
  out += "\n";
  for (const Page& page : pages) {
    out += anchors.heading(2, server_heading(page.workload), page.section("server"));
    out += bounds_line(page.workload) + server_page(page, anchors);
  }
  return out;
}

}  // namespace

std::string render_markdown(const Report& report) {
  const bool single = report.servers.size() == 1;
  std::deque<Page> pages;
  for (const ServerReport& server : report.servers) {
    pages.emplace_back(server, report.rules, pages.size(), single ? 2 : 3);
  }
  Anchors anchors;
  std::string out;
  for (int pass = 0; pass < 2; ++pass) {
    anchors.restart();
    out = single ? one_server(pages.front(), anchors) : several_servers(pages, anchors);
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace pgcounsel
