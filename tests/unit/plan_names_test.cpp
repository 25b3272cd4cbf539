#include "parser/plan/plan_names.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

template <class Name>
std::vector<Name> all_names() {
  std::vector<Name> names;
  for (int i = 0; i < static_cast<int>(Name::kSize); ++i) names.push_back(static_cast<Name>(i));
  return names;
}

// As the server writes a name into XML.
std::string in_xml(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    if (c == ' ' || c == '/') c = '-';
  return text;
}

TEST(PlanNames, EachNumberIsFoundByItsName) {
  for (const PlanNumber number : all_names<PlanNumber>()) {
    EXPECT_FALSE(name_of(number).empty());
    EXPECT_EQ(plan_number_named(name_of(number)), number) << name_of(number);
    EXPECT_EQ(plan_number_named(in_xml(name_of(number))), number) << name_of(number);
    EXPECT_FALSE(plan_text_named(name_of(number)).has_value()) << name_of(number);
  }
}

TEST(PlanNames, EachTextIsFoundByItsName) {
  for (const PlanText text : all_names<PlanText>()) {
    EXPECT_FALSE(name_of(text).empty());
    EXPECT_EQ(plan_text_named(name_of(text)), text) << name_of(text);
    EXPECT_EQ(plan_text_named(in_xml(name_of(text))), text) << name_of(text);
    EXPECT_FALSE(plan_number_named(name_of(text)).has_value()) << name_of(text);
  }
}

TEST(PlanNames, AreThoseOfTheServer) {
  EXPECT_EQ(name_of(PlanNumber::kSharedHitBlocks), "Shared Hit Blocks");
  EXPECT_EQ(name_of(PlanNumber::kRowsRemovedByConflict), "Rows Removed by Conflict Filter");
  EXPECT_EQ(name_of(PlanNumber::kWalFullPageImages), "WAL FPI");
  EXPECT_EQ(name_of(PlanNumber::kTempWriteTime), "Temp I/O Write Time");
  EXPECT_EQ(name_of(PlanText::kRelationName), "Relation Name");
  EXPECT_EQ(name_of(PlanText::kTidCond), "TID Cond");
  EXPECT_EQ(name_of(PlanText::kOneTimeFilter), "One-Time Filter");
  EXPECT_EQ(name_of(PlanText::kParamsEvaluated), "Params Evaluated");
}

TEST(PlanNames, OlderVersionsDidNotTellBlocksApart) {
  EXPECT_EQ(plan_number_named("I/O Read Time"), PlanNumber::kSharedReadTime);
  EXPECT_EQ(plan_number_named("I-O-Write-Time"), PlanNumber::kSharedWriteTime);
}

TEST(PlanNames, WhatIsNoNameIsNotFound) {
  for (const std::string_view name : {"", " ", "Plan", "Plans", "plan rows", "Plan Row",
                                      "Plan Rowss", "Plan_Rows", "Node Type", "Group Count", "*"}) {
    EXPECT_FALSE(plan_number_named(name).has_value()) << name;
    EXPECT_FALSE(plan_text_named(name).has_value()) << name;
  }
  EXPECT_FALSE(plan_number_named(std::string(1'000'000, 'x')).has_value());
}

TEST(PlanNames, LeaveOutWhatSaysNothing) {
  EXPECT_TRUE(says_nothing(PlanNumber::kSharedReadBlocks, 0));
  EXPECT_TRUE(says_nothing(PlanNumber::kRowsRemovedByFilter, 0));
  EXPECT_FALSE(says_nothing(PlanNumber::kRowsRemovedByFilter, 0.5));
  EXPECT_FALSE(says_nothing(PlanNumber::kActualRows, 0));
  EXPECT_FALSE(says_nothing(PlanNumber::kActualLoops, 0));
  EXPECT_FALSE(says_nothing(PlanNumber::kWorkersLaunched, 0));
  EXPECT_FALSE(says_nothing(PlanNumber::kHeapFetches, 0));
  EXPECT_TRUE(says_nothing(PlanText::kScanDirection, "Forward"));
  EXPECT_FALSE(says_nothing(PlanText::kScanDirection, "Backward"));
  EXPECT_TRUE(says_nothing(PlanText::kPartialMode, "Simple"));
  EXPECT_FALSE(says_nothing(PlanText::kPartialMode, "Partial"));
  EXPECT_TRUE(says_nothing(PlanText::kParallelAware, "false"));
  EXPECT_FALSE(says_nothing(PlanText::kDisabled, "true"));
  EXPECT_FALSE(says_nothing(PlanText::kFilter, "false"));
  EXPECT_TRUE(says_nothing(PlanText::kFilter, ""));
}

TEST(PlanNames, AFormHasTheNameOfTheOption) {
  EXPECT_EQ(name_of(PlanFormat::kJson), "json");
  EXPECT_EQ(name_of(PlanFormat::kText), "text");
  EXPECT_EQ(name_of(PlanFormat::kYaml), "yaml");
  EXPECT_EQ(name_of(PlanFormat::kXml), "xml");
}

// a, below it b with c and d, then e.
TEST(PlanNames, ChildrenAreThoseRightBelow) {
  Plan plan;
  for (const std::size_t end : {5U, 4U, 3U, 4U, 5U}) plan.nodes.emplace_back().end = end;
  EXPECT_EQ(children_of(plan, 0), (std::vector<std::size_t>{1, 4}));
  EXPECT_EQ(children_of(plan, 1), (std::vector<std::size_t>{2, 3}));
  EXPECT_TRUE(children_of(plan, 2).empty());
  EXPECT_TRUE(children_of(plan, 4).empty());
}

}  // namespace
}  // namespace pgcounsel
