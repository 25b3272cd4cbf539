// Plans of FORMAT TEXT.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "parser/plan/plan_forms.h"
#include "parser/plan/plan_names.h"
#include "parser/plan/plan_text_head.h"
#include "tests/fuzz/plan_shown.h"
#include "tests/unit/plan_text_of.h"

namespace pgcounsel {
namespace {

TEST(PlanText, ReadsProperties) {
  const struct {
    std::string_view line, told;
  } kCases[] = {
      {"Filter: (note <> '->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)'::text)",
       " Filter=`(note <> '->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)'::text)`"},
      {"Rows Removed by Join Filter: 41", " Rows Removed by Join Filter=41"},
      {"Buffers: shared hit=5 read=4 dirtied=3 written=2, local hit=6, temp read=8 written=9",
       " Local Hit Blocks=6 Shared Dirtied Blocks=3 Shared Hit Blocks=5 Shared Read Blocks=4 "
       "Shared Written Blocks=2 Temp Read Blocks=8 Temp Written Blocks=9"},
      {"I/O Timings: read=0.5 write=0.25", " Shared I/O Read Time=0.5 Shared I/O Write Time=0.25"},
      {"I/O Timings: shared/local read=0.5, temp write=2",
       " Shared I/O Read Time=0.5 Temp I/O Write Time=2"},
      {"I/O Timings: shared read=1.5 write=3, local read=2, temp read=4 write=5",
       " Local I/O Read Time=2 Shared I/O Read Time=1.5 Shared I/O Write Time=3 "
       "Temp I/O Read Time=4 Temp I/O Write Time=5"},
      {"Sort Method: external merge  Disk: 123kB",
       " Sort Method=`external merge` Sort Space Type=`Disk` Sort Space Used=123"},
      {"Sort Method:  quicksort  Memory: 25kB",
       " Sort Method=`quicksort` Sort Space Type=`Memory` Sort Space Used=25"},
      {"Buckets: 1024 (originally 2048)  Batches: 4 (originally 1)  Memory Usage: 9kB",
       " Hash Batches=4 Hash Buckets=1024 Original Hash Batches=1 Original Hash Buckets=2048 "
       "Peak Memory Usage=9"},
      {"Buckets: 1024  Batches: 1  Memory Usage: 9kB",
       " Hash Batches=1 Hash Buckets=1024 Original Hash Batches=1 Original Hash Buckets=1024 "
       "Peak Memory Usage=9"},
      {"Planned Partitions: 4  Batches: 5  Memory Usage: 100kB  Disk Usage: 200kB",
       " Disk Usage=200 HashAgg Batches=5 Peak Memory Usage=100 Planned Partitions=4"},
      {"Batches: 1  Memory Usage: 24kB", " HashAgg Batches=1 Peak Memory Usage=24"},
      {"Planned Partitions: 8", " Planned Partitions=8"},
      {"Heap Blocks: exact=7 lossy=3", " Exact Heap Blocks=7 Lossy Heap Blocks=3"},
      {"Hits: 9  Misses: 8  Evictions: 7  Overflows: 6  Memory Usage: 5kB",
       " Cache Evictions=7 Cache Hits=9 Cache Misses=8 Cache Overflows=6 Peak Memory Usage=5"},
      {"Full-sort Groups: 3  Sort Method: quicksort  Average Memory: 26kB  Peak Memory: 27kB",
       " Full-sort Groups=3 Full-sort Peak Memory=27"},
      {"Pre-sorted Groups: 2  Sort Methods: quicksort, external merge  Average Memory: 1kB  Peak "
       "Memory: 4kB  Average Disk: 2kB  Peak Disk: 5kB",
       " Pre-sorted Groups=2 Pre-sorted Peak Disk=5 Pre-sorted Peak Memory=4"},
      {"Full-sort Groups: 3 Sort Method: quicksort Memory: avg=26kB peak=27kB Presorted Groups: 2 "
       "Sort Method: quicksort Memory: avg=3kB peak=4kB",
       " Full-sort Groups=3 Full-sort Peak Memory=27 Pre-sorted Groups=2 "
       "Pre-sorted Peak Memory=4"},
      {"WAL: records=3 fpi=2 bytes=100 buffers full=1",
       " WAL Buffers Full=1 WAL Bytes=100 WAL FPI=2 WAL Records=3"},
      {"Workers Planned: 2", " Workers Planned=2"},
      {"Workers Launched: 0", " Workers Launched=0"},
      {"Subplans Removed: 3", " Subplans Removed=3"},
      {"Storage: Disk  Maximum Storage: 17kB", " Maximum Storage=17 Storage=`Disk`"},
      {"Index Searches: 2", " Index Searches=2"},
      {"Disabled: true", " Disabled=`true`"},
      {"Inner Unique: false", ""},
      {"Tuples: inserted=1 updated=2 skipped=3",
       " Tuples Inserted=1 Tuples Skipped=3 Tuples Updated=2"},
      {"Sampling: bernoulli ('10'::real) REPEATABLE ('42'::double precision)",
       " Repeatable Seed=42 Sampling Method=`bernoulli` Sampling Parameters=`'10'::real`"},
      {"Vectorized Filter: (a > 1)", ""},
  };
  for (const auto& c : kCases) {
    const Plan plan =
        text_plan_of("Result  (actual rows=1 loops=1)\n  " + std::string(c.line) + "\n");
    const std::string told = shown(plan.root().numbers, plan.root().texts);
    EXPECT_EQ(told, " Actual Loops=1 Actual Rows=1" + std::string(c.told)) << c.line;
  }
}

TEST(PlanText, GathersGroupingSets) {
  const Plan one = text_plan_of("HashAggregate\n  Group Key: a, b\n  ->  Seq Scan on t\n");
  EXPECT_EQ(one.root().text(PlanText::kGroupKey), "a, b");
  const Plan more = text_plan_of(
      "MixedAggregate\n  Hash Key: a\n  Group Key: ()\n  Sort Key: b\n    Group Key: b, c\n"
      "  ->  Seq Scan on t\n");
  EXPECT_EQ(more.root().text(PlanText::kGroupingSets), "(a), (), (b, c)");
  EXPECT_FALSE(more.root().has(PlanText::kGroupKey));
  EXPECT_FALSE(more.root().has(PlanText::kSortKey));
}

constexpr std::string_view kTree =
    R"(Nested Loop  (cost=1.00..9.00 rows=1 width=8) (actual time=0.010..0.900 rows=2 loops=1)
  Join Filter: (a.n < $0)
  Buffers: shared hit=30
  CTE c
    ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.001..0.002 rows=9 loops=1)
  InitPlan 2 (returns $0)
    ->  Aggregate  (cost=1.00..1.01 rows=1 width=8) (actual time=0.001..0.002 rows=1 loops=1)
          ->  Index Only Scan using u_n on u  (cost=0.00..1.00 rows=1 width=0) (never executed)
                Heap Fetches: 0
  ->  CTE Scan on c a  (cost=0.00..1.00 rows=10 width=4) (actual time=0.001..0.002 rows=9 loops=1)
  ->  Append  (cost=0.00..1.00 rows=10 width=4) (actual time=0.001..0.002 rows=9 loops=9)
        ->  Seq Scan on p1 b_1  (cost=0.00..1.00 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=9)
              Filter: (NOT (hashed SubPlan 3))
              SubPlan 3
                ->  Seq Scan on v  (cost=0.00..1.00 rows=1 width=4) (actual time=0.001..0.002 rows=1 loops=1)
        ->  Seq Scan on p2 b_2  (cost=0.00..1.00 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=9)
)";

