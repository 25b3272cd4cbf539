#include "tests/page/workload_of_plan.h"

#include <stdexcept>
#include <utility>

#include "analyzer/plans/figures.h"
#include "parser/plan/plan_reader.h"

namespace pgcounsel {

Workload workload_of_plan(std::string_view text) {
  PlansRead read = read_plans(text);
  if (!read.troubles.empty()) throw std::runtime_error(read.troubles.front().message);
  Workload workload;
  for (Plan& plan : read.plans) {
    PlanRow row;
    row.figures = figures_of(plan);
    row.plan = std::move(plan);
    workload.plans.push_back(std::move(row));
  }
  return workload;
}

}  // namespace pgcounsel
