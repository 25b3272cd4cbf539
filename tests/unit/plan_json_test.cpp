#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/plan/plan_forms.h"
#include "tests/unit/plan_samples.h"

namespace pgcounsel {
namespace {

Plan plan_in(std::string_view text) {
  return only_plan(read_json_plan(text));
}

std::string trouble_of(std::string_view text) {
  return trouble_of(read_json_plan(text));
}

std::string around_node(std::string_view fields) {
  return R"([{"Plan": {"Node Type": "Result")" + std::string(fields) + "}}]";
}

std::string nested(std::size_t depth) {
  std::string text = R"([{"Plan": )";
  for (std::size_t i = 0; i < depth; ++i) text += R"({"Node Type": "Append", "Plans": [)";
  text.resize(text.size() - 12);  // the innermost one has none
  for (std::size_t i = 1; i < depth; ++i) text += "}]";
  return text + "}}]";
}

TEST(PlanJson, ReadsTheTree) {
  const Plan plan = plan_in(kPlanAsJson);
  ASSERT_EQ(plan.nodes.size(), 5U);
  const char* const types[] = {"Gather Merge", "Incremental Sort", "Aggregate", "Index Scan",
                               "Result"};
  const std::size_t ends[] = {5, 5, 4, 4, 5}, parents[] = {kNoNode, 0, 1, 2, 1};
  const std::uint32_t depths[] = {0, 1, 2, 3, 2};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(plan.nodes[i].type, types[i]);
    EXPECT_EQ(plan.nodes[i].end, ends[i]) << types[i];
    EXPECT_EQ(plan.nodes[i].parent, parents[i]) << types[i];
    EXPECT_EQ(plan.nodes[i].depth, depths[i]) << types[i];
    // The brace stands in the line before.
    EXPECT_EQ(plan.nodes[i].line, line_of(kPlanAsJson, types[i]) - 1) << types[i];
  }
  EXPECT_EQ(plan.format, PlanFormat::kJson);
  EXPECT_EQ(plan.line, 1U);
}

TEST(PlanJson, ReadsNumbersAndTexts) {
  const Plan plan = plan_in(kPlanAsJson);
  const PlanNode& gather = plan.root();
  EXPECT_DOUBLE_EQ(gather.number(PlanNumber::kTotalCost), 2042.36);
  EXPECT_DOUBLE_EQ(gather.number(PlanNumber::kActualTotalTime), 4.5);
  EXPECT_DOUBLE_EQ(gather.number(PlanNumber::kSharedHitBlocks), 120);
  EXPECT_DOUBLE_EQ(gather.number(PlanNumber::kSharedReadTime), 0.25);
  EXPECT_TRUE(gather.has(PlanNumber::kWorkersLaunched));
  EXPECT_FALSE(gather.has(PlanNumber::kSharedReadBlocks));
  EXPECT_EQ(gather.text(PlanText::kOutput), "name, (count(*))");
  EXPECT_FALSE(gather.has(PlanText::kParallelAware));
  EXPECT_EQ(plan.nodes[1].text(PlanText::kParallelAware), "true");
  EXPECT_EQ(plan.nodes[1].text(PlanText::kSortKey), "name, (count(*)) DESC");
  EXPECT_EQ(plan.nodes[2].text(PlanText::kStrategy), "Mixed");
  EXPECT_FALSE(plan.nodes[2].has(PlanText::kPartialMode));
  EXPECT_EQ(plan.nodes[3].text(PlanText::kIndexName), "a \"quoted\" index");
  EXPECT_EQ(plan.nodes[3].text(PlanText::kIndexCond), "((a < 5) AND (b <> 'x & y\\z'::text))");
  EXPECT_EQ(plan.nodes[3].text(PlanText::kScanDirection), "Backward");
  EXPECT_EQ(plan.nodes[4].text(PlanText::kSubplanName), "InitPlan 1 (returns $0)");
}

TEST(PlanJson, ReadsGroupsOfAnIncrementalSort) {
  const Plan plan = plan_in(kPlanAsJson);
  const PlanNode& sort = plan.nodes[1];
  EXPECT_EQ(sort.number(PlanNumber::kFullSortGroups), 3);
  EXPECT_EQ(sort.number(PlanNumber::kFullSortPeakMemory), 34);
  EXPECT_FALSE(sort.has(PlanNumber::kFullSortPeakDisk));
  EXPECT_EQ(sort.number(PlanNumber::kPresortedGroups), 2);
  EXPECT_EQ(sort.number(PlanNumber::kPresortedPeakDisk), 1024);
  EXPECT_FALSE(sort.has(PlanNumber::kPresortedPeakMemory));
}

TEST(PlanJson, ReadsWorkersApartFromTheirNode) {
  const Plan plan = plan_in(kPlanAsJson);
  const PlanNode& sort = plan.nodes[1];
  ASSERT_EQ(sort.workers.size(), 2U);
  EXPECT_EQ(sort.workers[0].number, 0);
  EXPECT_EQ(sort.workers[0].numbers.get(PlanNumber::kActualRows), 2);
  EXPECT_EQ(sort.workers[0].numbers.get(PlanNumber::kFullSortGroups), 7);
  EXPECT_EQ(sort.workers[0].numbers.get(PlanNumber::kFullSortPeakMemory), 28);
  EXPECT_EQ(sort.workers[1].number, 1);
  EXPECT_EQ(sort.workers[1].texts.get(PlanText::kSortMethod), "quicksort");
  EXPECT_FALSE(sort.has(PlanNumber::kActualRows));
  EXPECT_FALSE(sort.has(PlanText::kSortMethod));
  EXPECT_EQ(plan.jit->functions, 22);  // not a worker's 99
}

TEST(PlanJson, WritesGroupingSetsAsSqlDoes) {
  EXPECT_EQ(plan_in(kPlanAsJson).nodes[2].text(PlanText::kGroupingSets),
            "(name, (a % 3)), (name), ()");
}

TEST(PlanJson, ReadsWhatStandsBesideTheTree) {
  const Plan plan = plan_in(kPlanAsJson);
  EXPECT_EQ(plan.planning_ms, 0.129);
  EXPECT_EQ(plan.execution_ms, 32.5);
  EXPECT_EQ(plan.query_id, -7805104457063929071);
  EXPECT_EQ(plan.planning.get(PlanNumber::kSharedHitBlocks), 9);
  EXPECT_EQ(plan.planner_memory_used_kb, 12);
  EXPECT_EQ(plan.planner_memory_allocated_kb, 16);
  ASSERT_EQ(plan.settings.size(), 2U);
  EXPECT_EQ(plan.settings[1].name, "search_path");
  EXPECT_EQ(plan.settings[1].value, "shop, public");
  ASSERT_EQ(plan.triggers.size(), 1U);
  EXPECT_EQ(plan.triggers[0].name, "RI_ConstraintTrigger_c_1");
  EXPECT_EQ(plan.triggers[0].constraint, "t_fkey");
  EXPECT_EQ(plan.triggers[0].relation, "t");
  EXPECT_EQ(plan.triggers[0].ms, 27.5);
  EXPECT_EQ(plan.triggers[0].calls, 3);
  ASSERT_TRUE(plan.jit.has_value());
  EXPECT_EQ(plan.jit->options, "Inlining false, Expressions true");
  EXPECT_EQ(plan.jit->generation_ms, 0.5);  // an object since PostgreSQL 17
  EXPECT_EQ(plan.jit->inlining_ms, 0);
  EXPECT_EQ(plan.jit->emission_ms, 2.25);
  EXPECT_EQ(plan.jit->total_ms, 4);
  ASSERT_TRUE(plan.serialization.has_value());
  EXPECT_EQ(plan.serialization->ms, 0.75);
  EXPECT_EQ(plan.serialization->output_kb, 2);
  EXPECT_EQ(plan.serialization->format, "text");
}

TEST(PlanJson, ReadsWhatAutoExplainLogs) {
  const Plan plan = plan_in(R"({
  "Query Text": "SELECT 'a\tb'\nFROM \u0074 -- \ud83d\ude00",
  "Query Parameters": "$1 = '7'",
  "Plan": {"Node Type": "Seq Scan", "Relation Name": "t"}
})");
  EXPECT_EQ(plan.query, "SELECT 'a\tb'\nFROM t -- \xF0\x9F\x98\x80");
  EXPECT_EQ(plan.parameters, "$1 = '7'");
  EXPECT_EQ(plan.root().text(PlanText::kRelationName), "t");
  EXPECT_FALSE(plan.execution_ms.has_value());
}