TEST(PlanText, BuildsTheTree) {
  const Plan plan = text_plan_of(kTree);
  std::string tree;
  for (const PlanNode& node : plan.nodes) {
    tree += fmt::format("{}{} {}..{} {} {}{}\n", std::string(node.depth, ' '), node.type,
                        static_cast<int>(node.parent), node.end, node.line,
                        node.text(PlanText::kParentRelationship),
                        node.has(PlanText::kSubplanName)
                            ? " " + std::string(node.text(PlanText::kSubplanName))
                            : "");
  }
  EXPECT_EQ(tree,
            "Nested Loop -1..9 1 \n"
            " Seq Scan 0..2 5 InitPlan CTE c\n"
            " Aggregate 0..4 7 InitPlan InitPlan 2 (returns $0)\n"
            "  Index Only Scan 2..4 8 Outer\n"
            " CTE Scan 0..5 10 Outer\n"
            " Append 0..9 11 Inner\n"
            "  Seq Scan 5..8 12 Member\n"
            "   Seq Scan 6..8 15 SubPlan SubPlan 3\n"
            "  Seq Scan 5..9 16 Member\n");
  // JSON tells zeros of what never ran.
  EXPECT_TRUE(plan.nodes[3].has(PlanNumber::kActualTotalTime));
  EXPECT_EQ(plan.nodes[3].number(PlanNumber::kActualLoops, 7), 0);
}

