#include "advisors/plans/plan_rule.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "advisors/run.h"
#include "tests/page/workload_of_plan.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kScan =
    "Seq Scan on trips t  (cost=0.00..7597.00 rows=3 width=87) (actual time=0.100..200.000 rows=3 "
    "loops=1)\n"
    "  Filter: (driver = 4711)\n"
    "  Rows Removed by Filter: 249997\n"
    "Execution Time: 250.000 ms\n";

Findings of(const Workload& workload) {
  return run_advisors(Brief{workload});
}

const Finding* find(const Findings& findings, std::string_view rule) {
  const auto found = std::ranges::find(findings, rule, &Finding::rule);
  return found == findings.end() ? nullptr : &*found;
}

TEST(PlanRule, NamesTheNodeWhereNoQueryIsKnown) {
  const Findings findings = of(workload_of_plan(kScan));
  const Finding* finding = find(findings, "selective_seq_scan");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->subject.kind, "node");
  EXPECT_EQ(finding->subject.id, "Seq Scan on trips t");
  EXPECT_EQ(finding->key, "selective_seq_scan:trips t");
  ASSERT_GE(finding->evidence.size(), 2U);
  EXPECT_EQ(finding->evidence[0].source, "node 1");
  EXPECT_EQ(finding->evidence[1].value, "200 ms of 250 ms (80 %)");
  EXPECT_EQ(finding->remedy.text, "CREATE INDEX CONCURRENTLY ON trips (driver);");
  EXPECT_FALSE(finding->gain);
}

TEST(PlanRule, NamesTheQueryAndItsGainWhereExecutionsWereLogged) {
  Workload workload = workload_of_plan(kScan);
  workload.plans[0].fingerprint = {0x12};
  workload.plans[0].calls = 4;
  workload.plans[0].total = Micros{1'000'000};
  const Findings findings = of(workload);
  const Finding* finding = find(findings, "selective_seq_scan");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->subject.kind, "query");
  EXPECT_EQ(finding->subject.id, "0000000000000012");
  EXPECT_EQ(finding->key, "selective_seq_scan:0000000000000012:trips t");
  // 80 % of a second; a log without a length counts as an hour.
  ASSERT_TRUE(finding->gain);
  EXPECT_NEAR(finding->gain->connection_s_per_day_high, 0.8 * 24, 0.01);
}

TEST(PlanRule, KeepsTheWeightierOfSeveralPlansOfOneQuery) {
  Workload workload = workload_of_plan(kScan);
  workload.plans.push_back(workload.plans[0]);
  workload.plans[1].figures.nodes[0].exclusive_ms = 100;
  for (PlanRow& row : workload.plans) row.fingerprint = {0x12};
  const Findings findings = of(workload);
  EXPECT_EQ(std::ranges::count(findings, "selective_seq_scan", &Finding::rule), 1);
  EXPECT_EQ(find(findings, "selective_seq_scan")->weight, 200);
}

struct Weight {
  double ms, total;
  Level level;
};

TEST(PlanRule, WeighsTimeByItsLengthAndItsShare) {
  const Weight cases[] = {
      {0.9, 1, Level::kInfo},         {1, 1, Level::kLow},
      {4, 100, Level::kInfo},         {9.9, 10, Level::kLow},
      {10, 10, Level::kMedium},       {10, 101, Level::kLow},
      {100, 250, Level::kHigh},       {100, 251, Level::kMedium},
      {9'999, 9'999, Level::kHigh},   {10'000, 12'500, Level::kCritical},
      {10'000, 12'501, Level::kHigh},
  };
  PlanRow row;
  row.figures.has_actual = row.figures.has_timing = true;
  for (const Weight& c : cases) {
    row.figures.total_ms = c.total;
    Finding finding;
    weigh(finding, row, c.ms);
    EXPECT_EQ(finding.level, c.level) << c.ms << " of " << c.total;
    EXPECT_TRUE(finding.caveats.empty());
  }
}

TEST(PlanRule, SaysThatEstimatesAreOnlyEstimates) {
  const Findings findings = of(workload_of_plan(
      "Seq Scan on trips t  (cost=0.00..7597.00 rows=3 width=87)\n  Filter: (driver = 4711)\n"));
  const Finding* finding = find(findings, "selective_seq_scan");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->level, Level::kLow);
  EXPECT_EQ(finding->confidence, Confidence::kLow);
  ASSERT_FALSE(finding->caveats.empty());
  EXPECT_NE(finding->caveats[0].find("estimates only"), std::string::npos);
}

