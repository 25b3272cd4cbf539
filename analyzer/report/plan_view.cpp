#include "analyzer/report/plan_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/plan_units.h"

namespace pgcounsel {

std::string times_of(const PlanRow& row) {
  const Plan& plan = row.plan;
  std::string words;
  const auto add = [&](std::string_view name, const std::optional<double>& ms) {
    if (!ms) return;
    words += fmt::format("{}{} {}", words.empty() ? "" : " · ", name, plan_ms(*ms));
  };
  add("planning", plan.planning_ms);
  add("execution", plan.execution_ms);
  if (!plan.execution_ms) add("logged", plan.logged_ms);
  if (!plan.execution_ms && !plan.logged_ms && row.figures.has_timing) {
    add("root node", row.figures.total_ms);
  }
  const auto add_part = [&](std::string_view name, double ms) {
    if (ms <= 0) return;
    add(name, ms);
    const std::string share = plan_share(ms, row.figures.total_ms);
    if (!share.empty()) words += " (" + share + ")";
  };
  add_part("triggers", row.figures.triggers_ms);
  add_part("JIT", row.figures.jit_ms);
  return words;
}

std::string limits_of(const PlanFigures& figures) {
  if (figures.has_timing) return {};
  if (figures.has_actual) {
    return "Rows were counted, times were not (TIMING OFF): costs are the planner's estimates, and "
           "findings are about rows and structure.";
  }
  return "The query was not executed (no ANALYZE): times and rows are not known, costs are the "
         "planner's estimates, and only structural findings are given.";
}

std::vector<std::string> triggers_of(const Plan& plan) {
  std::vector<const PlanTrigger*> triggers;
  for (const PlanTrigger& trigger : plan.triggers) triggers.push_back(&trigger);
  std::stable_sort(triggers.begin(), triggers.end(), [](const auto* a, const auto* b) {
    return a->ms.value_or(0) > b->ms.value_or(0);
  });
  std::vector<std::string> lines;
  for (const PlanTrigger* trigger : triggers) {
    const std::string& name = trigger->name.empty() ? trigger->constraint : trigger->name;
    std::string line = name;
    if (!trigger->constraint.empty() && trigger->constraint != name) {
      line += fmt::format(" for constraint {}", trigger->constraint);
    }
    if (!trigger->relation.empty()) line += " on " + trigger->relation;
    line += ": ";
    if (trigger->ms) line += plan_ms(*trigger->ms) + ", ";
    lines.push_back(line + plan_count(trigger->calls, "call"));
  }
  return lines;
}

std::string settings_of(const Plan& plan) {
  std::string words;
  for (const PlanSetting& setting : plan.settings) {
    words += fmt::format("{}{} = {}", words.empty() ? "" : ", ", setting.name, setting.value);
  }
  return words;
}

std::string_view nothing_found(const PlanFigures& figures) {
  return figures.has_timing ? "Nothing in this plan stands out."
                            : "Nothing in the structure of this plan stands out.";
}

std::vector<RemedyPart> parts_of(const Remedy& remedy) {
  std::vector<RemedyPart> parts;
  const std::string text = with_lines(remedy.text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const bool command = remedy.kind == "sql" || (remedy.kind == "setting" && line.ends_with(';'));
    if (command && !parts.empty() && parts.back().commands) {
      parts.back().text += "\n" + line;
    } else if (command || !line.empty()) {
      parts.push_back({command, line});
    }
  }
  return parts;
}

std::vector<std::pair<std::string, std::string>> evidence_of(const Finding& finding) {
  std::vector<std::pair<std::string, std::string>> rows;
  const std::string first = finding.evidence.empty() ? "" : finding.evidence.front().source;
  for (std::size_t at = 0; at < finding.evidence.size(); ++at) {
    const Evidence& evidence = finding.evidence[at];
    const bool is_node = evidence.name == "node" && !evidence.source.empty();
    const std::string& name = is_node ? evidence.source : evidence.name;
    const bool elsewhere =
        !evidence.source.empty() && !is_node && (at == 0 || evidence.source != first);
    rows.emplace_back(
        name, elsewhere ? fmt::format("{} ({})", evidence.value, evidence.source) : evidence.value);
  }
  return rows;
}

}  // namespace pgcounsel
