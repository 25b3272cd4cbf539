#include "tests/unit/plan_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "parser/plan/plan_names.h"

namespace pgcounsel {
namespace {

template <class Values>
void list(std::ostringstream& out, const Values& values) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : values) {
    std::ostringstream line;
    line << "  " << name_of(name) << ": " << value << '\n';
    lines.push_back(line.str());
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) out << line;
}

template <class Value>
void list(std::ostringstream& out, std::string_view name, const std::optional<Value>& value) {
  if (value.has_value()) out << name << ": " << *value << '\n';
}

void list(std::ostringstream& out, const PlanNode& node) {
  out << node.type << " below " << static_cast<std::int64_t>(node.parent) << " to " << node.end
      << " at depth " << node.depth << '\n';
  list(out, node.numbers);
  list(out, node.texts);
  for (const PlanWorker& worker : node.workers) {
    out << " worker " << worker.number << '\n';
    list(out, worker.numbers);
    list(out, worker.texts);
  }
}

std::string all_of(const Plan& plan) {
  std::ostringstream out;
  for (const PlanNode& node : plan.nodes) list(out, node);
  list(out, "planning", plan.planning_ms);
  list(out, "execution", plan.execution_ms);
  list(out, "logged", plan.logged_ms);
  list(out, plan.planning);
  list(out, "memory used", plan.planner_memory_used_kb);
  list(out, "memory allocated", plan.planner_memory_allocated_kb);
  if (plan.jit.has_value()) {
    out << "jit " << plan.jit->functions << ", " << plan.jit->options << '\n';
    list(out, "generation", plan.jit->generation_ms);
    list(out, "inlining", plan.jit->inlining_ms);
    list(out, "optimization", plan.jit->optimization_ms);
    list(out, "emission", plan.jit->emission_ms);
    list(out, "total", plan.jit->total_ms);
  }
  if (plan.serialization.has_value()) {
    out << "serialization " << plan.serialization->output_kb << plan.serialization->format << '\n';
    list(out, "serialized", plan.serialization->ms);
  }
  for (const PlanTrigger& trigger : plan.triggers) {
    out << "trigger " << trigger.name << ", " << trigger.constraint << ", " << trigger.relation
        << ", " << trigger.calls << '\n';
    list(out, "time", trigger.ms);
  }
  for (const PlanSetting& setting : plan.settings)
    out << setting.name << "=" << setting.value << '\n';
  out << "query " << plan.query << '\n' << "parameters " << plan.parameters << '\n';
  list(out, "identifier", plan.query_id);
  return out.str();
}

}  // namespace

std::string difference(const Plan& one, const Plan& other) {
  std::istringstream left(all_of(one)), right(all_of(other));
  std::string line_left, line_right;
  while (true) {
    const bool has_left = static_cast<bool>(std::getline(left, line_left));
    const bool has_right = static_cast<bool>(std::getline(right, line_right));
    if (!has_left && !has_right) return {};
    if (!has_left) return "only the second one has: " + line_right;
    if (!has_right) return "only the first one has: " + line_left;
    if (line_left != line_right) return line_left + " is not " + line_right;
  }
}

Plan only_plan(PlanRead read) {
  EXPECT_EQ(trouble_of(read), "none");
  EXPECT_EQ(read.plans.size(), 1U);
  if (!read.plans.empty()) return std::move(read.plans.front());
  Plan none;
  none.nodes.emplace_back();
  return none;
}

std::string trouble_of(const PlanRead& read) {
  if (!read.trouble.has_value()) return "none";
  EXPECT_TRUE(read.plans.empty());
  return "line " + std::to_string(read.trouble->line) + ": " + read.trouble->message;
}

std::uint32_t line_of(std::string_view text, std::string_view what) {
  const std::string_view before = text.substr(0, text.find(what));
  return 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace pgcounsel
