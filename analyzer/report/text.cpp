// The summary for a terminal.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/changes.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/report.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/terminal.h"
#include "analyzer/report/units.h"
#include "analyzer/report/view.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kHolders = 4, kQueries = 4, kFindings = 4;

std::string measure_lines(const Workload& workload, const Pen& pen) {
  std::string out;
  for (const HeadFigure& row : measures_of(workload)) {
    std::string line = fmt::format("  {} {}", left(row.name, 36), right(row.now, 18));
    if (workload.previous) line += " " + right(row.before, 18);
    if (!row.verdict.empty())
      line += "   " + (row.mark == Mark::kNone ? row.verdict : pen(ink_of(row.mark), row.verdict));
    else if (row.mark == Mark::kBad)
      line += "   " + pen(Ink::kRed, "!");
    out += line + "\n";
  }
  return out;
}

std::string holder_lines(const Workload& workload, const Pen& pen) {
  const Holders holders = holders_of(workload, kHolders);
  if (holders.top.empty()) return "";
  std::string out = "\n" + pen(Ink::kBold, "Who held the connections") +
                    pen(Ink::kDim, "  (share, connections on average, running · idle · lock %)") +
                    "\n";
  for (const TransactionRow* row : holders.top) {
    out += fmt::format("  {} {} {}  {}\n", right(percent(row->hold, total_hold(workload)), 5),
                       right(average_connections(row->hold, covered(workload)), 7),
                       right(split_of(*row), 13), brief_label(*row, kWidth - 33));
  }
  return out;
}

std::string query_lines(const Workload& workload, const Pen& pen) {
  std::vector<const QueryRow*> rows;
  for (const QueryRow& row : workload.queries) {
    if (row.calls > 0) rows.push_back(&row);
  }
  if (rows.empty()) return "";
  std::sort(rows.begin(), rows.end(), [](const QueryRow* a, const QueryRow* b) {
    if (a->total != b->total) return a->total > b->total;
    return a->fingerprint < b->fingerprint;
  });
  rows.resize(std::min(rows.size(), kQueries));
  std::string out =
      "\n" + pen(Ink::kBold, "Top slow queries") + pen(Ink::kDim, "  (total, calls, mean)") + "\n";
  for (const QueryRow* row : rows) {
    out += fmt::format(
        "  {} {} {}  {}\n", right(whole_seconds(row->total), 10), right(counted(row->calls), 10),
        right(duration(mean_of(row->total, row->calls)), 9), brief_sql(row->text, kWidth - 36));
  }
  return out;
}

std::string finding_lines(const Findings& findings, const Pen& pen) {
  if (findings.empty()) return "";
  std::string out = "\n" + pen(Ink::kBold, "Recommendations") + "\n";
  for (std::size_t at = 0; at < std::min(findings.size(), kFindings); ++at) {
    const Finding& finding = findings[at];
    out += fmt::format("  R{} {} {}\n", at + 1,
                       pen(ink_of(finding.level), left(name_of(finding.level), 8)),
                       shortened(finding.title, kWidth - 16));
    if (finding.level < Level::kMedium) continue;
    const std::string first = finding.remedy.text.substr(0, finding.remedy.text.find('\n'));
    for (const std::string& line : in_two_lines(first, kWidth - 14)) {
      out += fmt::format("              {}\n", line);
    }
  }
  if (findings.size() > kFindings) {
    out += fmt::format("  and {} more\n", findings.size() - kFindings);
  }
  return out;
}

std::string change_line(const Workload& workload) {
  std::string line;
  for (const Change& change : changes_of(workload)) {
    if (!change.notable) break;
    std::string kind(change.kind);
    std::replace(kind.begin(), kind.end(), '_', ' ');
    const std::string next = fmt::format("{}{}: {}", line.empty() ? "Changed  " : " · ", kind,
                                         brief_sql(change.text, 28));
    if (length_of(line) + length_of(next) > kWidth) break;
    line += next;
  }
  return line.empty() ? "" : "\n" + line + "\n";
}

std::string server_summary(const ServerReport& report, const Pen& pen) {
  const Workload& workload = report.workload;
  const Findings findings = ranked(report.findings);
  const Verdict verdict = verdict_of(workload, findings);
  std::string out =
      pen(Ink::kBold, shortened(workload.server, 48)) + "  " + bounds_of(workload.period) + "\n";
  for (const std::string& line : in_three_lines(verdict.headline, kWidth)) {
    out += pen(ink_of(verdict.mark), line) + "\n";
  }
  for (const std::string& text : incident_sentences(workload, verdict)) {
    for (const std::string& line : in_two_lines(text, kWidth)) out += line + "\n";
  }
  out += "\n";
  if (workload.previous) {
    out += fmt::format("  {} {} {}\n", left("", 36), right(period_name(workload.period), 18),
                       right(period_before_name(workload.period), 18));
  }
  return out + measure_lines(workload, pen) + change_line(workload) + holder_lines(workload, pen) +
         query_lines(workload, pen) + finding_lines(findings, pen);
}

}  // namespace

std::string render_text(const Report& report, bool color) {
  const Pen pen(color);
  if (report.servers.empty()) return "The ledger holds no server yet.\n";
  std::string out;
  for (const ServerReport& server : report.servers) {
    if (!out.empty()) out += "\n";
    out += server_summary(server, pen);
  }
  return out + "\n" +
         pen(Ink::kDim, "The full report: the same command with --format markdown -o report.md") +
         "\n";
}

}  // namespace pgcounsel
