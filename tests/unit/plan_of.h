// A plan out of EXPLAIN's output, for tests.
#pragma once
#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "analyzer/plans.h"
#include "parser/plan/plan_reader.h"

namespace pgcounsel {

// A test that gives no plan has failed; it goes on with an empty node.
inline Plan plan_of(std::string_view text) {
  PlansRead read = read_plans(text);
  EXPECT_EQ(read.plans.size(), 1U) << text;
  for (const PlanTrouble& trouble : read.troubles) {
    ADD_FAILURE() << trouble.line << ": " << trouble.message << " in " << text;
  }
  if (!read.plans.empty()) return std::move(read.plans.front());
  Plan plan;
  plan.nodes.resize(1);
  plan.nodes[0].end = 1;
  return plan;
}

inline PlanRow row_of(std::string_view text) {
  PlanRow row;
  row.plan = plan_of(text);
  row.figures = figures_of(row.plan);
  return row;
}

}  // namespace pgcounsel