TEST(PlanRule, IsSilentBelowWhatWasNeverExecuted) {
  const Findings findings = of(workload_of_plan(
      "Nested Loop  (cost=0.00..15000.00 rows=9 width=8) (actual time=0.010..20.000 rows=0 "
      "loops=1)\n"
      "  ->  Seq Scan on a  (cost=0.00..10.00 rows=9 width=4) (actual time=0.010..19.000 rows=0 "
      "loops=1)\n"
      "  ->  Seq Scan on trips t  (cost=0.00..7597.00 rows=3 width=87) (never executed)\n"
      "        Filter: (driver = 4711)\n"
      "Execution Time: 20.000 ms\n"));
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.title.find("trips"), std::string::npos) << finding.title;
  }
}

TEST(PlanRule, CountsPartitionsTogether) {
  std::string plan =
      "Append  (cost=0.00..4000.00 rows=4 width=8) (actual time=0.010..100.000 rows=4 loops=1)\n";
  for (const char* part : {"trips_1", "trips_2", "trips_3", "trips_4"}) {
    plan += std::string("  ->  Seq Scan on ") + part +
            "  (cost=0.00..1000.00 rows=1 width=8) (actual time=0.010..24.000 rows=1 loops=1)\n" +
            "        Filter: (" + part + ".driver = 4711)\n" +
            "        Rows Removed by Filter: 4999\n";
  }
  plan += "Execution Time: 100.000 ms\n";
  const Findings findings = of(workload_of_plan(plan));
  const Finding* finding = find(findings, "selective_seq_scan");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->title, "Seq Scan on trips_1 and 3 alike reads 20,000 rows to return 4");
  EXPECT_EQ(finding->remedy.text, "CREATE INDEX CONCURRENTLY ON trips_1 (driver);");
}

TEST(PlanRule, KeepsThreeNodesOfOnePlanAndCountsTheRest) {
  std::string plan =
      "Hash Join  (cost=0.00..4000.00 rows=4 width=8) (actual time=0.010..100.000 rows=4 "
      "loops=1)\n";
  for (const char* table : {"a", "b", "c", "d", "e"}) {
    plan += std::string("  ->  Seq Scan on ") + table +
            "  (cost=0.00..1000.00 rows=1 width=8) (actual time=0.010..19.000 rows=1 loops=1)\n" +
            "        Filter: (driver = 4711)\n" + "        Rows Removed by Filter: 49999\n";
  }
  plan += "Execution Time: 100.000 ms\n";
  const Findings findings = of(workload_of_plan(plan));
  EXPECT_EQ(std::ranges::count(findings, "selective_seq_scan", &Finding::rule), 3);
  const Finding* finding = find(findings, "selective_seq_scan");
  EXPECT_EQ(finding->caveats.back(),
            "2 more nodes of this plan have the same, with less at stake.");
}

PlanNode deep_node(std::string_view type, std::size_t parent, std::size_t end) {
  PlanNode node;
  node.type = type;
  node.parent = parent;
  node.end = end;
  node.numbers.set(PlanNumber::kActualLoops, 2000);
  node.numbers.set(PlanNumber::kActualRows, 1000);
  node.numbers.set(PlanNumber::kPlanRows, 1);
  return node;
}

// Nested loops in nested loops: each outer side is the next one, each inner side a scan. All of
// them have findings.
TEST(PlanRule, StandsDeepPlans) {
  constexpr std::size_t kDeep = 10'000;
  Workload workload;
  PlanRow row;
  const std::size_t size = 2 * kDeep + 1;
  for (std::size_t i = 0; i < kDeep; ++i) {
    PlanNode node = deep_node("Nested Loop", i == 0 ? kNoNode : i - 1, size - i);
    node.numbers.set(PlanNumber::kActualTotalTime, static_cast<double>(kDeep - i + 1));
    node.numbers.set(PlanNumber::kRowsRemovedByJoinFilter, i % 2 == 0 ? 1e6 : 0);
    node.texts.set(PlanText::kJoinFilter, "(a.x = t.y)");
    row.plan.nodes.push_back(std::move(node));
  }
  row.plan.nodes.push_back(deep_node("Result", kDeep - 1, kDeep + 1));
  for (std::size_t i = kDeep; i-- > 0;) {
    const std::size_t place = row.plan.nodes.size();
    PlanNode node = deep_node("Seq Scan", i, place + 1);
    node.numbers.set(PlanNumber::kActualTotalTime, 1);
    node.texts.set(PlanText::kRelationName, "t");
    node.texts.set(PlanText::kFilter, "(y = 5)");
    row.plan.nodes.push_back(std::move(node));
  }
  row.figures = figures_of(row.plan);
  workload.plans.push_back(std::move(row));
  const Findings findings = of(workload);
  EXPECT_NE(find(findings, "nested_loop_without_index"), nullptr);
  EXPECT_NE(find(findings, "row_misestimate"), nullptr);
  EXPECT_LT(findings.size(), 100U);
}

}  // namespace
}  // namespace pgcounsel