TEST(PlanJson, ReadsOldAndNewVersions) {
  const Plan old = plan_in(around_node(R"(, "Actual Rows": 3, "I/O Read Time": 1.5)"));
  EXPECT_EQ(old.root().number(PlanNumber::kSharedReadTime), 1.5);
  EXPECT_FALSE(old.root().has(PlanText::kParallelAware));
  EXPECT_EQ(plan_in(R"([{"Plan": {"Node Type": "Result"}, "Total Runtime": 8.25}])").execution_ms,
            8.25);
  const Plan new17 = plan_in(around_node(
      R"(, "Shared I/O Read Time": 1.5, "Local I/O Write Time": 2.5, "Temp I/O Read Time": 3.5)"));
  EXPECT_EQ(new17.root().number(PlanNumber::kSharedReadTime), 1.5);
  EXPECT_EQ(new17.root().number(PlanNumber::kLocalWriteTime), 2.5);
  EXPECT_EQ(new17.root().number(PlanNumber::kTempReadTime), 3.5);
  const Plan new18 = plan_in(around_node(
      R"json(, "Disabled": true, "Actual Rows": 1.67, "Index Searches": 4, "Storage": "Disk",
             "Maximum Storage": 17, "WAL Buffers Full": 2, "Window": "w1 AS (ORDER BY a)")json"));
  EXPECT_EQ(new18.root().text(PlanText::kDisabled), "true");
  EXPECT_EQ(new18.root().number(PlanNumber::kActualRows), 1.67);
  EXPECT_EQ(new18.root().number(PlanNumber::kIndexSearches), 4);
  EXPECT_EQ(new18.root().text(PlanText::kStorage), "Disk");
  EXPECT_EQ(new18.root().number(PlanNumber::kMaximumStorage), 17);
  EXPECT_EQ(new18.root().number(PlanNumber::kWalBuffersFull), 2);
  EXPECT_EQ(new18.root().text(PlanText::kWindow), "w1 AS (ORDER BY a)");
}

// As jsonb keeps them: short names first.
TEST(PlanJson, FieldsMayComeInAnyOrder) {
  const Plan plan = plan_in(
      R"json([{"JIT": {"Timing": {"Total": 2}, "Functions": 1}, "Plan": {"Alias": "a", "Plans":
      [{"Filter": "(x > 1)", "Node Type": "Seq Scan"}], "Node Type": "Limit", "Plan Rows": 7}}])json");
  ASSERT_EQ(plan.nodes.size(), 2U);
  EXPECT_EQ(plan.nodes[0].type, "Limit");
  EXPECT_EQ(plan.nodes[0].text(PlanText::kAlias), "a");
  EXPECT_EQ(plan.nodes[0].number(PlanNumber::kPlanRows), 7);
  EXPECT_EQ(plan.nodes[1].type, "Seq Scan");
  EXPECT_FALSE(plan.nodes[1].has(PlanNumber::kPlanRows));
  EXPECT_EQ(plan.jit->functions, 1);
  EXPECT_EQ(plan.jit->total_ms, 2);
}

