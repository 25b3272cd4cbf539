#include "parser/plan/plan_text_beside.h"

#include <algorithm>
#include <string>
#include <utility>

#include "parser/number.h"
#include "parser/plan/plan_text_detail.h"
#include "parser/plan/plan_text_head.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

// Up to version 9.6 in other words.
constexpr struct {
  std::string_view name;
  std::optional<double> Plan::*ms;
} kTimes[] = {{"Planning Time: ", &Plan::planning_ms},
              {"Planning time: ", &Plan::planning_ms},
              {"Execution Time: ", &Plan::execution_ms},
              {"Execution time: ", &Plan::execution_ms},
              {"Total runtime: ", &Plan::execution_ms}};

constexpr struct {
  std::string_view heading;
  PlanSection section;
} kHeadings[] = {{"Planning:", PlanSection::kPlanning}, {"JIT:", PlanSection::kJit}};

constexpr struct {
  std::string_view name;
  std::optional<double> PlanJit::*ms;
} kJitTimes[] = {{"Generation ", &PlanJit::generation_ms},
                 {"Inlining ", &PlanJit::inlining_ms},
                 {"Optimization ", &PlanJit::optimization_ms},
                 {"Emission ", &PlanJit::emission_ms},
                 {"Total ", &PlanJit::total_ms}};

bool read_time(std::string_view line, Plan& plan) {
  for (const auto& time : kTimes) {
    std::string_view value = line;
    if (!take_word(value, time.name)) continue;
    value = trimmed(value);
    if (const auto ms = take_figure(value)) plan.*time.ms = ms;
    return true;
  }
  return false;
}

// `Trigger RI_1 for constraint c on t: time=0.1 calls=1`; names hold anything.
bool read_trigger(std::string_view line, Plan& plan) {
  if (!take_word(line, "Trigger ")) return false;
  std::size_t end = line.rfind(": time=");
  if (end == std::string_view::npos) end = line.rfind(": calls=");
  if (end == std::string_view::npos) return false;
  PlanTrigger trigger;
  trigger.ms = figure_behind("time=", line.substr(end));
  trigger.calls = figure_behind("calls=", line.substr(end)).value_or(0);
  std::string_view names = line.substr(0, end);
  const std::size_t on = names.rfind(" on ");
  if (on != std::string_view::npos) {
    trigger.relation = std::string(names.substr(on + 4));
    names = names.substr(0, on);
  }
  if (take_word(names, "for constraint ")) {
    trigger.constraint = std::string(names);
    names = {};
  }
  constexpr std::string_view kFor = " for constraint ";
  if (const std::size_t at = names.find(kFor); at != std::string_view::npos) {
    trigger.constraint = std::string(names.substr(at + kFor.size()));
    names = names.substr(0, at);
  }
  trigger.name = std::string(names);
  plan.triggers.push_back(std::move(trigger));
  return true;
}

// `work_mem = '4MB', search_path = 'a, b'`
void read_settings(std::string_view text, Plan& plan) {
  while (true) {
    const std::size_t equals = text.find(" = '");
    if (equals == std::string_view::npos) return;
    PlanSetting setting{std::string(trimmed(text.substr(0, equals))), {}};
    text.remove_prefix(equals + 4);
    while (!text.empty()) {
      const std::size_t quote = std::min(text.size(), text.find('\''));
      setting.value += text.substr(0, quote);
      text.remove_prefix(std::min(text.size(), quote + 1));
      if (!take_word(text, "'")) break;
      setting.value += '\'';
    }
    plan.settings.push_back(std::move(setting));
    take_word(text, ", ");
  }
}

// `time=0.1 ms  output=4kB  format=text`
void read_serialization(std::string_view text, Plan& plan) {
  PlanSerialization serialization;
  serialization.ms = figure_behind("time=", text);
  serialization.output_kb = figure_behind("output=", text).value_or(0);
  constexpr std::string_view kFormat = "format=";
  if (const std::size_t at = text.find(kFormat); at != std::string_view::npos) {
    serialization.format = std::string(trimmed(text.substr(at + kFormat.size())));
  }
  plan.serialization = std::move(serialization);
}

bool read_jit_line(std::string_view line, PlanJit& jit) {
  if (take_word(line, "Functions: ")) {
    jit.functions = take_figure(line).value_or(0);
  } else if (take_word(line, "Options: ")) {
    jit.options = std::string(line);
  } else if (take_word(line, "Timing: ")) {
    for (const auto& time : kJitTimes) jit.*time.ms = figure_behind(time.name, line);
  } else {
    return false;
  }
  return true;
}

bool read_planner_memory(std::string_view line, Plan& plan) {
  if (!take_word(line, "Memory: ")) return false;
  plan.planner_memory_used_kb = figure_behind("used=", line);
  plan.planner_memory_allocated_kb = figure_behind("allocated=", line);
  return true;
}

bool read_query_id(std::string_view line, Plan& plan) {
  if (!take_word(line, "Query Identifier: ")) return false;
  plan.query_id = whole_text_number<std::int64_t>(trimmed(line));
  return true;
}

}  // namespace

bool read_beside_line(std::string_view line, PlanSection& section, Plan& plan) {
  if (section == PlanSection::kJit && plan.jit && read_jit_line(line, *plan.jit)) return true;
  if (section == PlanSection::kPlanning && read_planner_memory(line, plan)) return true;
  for (const auto& [heading, begun] : kHeadings) {
    if (line != heading) continue;
    section = begun;
    if (begun == PlanSection::kJit) plan.jit = PlanJit{};
    return true;
  }
  if (take_word(line, "Serialization: ")) {
    section = PlanSection::kSerialization;
    read_serialization(line, plan);
    return true;
  }
  const bool settings = take_word(line, "Settings: ");
  if (settings) read_settings(line, plan);
  if (!settings && !read_time(line, plan) && !read_trigger(line, plan) &&
      !read_query_id(line, plan)) {
    return false;
  }
  section = PlanSection::kBeside;
  return true;
}

void tell_relations_of_triggers(Plan& plan) {
  const auto named = [](const PlanTrigger& trigger) { return !trigger.relation.empty(); };
  if (std::any_of(plan.triggers.begin(), plan.triggers.end(), named)) return;
  const auto writes = [](const PlanNode& node) { return node.is("ModifyTable"); };
  const auto node = std::find_if(plan.nodes.begin(), plan.nodes.end(), writes);
  if (node == plan.nodes.end()) return;
  for (PlanTrigger& trigger : plan.triggers) trigger.relation = node->text(PlanText::kRelationName);
}

}  // namespace pgcounsel