TEST(PlanText, FindsTheTreeByColumnsOfAnyWidth) {
  const std::string expected = shown(text_plan_of(kTree));
  std::string tabs(kTree), narrow, indented;
  for (std::size_t at; (at = tabs.find("        ")) != std::string::npos;)
    tabs.replace(at, 8, "\t");
  for (std::size_t at = 0; at < kTree.size();) {
    const std::size_t stop = kTree.find('\n', at);
    const std::string_view line = kTree.substr(at, stop - at);
    const std::size_t blanks = line.find_first_not_of(' ');
    narrow += std::string(blanks / 2, ' ') + std::string(line.substr(blanks)) + "\n";
    indented += "      " + std::string(line) + "\n";
    at = stop + 1;
  }
  EXPECT_EQ(shown(text_plan_of(tabs)), expected);
  EXPECT_EQ(shown(text_plan_of(narrow)), expected);
  EXPECT_EQ(shown(text_plan_of(indented)), expected);
}

TEST(PlanText, KeepsWorkersApart) {
  const Plan plan = text_plan_of(
      "Sort  (cost=1.00..2.00 rows=3 width=4) (actual time=1.000..2.000 rows=9 loops=3)\n"
      "  Sort Method: quicksort  Memory: 25kB\n"
      "  Worker 1:  Sort Method: external merge  Disk: 80kB\n"
      "  Buffers: shared hit=30\n"
      "  Worker 0:  actual time=3.000..4.000 rows=5 loops=1\n"
      "    JIT:\n"
      "      Functions: 5\n"
      "    Buffers: shared hit=7\n"
      "  Worker 1: actual time=5.000..6.000 rows=4 loops=1\n"
      "    Buffers: shared hit=8\n");
  EXPECT_EQ(plan.root().number(PlanNumber::kSharedHitBlocks), 30);
  EXPECT_FALSE(plan.jit);
  std::string workers;
  for (const PlanWorker& worker : plan.root().workers) {
    workers += fmt::format("{}{}\n", worker.number, shown(worker.numbers, worker.texts));
  }
  EXPECT_EQ(workers,
            "1 Actual Loops=1 Actual Rows=4 Actual Startup Time=5 Actual Total Time=6 "
            "Shared Hit Blocks=8 Sort Method=`external merge` Sort Space Type=`Disk` "
            "Sort Space Used=80\n"
            "0 Actual Loops=1 Actual Rows=5 Actual Startup Time=3 Actual Total Time=4 "
            "Shared Hit Blocks=7\n");
}

// As JSON does, which always names it.
TEST(PlanText, TellsTheOneRelationThatIsWrittenBesideTriggers) {
  const Plan plan = text_plan_of(
      "Delete on orders  (cost=0.29..8.62 rows=0 width=0) (actual rows=0 loops=1)\n"
      "  ->  Seq Scan on orders  (cost=0.29..8.62 rows=19 width=6) (actual rows=19 loops=1)\n"
      "Trigger for constraint items_fkey: calls=19\n"
      "Trigger audit: calls=19\n");
  ASSERT_EQ(plan.triggers.size(), 2U);
  EXPECT_EQ(plan.triggers[0].constraint, "items_fkey");
  EXPECT_EQ(plan.triggers[0].relation, "orders");
  EXPECT_EQ(plan.triggers[1].relation, "orders");
}

