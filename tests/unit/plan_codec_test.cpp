// A plan as the ledger keeps it.
#include "analyzer/plans/plan_codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "parser/plan/plan_names.h"

namespace pgcounsel {
namespace {

// All that a plan says, but for lines.
std::string told(const Plan& plan) {
  std::string out(name_of(plan.format));
  const auto number = [&out](double value) { out += " " + std::to_string(value); };
  const auto figure = [&](const std::optional<double>& value) {
    value ? number(*value) : void(out += " -");
  };
  const auto values = [&](const PlanNumbers& numbers, const PlanTexts& texts) {
    for (const auto& [name, value] : numbers) {
      out += std::string(name_of(name));
      number(value);
    }
    for (const auto& [name, text] : texts) out += std::string(name_of(name)) + "=" + text + ";";
  };
  for (const PlanNode& node : plan.nodes) {
    out += "\n" + node.type + " " + std::to_string(node.parent) + " " + std::to_string(node.end) +
           " " + std::to_string(node.depth);
    values(node.numbers, node.texts);
    for (const PlanWorker& worker : node.workers) {
      out += "\nworker " + std::to_string(worker.number);
      values(worker.numbers, worker.texts);
    }
  }
  figure(plan.planning_ms);
  figure(plan.execution_ms);
  figure(plan.logged_ms);
  values(plan.planning, {});
  figure(plan.planner_memory_used_kb);
  figure(plan.planner_memory_allocated_kb);
  if (plan.jit) {
    number(plan.jit->functions);
    out += plan.jit->options;
    for (const auto& ms : {plan.jit->generation_ms, plan.jit->inlining_ms,
                           plan.jit->optimization_ms, plan.jit->emission_ms, plan.jit->total_ms}) {
      figure(ms);
    }
  }
  if (plan.serialization) {
    figure(plan.serialization->ms);
    number(plan.serialization->output_kb);
    out += plan.serialization->format;
  }
  for (const PlanTrigger& trigger : plan.triggers) {
    out += trigger.name + "," + trigger.constraint + "," + trigger.relation;
    figure(trigger.ms);
    number(trigger.calls);
  }
  for (const PlanSetting& setting : plan.settings) out += setting.name + "=" + setting.value;
  out += "\n" + plan.query + "|" + plan.parameters;
  if (plan.query_id) out += std::to_string(*plan.query_id);
  return out;
}

PlanNode node(std::string type, std::size_t parent, std::size_t end, std::uint32_t depth) {
  PlanNode made;
  made.type = std::move(type);
  made.parent = parent;
  made.end = end;
  made.depth = depth;
  return made;
}

Plan full_plan() {
  Plan plan;
  plan.format = PlanFormat::kYaml;
  plan.nodes = {node("Hash Join", kNoNode, 5, 0), node("Seq Scan", 0, 2, 1), node("Hash", 0, 5, 1),
                node("Bitmap Heap Scan", 2, 5, 2), node("Bitmap Index Scan", 3, 5, 3)};
  for (int name = 0; name < static_cast<int>(PlanNumber::kSize); ++name) {
    plan.nodes[0].numbers.set(static_cast<PlanNumber>(name), name * 1.25);
  }
  for (int name = 0; name < static_cast<int>(PlanText::kSize); ++name) {
    plan.nodes[1].texts.set(static_cast<PlanText>(name), "text " + std::to_string(name));
  }
  const double odd[] = {0.001,
                        0.0001,
                        -3,
                        1e300,
                        123456789012.345,
                        1.0 / 3,
                        -0.0,
                        std::numeric_limits<double>::infinity()};
  int name = 0;
  for (const double value : odd) plan.nodes[2].numbers.set(static_cast<PlanNumber>(name++), value);
  PlanWorker worker;
  worker.number = 3;
  worker.numbers.set(PlanNumber::kActualRows, 7);
  worker.texts.set(PlanText::kSortMethod, "quicksort");
  plan.nodes[2].workers = {worker, PlanWorker{}};
  plan.planning_ms = 0.125;
  plan.logged_ms = 42.158;
  plan.planning.set(PlanNumber::kSharedHitBlocks, 12);
  plan.planner_memory_used_kb = 8;
  plan.jit = PlanJit{4, "Inlining false", 1.5, 0.0, std::nullopt, 2.5, 4.0};
  plan.serialization = PlanSerialization{std::nullopt, 12, "text"};
  plan.triggers = {{"trg", "", "orders", 1.5, 3}, {"", "fk", "", std::nullopt, 1}};
  plan.settings = {{"work_mem", "64kB"}};
  plan.query = "SELECT 'ü\n'";
  plan.parameters = std::string("$1 = '\0'", 9);
  plan.query_id = -77;
  return plan;
}

TEST(PlanCodec, GivesBackThePlan) {
  const Plan plan = full_plan();
  const auto again = decode_plan(encode_plan(plan));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(told(*again), told(plan));
  EXPECT_EQ(encode_plan(*again), encode_plan(plan));
}

TEST(PlanCodec, OfADeepPlanNeedsNoDeepStack) {
  Plan plan;
  constexpr std::size_t kDepth = 50'000;
  for (std::size_t i = 0; i < kDepth; ++i) {
    plan.nodes.push_back(
        node("Limit", i == 0 ? kNoNode : i - 1, kDepth, static_cast<std::uint32_t>(i)));
  }
  const auto again = decode_plan(encode_plan(plan));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(told(*again), told(plan));
}

TEST(PlanCodec, DamageIsAnErrorOrAnotherPlanNeverACrash) {
  const std::string bytes = encode_plan(full_plan());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_plan(bytes.substr(0, size)).has_value()) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char byte : {'\0', '\x01', '\x7f', '\xff'}) {
      std::string damaged = bytes;
      damaged[at] = byte;
      const auto plan = decode_plan(damaged);
      if (!plan) continue;
      for (std::size_t i = 0; i < plan->nodes.size(); ++i) {
        const PlanNode& read = plan->nodes[i];
        EXPECT_TRUE(i == 0 ? read.parent == kNoNode : read.parent < i) << at;
        EXPECT_TRUE(read.end > i && read.end <= plan->nodes.size()) << at;
      }
    }
  }
}

}  // namespace
}  // namespace pgcounsel
