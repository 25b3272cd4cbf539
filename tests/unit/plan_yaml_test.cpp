#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "parser/plan/plan_forms.h"
#include "tests/unit/plan_samples.h"

namespace pgcounsel {
namespace {

Plan plan_in(std::string_view text) {
  return only_plan(read_yaml_plan(text));
}

std::string trouble_of(std::string_view text) {
  return trouble_of(read_yaml_plan(text));
}

TEST(PlanYaml, GivesThePlanThatJsonGives) {
  EXPECT_EQ(difference(plan_in(kPlanAsYaml), read_json_plan(kPlanAsJson).plans.at(0)), "");
  EXPECT_EQ(plan_in(kPlanAsYaml).format, PlanFormat::kYaml);
}

TEST(PlanYaml, KnowsTheLineOfEachNode) {
  const std::string text = "\n" + std::string(kPlanAsYaml);
  const Plan plan = plan_in(text);
  ASSERT_EQ(plan.nodes.size(), 5U);
  EXPECT_EQ(plan.root().line, 2U);  // of `- Plan:`
  for (std::size_t i = 1; i < plan.nodes.size(); ++i) {
    EXPECT_EQ(plan.nodes[i].line, line_of(text, plan.nodes[i].type)) << plan.nodes[i].type;
  }
  EXPECT_EQ(plan.line, 2U);
}

TEST(PlanYaml, ReadsWhatAutoExplainLogs) {
  const Plan plan = plan_in(
      "Query Text: \"SELECT 'a: b'\\nFROM t\"\nPlan: \n  Node Type: \"Seq Scan\"\n  Plan Rows: "
      "5\n");
  EXPECT_EQ(plan.query, "SELECT 'a: b'\nFROM t");
  EXPECT_EQ(plan.root().type, "Seq Scan");
  EXPECT_EQ(plan.root().number(PlanNumber::kPlanRows), 5);
}

TEST(PlanYaml, ReadsWhatOtherProgramsMakeOfIt) {
  const struct {
    std::string_view what, text;
  } cases[] = {
      {"no blanks behind names",
       "- Plan:\n    Node Type: Sort\n    Sort Key:\n      - a\n      - b"},
      {"items in the column of their name",
       "- Plan:\n    Node Type: Sort\n    Sort Key:\n    - a\n    - b\n    Plan Rows: 1"},
      {"a list in brackets", "- Plan:\n    Node Type: \"Sort\"\n    Sort Key: [\"a\", 'b']"},
      {"single quotes", "- Plan:\n    Node Type: 'Sort'\n    Sort Key:\n      - 'a'\n      - 'b'"},
      {"carriage returns",
       "- Plan: \r\n    Node Type: \"Sort\"\r\n    Sort Key: \r\n      - \"a\"\r\n      - "
       "\"b\"\r\n"},
      {"indented as a whole",
       "   - Plan: \n       Node Type: \"Sort\"\n       Sort Key: \n         - \"a\"\n         - "
       "\"b\""},
      {"blank lines", "- Plan:\n\n    Node Type: Sort\n   \n    Sort Key: [a,b]\n\n"},
  };
  for (const auto& c : cases) {
    const Plan plan = plan_in(c.text);
    EXPECT_EQ(plan.root().type, "Sort") << c.what;
    EXPECT_EQ(plan.root().text(PlanText::kSortKey), "a, b") << c.what;
  }
  EXPECT_EQ(plan_in("- Plan:\n    Node Type: Result\n    Filter: 'it''s: \"x\"'")
                .root()
                .text(PlanText::kFilter),
            "it's: \"x\"");
}

TEST(PlanYaml, TakesEmptyLists) {
  for (const std::string_view rest :
       {"  Triggers: \n  Execution Time: 2.5\n", "  Execution Time: 2.5\n  Triggers: \n",
        "  Triggers: []\n  Settings: {}\n  Execution Time: 2.5",
        "  Execution Time: 2.5\n  Settings: "}) {
    const Plan plan = plan_in("- Plan: \n    Node Type: \"Limit\"\n" + std::string(rest));
    EXPECT_EQ(plan.execution_ms, 2.5) << rest;
    EXPECT_TRUE(plan.triggers.empty()) << rest;
  }
}

TEST(PlanYaml, ReadsSeveralPlansInOneList) {
  const PlanRead read = read_yaml_plan(
      "- Plan: \n    Node Type: \"Limit\"\n  Planning Time: 1\n- Plan: \n    Node Type: "
      "\"Sort\"\n");
  ASSERT_EQ(read.plans.size(), 2U);
  EXPECT_EQ(read.plans[0].planning_ms, 1);
  EXPECT_EQ(read.plans[1].root().type, "Sort");
  EXPECT_EQ(read.plans[1].line, 4U);
}

TEST(PlanYaml, TellsWhereThePlanEnds) {
  const std::string listed = "- Plan: \n    Node Type: \"Limit\"\n  Planning Time: 1\n";
  for (const std::string_view behind : {"(1 row)\n", "Time: 3.2 ms", "QUERY PLAN\n", "Plan: \n"}) {
    const PlanRead read = read_yaml_plan(listed + std::string(behind));
    EXPECT_EQ(read.plans.size(), 1U) << behind;
    EXPECT_EQ(read.taken, listed.size()) << behind;
  }
  const std::string bare = "Query Text: \"x\"\nPlan: \n  Node Type: \"Limit\"\n";
  for (const std::string_view behind : {"(1 row)\n", "2025-01-01 10:00:00 UTC LOG:  x\n",
                                        "Query Text: \"y\"\n", "Plan: \n  Node Type: \"Sort\"\n"}) {
    const PlanRead read = read_yaml_plan(bare + std::string(behind));
    EXPECT_EQ(read.plans.size(), 1U) << behind;
    EXPECT_EQ(read.taken, bare.size()) << behind;
  }
  EXPECT_EQ(read_yaml_plan(listed).taken, listed.size());
}

TEST(PlanYaml, SaysWhatCannotBeReadAndWhere) {
  const struct {
    std::string_view text, trouble;
  } cases[] = {
      {"", "line 1: it holds no plan"},
      {"\n \n", "line 1: it holds no plan"},
      {"- name: deploy\n  steps:\n    - run: make\n", "line 1: it holds no plan"},
      {"- Plan: \n    Plan Rows: 3", "line 1: a node has no Node Type"},
      {"- Plan: \n    Node Type: \"Limit\"\n    Plan Rows: few",
       "line 1: the value of Plan Rows is no number"},
      {"- Plan: \n    Node Type: \"Limit\"\n   Plan Rows: 3\n",
       "line 3: the line is indented like none of those above it"},
      {"- Plan: \n\t  Node Type: \"Limit\"\n", "line 2: a tab stands where YAML has spaces"},
      {"- Plan: \n    Node Type: \"Limit\"\n    # comment\n    Plan Rows: 3",
       "line 3: the line is neither `Name: value` nor `- item`"},
      {"- Plan: \n    Node Type: \"Limit\"\n    - x\n    Plan Rows: 3",
       "line 3: an item stands among fields"},
      {"- Plan: \n    Node Type: \"Lim\n    Plan Rows: 3",
       "line 2: a string does not end in its line"},
      {"- Plan: \n    Node Type: \"Lim", "line 2: the text ends inside of a string"},
      {"- Plan: \n    Node Type: 'Lim''", "line 2: the text ends inside of a string"},
      {"- Plan: \n    Node Type: \"Limit\" x\n",
       "line 2: something follows behind the end of a string"},
      {"- Plan: \n    Output: [\"a\" \"b\"]\n", "line 2: a comma or ] is missing"},
      {"- Plan: \n    Output: [\"a\"] b\n", "line 2: something follows behind the end of a list"},
      {"- Plan: \n    Filter: |\n      (a > 1)\n",
       "line 2: a value is written in a way that EXPLAIN does not write YAML"},
      {"- Plan: \n    Node Type: \"Limit\"\n    Plan Wi",
       "line 3: the text ends before the plan does"},
      {"- Plan: \n    Node Type: \"Limit\"\n    Plans: \n",
       "line 3: the text ends before the plan does"},
      {"- Plan: \n    Node Type: \"Limit\"\n    Plan Rows:",
       "line 3: the text ends before the plan does"},
      {"- Plan: \n    Node Type: \"Limit\"\n    Startup Cost: 0.00\n    Total Cost: 5.00\n\n",
       "line 4: the text ends before the plan does"},
      {"- Plan: \n    Node Type: \"Limit\"\n    Actual Rows: 5\n",
       "line 3: the text ends before the plan does"},
  };
  for (const auto& c : cases) EXPECT_EQ(trouble_of(c.text), c.trouble) << c.text;
}

// YAML has no end of its own: where the cut falls behind a whole value, a shorter plan remains.
TEST(PlanYaml, GivesAPlanCutOffOnlyWhereItsLastValueCouldBeWhole) {
  for (std::size_t size = 0; size < kPlanAsYaml.size(); ++size) {
    const std::string_view cut = kPlanAsYaml.substr(0, size);
    const bool has_plan = trouble_of(cut) == "none";
    std::string_view last = cut.substr(0, cut.find_last_not_of(" \n") + 1);
    last = last.substr(last.rfind('\n') + 1);
    const bool is_item = last.find("- ") != std::string_view::npos;
    const std::size_t colon = last.find(": ");
    const bool may_be_whole = is_item || colon != std::string_view::npos ||
                              last.ends_with("Triggers:") || last.ends_with("Settings:");
    const bool in_string = std::count(last.begin(), last.end(), '"') % 2 == 1 &&
                           last.find("\\\"") == std::string_view::npos;
    EXPECT_TRUE(!has_plan || (may_be_whole && !in_string))
        << "cut at byte " << size << ": " << last;
  }
  EXPECT_EQ(trouble_of(kPlanAsYaml), "none");
}

TEST(PlanYaml, GoesOnBehindWhatItCannotRead) {
  const std::string broken = "- Plan: \n    Node Type: \"Lim\n    Plan Rows: 3\n";
  const PlanRead read = read_yaml_plan(broken + "- Plan: \n    Node Type: \"Sort\"\n");
  EXPECT_TRUE(read.trouble.has_value());
  EXPECT_EQ(read.taken, broken.size());
}

TEST(PlanYaml, TakesNestingOfAnyDepth) {
  constexpr std::size_t kDepth = 2'000;
  std::string text = "- Plan: \n    Node Type: \"Append\"\n", indent(4, ' ');
  for (std::size_t i = 1; i < kDepth; ++i) {
    text += indent + "Plans: \n" + indent + "  - Node Type: \"Append\"\n";
    indent += "    ";
  }
  const Plan plan = plan_in(text);
  ASSERT_EQ(plan.nodes.size(), kDepth);
  EXPECT_EQ(plan.nodes.back().depth, kDepth - 1);
  std::string items;
  for (int i = 0; i < 300'000; ++i) items += "- ";
  EXPECT_NE(trouble_of(items), "none");
  EXPECT_NE(trouble_of(items + "a: b"), "none");
}

TEST(PlanYaml, NeverFailsOnBytesOfAnyKind) {
  std::uint32_t random = 54321;
  const auto next = [&random] { return random = random * 1664525 + 1013904223; };
  for (int round = 0; round < 2000; ++round) {
    std::string text(kPlanAsYaml);
    for (int i = 0; i < 3; ++i) {
      constexpr std::string_view kBytes("\"\\[]-:\n '\t\0,\xFF", 13);
      text[(next() >> 8) % text.size()] = kBytes[(next() >> 8) % kBytes.size()];
    }
    const PlanRead read = read_yaml_plan(text);
    EXPECT_LE(read.taken, text.size());
    EXPECT_GT(read.taken, 0U);
    EXPECT_EQ(read.plans.empty(), read.trouble.has_value());
  }
}

}  // namespace
}  // namespace pgcounsel
