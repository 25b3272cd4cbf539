// Plans as a page: a summary table, the tree in a block of code, what is wrong and what to do.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/plan_change_words.h"
#include "analyzer/report/plan_report.h"
#include "analyzer/report/plan_tree.h"
#include "analyzer/report/plan_units.h"
#include "analyzer/report/plan_view.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/terminal.h"
#include "analyzer/report/view.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestSql = 4000;

std::string place_of(const PlanSection& section) {
  return section.row.plan.line > 1 ? fmt::format("{}:{}", section.file, section.row.plan.line)
                                   : section.file;
}

std::string summary(const PlanSection& section) {
  const Plan& plan = section.row.plan;
  std::string out = "| | |\n|---|---|\n";
  const auto row = [&](std::string_view name, const std::string& cell) {
    if (!cell.empty()) out += fmt::format("| {} | {} |\n", name, cell);
  };
  row("plan", code_cell(place_of(section)));
  row("form", std::string(name_of(plan.format)));
  row("times", markdown_text(times_of(section.row)));
  row("nodes", plan_rows(static_cast<double>(plan.nodes.size())));
  if (plan.root().has(PlanNumber::kTotalCost)) {
    row("cost", plan_cost(plan.root().number(PlanNumber::kTotalCost)));
  }
  if (section.row.figures.has_actual) row("rows", plan_rows(section.row.figures.nodes[0].rows));
  const std::string settings = settings_of(plan);
  if (!settings.empty()) row("settings", code_cell(settings));
  std::string triggers;
  for (const std::string& line : triggers_of(plan)) {
    triggers += (triggers.empty() ? "" : "<br>") + markdown_text(line);
  }
  row("triggers", triggers);
  const std::string limits = limits_of(section.row.figures);
  if (!limits.empty()) row("limits", markdown_text(limits));
  return out + "\n";
}

std::string change_block(const PlanReport& report, const PlanSection& section) {
  if (!section.change) return {};
  std::string out = fmt::format("**Against {}:** {}\n\n", code_span(report.against),
                                markdown_text(headline_of(*section.change)));
  const std::vector<std::string> lines = words_on(*section.change);
  if (lines.empty()) return out + "The same nodes, and no figure moved much.\n\n";
  for (const std::string& line : lines) out += fmt::format("- {}\n", markdown_text(line));
  return out + "\n";
}

std::string remedy_block(const Remedy& remedy) {
  std::string out;
  for (const RemedyPart& part : parts_of(remedy)) {
    out += part.commands ? fenced("sql", part.text) + "\n" : markdown_prose(part.text) + "\n\n";
  }
  return out;
}

std::string finding_block(std::size_t number, const Finding& finding) {
  std::string out = fmt::format("#### {}. {}\n\n{} **{}** · **Confidence** {}", number,
                                markdown_prose(finding.title), sign_of(finding.level),
                                name_of(finding.level), name_of(finding.confidence));
  if (!finding.confidence_because.empty()) {
    out += ": " + markdown_prose(finding.confidence_because);
  }
  out += "\n\n" + remedy_block(finding.remedy);
  out += fmt::format("| | {} |\n|---|---|\n", code_cell("pgcounsel rule " + finding.rule));
  for (const auto& [name, value] : evidence_of(finding)) {
    out += fmt::format("| {} | {} |\n", markdown_prose(name), markdown_prose(value));
  }
  std::string caveats;
  for (const std::string& caveat : finding.caveats) {
    caveats += (caveats.empty() ? "" : " · ") + markdown_prose(caveat);
  }
  const auto row = [&](std::string_view name, const std::string& cell) {
    if (!cell.empty()) out += fmt::format("| {} | {} |\n", name, cell);
  };
  row("caveats", caveats);
  row("verify", markdown_prose(finding.verify));
  row("rollback", markdown_prose(finding.rollback));
  return out + "\n";
}

std::string findings_block(const PlanSection& section) {
  std::string out = "### Findings\n\n";
  if (section.findings.empty()) {
    return out + std::string(nothing_found(section.row.figures)) + "\n\n";
  }
  const Findings findings = ranked(section.findings);
  for (std::size_t at = 0; at < findings.size(); ++at) {
    out += finding_block(at + 1, findings[at]);
  }
  return out;
}

}  // namespace

std::string render_plan_markdown(const PlanReport& report) {
  const Pen pen(false);
  std::string out;
  for (std::size_t at = 0; at < report.plans.size(); ++at) {
    const PlanSection& section = report.plans[at];
    out += report.plans.size() > 1
               ? fmt::format("## Plan {} of {}\n\n", at + 1, report.plans.size())
               : "## Plan\n\n";
    out += summary(section) + change_block(report, section);
    if (!section.row.plan.query.empty()) {
      out += fenced("sql", laid_out_sql(section.row.plan.query, kLongestSql)) + "\n";
    }
    out += "### Tree\n\n" + fenced("text", plan_tree(section.row, pen, kPlanWidth)) + "\n";
    out += findings_block(section);
  }
  return out;
}

}  // namespace pgcounsel
