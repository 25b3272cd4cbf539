// The lines that begin a node in FORMAT TEXT.
#include "parser/plan/plan_text_head.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/plan/plan_names.h"
#include "tests/fuzz/plan_shown.h"
#include "tests/unit/plan_text_of.h"

namespace pgcounsel {
namespace {

std::string texts_of(const PlanNode& node) {
  return node.type + shown(PlanNumbers{}, node.texts);
}

constexpr std::string_view kFigures = "  (cost=0.00..1.50 rows=7 width=4)";

TEST(PlanTextHead, TellsTypesAsJsonDoes) {
  const struct {
    std::string_view head, texts;
  } kCases[] = {
      {"Seq Scan on t", "Seq Scan Alias=`t` Relation Name=`t`"},
      {"Seq Scan on s.t x", "Seq Scan Alias=`x` Relation Name=`t` Schema=`s`"},
      {"Parallel Seq Scan on t", "Seq Scan Alias=`t` Parallel Aware=`true` Relation Name=`t`"},
      {"Index Scan using i on t x", "Index Scan Alias=`x` Index Name=`i` Relation Name=`t`"},
      {"Index Only Scan Backward using i on s.t",
       "Index Only Scan Alias=`t` Index Name=`i` Relation Name=`t` Scan Direction=`Backward` "
       "Schema=`s`"},
      {"Bitmap Index Scan on i", "Bitmap Index Scan Index Name=`i`"},
      {"Bitmap Heap Scan on t", "Bitmap Heap Scan Alias=`t` Relation Name=`t`"},
      {"Tid Range Scan on t", "Tid Range Scan Alias=`t` Relation Name=`t`"},
      {"Sample Scan on t", "Sample Scan Alias=`t` Relation Name=`t`"},
      {"Function Scan on pg_catalog.generate_series g",
       "Function Scan Alias=`g` Function Name=`generate_series` Schema=`pg_catalog`"},
      {"Table Function Scan on \"xmltable\" x",
       "Table Function Scan Alias=`x` Table Function Name=`xmltable`"},
      {"Values Scan on \"*VALUES*\"", "Values Scan Alias=`*VALUES*`"},
      {"Subquery Scan on \"*SELECT* 1\"", "Subquery Scan Alias=`*SELECT* 1`"},
      {"CTE Scan on c x", "CTE Scan Alias=`x` CTE Name=`c`"},
      {"WorkTable Scan on c", "WorkTable Scan Alias=`c` CTE Name=`c`"},
      {"Named Tuplestore Scan on n", "Named Tuplestore Scan Alias=`n` Tuplestore Name=`n`"},
      {"Async Foreign Scan on f",
       "Foreign Scan Alias=`f` Async Capable=`true` Operation=`Select` Relation Name=`f`"},
      {"Foreign Update on f", "Foreign Scan Alias=`f` Operation=`Update` Relation Name=`f`"},
      {"Custom Scan (Columnar Scan) on t",
       "Custom Scan Alias=`t` Custom Plan Provider=`Columnar Scan` Relation Name=`t`"},
      {"Nested Loop", "Nested Loop Join Type=`Inner`"},
      {"Nested Loop Left Join", "Nested Loop Join Type=`Left`"},
      {"Hash Join", "Hash Join Join Type=`Inner`"},
      {"Parallel Hash Right Anti Join", "Hash Join Join Type=`Right Anti` Parallel Aware=`true`"},
      {"Merge Full Join", "Merge Join Join Type=`Full`"},
      {"Hash Right Semi Join", "Hash Join Join Type=`Right Semi`"},
      {"Hash", "Hash"},
      {"Parallel Hash", "Hash Parallel Aware=`true`"},
      {"Merge Append", "Merge Append"},
      {"Merge on t", "ModifyTable Alias=`t` Operation=`Merge` Relation Name=`t`"},
      {"Insert on s.t", "ModifyTable Alias=`t` Operation=`Insert` Relation Name=`t` Schema=`s`"},
      {"Aggregate", "Aggregate Strategy=`Plain`"},
      {"HashAggregate", "Aggregate Strategy=`Hashed`"},
      {"MixedAggregate", "Aggregate Strategy=`Mixed`"},
      {"Finalize GroupAggregate", "Aggregate Partial Mode=`Finalize` Strategy=`Sorted`"},
      {"Partial HashAggregate", "Aggregate Partial Mode=`Partial` Strategy=`Hashed`"},
      {"HashSetOp Intersect All", "SetOp Command=`Intersect All` Strategy=`Hashed`"},
      {"SetOp Except", "SetOp Command=`Except` Strategy=`Sorted`"},
      {"Gather Merge", "Gather Merge"},
      {"Incremental Sort", "Incremental Sort"},
      {"WindowAgg", "WindowAgg"},
      {"Seq Scan on \"odd \"\"name\"\" -> (cost=1.00..2.00 rows=3 width=4)\" \"a.b\"",
       "Seq Scan Alias=`a.b` Relation Name=`odd \"name\" -> (cost=1.00..2.00 rows=3 width=4)`"},
  };
  for (const auto& c : kCases) {
    const Plan plan = text_plan_of(std::string(c.head) + std::string(kFigures) + "\n");
    EXPECT_EQ(texts_of(plan.root()), c.texts);
    EXPECT_EQ(plan.root().number(PlanNumber::kTotalCost), 1.5) << c.head;
  }
}

TEST(PlanTextHead, KnowsWhatIsNoHead) {
  for (const std::string_view line :
       {"", "->", "Sorted list", "Limits  (cost=0.00..1.00 rows=1 width=4)", "Plan: Seq Scan on t",
        "Sort of figures (cost=1)", "seq scan on t  (cost=0.00..1.00 rows=1 width=4)",
        "(cost=0.00..1.00 rows=1 width=4)", "Planning Time: 1 ms"}) {
    const PlanRead read = read_text_plan(line);
    EXPECT_TRUE(read.plans.empty()) << line;
    EXPECT_EQ(read.taken, 0U) << line;
  }
}

TEST(PlanTextHead, ReadsFiguresOfAllKinds) {
  using N = PlanNumber;
  const struct {
    std::string_view figures;
    std::vector<std::pair<N, double>> numbers;
  } kCases[] = {
      {"(cost=0.25..10.50 rows=3 width=8)",
       {{N::kStartupCost, 0.25}, {N::kTotalCost, 10.5}, {N::kPlanRows, 3}, {N::kPlanWidth, 8}}},
      {"(cost=0.00..1.00 rows=3 width=8) (actual time=0.125..2.500 rows=1.50 loops=4)",
       {{N::kActualStartupTime, 0.125},
        {N::kActualTotalTime, 2.5},
        {N::kActualRows, 1.5},
        {N::kActualLoops, 4}}},
      {"(actual time=1..2 rows=3 loops=1)", {{N::kActualStartupTime, 1}, {N::kActualTotalTime, 2}}},
      {"(cost=0.00..1.00 rows=3 width=8) (actual rows=5 loops=2)",
       {{N::kActualRows, 5}, {N::kActualLoops, 2}}},
      {"(cost=0.00..1.00 rows=3 width=8) (never executed)",
       {{N::kActualRows, 0}, {N::kActualLoops, 0}}},
      {"(cost=10000000000.00..10000000001.25 rows=123456789012345678 width=0)",
       {{N::kTotalCost, 10000000001.25}, {N::kPlanRows, 123456789012345678.0}}},
  };
  for (const auto& c : kCases) {
    const Plan plan = text_plan_of("Seq Scan on t  " + std::string(c.figures));
    for (const auto& [name, value] : c.numbers) {
      ASSERT_TRUE(plan.root().has(name)) << c.figures << name_of(name);
      EXPECT_EQ(plan.root().number(name), value) << c.figures << name_of(name);
    }
  }
}

TEST(PlanTextHead, TakesTheLastFiguresOfAHead) {
  const Plan plan = text_plan_of(
      "Seq Scan on t \"x (cost=7.00..7.00 rows=7 width=7) (actual rows=7 loops=7)\"  "
      "(cost=0.00..1.00 rows=2 width=3) (actual rows=4 loops=5)\n");
  EXPECT_EQ(plan.root().number(PlanNumber::kPlanRows), 2);
  EXPECT_EQ(plan.root().number(PlanNumber::kActualLoops), 5);
  EXPECT_EQ(plan.root().text(PlanText::kAlias),
            "x (cost=7.00..7.00 rows=7 width=7) (actual rows=7 loops=7)");
}

}  // namespace
}  // namespace pgcounsel
