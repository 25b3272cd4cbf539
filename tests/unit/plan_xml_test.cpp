#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/plan/plan_forms.h"
#include "tests/unit/plan_samples.h"

namespace pgcounsel {
namespace {

Plan plan_in(std::string_view text) {
  return only_plan(read_xml_plan(text));
}

std::string trouble_of(std::string_view text) {
  return trouble_of(read_xml_plan(text));
}

std::string around_node(std::string_view fields) {
  return "<explain><Query><Plan><Node-Type>Result</Node-Type>" + std::string(fields) +
         "</Plan></Query></explain>";
}

TEST(PlanXml, GivesThePlanThatJsonGives) {
  EXPECT_EQ(difference(plan_in(kPlanAsXml), read_json_plan(kPlanAsJson).plans.at(0)), "");
  EXPECT_EQ(plan_in(kPlanAsXml).format, PlanFormat::kXml);
}

TEST(PlanXml, KnowsTheLineOfEachNode) {
  const Plan plan = plan_in(kPlanAsXml);
  ASSERT_EQ(plan.nodes.size(), 5U);
  for (const PlanNode& node : plan.nodes) {
    EXPECT_EQ(node.line, line_of(kPlanAsXml, node.type) - 1) << node.type;
  }
  EXPECT_EQ(plan.line, 1U);
}

TEST(PlanXml, ReadsWhatAutoExplainLogs) {
  const Plan plan = plan_in(
      "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n"
      "  <Query-Text>SELECT 1\n WHERE a &lt; 2 &amp;&amp; b</Query-Text>\n"
      "  <Plan>\n    <Node-Type>Seq Scan</Node-Type>\n  </Plan>\n</explain>\n");
  EXPECT_EQ(plan.query, "SELECT 1\n WHERE a < 2 && b");
  EXPECT_EQ(plan.root().type, "Seq Scan");
}

TEST(PlanXml, ReadsEntities) {
  const Plan plan = plan_in(around_node(
      "<Filter>&lt;&gt;&amp;&quot;&apos;&#65;&#x0d;&#xE9;&#8364;&#x1F600;&amp;lt;</Filter>"));
  EXPECT_EQ(plan.root().text(PlanText::kFilter),
            "<>&\"'A\r\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80&lt;");
}

TEST(PlanXml, ReadsWhatOtherProgramsMakeOfIt) {
  const std::string_view wrapped[] = {
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- > a plan < -->\n<explain a='/>' "
      "b=\">\"><Query>"
      "<Plan ><Node-Type\n>Sort</Node-Type ><Output/><!-- x --><Sort-Key ><Item>a</Item>"
      "<Item>b</Item></Sort-Key></Plan><Triggers /><Planning-Time> 2.5 </Planning-Time></Query>"
      "</explain>",
      "\n\n<explain><Query><Plan><Node-Type>Sort</Node-Type><Sort-Key><Item>a</Item><Item>b</Item>"
      "</Sort-Key></Plan><Triggers>\n\n</Triggers><Planning-Time>2.5</Planning-Time></Query></"
      "explain>",
  };
  for (const std::string_view text : wrapped) {
    const Plan plan = plan_in(text);
    EXPECT_EQ(plan.root().type, "Sort");
    EXPECT_EQ(plan.root().text(PlanText::kSortKey), "a, b");
    EXPECT_FALSE(plan.root().has(PlanText::kOutput));
    EXPECT_EQ(plan.planning_ms, 2.5);
  }
}

// Where a sort used both, the first space is of memory.
TEST(PlanXml, TellsTheSpacesOfAnIncrementalSortApart) {
  const auto group = [](std::string_view methods, std::string_view spaces) {
    return "<Incremental-Sort-Groups><Group-Count>1</Group-Count><Sort-Methods-Used>" +
           std::string(methods) + "</Sort-Methods-Used>" + std::string(spaces) +
           "</Incremental-Sort-Groups>";
  };
  const std::string_view five =
      "<Sort-Space><Peak-Sort-Space-Used>5</Peak-Sort-Space-Used></Sort-Space>";
  const std::string_view six =
      "<Sort-Space><Peak-Sort-Space-Used>6</Peak-Sort-Space-Used></Sort-Space>";
  const std::string both = std::string(five) + std::string(six);
  const Plan plan =
      plan_in(around_node(group("<Item>external sort</Item><Item>external merge</Item>", five) +
                          group("<Item>external merge</Item><Item>quicksort</Item>", both)));
  EXPECT_EQ(plan.root().number(PlanNumber::kFullSortPeakDisk), 5);
  EXPECT_FALSE(plan.root().has(PlanNumber::kFullSortPeakMemory));
  EXPECT_EQ(plan.root().number(PlanNumber::kPresortedPeakMemory), 5);
  EXPECT_EQ(plan.root().number(PlanNumber::kPresortedPeakDisk), 6);
}

TEST(PlanXml, ReadsSeveralPlansInOneElement) {
  const std::string query = "<Query><Plan><Node-Type>Limit</Node-Type></Plan></Query>\n";
  const PlanRead read = read_xml_plan("<explain>\n" + query + query + "</explain>");
  ASSERT_EQ(read.plans.size(), 2U);
  EXPECT_EQ(read.plans[0].line, 1U);
  EXPECT_EQ(read.plans[1].line, 3U);
}

TEST(PlanXml, TellsWhereThePlanEnds) {
  for (const std::string_view behind : {"", "\n(1 row)\n", "<explain>", "</explain>", "&", "<"}) {
    const std::string text = std::string(kPlanAsXml) + std::string(behind);
    const PlanRead read = read_xml_plan(text);
    EXPECT_EQ(read.plans.size(), 1U) << behind;
    EXPECT_EQ(read.taken, kPlanAsXml.size()) << behind;
  }
}

TEST(PlanXml, SaysWhatCannotBeReadAndWhere) {
  const struct {
    std::string_view text, trouble;
  } cases[] = {
      {"", "line 1: it does not begin with <"},
      {"\nx<explain>", "line 2: it does not begin with <"},
      {"<html>\n<body>x</body></html>", "line 1: it holds no plan"},
      {"<explain/>", "line 1: it holds no plan"},
      {"<explain><Query></Query></explain>", "line 1: it holds no plan"},
      {"<explain>\n<Query><Plan><Filter>x</Filter></Plan></Query></explain>",
       "line 2: a node has no Node Type"},
      {"<explain><Query><Plan><Node-Type>Sort</Node-Type><Plan-Rows/></Plan></Query></explain>",
       "line 1: the value of Plan Rows is no number"},
      {"<explain>\n<Query>\n</explain>", "line 3: an end tag is not that of the open element"},
      {"<explain>\n</explain x>", "line 2: an end tag is not that of the open element"},
      {"</explain>", "line 1: an end tag is not that of the open element"},
      {"<explain>\n\nx<Query>", "line 3: text stands between elements"},
      {"<explain><Query></Query>x</explain>", "line 1: text stands between elements"},
      {"<explain>\n< Query></explain>", "line 2: a tag has no name"},
      {"<explain\n<Query></explain>", "line 2: a tag does not end with >"},
      {"<!DOCTYPE x>\n<explain></explain>", "line 1: EXPLAIN writes nothing that begins with <!"},
      {"<explain><Query-Text><![CDATA[x]]></Query-Text></explain>",
       "line 1: EXPLAIN writes nothing that begins with <!"},
      {"<explain>\n<Query-Text>&nbsp;</Query-Text></explain>", "line 2: an entity is not known"},
      {"<explain><Query-Text>&#xD800;</Query-Text></explain>", "line 1: an entity is not known"},
      {"<explain><Query-Text>&#1114112;</Query-Text></explain>", "line 1: an entity is not known"},
      {"<explain><Query-Text>&#;</Query-Text></explain>", "line 1: an entity is not known"},
      {"<explain><Query-Text>a & b</Query-Text></explain>",
       "line 1: an entity does not end with ;"},
      {"<explain>\n<Query>\n\n", "line 2: the text ends before the plan does"},
      {"<explain>\n<explain></explain></explain>",
       "line 2: another plan begins before this one ends"},
      {"<explain a='", "line 1: the text ends before the plan does"},
      {"<?xml ", "line 1: the text ends before the plan does"},
      {"<!-- ", "line 1: the text ends before the plan does"},
  };
  for (const auto& c : cases) EXPECT_EQ(trouble_of(c.text), c.trouble) << c.text;
}

TEST(PlanXml, GivesNothingOfAPlanThatIsCutOff) {
  for (std::size_t size = 0; size < kPlanAsXml.size(); ++size) {
    EXPECT_NE(trouble_of(kPlanAsXml.substr(0, size)), "none") << "cut at byte " << size;
  }
  EXPECT_EQ(trouble_of(kPlanAsXml), "none");
}

TEST(PlanXml, GoesOnBehindWhatItCannotRead) {
  const std::string whole = "<explain><Query>x</explain>", cut = "<explain><Query><Plan>\n";
  const std::string next = "<explain><Query></Query></explain>";
  EXPECT_EQ(read_xml_plan(whole + next).taken, whole.size());
  EXPECT_EQ(read_xml_plan(cut + next).taken, cut.size());
  EXPECT_EQ(read_xml_plan(cut).taken, cut.size());
}

TEST(PlanXml, TakesNestingOfAnyDepth) {
  constexpr std::size_t kDepth = 10'000;
  std::string text = "<explain><Query>", ends;
  for (std::size_t i = 0; i < kDepth; ++i) {
    text += i == 0 ? "<Plan><Node-Type>Append</Node-Type>"
                   : "<Plans><Plan><Node-Type>Append</Node-Type>";
    ends += i == 0 ? "</Plan>" : "</Plan></Plans>";
  }
  const Plan plan = plan_in(text + ends.substr(7) + "</Plan></Query></explain>");
  ASSERT_EQ(plan.nodes.size(), kDepth);
  EXPECT_EQ(plan.nodes.back().depth, kDepth - 1);
}

TEST(PlanXml, NeverFailsOnBytesOfAnyKind) {
  std::uint32_t random = 2468;
  const auto next = [&random] { return random = random * 1664525 + 1013904223; };
  for (int round = 0; round < 2000; ++round) {
    std::string text(kPlanAsXml);
    for (int i = 0; i < 3; ++i) {
      constexpr std::string_view kBytes("<>/&;\"'!-?\n \0\xFF", 14);
      text[(next() >> 8) % text.size()] = kBytes[(next() >> 8) % kBytes.size()];
    }
    const PlanRead read = read_xml_plan(text);
    EXPECT_LE(read.taken, text.size());
    EXPECT_GT(read.taken, 0U);
    EXPECT_EQ(read.plans.empty(), read.trouble.has_value());
  }
}

}  // namespace
}  // namespace pgcounsel
