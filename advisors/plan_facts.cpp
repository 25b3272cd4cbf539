#include "advisors/plan_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace pgcounsel {

double with_workers(const PlanNode& node, PlanNumber name) {
  double sum = node.number(name);
  for (const PlanWorker& worker : node.workers) sum += worker.numbers.get(name);
  return sum;
}

std::string_view setting_of(const Plan& plan, std::string_view name) {
  const auto found = std::ranges::find(plan.settings, name, &PlanSetting::name);
  return found == plan.settings.end() ? std::string_view{} : std::string_view(found->value);
}

std::string work_mem_for(double bytes) {
  constexpr double kMegabyte = 1024 * 1024;
  constexpr std::uint64_t kMost = 1U << 20U;
  std::uint64_t megabytes = 4;
  while (static_cast<double>(megabytes) * kMegabyte < bytes && megabytes < kMost) megabytes *= 2;
  return fmt::format("{}MB", megabytes);
}

bool writes_rows(const Plan& plan) {
  return std::ranges::any_of(plan.nodes, [](const PlanNode& node) {
    return node.is("ModifyTable") || node.is("LockRows");
  });
}

}  // namespace pgcounsel
