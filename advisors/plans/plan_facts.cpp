#include "advisors/plans/plan_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "advisors/figures.h"

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
  constexpr std::uint64_t kDefault = 4;
  return fmt::format("{}MB", work_mem_megabytes(bytes, kDefault));
}

bool writes_rows(const Plan& plan) {
  return std::ranges::any_of(plan.nodes, [](const PlanNode& node) {
    return node.is("ModifyTable") || node.is("LockRows");
  });
}

}  // namespace pgcounsel
