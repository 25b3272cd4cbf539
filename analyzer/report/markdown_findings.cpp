// The recommendations, each with what it rests on, how to check it and how to take it back.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kWidth = 96;

std::string connection_seconds(double value) {
  return grouped(static_cast<std::uint64_t>(std::llround(std::clamp(value, 0.0, 1e15))));
}

std::string gain_of(const Finding& finding, const Workload& workload) {
  const std::string low = connection_seconds(finding.gain->connection_s_per_day_low);
  const std::string high = connection_seconds(finding.gain->connection_s_per_day_high);
  std::string words = (low == high ? high : low + " to " + high) + " connection-seconds a day";
  // As a share only where the period is a day, so that the two figures are of one kind.
  const double held = static_cast<double>(total_hold(workload).count()) / 1e6;
  const double part = finding.gain->connection_s_per_day_high;
  if (workload.period.until - workload.period.since == kDay && held > 0 && part <= held) {
    words += fmt::format(" (up to {:.0f} %)", 100 * part / held);
  }
  return words;
}

// Prose in a block does not wrap by itself.
std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  const std::string clean = with_lines(text);
  for (std::size_t at = 0; at < clean.size();) {
    const std::size_t end = std::min(clean.find_first_of(" \n", at), clean.size());
    const std::string_view word = std::string_view(clean).substr(at, end - at);
    if (column > 0 && column + 1 + length_of(word) > kWidth) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += length_of(word);
    at = end + 1;
    if (end < clean.size() && clean[end] == '\n') {
      out += '\n';
      column = 0;
    }
  }
  return out;
}

std::string remedy_block(const Remedy& remedy) {
  if (remedy.text.empty()) return "";
  if (remedy.kind == "sql") return fenced("sql", remedy.text) + "\n";
  if (remedy.kind == "setting") {
    const bool is_sql = remedy.text.find("ALTER ") != remedy.text.npos;
    return fenced(is_sql ? "sql" : "ini", remedy.text) + "\n";
  }
  return fenced("text", wrapped(remedy.text)) + "\n";
}

std::string evidence_of(const Finding& finding) {
  std::string list;
  for (const Evidence& evidence : finding.evidence) {
    list += fmt::format("{}{}: {}", list.empty() ? "" : " · ", markdown_prose(evidence.name),
                        markdown_prose(evidence.value));
    if (!evidence.source.empty()) list += fmt::format(" ({})", markdown_prose(evidence.source));
  }
  return list;
}

std::string subject_of(const Page& page, const Anchors& anchors, const Subject& subject) {
  for (const TransactionRow& row : page.workload.transactions) {
    if (row.id == subject.id) return "transaction " + page.to_holder(anchors, row);
  }
  for (const QueryRow& row : page.workload.queries) {
    if (hex(row.fingerprint) == subject.id) {
      return "query " + page.to_query(anchors, row.fingerprint);
    }
  }
  return fmt::format("{} {}", markdown_text(subject.kind), code_cell(shortened(subject.id, 60)));
}

const RuleInfo* rule_of(const Page& page, const Finding& finding) {
  const auto found = std::find_if(page.rules.begin(), page.rules.end(),
                                  [&](const RuleInfo& rule) { return rule.id == finding.rule; });
  return found == page.rules.end() ? nullptr : &*found;
}

std::string finding_section(const Page& page, Anchors& anchors, std::size_t index) {
  const Finding& finding = page.findings[index];
  const std::string name = fmt::format("R{}", index + 1);
  std::string out = anchors.heading(page.level + 1, name + " " + shortened(finding.title, 90),
                                    page.finding_id(index));
  const bool urgent = finding.level >= Level::kHigh;
  out += urgent ? "> [!IMPORTANT]\n> " : "";
  out += fmt::format("{} **{}**", sign_of(finding.level), name_of(finding.level));
  if (finding.gain) out += " · **Gain** " + gain_of(finding, page.workload);
  out += fmt::format(" · **Confidence** {}", name_of(finding.confidence));
  if (!finding.confidence_because.empty()) {
    out += ": " + markdown_prose(finding.confidence_because);
  }
  out += "\n\n" + remedy_block(finding.remedy);

  out += fmt::format("| {} | {} |\n|---|---|\n", name, markdown_text(finding.rule));
  const auto row = [&](std::string_view what, const std::string& cell) {
    if (!cell.empty()) out += fmt::format("| {} | {} |\n", what, cell);
  };
  row("Evidence", evidence_of(finding));
  row("About", subject_of(page, anchors, finding.subject));
  row("Safety", std::string(name_of(finding.safety)));
  std::string caveats;
  for (const std::string& caveat : finding.caveats) {
    caveats += (caveats.empty() ? "" : " · ") + markdown_prose(caveat);
  }
  row("Caveats", caveats);
  row("Verify", markdown_prose(finding.verify));
  row("Rollback", markdown_prose(finding.rollback));
  const RuleInfo* rule = rule_of(page, finding);
  if (rule != nullptr) {
    row("Why, and when to ignore it",
        code_cell("pgcounsel rule " + finding.rule) + ": " + markdown_prose(rule->title));
  }
  return out + "\n";
}

// A quiet night's small advice, a line each.
std::string finding_lines(const Page& page) {
  std::string out = "| | advice | remedy | rule |\n|---|---|---|---|\n";
  constexpr std::size_t kLines = 5;
  for (std::size_t at = 0; at < std::min(page.findings.size(), kLines); ++at) {
    const Finding& finding = page.findings[at];
    const std::string first = finding.remedy.text.substr(0, finding.remedy.text.find('\n'));
    const std::string remedy = finding.remedy.kind == "code" ? markdown_prose(shortened(first, 90))
                                                             : code_cell(shortened(first, 90));
    out += fmt::format("| {} | {} | {} | {} |\n", sign_of(finding.level),
                       markdown_prose(shortened(finding.title, 90)), first.empty() ? "" : remedy,
                       code_cell("pgcounsel rule " + finding.rule));
  }
  if (page.findings.size() > kLines) {
    out += fmt::format("\nAnd {} more, all with `--format json`.\n", page.findings.size() - kLines);
  }
  return out + "\n";
}

}  // namespace

std::string findings_section(const Page& page, Anchors& anchors) {
  if (page.findings.empty()) return "";
  std::string out = anchors.heading(page.level, "Recommendations", page.section("findings"));
  if (page.brief) return out + finding_lines(page);
  for (std::size_t at = 0; at < std::min(page.findings.size(), Page::kFindings); ++at) {
    out += finding_section(page, anchors, at);
  }
  if (page.findings.size() > Page::kFindings) {
    out += fmt::format("And {} more, all with `--format json`.\n\n",
                       page.findings.size() - Page::kFindings);
  }
  return out;
}

}  // namespace pgcounsel
