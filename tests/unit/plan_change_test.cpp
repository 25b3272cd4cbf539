#include "analyzer/plans/plan_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/report/plan_change_words.h"
#include "tests/unit/plan_of.h"

namespace pgcounsel {
namespace {

PlanChange change(std::string_view before, std::string_view after) {
  const PlanRow a = row_of(before), b = row_of(after);
  return compare_plans(a.plan, a.figures, b.plan, b.figures);
}

bool has_line(const PlanChange& change, std::string_view wanted) {
  const std::vector<std::string> lines = words_on(change);
  return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

std::string all_lines(const PlanChange& change) {
  std::string text;
  for (const std::string& line : words_on(change)) text += line + "\n";
  return text;
}

constexpr std::string_view kSeqScan =
    "Seq Scan on orders o  (cost=0.00..900.00 rows=10 width=4) (actual time=1.0..100.0 rows=10 "
    "loops=1)\n"
    "  Filter: (id = 5)\n"
    "Execution Time: 101.0 ms\n";
constexpr std::string_view kIndexScan =
    "Index Scan using orders_pkey on orders o  (cost=0.00..8.00 rows=10 width=4) (actual "
    "time=0.1..2.0 rows=10 loops=1)\n"
    "  Index Cond: (id = 5)\n"
    "Execution Time: 2.02 ms\n";

TEST(PlanChange, FindsNothingInTheSamePlan) {
  const PlanChange same = change(kSeqScan, kSeqScan);
  EXPECT_TRUE(same.same_shape);
  EXPECT_TRUE(same.nodes.empty());
  EXPECT_TRUE(words_on(same).empty());
  EXPECT_EQ(headline_of(same), "about the same: 101 ms before, 101 ms now");
}

TEST(PlanChange, TellsAnotherWayToReadARelation) {
  const PlanChange other = change(kSeqScan, kIndexScan);
  EXPECT_FALSE(other.same_shape);
  ASSERT_EQ(other.nodes.size(), 1U);
  EXPECT_EQ(other.nodes[0].move, NodeMove::kScan);
  EXPECT_EQ(all_lines(other),
            "orders o: Seq Scan became Index Scan using orders_pkey (100 ms → 2.00 ms)\n");
  EXPECT_EQ(headline_of(other), "×50 faster: 101 ms before, 2.02 ms now");
}

TEST(PlanChange, ComparesCostsWhereTimesAreNotKnown) {
  const PlanChange costs = change("Seq Scan on a  (cost=0.00..300.00 rows=10 width=4)\n",
                                  "Seq Scan on a  (cost=0.00..900.00 rows=10 width=4)\n");
  EXPECT_EQ(headline_of(costs), "cost ×3.0 higher: 300.00 before, 900.00 now");
  EXPECT_TRUE(costs.same_shape);
}

TEST(PlanChange, NamesTheIndexesOfABitmap) {
  const PlanChange other = change(
      "Bitmap Heap Scan on a  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  Bitmap Index Scan on a_x  (cost=0.00..1.00 rows=1 width=0)\n",
      "Bitmap Heap Scan on a  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  Bitmap Index Scan on a_y  (cost=0.00..1.00 rows=1 width=0)\n");
  EXPECT_EQ(all_lines(other), "a: Bitmap Heap Scan using a_x became Bitmap Heap Scan using a_y\n");
}

constexpr std::string_view kHashJoin =
    "Hash Join  (cost=0.00..3.00 rows=1 width=4)\n"
    "  Hash Cond: (a.id = b.id)\n"
    "  ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n"
    "  ->  Hash  (cost=0.00..1.00 rows=1 width=4)\n"
    "        ->  Seq Scan on b  (cost=0.00..1.00 rows=1 width=4)\n";

TEST(PlanChange, TellsAnotherJoinOfTheSameRelations) {
  const PlanChange other = change(kHashJoin,
                                  "Nested Loop  (cost=0.00..3.00 rows=1 width=4)\n"
                                  "  ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n"
                                  "  ->  Seq Scan on b  (cost=0.00..1.00 rows=1 width=4)\n");
  EXPECT_EQ(all_lines(other), "join of a, b: Hash Join became Nested Loop\n");
}

TEST(PlanChange, TellsAnotherJoinOrder) {
  constexpr std::string_view kAbc =
      "Nested Loop  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  Nested Loop  (cost=0.00..3.00 rows=1 width=4)\n"
      "        ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n"
      "        ->  Seq Scan on b  (cost=0.00..1.00 rows=1 width=4)\n"
      "  ->  Seq Scan on c  (cost=0.00..1.00 rows=1 width=4)\n";
  constexpr std::string_view kBca =
      "Nested Loop  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  Nested Loop  (cost=0.00..3.00 rows=1 width=4)\n"
      "        ->  Seq Scan on b  (cost=0.00..1.00 rows=1 width=4)\n"
      "        ->  Seq Scan on c  (cost=0.00..1.00 rows=1 width=4)\n"
      "  ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n";
  const PlanChange other = change(kAbc, kBca);
  EXPECT_FALSE(other.same_shape);
  EXPECT_EQ(all_lines(other), "join order: ((a ⋈ b) ⋈ c) became ((b ⋈ c) ⋈ a)\n");
}

TEST(PlanChange, TellsWhatCameToStandAndWhatFellAway) {
  const PlanChange other = change(
      "Sort  (cost=0.00..3.00 rows=1 width=4)\n"
      "  Sort Key: a.id\n"
      "  ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n",
      "Limit  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n");
  EXPECT_TRUE(has_line(other, "Limit of a: Limit is new")) << all_lines(other);
  EXPECT_TRUE(has_line(other, "sort of a: Sort is gone")) << all_lines(other);
  EXPECT_EQ(other.nodes.size(), 2U);
}

TEST(PlanChange, TellsAPartitionThatIsReadNoMoreWithoutAllAboveIt) {
  constexpr std::string_view kTwo =
      "Aggregate  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  Append  (cost=0.00..3.00 rows=1 width=4)\n"
      "        ->  Seq Scan on e_1  (cost=0.00..1.00 rows=1 width=4)\n"
      "        ->  Seq Scan on e_2  (cost=0.00..1.00 rows=1 width=4)\n";
  constexpr std::string_view kOne =
      "Aggregate  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  Append  (cost=0.00..3.00 rows=1 width=4)\n"
      "        ->  Seq Scan on e_1  (cost=0.00..1.00 rows=1 width=4)\n";
  EXPECT_EQ(all_lines(change(kTwo, kOne)), "e_2: Seq Scan is gone\n");
}

TEST(PlanChange, TellsRowsAndTimesOfTheSameNodes) {
  const PlanChange rows = change(
      "Seq Scan on a  (cost=0.00..9.00 rows=10 width=4) (actual time=1.0..10.0 rows=100 loops=1)\n",
      "Seq Scan on a  (cost=0.00..9.00 rows=10 width=4) (actual time=1.0..11.0 rows=900 "
      "loops=1)\n");
  EXPECT_TRUE(rows.same_shape);
  EXPECT_EQ(all_lines(rows), "a: 100 rows became 900\n");
  const PlanChange time = change(
      "Seq Scan on a  (cost=0.00..9.00 rows=10 width=4) (actual time=1.0..10.0 rows=100 loops=1)\n",
      "Seq Scan on a  (cost=0.00..9.00 rows=10 width=4) (actual time=1.0..40.0 rows=100 "
      "loops=1)\n");
  EXPECT_TRUE(time.same_shape);
  EXPECT_EQ(all_lines(time), "a: Seq Scan took 10 ms of its own, and takes 40 ms now\n");
}

TEST(PlanChange, ListsTheFirstOfVeryMany) {
  std::string before = "Append  (cost=0.00..3.00 rows=1 width=4)\n", after = before;
  for (int at = 0; at < 200; ++at) {
    const std::string name = "e_" + std::to_string(at);
    before += "  ->  Seq Scan on " + name + "  (cost=0.00..1.00 rows=1 width=4)\n";
    after +=
        "  ->  Index Scan using " + name + "_x on " + name + "  (cost=0.00..1.00 rows=1 width=4)\n";
  }
  const PlanChange other = change(before, after);
  EXPECT_EQ(other.nodes.size(), 50U);
  EXPECT_EQ(other.left_out, 150U);
  EXPECT_TRUE(has_line(other, "and 150 more changes"));
}

}  // namespace
}  // namespace pgcounsel
