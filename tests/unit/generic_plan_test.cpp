// Plans for any parameters, told from those for values.
#include "parser/plan/generic_plan.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/plan/plan_reader.h"

namespace pgcounsel {
namespace {

// Through the reader, which sets the mark.
bool generic(std::string_view text) {
  const PlansRead read = read_plans(text);
  EXPECT_TRUE(read.troubles.empty());
  EXPECT_EQ(read.plans.size(), 1U) << text;
  return read.plans.size() == 1 && read.plans.front().generic;
}

std::string scan_with(std::string_view detail) {
  return "Index Scan using a_pkey on a  (cost=0.42..8.44 rows=1 width=26)\n  " +
         std::string(detail) + "\n";
}

TEST(GenericPlan, HasParametersInItsConditions) {
  EXPECT_TRUE(generic(scan_with("Index Cond: (id = $1)")));
  EXPECT_TRUE(generic(scan_with("Filter: ((id > 5) AND (state = ANY ($12)))")));
  constexpr std::string_view kJson =
      "[{\"Plan\": {\"Node Type\": \"Tid Scan\", \"Relation Name\": \"a\", "
      "\"TID Cond\": \"(ctid = $1)\"}}]";
  EXPECT_TRUE(generic(kJson));
}

TEST(GenericPlan, IsNoneWithValues) {
  EXPECT_FALSE(generic(scan_with("Index Cond: (id = 77)")));
  EXPECT_FALSE(generic(scan_with("Filter: (price = '$1'::text)")));
  EXPECT_FALSE(generic(scan_with("Filter: (\"a$1\" = 5)")));
  EXPECT_FALSE(generic(scan_with("Filter: (a$1 = 5)")));
}

TEST(GenericPlan, IsNotToldByTheValuesOfInitPlans) {
  const std::string init =
      "  InitPlan 1 (returns $0,$1)\n"
      "    ->  Seq Scan on b  (cost=0.00..2.25 rows=1 width=38)\n";
  EXPECT_FALSE(generic(scan_with("Index Cond: (id = $0)")));
  EXPECT_FALSE(generic(scan_with("Index Cond: (id = $1)") + init));
  EXPECT_TRUE(generic(scan_with("Index Cond: (id = $10)") + init));
}

TEST(GenericPlan, IsNotToldByWhatIsNoCondition) {
  Plan plan;
  plan.nodes.resize(1);
  plan.nodes[0].texts.set(PlanText::kOutput, "$1");
  plan.nodes[0].texts.set(PlanText::kSortKey, "($1)");
  EXPECT_FALSE(is_generic(plan));
  plan.nodes[0].texts.set(PlanText::kJoinFilter, "(a.x = $1)");
  EXPECT_TRUE(is_generic(plan));
}

}  // namespace
}  // namespace pgcounsel
