// The one plan of a text in FORMAT TEXT.
#pragma once
#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "parser/plan/plan_forms.h"

namespace pgcounsel {

inline Plan text_plan_of(std::string_view text) {
  PlanRead read = read_text_plan(text);
  EXPECT_FALSE(read.trouble) << text << "\n" << (read.trouble ? read.trouble->message : "");
  EXPECT_EQ(read.plans.size(), 1U) << text;
  if (!read.plans.empty()) return std::move(read.plans.front());
  Plan none;
  none.nodes.emplace_back();
  return none;
}

}  // namespace pgcounsel