TEST(PlanText, ReadsWhatStandsBesideTheTree) {
  const Plan plan = text_plan_of(
      "Insert on t  (cost=0.00..1.00 rows=0 width=0) (actual time=0.100..0.200 rows=0 loops=1)\n"
      "  ->  Result  (cost=0.00..1.00 rows=1 width=4) (actual time=0.001..0.002 rows=1 loops=1)\n"
      "Settings: work_mem = '8MB', search_path = 'a, \"it''s\"'\n"
      "Query Identifier: -17\n"
      "Planning:\n"
      "  Buffers: shared hit=11 read=2\n"
      "  I/O Timings: shared read=0.5\n"
      "  Memory: used=9kB  allocated=16kB\n"
      "Planning Time: 0.250 ms\n"
      "Serialization: time=0.125 ms  output=3kB  format=text\n"
      "  Buffers: shared hit=99\n"
      "Trigger RI_1 for constraint t_fk on t: time=1.500 calls=2\n"
      "Trigger for constraint u_fk: time=2.500 calls=3\n"
      "Trigger \"a: b\": calls=4\n"
      "JIT:\n"
      "  Functions: 3\n"
      "  Options: Inlining false, Optimization false, Expressions true, Deforming true\n"
      "  Timing: Generation 1.000 ms (Deform 0.500 ms), Inlining 2.000 ms, Optimization 3.000 ms, "
      "Emission 4.000 ms, Total 10.000 ms\n"
      "Execution Time: 20.500 ms\n");
  EXPECT_EQ(shown(plan),
            "ModifyTable Actual Loops=1 Actual Rows=0 Actual Startup Time=0.1 "
            "Actual Total Time=0.2 Alias=`t` Operation=`Insert` Plan Rows=0 Plan Width=0 "
            "Relation Name=`t` Startup Cost=0 Total Cost=1 [0,2)\n"
            " Result Actual Loops=1 Actual Rows=1 Actual Startup Time=0.001 "
            "Actual Total Time=0.002 Parent Relationship=`Outer` Plan Rows=1 Plan Width=4 "
            "Startup Cost=0 Total Cost=1 [1,2)\n"
            "planning 0.25\nexecution 20.5\nplanner memory 9\nplanner memory allocated 16\n"
            "planning Shared Hit Blocks=11 Shared I/O Read Time=0.5 Shared Read Blocks=2\n"
            "JIT 3 Inlining false, Optimization false, Expressions true, Deforming true\n"
            "generation 1\ninlining 2\noptimization 3\nemission 4\ntotal 10\n"
            "serialization 3 text\nserialization 0.125\n"
            "trigger RI_1|t_fk|t 2 calls\ntrigger 1.5\n"
            "trigger |u_fk| 3 calls\ntrigger 2.5\n"
            "trigger \"a: b\"|| 4 calls\n"
            "setting work_mem=8MB\nsetting search_path=a, \"it's\"\n"
            "query ||-17\n");
}

TEST(PlanText, ReadsTimesOfOldServers) {
  const Plan old =
      text_plan_of("Result  (cost=0.00..1.00 rows=1 width=0)\nTotal runtime: 0.083 ms\n");
  EXPECT_EQ(old.execution_ms, 0.083);
  const Plan newer = text_plan_of(
      "Result  (cost=0.00..1.00 rows=1 width=0)\nPlanning time: 1.5 ms\nExecution time: 2.5 ms\n");
  EXPECT_EQ(newer.planning_ms, 1.5);
  EXPECT_EQ(newer.execution_ms, 2.5);
}

TEST(PlanText, GoesOnWithExpressionsOfManyLines) {
  const struct {
    std::string_view lines, filter;
  } kCases[] = {
      {"  Filter: (a = 'one\n->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)\n\n two'::text)\n",
       "(a = 'one\n->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)\n\n two'::text)"},
      {"  Filter: ((a > 1) AND (b\n > 2))\n", "((a > 1) AND (b > 2))"},
      {"  Filter: (a = 'x''\n'::text)\n", "(a = 'x''\n'::text)"},
      {"  Filter: (\"it's\" > 1)\n", "(\"it's\" > 1)"},
      // Cut by a tool inside of a literal: what follows is a part of the plan again.
      {"  Filter: ((a = 'a long\n  Rows Removed by Filter: 3\n", "((a = 'a long"},
  };
  for (const auto& c : kCases) {
    const Plan plan =
        text_plan_of("Aggregate  (cost=0.00..1.00 rows=1 width=4)\n" + std::string(c.lines) +
                     "  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n"
                     "        Index Cond: (c = 'z'::text)\n"
                     "Planning Time: 1.000 ms\n");
    EXPECT_EQ(plan.root().text(PlanText::kFilter), c.filter);
    EXPECT_EQ(plan.nodes.size(), 2U) << c.lines;
    EXPECT_EQ(plan.planning_ms, 1.0) << c.lines;
  }
}

