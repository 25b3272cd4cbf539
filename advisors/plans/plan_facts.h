// Small facts of a plan that several rules ask for.
#pragma once
#include <string>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

// What the leader and all workers print for a node: counters that EXPLAIN does not add up.
double with_workers(const PlanNode& node, PlanNumber name);

// The value that the plan prints under Settings; empty where it is the default or not printed.
std::string_view setting_of(const Plan& plan, std::string_view name);

// `8MB` for `SET work_mem`: the power of two that holds `bytes`, at least the default of 4 MB.
std::string work_mem_for(double bytes);

// Whether the statement changes or locks rows.
bool writes_rows(const Plan& plan);

}  // namespace pgcounsel
