// Plans for a terminal: the annotated tree, and below it what is wrong.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/plan_change_words.h"
#include "analyzer/report/plan_report.h"
#include "analyzer/report/plan_tree.h"
#include "analyzer/report/plan_view.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/terminal.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMargin = 14;  // of a finding's lines: `  1 critical  `

class Page {
 public:
  Page(const PlanReport& report, const Pen& pen, std::size_t width)
      : report_(report), pen_(pen), width_(std::max(width, kNarrowestPlan)) {}

  std::string run() {
    for (std::size_t at = 0; at < report_.plans.size(); ++at) {
      if (at > 0) out_ += "\n";
      add_heading(at);
      const PlanSection& section = report_.plans[at];
      out_ += "\n" + plan_tree(section.row, pen_, width_) + "\n";
      add_triggers(section.row.plan);
      add_change(section);
      add_findings(section);
    }
    return std::move(out_);
  }

 private:
  void add_lines(std::string_view text, std::size_t margin = 0) {
    for (const std::string& line : in_lines(text, width_ - margin)) {
      out_ += std::string(margin, ' ') + line + "\n";
    }
  }
  void add_dim(std::string_view text, std::size_t margin) {
    for (const std::string& line : in_lines(text, width_ - margin)) {
      out_ += std::string(margin, ' ') + pen_(Ink::kDim, line) + "\n";
    }
  }

  void add_heading(std::size_t at) {
    const PlanSection& section = report_.plans[at];
    const Plan& plan = section.row.plan;
    std::string place = section.file;
    if (plan.line > 1) place += fmt::format(":{}", plan.line);
    if (report_.plans.size() > 1)
      place += fmt::format("  plan {} of {}", at + 1, report_.plans.size());
    out_ += pen_(Ink::kBold, shortened(one_line(place), width_)) + "\n";
    if (!plan.query.empty()) {
      for (const std::string& line : in_three_lines(brief_sql(plan.query, 3 * width_), width_)) {
        out_ += line + "\n";
      }
    }
    if (const std::string times = times_of(section.row); !times.empty()) add_lines(times);
    if (const std::string settings = settings_of(plan); !settings.empty()) {
      add_lines("settings: " + settings);
    }
    for (const std::string& line : in_lines(limits_of(section.row.figures), width_)) {
      out_ += pen_(Ink::kYellow, line) + "\n";
    }
  }

  void add_triggers(const Plan& plan) {
    constexpr std::size_t kMost = 10;
    const std::vector<std::string> triggers = triggers_of(plan);
    for (std::size_t at = 0; at < std::min(triggers.size(), kMost); ++at) {
      add_lines("Trigger " + triggers[at]);
    }
    if (triggers.size() > kMost) {
      out_ += fmt::format("and {} more triggers\n", triggers.size() - kMost);
    }
    if (!triggers.empty()) out_ += "\n";
  }

  void add_change(const PlanSection& section) {
    if (!section.change) return;
    out_ += pen_(Ink::kBold, shortened("Against " + one_line(report_.against), width_)) + "\n";
    const std::string headline = headline_of(*section.change);
    if (!headline.empty()) add_lines(headline, 2);
    const std::vector<std::string> lines = words_on(*section.change);
    if (lines.empty()) add_lines("the same nodes, and no figure moved much", 2);
    for (const std::string& line : lines) add_lines(line, 2);
    out_ += "\n";
  }

  void add_findings(const PlanSection& section) {
    if (section.findings.empty()) {
      out_ += std::string(nothing_found(section.row.figures)) + "\n";
      return;
    }
    const Findings findings = ranked(section.findings);
    out_ += pen_(Ink::kBold, "Findings") + "\n";
    for (std::size_t at = 0; at < findings.size(); ++at) {
      if (at > 0) out_ += "\n";
      add_finding(at + 1, findings[at]);
    }
  }

  void add_finding(std::size_t number, const Finding& finding) {
    const std::vector<std::string> title = in_lines(finding.title, width_ - kMargin);
    for (std::size_t at = 0; at < title.size(); ++at) {
      if (at > 0) {
        out_ += std::string(kMargin, ' ') + pen_(Ink::kBold, title[at]) + "\n";
        continue;
      }
      out_ += fmt::format("{} {}  {}\n", right(std::to_string(number), 3),
                          pen_(ink_of(finding.level), left(name_of(finding.level), 8)),
                          pen_(Ink::kBold, title[at]));
    }
    std::string evidence;
    for (const auto& [name, value] : evidence_of(finding)) {
      evidence += fmt::format("{}{}: {}", evidence.empty() ? "" : " · ", name, value);
    }
    add_lines(evidence, kMargin);
    add_remedy(finding.remedy);
    for (const std::string& caveat : finding.caveats) add_dim(caveat, kMargin);
    add_dim("pgcounsel rule " + finding.rule, kMargin);
  }

  void add_remedy(const Remedy& remedy) {
    for (const RemedyPart& part : parts_of(remedy)) {
      if (!part.commands) {
        add_lines(part.text, kMargin);
        continue;
      }
      for (std::size_t at = 0; at < part.text.size();) {
        const std::size_t end = std::min(part.text.find('\n', at), part.text.size());
        const std::string line = one_line(std::string_view(part.text).substr(at, end - at));
        out_ += std::string(kMargin, ' ') + pen_(Ink::kGreen, line) + "\n";
        at = end + 1;
      }
    }
  }

  const PlanReport& report_;
  const Pen& pen_;
  const std::size_t width_;
  std::string out_;
};

}  // namespace

std::string render_plan_text(const PlanReport& report, bool color, std::size_t width) {
  const Pen pen(color);
  return Page(report, pen, width).run();
}

}  // namespace pgcounsel