TEST(PlanJson, PassesOverWhatItDoesNotKnow) {
  const Plan plan = plan_in(around_node(
      R"(, "Distributed Query": {"Tasks": [{"Remote Plan": [[{"Plan": {"Node Type": "Limit"}}]]}]},
        "Foreign File": "x", "Target Tables": [{"Relation Name": "part", "Alias": "p"}],
        "Filter": {"Node Type": "Sort"}, "Node Types": [1, [2]], "Alias": null, "Plan Rows": 5)"));
  ASSERT_EQ(plan.nodes.size(), 1U);
  EXPECT_EQ(plan.root().type, "Result");
  EXPECT_FALSE(plan.root().has(PlanText::kRelationName));
  EXPECT_FALSE(plan.root().has(PlanText::kAlias));
  EXPECT_EQ(plan.root().number(PlanNumber::kPlanRows), 5);
}

TEST(PlanJson, TheSeedOfASampleIsANumberInAnExpression) {
  const auto seed = [](std::string_view value) {
    const Plan plan = plan_in(around_node(R"(, "Repeatable Seed": ")" + std::string(value) + "\""));
    return plan.root().number(PlanNumber::kRepeatableSeed, -1);
  };
  EXPECT_EQ(seed("'42'::double precision"), 42);
  EXPECT_EQ(seed("7"), 7);
  EXPECT_EQ(seed("random()"), -1);
}