TEST(PlanText, CountsLinesBehindALongLiteral) {
  const Plan plan = text_plan_of(
      "Limit  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (a = 'x\ny\nz'::text)\n"
      "  ->  Result  (cost=0.00..1.00 rows=1 width=4)\n");
  EXPECT_EQ(plan.nodes[1].line, 5U);
}

TEST(PlanText, ReadsPlansWithoutFigures) {
  const struct {
    std::string_view text, types;
  } kCases[] = {
      {"Aggregate\n  ->  Seq Scan on t\n", "Aggregate,Seq Scan,"},
      {"Seq Scan on t\n  Filter: (a > 1)\n", "Seq Scan,"},
      {"Seq Scan on t\n", "Seq Scan,"},
      {"Result", "Result,"},
      {"Update on t\n  Update on t_1\n  Update on t_2\n  ->  Append\n        ->  Seq Scan on t_1\n",
       "ModifyTable,Append,Seq Scan,"},
      {"Limit\n", ""},
      {"Update on Monday\n", ""},
      {"Sort\nof things\n", ""},
      {"Result\nfollows\n", ""},
  };
  for (const auto& c : kCases) {
    const PlanRead read = read_text_plan(c.text);
    EXPECT_FALSE(read.trouble) << c.text;
    std::string types;
    if (!read.plans.empty()) {
      for (const PlanNode& node : read.plans.front().nodes) types += node.type + ",";
    }
    EXPECT_EQ(types, c.types) << c.text;
  }
}

TEST(PlanText, EndsWhereThePlanDoes) {
  const std::string plan = "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (a > 1)\n";
  for (const std::string_view behind : {"(2 rows)\n", "\nThis is slow.\n", "```\n",
                                        "Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)\n",
                                        "QUERY PLAN\n", "one\ntwo\nthree\n", "[\n", "-----\n"}) {
    const PlanRead read = read_text_plan(plan + std::string(behind));
    EXPECT_EQ(read.plans.size(), 1U) << behind;
    EXPECT_EQ(read.taken, plan.size()) << behind;
  }
}

TEST(PlanText, TellsWhereAPlanIsCut) {
  const std::string head = "Sort  (cost=0.00..1.00 rows=1 width=4)\n  Sort Key: a\n";
  const struct {
    std::string_view end, message;
  } kCases[] = {
      {"  ->  Seq Scan on t  (cost=0.00..1", "the figures of a node are cut off"},
      {"  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual time=",
       "the figures of a node are cut off"},
      {"  ->  Seq Scan on t", "the plan is cut off: its last node is not whole"},
      {"  ->  Seq Sc", "the plan is cut off: its last node is not whole"},
      {"  ->", "the plan is cut off: its last node is not whole"},
      {"  InitPlan 1 (returns $0)", "the plan is cut off: its last node is not whole"},
      {"  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n        Filter: ((a > 1) AND (b",
       "the plan is cut off inside of an expression"},
      {"  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n        Filter: (a = 'x",
       "the plan is cut off inside of an expression"},
      {"  \"Node Type\": \"Limit\",\n", "lines of another form stand in a plan in text form"},
      {"  Node Type: \"Limit\"\n", "lines of another form stand in a plan in text form"},
  };
  for (const auto& c : kCases) {
    const PlanRead read = read_text_plan(head + std::string(c.end));
    EXPECT_TRUE(read.plans.empty()) << c.end;
    ASSERT_TRUE(read.trouble) << c.end;
    EXPECT_EQ(read.trouble->message, c.message) << c.end;
    EXPECT_EQ(read.trouble->line, 3U + (c.message.ends_with("expression") ? 1U : 0U)) << c.end;
  }
}

