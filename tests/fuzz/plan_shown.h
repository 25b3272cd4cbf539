// All that a plan says, as a text that two plans can be compared by.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "parser/plan/plan.h"
#include "parser/plan/plan_names.h"

namespace pgcounsel {

inline std::string shown(const PlanNumbers& numbers, const PlanTexts& texts) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : numbers) {
    parts.push_back(fmt::format(" {}={}", name_of(name), value));
  }
  for (const auto& [name, value] : texts) {
    parts.push_back(fmt::format(" {}=`{}`", name_of(name), value));
  }
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const std::string& part : parts) all += part;
  return all;
}

// A line for each node, indented by its depth, then what stands beside the tree; lines of the input
// are told only where asked for.
inline std::string shown(const Plan& plan, bool with_lines = false) {
  std::string all;
  for (const PlanNode& node : plan.nodes) {
    all += fmt::format("{}{}{} [{},{}){}\n", std::string(std::min(node.depth, 60U), ' '), node.type,
                       shown(node.numbers, node.texts), node.parent + 1, node.end,
                       with_lines ? fmt::format(" line {}", node.line) : "");
    for (const PlanWorker& worker : node.workers) {
      all += fmt::format("worker {}{}\n", worker.number, shown(worker.numbers, worker.texts));
    }
  }
  const auto ms = [&all](std::string_view name, const std::optional<double>& value) {
    if (value) all += fmt::format("{} {}\n", name, *value);
  };
  ms("planning", plan.planning_ms);
  ms("execution", plan.execution_ms);
  ms("logged", plan.logged_ms);
  ms("planner memory", plan.planner_memory_used_kb);
  ms("planner memory allocated", plan.planner_memory_allocated_kb);
  all += fmt::format("planning{}\n", shown(plan.planning, {}));
  if (plan.jit) {
    all += fmt::format("JIT {} {}\n", plan.jit->functions, plan.jit->options);
    ms("generation", plan.jit->generation_ms);
    ms("inlining", plan.jit->inlining_ms);
    ms("optimization", plan.jit->optimization_ms);
    ms("emission", plan.jit->emission_ms);
    ms("total", plan.jit->total_ms);
  }
  if (plan.serialization) {
    all += fmt::format("serialization {} {}\n", plan.serialization->output_kb,
                       plan.serialization->format);
    ms("serialization", plan.serialization->ms);
  }
  for (const PlanTrigger& trigger : plan.triggers) {
    all += fmt::format("trigger {}|{}|{} {} calls\n", trigger.name, trigger.constraint,
                       trigger.relation, trigger.calls);
    ms("trigger", trigger.ms);
  }
  for (const PlanSetting& setting : plan.settings) {
    all += fmt::format("setting {}={}\n", setting.name, setting.value);
  }
  all += fmt::format("query {}|{}|{}\n", plan.query, plan.parameters, plan.query_id.value_or(0));
  return all;
}

}  // namespace pgcounsel