TEST(PlanJson, ReadsSeveralPlansInOneArray) {
  const PlanRead read = read_json_plan(
      "[\n {\"Plan\": {\"Node Type\": \"Limit\"}, \"Planning Time\": 1},\n"
      " {\"Plan\": {\"Node Type\": \"Sort\"}}\n]");
  ASSERT_EQ(read.plans.size(), 2U);
  EXPECT_EQ(read.plans[0].root().type, "Limit");
  EXPECT_EQ(read.plans[0].line, 1U);
  EXPECT_EQ(read.plans[1].root().type, "Sort");
  EXPECT_EQ(read.plans[1].line, 3U);
  EXPECT_FALSE(read.plans[1].planning_ms.has_value());
}

TEST(PlanJson, ReadsResultsThatProgramsWrapAroundAPlan) {
  EXPECT_EQ(plan_in(R"([[{"Plan": {"Node Type": "Limit"}}]])").root().type, "Limit");
  EXPECT_EQ(plan_in(R"([{"QUERY PLAN": [{"Plan": {"Node Type": "Limit"}}]}])").root().type,
            "Limit");
}

TEST(PlanJson, TellsWhereThePlanEnds) {
  for (const std::string_view behind :
       {"", "\n", "\n(1 row)\n", "]", " [{\"Plan\": {}}]", "\"", "\\"}) {
    const std::string text = "  \n" + std::string(kPlanAsJson) + std::string(behind);
    const PlanRead read = read_json_plan(text);
    EXPECT_EQ(read.plans.size(), 1U) << behind;
    EXPECT_EQ(read.taken, text.size() - behind.size()) << behind;
  }
}

TEST(PlanJson, SaysWhatCannotBeReadAndWhere) {
  const struct {
    std::string_view text, trouble;
  } cases[] = {
      {"", "line 1: it begins neither with [ nor with {"},
      {"\n\n\"x\"", "line 3: it begins neither with [ nor with {"},
      {"[]", "line 1: it holds no plan"},
      {"\n{}", "line 2: it holds no plan"},
      {R"({"name": "x", "rows": [1, 2, 3]})", "line 1: it holds no plan"},
      {R"([{"Plan": null}])", "line 1: it holds no plan"},
      {R"([{"Plan": "Limit"}])", "line 1: it holds no plan"},
      {"[{\"Plan\":\n {}}]", "line 2: a node has no Node Type"},
      {"[{\"Plan\": {\"Node Type\": \"Limit\",\n\"Plans\": [[\"x\"]]}}]",
       "line 2: a node has no Node Type"},
      {"[{\"Plan\": {\"Node Type\": \"Limit\"},\n \"Plan\": {\"Node Type\": \"Limit\"}}]",
       "line 2: a second plan stands beside the first one in the same object"},
      {"[\n{\"Plan\": {\"Node Type\": \"Limit\", \"Plan Rows\": \"many\"}}]",
       "line 2: the value of Plan Rows is no number"},
      {"[{\"Plan\": {\"Node Type\": \"Limit\", \"Plan Rows\": 1e999}}]",
       "line 1: the value of Plan Rows is no number"},
      {"[{\"Plan\":\n{\"Node Type\": \"Limit\"\n\"Plan Rows\": 5}}]",
       "line 3: a comma or } is missing"},
      {"[{\"Plan\": {\"Output\": [\"a\"\n\n\"b\"]}}]", "line 3: a comma or ] is missing"},
      {"[{\"Plan\": {\"Output\": [\"a\"}}]", "line 1: a comma or ] is missing"},
      {"[{\"Plan\"\n {}}]", "line 2: a colon is missing behind a name"},
      {"[{Plan: {}}]", "line 1: a name in quotes is missing"},
      {"[{\"Plan\": {\"Node Type\": \"Limit\",}}]", "line 1: a name in quotes is missing"},
      {"[{\"Plan\": , }]", "line 1: a value is missing"},
      {"[{\"Plan\": yes}]",
       "line 1: a value is neither a string nor a number, true, false or null"},
      {"[{\"Plan\": {\n\"Node Type\": \"Lim", "line 2: the text ends inside of a string"},
      {"[{\"Plan\": {\n\"Node Type\": \"Lim\\", "line 2: the text ends inside of a string"},
      {"[{\"Plan\": {\n\"Node Type\": \"Limit\"}\n\n",
       "line 2: the text ends before the plan does"},
  };
  for (const auto& c : cases) EXPECT_EQ(trouble_of(c.text), c.trouble) << c.text;
}