TEST(PlanText, ReadsTheQueryBeforeThePlan) {
  const std::string tree = "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n";
  const struct {
    std::string_view query, parameters;
  } kCases[] = {
      {"SELECT 1", ""},
      {"SELECT 'Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)\n"
       "Limit  (cost=0.00..1.00 rows=1 width=4)\n'",
       ""},
      {"SELECT a -- it's\n FROM t /* \nLimit  (cost=0.00..1.00 rows=1 width=4)\n*/", ""},
      {"SELECT $x$\nLimit  (cost=0.00..1.00 rows=1 width=4)\n'$x$ WHERE a = $1", "$1 = 'it''s'"},
      {"SELECT E'\\'\nLimit  (cost=0.00..1.00 rows=1 width=4)\n'", "$1 = NULL"},
      {"SELECT 'an end that was lost", ""},
  };
  for (const auto& c : kCases) {
    std::string text = "Query Text: " + std::string(c.query) + "\n";
    if (!c.parameters.empty()) text += "Query Parameters: " + std::string(c.parameters) + "\n";
    const Plan plan = text_plan_of(text + tree);
    EXPECT_EQ(plan.query, c.query);
    EXPECT_EQ(plan.parameters, c.parameters);
    EXPECT_EQ(plan.root().type, "Seq Scan");
    EXPECT_EQ(plan.line, 1U);
    EXPECT_EQ(plan.root().line,
              static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n') + 1));
  }
  const PlanRead none = read_text_plan("Query Text: SELECT 1\nno plan\n");
  ASSERT_TRUE(none.trouble);
  EXPECT_EQ(none.trouble->message, "no plan follows the text of its query");
}

// A chain of nodes, each one column further right.
std::string chain(std::size_t depth) {
  std::string text = "Limit  (cost=0.00..1.00 rows=1 width=4)\n";
  for (std::size_t i = 1; i < depth; ++i) {
    text += std::string(i, ' ') + "->  Limit  (cost=0.00..1.00 rows=1 width=4)\n";
  }
  return text;
}

TEST(PlanText, ReadsDeepPlans) {
  for (const std::size_t depth : {5'000U, 10'000U}) {
    const Plan plan = text_plan_of(chain(depth));
    ASSERT_EQ(plan.nodes.size(), depth);
    EXPECT_EQ(plan.nodes.back().depth, depth - 1);
    EXPECT_EQ(plan.nodes.back().parent, depth - 2);
    EXPECT_EQ(plan.nodes[1].end, depth);
  }
}

TEST(PlanText, ReadsEveryBeginningOfAPlan) {
  const std::string text(kTree);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const PlanRead read = read_text_plan(std::string_view(text).substr(0, size));
    EXPECT_LE(read.taken, size);
    EXPECT_LE(read.plans.size(), 1U);
    EXPECT_FALSE(!read.plans.empty() && read.trouble);
  }
}

TEST(PlanText, BearsAnyBytes) {
  std::mt19937 random(7);
  const std::string plan(kTree);
  for (int i = 0; i < 2'000; ++i) {
    std::string text = plan;
    for (int changes = 0; changes < 6; ++changes) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    const PlanRead read = read_text_plan(text);
    ASSERT_LE(read.taken, text.size());
    for (const Plan& one : read.plans) {
      for (std::size_t place = 0; place < one.nodes.size(); ++place) {
        ASSERT_GT(one.nodes[place].end, place);
        ASSERT_LE(one.nodes[place].end, one.nodes.size());
      }
    }
  }
}

// Each of these would take minutes if it were read again from every line.
TEST(PlanText, TakesLinearTimeOnHostileTexts) {
  const auto repeated = [](std::string_view line, std::size_t times) {
    std::string text;
    while (times-- > 0) text += line;
    return text;
  };
  const std::string root = "Result  (cost=0.00..1.00 rows=1 width=4)\n";
  for (const std::string_view line :
       {"  Filter: (a = 'x\n", "  Group Key: a\n", "  Worker 1: actual rows=1 loops=1\n",
        "  Filter: ((((\nx\n", "  InitPlan 1\n", "  ->\n", "Query Text: '\n", "\n"}) {
    const std::string text = root + repeated(line, 1'000'000 / line.size());
    EXPECT_LE(read_text_plan(text).taken, text.size()) << line;
  }
  const std::string wide = root + "  Filter: " + std::string(1'000'000, '(') + "\n";
  EXPECT_TRUE(read_text_plan(wide).trouble);
  const std::string queries = repeated("Query Text: a 'b\n", 60'000);
  EXPECT_TRUE(read_text_plan(queries).trouble);
}

}  // namespace
}  // namespace pgcounsel
