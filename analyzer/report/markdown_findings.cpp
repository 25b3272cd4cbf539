// The recommendations, each with what it rests on, how to check it and how to take it back.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

// Prose and, in a block of their own, the commands in it.
std::string prose_block(std::string_view text) {
  std::string out, commands;
  const auto end_commands = [&] {
    if (!commands.empty()) out += fenced("sql", commands) + "\n";
    commands.clear();
  };
  const std::string clean = with_lines(text);
  for (std::size_t at = 0; at < clean.size();) {
    const std::size_t end = std::min(clean.find('\n', at), clean.size());
    const std::string_view line = std::string_view(clean).substr(at, end - at);
    at = end + 1;
    if (line.starts_with("ALTER ") && line.ends_with(';')) {
      commands.append(line).append("\n");
    } else if (line.find_first_not_of(' ') != line.npos) {
      end_commands();
      out += markdown_prose(line) + "\n\n";
    }
  }
  end_commands();
  return out;
}

std::string remedy_block(const Remedy& remedy) {
  if (remedy.text.empty()) return "";
  if (remedy.kind == "sql") return fenced("sql", remedy.text) + "\n";
  if (remedy.kind == "setting") {
    const bool is_sql = remedy.text.find("ALTER ") != remedy.text.npos;
    return fenced(is_sql ? "sql" : "ini", remedy.text) + "\n";
  }
  return prose_block(remedy.text);
}

std::string evidence_of(const Finding& finding) {
  std::string list;
  for (const Evidence& evidence : finding.evidence) {
    list += fmt::format("{}{}: {}", list.empty() ? "" : " · ", markdown_prose(evidence.name),
                        markdown_prose(evidence.value));
    if (!evidence.source.empty() && evidence.source != "log") {
      list += fmt::format(" ({})", markdown_prose(evidence.source));
    }
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

std::string joined(const std::vector<std::string>& texts) {
  std::string line;
  for (const std::string& text : texts) {
    line += (line.empty() ? "" : " · ") + markdown_prose(text);
  }
  return line;
}

// The first finding of this one's rule; its own index where it is the first.
std::size_t first_of_rule(const Page& page, std::size_t index) {
  std::size_t at = 0;
  while (page.findings[at].rule != page.findings[index].rule) ++at;
  return at;
}

// The rows under a remedy. What the first finding of the rule says too is not said again.
std::string finding_table(const Page& page, const Anchors& anchors, std::size_t index) {
  const Finding& finding = page.findings[index];
  const std::size_t first = first_of_rule(page, index);
  std::string out =
      fmt::format("| R{} | {} |\n|---|---|\n", index + 1, markdown_text(finding.rule));
  const auto row = [&](std::string_view what, const std::string& cell) {
    if (!cell.empty()) out += fmt::format("| {} | {} |\n", what, cell);
  };
  row("Evidence", evidence_of(finding));
  row("About", subject_of(page, anchors, finding.subject));
  if (finding.safety != Safety::kAdvisory) row("Safety", std::string(name_of(finding.safety)));

  std::string same;
  const auto row_once = [&](std::string_view what, const std::string& cell,
                            const std::string& cell_of_first) {
    if (cell.empty()) return;
    if (index == first || cell != cell_of_first) return row(what, cell);
    same += fmt::format("{}{}", same.empty() ? "" : ", ", what);
  };
  const Finding& other = page.findings[first];
  row_once("Caveats", joined(finding.caveats), joined(other.caveats));
  row_once("Verify", markdown_prose(finding.verify), markdown_prose(other.verify));
  row_once("Rollback", markdown_prose(finding.rollback), markdown_prose(other.rollback));
  if (!same.empty()) row(same, "as for " + page.to_finding(anchors, first));
  const RuleInfo* rule = rule_of(page, finding);
  if (rule != nullptr && index == first) {
    row("Why, and when to ignore it",
        code_cell("pgcounsel rule " + finding.rule) + ": " + markdown_prose(rule->title));
  }
  return out + "\n";
}

std::string finding_section(const Page& page, Anchors& anchors, std::size_t index) {
  const Finding& finding = page.findings[index];
  const std::string title = fmt::format("R{} {}", index + 1, shortened(finding.title, 90));
  std::string out = anchors.heading(page.level + 1, title, page.finding_id(index));
  const bool urgent = finding.level >= Level::kHigh;
  out += urgent ? "> [!IMPORTANT]\n> " : "";
  out += fmt::format("{} **{}**", sign_of(finding.level), name_of(finding.level));
  const std::string gain = gain_words(finding, page.workload);
  if (!gain.empty()) out += " · **Gain** " + gain;
  out += fmt::format(" · **Confidence** {}", name_of(finding.confidence));
  if (!finding.confidence_because.empty()) {
    out += ": " + markdown_prose(finding.confidence_because);
  }
  return out + "\n\n" + remedy_block(finding.remedy) + finding_table(page, anchors, index);
}

// A quiet night's small findings, a line each.
std::string finding_lines(const Page& page) {
  std::string out = "| level | recommendation | remedy | rule |\n|---|---|---|---|\n";
  constexpr std::size_t kLines = 5;
  for (std::size_t at = 0; at < std::min(page.findings.size(), kLines); ++at) {
    const Finding& finding = page.findings[at];
    const std::string first = finding.remedy.text.substr(0, finding.remedy.text.find('\n'));
    const std::string remedy = finding.remedy.kind == "code" ? markdown_prose(shortened(first, 90))
                                                             : code_cell(shortened(first, 90));
    out += fmt::format("| {} {} | {} | {} | {} |\n", sign_of(finding.level), name_of(finding.level),
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