TEST(PlanJson, GivesNothingOfAPlanThatIsCutOff) {
  for (std::size_t size = 0; size < kPlanAsJson.size(); ++size) {
    EXPECT_NE(trouble_of(kPlanAsJson.substr(0, size)), "none") << "cut at byte " << size;
  }
  EXPECT_EQ(trouble_of(kPlanAsJson), "none");
}

TEST(PlanJson, GoesOnBehindWhatItCannotRead) {
  const std::string_view next = "[\n  {\"Plan\": {\"Node Type\": \"Limit\"}}\n]";
  for (const std::string_view broken :
       {"[\n  {\"Plan\": oops}\n]", "[\n  {\"Plan\": {\"Node Type\": \"Li\n",
        "[\n  {\"Plan\": {}\n"}) {
    const std::string text = std::string(broken) + "\n" + std::string(next);
    const PlanRead read = read_json_plan(text);
    ASSERT_TRUE(read.trouble.has_value()) << broken;
    EXPECT_LE(read.taken, broken.size() + 1) << broken;
    EXPECT_GT(read.taken, 0U) << broken;
  }
}

TEST(PlanJson, TakesRawBytesInStrings) {
  using namespace std::string_view_literals;
  const Plan plan =
      plan_in("[{\"Plan\": {\"Node Type\": \"Limit\", \"Filter\": \"a\nb\0c\xFF\"}}]"sv);
  EXPECT_EQ(plan.root().text(PlanText::kFilter), "a\nb\0c\xFF"sv);
}

TEST(PlanJson, TakesNestingOfAnyDepth) {
  constexpr std::size_t kDepth = 10'000;
  const Plan plan = plan_in(nested(kDepth));
  ASSERT_EQ(plan.nodes.size(), kDepth);
  EXPECT_EQ(plan.nodes.back().depth, kDepth - 1);
  EXPECT_EQ(plan.root().end, kDepth);
  EXPECT_NE(trouble_of(std::string(1'000'000, '[')), "none");
  EXPECT_NE(trouble_of(nested(kDepth).substr(0, 100'000)), "none");
}

TEST(PlanJson, NeverFailsOnBytesOfAnyKind) {
  std::uint32_t random = 12345;
  const auto next = [&random] { return random = random * 1664525 + 1013904223; };
  for (int round = 0; round < 2000; ++round) {
    std::string text(kPlanAsJson);
    for (int i = 0; i < 3; ++i) {
      constexpr std::string_view kBytes = "\"\\[]{},:\n 0-\xFF";
      text[(next() >> 8) % text.size()] = kBytes[(next() >> 8) % kBytes.size()];
    }
    const PlanRead read = read_json_plan(text);
    EXPECT_LE(read.taken, text.size());
    EXPECT_GT(read.taken, 0U);
    EXPECT_EQ(read.plans.empty(), read.trouble.has_value());
  }
}

}  // namespace
}  // namespace pgcounsel
