#include "analyzer/plans/figures.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/unit/plan_of.h"

namespace pgcounsel {
namespace {

PlanFigures figures(std::string_view text) {
  return figures_of(plan_of(text));
}

// Own times in the order of the nodes.
std::vector<double> own_ms(const PlanFigures& figures) {
  std::vector<double> own;
  for (const NodeFigures& node : figures.nodes) own.push_back(node.exclusive_ms);
  return own;
}

void expect_own(std::string_view text, const std::vector<double>& expected) {
  const std::vector<double> own = own_ms(figures(text));
  ASSERT_EQ(own.size(), expected.size()) << text;
  for (std::size_t at = 0; at < own.size(); ++at) {
    EXPECT_NEAR(own[at], expected[at], 1e-6) << "node " << at + 1 << " of\n" << text;
  }
}

TEST(Figures, AddsUpLoopsAndTakesTheChildrenOff) {
  // Inner side: 1000 loops of 0.05 ms. The join: 100 - 20 - 50.
  expect_own(
      "Nested Loop  (cost=0.00..9.00 rows=1000 width=4) (actual time=0.1..100.0 rows=1000 "
      "loops=1)\n"
      "  ->  Seq Scan on a  (cost=0.00..4.00 rows=1000 width=4) (actual time=0.1..20.0 rows=1000 "
      "loops=1)\n"
      "  ->  Index Scan using b_pkey on b  (cost=0.00..4.00 rows=1 width=4) (actual "
      "time=0.04..0.05 rows=1 loops=1000)\n"
      "        Index Cond: (id = a.id)\n"
      "Execution Time: 110.0 ms\n",
      {30, 20, 50});
}

constexpr std::string_view kParallel =
    "Gather  (cost=0.00..9.00 rows=30 width=4) (actual time=1.0..100.0 rows=30 loops=1)\n"
    "  Workers Planned: 4\n"
    "  Workers Launched: 4\n"
    "  ->  Nested Loop  (cost=0.00..4.00 rows=10 width=4) (actual time=1.0..90.0 rows=10 "
    "loops=3)\n"
    "        ->  Parallel Seq Scan on a  (cost=0.00..4.00 rows=100 width=4) (actual "
    "time=1.0..30.0 rows=100 loops=3)\n"
    "              Filter: (n > 5)\n"
    "              Rows Removed by Filter: 7\n"
    "        ->  Index Scan using b_pkey on b  (cost=0.00..4.00 rows=1 width=4) (actual "
    "time=0.1..0.2 rows=0 loops=300)\n"
    "              Index Cond: (id = a.id)\n"
    "Execution Time: 120.0 ms\n";

TEST(Figures, DividesByTheProcessesThatRan) {
  // Three processes, whatever was planned: 0.2 * 300 / 3 = 20 ms of the clock in the inner side.
  expect_own(kParallel, {10, 40, 30, 20});
  const PlanFigures all = figures(kParallel);
  EXPECT_DOUBLE_EQ(all.nodes[3].inclusive_ms, 20);
  EXPECT_DOUBLE_EQ(all.nodes[2].rows, 300);            // rows are the sum of all processes
  EXPECT_DOUBLE_EQ(all.nodes[2].estimated_rows, 300);  // an estimate is for one of them
  EXPECT_DOUBLE_EQ(all.nodes[2].rows_removed, 21);
  EXPECT_DOUBLE_EQ(all.share(1), 40.0 / 120);
}

TEST(Figures, DividesAGatherThatRunsInLoopsByItsOwn) {
  // Two processes in each of five loops: 10 loops of 6 ms are 30 ms of the clock.
  expect_own(
      "Nested Loop  (cost=0.00..9.00 rows=5 width=4) (actual time=1.0..50.0 rows=5 loops=1)\n"
      "  ->  Seq Scan on a  (cost=0.00..4.00 rows=5 width=4) (actual time=1.0..10.0 rows=5 "
      "loops=1)\n"
      "  ->  Gather  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..7.0 rows=1 loops=5)\n"
      "        Workers Planned: 1\n"
      "        Workers Launched: 1\n"
      "        ->  Parallel Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..6.0 "
      "rows=0 loops=10)\n",
      {5, 10, 5, 30});
}

TEST(Figures, GivesTheTimeOfAnInitPlanToWhoAskedForIt) {
  // The scan's 50 ms hold the InitPlan's 40: $1 is asked for there, not $10 by the limit.
  expect_own(
      "Limit  (cost=0.00..9.00 rows=5 width=4) (actual time=1.0..60.0 rows=5 loops=1)\n"
      "  InitPlan 1 (returns $1)\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..40.0 rows=1 "
      "loops=1)\n"
      "  ->  Subquery Scan on q  (cost=0.00..4.00 rows=5 width=4) (actual time=1.0..55.0 rows=5 "
      "loops=1)\n"
      "        Filter: (q.x > $10)\n"
      "        ->  Seq Scan on a  (cost=0.00..4.00 rows=5 width=4) (actual time=1.0..50.0 rows=5 "
      "loops=1)\n"
      "              Filter: (id > $1)\n",
      {5, 40, 5, 10});
}

TEST(Figures, KnowsTheInitPlansOfPostgreSql17ByTheirNumber) {
  expect_own(
      "Limit  (cost=0.00..9.00 rows=5 width=4) (actual time=1.0..60.0 rows=5.00 loops=1)\n"
      "  InitPlan 1\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..40.0 rows=1.00 "
      "loops=1)\n"
      "  ->  Seq Scan on a  (cost=0.00..4.00 rows=5 width=4) (actual time=1.0..50.0 rows=5.00 "
      "loops=1)\n"
      "        Filter: (id > (InitPlan 1).col1)\n",
      {10, 40, 10});
}

TEST(Figures, GivesAnInitPlanThatNobodyNamesToItsParent) {
  expect_own(
      "Result  (cost=0.00..9.00 rows=1 width=4) (actual time=1.0..45.0 rows=1 loops=1)\n"
      "  InitPlan 1 (returns $0)\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..40.0 rows=1 "
      "loops=1)\n",
      {5, 40});
}

TEST(Figures, LetsTheGatherPayForWhatItEvaluatesBeforeItsWorkers) {
  // The InitPlan ran once, in the Gather; the workers' filter only reads its value.
  expect_own(
      "Gather  (cost=0.00..9.00 rows=1 width=4) (actual time=1.0..100.0 rows=1 loops=1)\n"
      "  Workers Planned: 1\n"
      "  Params Evaluated: $0\n"
      "  Workers Launched: 1\n"
      "  InitPlan 1 (returns $0)\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..30.0 rows=1 "
      "loops=1)\n"
      "  ->  Parallel Seq Scan on a  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..60.0 "
      "rows=1 loops=2)\n"
      "        Filter: (id > $0)\n",
      {10, 30, 60});
}

TEST(Figures, TakesTheTimeOfACteFromItsScansLargestFirst) {
  // 50 ms of the CTE: the scan with 45 pays all it has, the other one the rest.
  expect_own(
      "Hash Join  (cost=0.00..9.00 rows=1 width=4) (actual time=1.0..70.0 rows=1 loops=1)\n"
      "  Hash Cond: (c.id = c_1.id)\n"
      "  CTE c\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..50.0 rows=1 "
      "loops=1)\n"
      "  ->  CTE Scan on c  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..8.0 rows=1 "
      "loops=1)\n"
      "  ->  Hash  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..46.0 rows=1 loops=1)\n"
      "        ->  CTE Scan on c c_1  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..45.0 "
      "rows=1 loops=1)\n",
      {16, 50, 3, 1, 0});
}

TEST(Figures, TakesTheTimeOfACteFromTheScanThatItHangsUnder) {
  // 30 ms of the CTE lie in the 50 of its only scan, which is printed before it.
  expect_own(
      "CTE Scan on x  (cost=5.00..9.00 rows=1 width=4) (actual time=1.0..50.0 rows=1 loops=1)\n"
      "  Filter: (id = 77)\n"
      "  CTE x\n"
      "    ->  Seq Scan on a  (cost=0.00..5.00 rows=9 width=4) (actual time=1.0..30.0 rows=9 "
      "loops=1)\n",
      {20, 30});
}

TEST(Figures, TellsCtesOfOneNameApartByTheirScope) {
  // The inner x hides the outer one: its scan pays 30, the outer scan 5.
  expect_own(
      "Append  (cost=0.00..9.00 rows=1 width=4) (actual time=1.0..60.0 rows=2 loops=1)\n"
      "  CTE x\n"
      "    ->  Seq Scan on a  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..5.0 rows=1 "
      "loops=1)\n"
      "  ->  Subquery Scan on s  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..36.0 rows=1 "
      "loops=1)\n"
      "        CTE x\n"
      "          ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..30.0 "
      "rows=1 loops=1)\n"
      "        ->  CTE Scan on x  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..33.0 rows=1 "
      "loops=1)\n"
      "  ->  CTE Scan on x x_1  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..20.0 rows=1 "
      "loops=1)\n",
      {4, 5, 3, 30, 3, 15});
}

TEST(Figures, LeavesASubPlanInItsParentsTime) {
  expect_own(
      "Seq Scan on a  (cost=0.00..9.00 rows=100 width=4) (actual time=1.0..80.0 rows=100 "
      "loops=1)\n"
      "  Filter: (n < (SubPlan 1))\n"
      "  SubPlan 1\n"
      "    ->  Aggregate  (cost=0.00..4.00 rows=1 width=4) (actual time=0.6..0.7 rows=1 "
      "loops=100)\n"
      "          ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=0.1..0.5 "
      "rows=1 loops=100)\n",
      {10, 20, 50});
}

TEST(Figures, NeverGoesBelowZero) {
  // Times are rounded for each loop, so children may take more than their parent.
  expect_own(
      "Nested Loop  (cost=0.00..9.00 rows=1 width=4) (actual time=1.0..10.0 rows=1 loops=1)\n"
      "  ->  Seq Scan on a  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..2.0 rows=1 "
      "loops=1)\n"
      "  ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=0.001..0.001 rows=1 "
      "loops=9000)\n",
      {0, 2, 9});
}

TEST(Figures, CountsTriggersAndJitBesideTheTree) {
  const PlanFigures all = figures(
      "Delete on t  (cost=0.00..9.00 rows=0 width=0) (actual time=9.0..10.0 rows=0 loops=1)\n"
      "  ->  Seq Scan on t  (cost=0.00..4.00 rows=9 width=6) (actual time=1.0..4.0 rows=9 "
      "loops=1)\n"
      "Planning Time: 0.5 ms\n"
      "Trigger for constraint b_fkey: time=70.0 calls=9\n"
      "Trigger audit: time=5.5 calls=9\n"
      "JIT:\n"
      "  Functions: 4\n"
      "  Options: Inlining false, Optimization false, Expressions true, Deforming true\n"
      "  Timing: Generation 1.0 ms, Inlining 0.0 ms, Optimization 2.0 ms, Emission 3.0 ms, Total "
      "6.0 ms\n"
      "Execution Time: 100.0 ms\n");
  EXPECT_DOUBLE_EQ(all.triggers_ms, 75.5);
  EXPECT_DOUBLE_EQ(all.jit_ms, 6);
  EXPECT_DOUBLE_EQ(all.total_ms, 100);
  EXPECT_DOUBLE_EQ(all.share(0), 0.06);
  EXPECT_DOUBLE_EQ(all.nodes[0].misestimate, 1);  // it returns nothing: no estimate to judge
}

TEST(Figures, TellsWhatNeverRan) {
  const PlanFigures all = figures(
      "Nested Loop  (cost=0.00..9.00 rows=50 width=4) (actual time=1.0..1.0 rows=0 loops=1)\n"
      "  ->  Seq Scan on a  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..1.0 rows=0 "
      "loops=1)\n"
      "  ->  Seq Scan on b  (cost=0.00..4.00 rows=5000 width=4) (never executed)\n");
  EXPECT_TRUE(all.nodes[0].executed);
  EXPECT_FALSE(all.nodes[2].executed);
  EXPECT_DOUBLE_EQ(all.nodes[2].misestimate, 1);
  EXPECT_DOUBLE_EQ(all.nodes[2].estimated_rows, 0);
  EXPECT_TRUE(all.has_timing);
}

TEST(Figures, KnowsRowsWithoutTimes) {
  const PlanFigures all = figures(
      "Seq Scan on a  (cost=0.00..4.00 rows=10 width=4) (actual rows=1000 loops=2)\n"
      "Execution Time: 12.0 ms\n");
  EXPECT_TRUE(all.has_actual);
  EXPECT_FALSE(all.has_timing);
  EXPECT_DOUBLE_EQ(all.nodes[0].rows, 2000);
  EXPECT_DOUBLE_EQ(all.nodes[0].misestimate, 100);
  EXPECT_DOUBLE_EQ(all.share(0), 0);
}

TEST(Figures, KnowsEstimatesAlone) {
  const PlanFigures all = figures("Seq Scan on a  (cost=0.00..4.00 rows=10 width=4)\n");
  EXPECT_FALSE(all.has_actual);
  EXPECT_FALSE(all.has_timing);
  EXPECT_FALSE(all.nodes[0].executed);
  EXPECT_DOUBLE_EQ(all.nodes[0].estimated_rows, 10);
  EXPECT_DOUBLE_EQ(all.nodes[0].misestimate, 1);
}

TEST(Figures, TakesBuffersOffByWhoPulledThem) {
  // Buffers include the children's. The CTE's 70 blocks were read by its scan.
  const PlanFigures all = figures(
      "Sort  (cost=0.00..9.00 rows=1 width=4) (actual time=1.0..70.0 rows=1 loops=1)\n"
      "  Sort Key: c.id\n"
      "  Sort Method: external merge  Disk: 80kB\n"
      "  Buffers: shared hit=15 read=70, temp read=10 written=10\n"
      "  CTE c\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..50.0 rows=1 "
      "loops=1)\n"
      "          Buffers: shared hit=2 read=70\n"
      "  ->  CTE Scan on c  (cost=0.00..4.00 rows=1 width=4) (actual time=1.0..60.0 rows=1 "
      "loops=1)\n"
      "        Buffers: shared hit=12 read=70\n");
  EXPECT_DOUBLE_EQ(all.nodes[0].shared_hit, 3);
  EXPECT_DOUBLE_EQ(all.nodes[0].shared_read, 0);
  EXPECT_DOUBLE_EQ(all.nodes[0].temp_written, 10);
  EXPECT_DOUBLE_EQ(all.nodes[1].shared_read, 70);
  EXPECT_DOUBLE_EQ(all.nodes[2].shared_hit, 10);
  EXPECT_DOUBLE_EQ(all.nodes[2].shared_read, 0);
}

struct Estimate {
  const char* why;
  const char* plan;
  std::size_t node;
  double misestimate;
  bool under;
};

constexpr Estimate kEstimates[] = {
    {"more came",
     "Seq Scan on a  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=500 loops=1)\n", 0, 50,
     true},
    {"fewer came",
     "Seq Scan on a  (cost=0..4 rows=500 width=4) (actual time=0..1 rows=10 loops=1)\n", 0, 50,
     false},
    {"none came: as many times as were estimated",
     "Seq Scan on a  (cost=0..4 rows=500 width=4) (actual time=0..1 rows=0 loops=1)\n", 0, 500,
     false},
    // 0 of a loop may be up to 0.5: 500 rows in all, twice fewer than the 1000 estimated.
    {"0 rows of a loop are rounded",
     "Nested Loop  (cost=0..4 rows=1000 width=4) (actual time=0..1 rows=1000 loops=1)\n"
     "  ->  Seq Scan on a  (cost=0..4 rows=1000 width=4) (actual time=0..1 rows=1000 loops=1)\n"
     "  ->  Seq Scan on b  (cost=0..4 rows=1 width=4) (actual time=0..1 rows=0 loops=1000)\n",
     2, 2, false},
    {"a LIMIT stops what it reads",
     "Limit  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "  ->  Nested Loop  (cost=0..4 rows=5000 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "        ->  Seq Scan on a  (cost=0..4 rows=5000 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "        ->  Seq Scan on b  (cost=0..4 rows=1 width=4) (actual time=0..1 rows=1 loops=10)\n",
     2, 1, false},
    {"but not what a sort below it reads",
     "Limit  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "  ->  Sort  (cost=0..4 rows=5000 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "        ->  Seq Scan on a  (cost=0..4 rows=5000 width=4) (actual time=0..1 rows=50 "
     "loops=1)\n",
     2, 100, false},
    {"and more rows are more rows below a LIMIT, too",
     "Limit  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "  ->  Seq Scan on a  (cost=0..4 rows=1 width=4) (actual time=0..1 rows=70 loops=1)\n",
     1, 70, true},
    {"a semi join leaves its inner side at the first match",
     "Nested Loop Semi Join  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "  ->  Seq Scan on a  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "  ->  Seq Scan on b  (cost=0..4 rows=900 width=4) (actual time=0..1 rows=1 loops=10)\n",
     2, 1, false},
    {"a merge join stops where one side ends",
     "Merge Join  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=10 loops=1)\n"
     "  Merge Cond: (a.id = b.id)\n"
     "  ->  Index Scan using a_pkey on a  (cost=0..4 rows=9000 width=4) (actual time=0..1 rows=10 "
     "loops=1)\n"
     "  ->  Index Scan using b_pkey on b  (cost=0..4 rows=10 width=4) (actual time=0..1 rows=10 "
     "loops=1)\n",
     1, 1, false},
    {"an InitPlan gives one row of those there are",
     "Result  (cost=0..4 rows=1 width=4) (actual time=0..1 rows=1 loops=1)\n"
     "  One-Time Filter: $0\n"
     "  InitPlan 1 (returns $0)\n"
     "    ->  Seq Scan on b  (cost=0..4 rows=900 width=4) (actual time=0..1 rows=1 loops=1)\n",
     1, 1, false},
    {"bitmaps count no rows",
     "Bitmap Heap Scan on a  (cost=0..4 rows=9 width=4) (actual time=0..1 rows=9 loops=1)\n"
     "  ->  BitmapAnd  (cost=0..4 rows=9 width=0) (actual time=0..1 rows=0 loops=1)\n"
     "        ->  Bitmap Index Scan on a_x  (cost=0..4 rows=90 width=0) (actual time=0..1 rows=90 "
     "loops=1)\n"
     "        ->  Bitmap Index Scan on a_y  (cost=0..4 rows=90 width=0) (actual time=0..1 rows=90 "
     "loops=1)\n",
     1, 1, false},
};

TEST(Figures, JudgesEstimatesWhereRowsTell) {
  for (const Estimate& row : kEstimates) {
    const PlanFigures all = figures(row.plan);
    ASSERT_GT(all.nodes.size(), row.node) << row.why;
    EXPECT_DOUBLE_EQ(all.nodes[row.node].misestimate, row.misestimate) << row.why;
    EXPECT_EQ(all.nodes[row.node].underestimated, row.under) << row.why;
  }
}

TEST(Figures, TakesLinearTimeForDeepAndWidePlans) {
  constexpr std::size_t kNodes = 40'000;
  Plan deep;
  for (std::size_t at = 0; at < kNodes; ++at) {
    PlanNode node;
    node.type = at % 2 == 0 ? "Limit" : "Merge Join";
    node.parent = at == 0 ? kNoNode : at - 1;
    node.end = kNodes;
    node.depth = static_cast<std::uint32_t>(at);
    node.numbers.set(PlanNumber::kActualLoops, 1);
    node.numbers.set(PlanNumber::kActualTotalTime, 1);
    deep.nodes.push_back(node);
  }
  Plan wide;  // every second child is an InitPlan that returns the same value, which all name
  for (std::size_t at = 0; at < kNodes; ++at) {
    PlanNode node;
    node.type = "Result";
    node.parent = at == 0 ? kNoNode : 0;
    node.end = at == 0 ? kNodes : at + 1;
    node.depth = at == 0 ? 0 : 1;
    node.numbers.set(PlanNumber::kActualLoops, 1);
    node.numbers.set(PlanNumber::kActualTotalTime, 1);
    node.texts.set(PlanText::kFilter, "$0 = $0");
    if (at % 2 == 1) node.texts.set(PlanText::kSubplanName, "InitPlan 1 (returns $0)");
    wide.nodes.push_back(node);
  }
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(figures_of(deep).nodes.size(), kNodes);
  EXPECT_EQ(figures_of(wide).nodes.size(), kNodes);
  // Some tens of milliseconds each; what is quadratic takes minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

}  // namespace
}  // namespace pgcounsel
