// Plans in texts of all kinds: alone, one after the other, in logs, cut and damaged.
#include "parser/plan/plan_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/plan_shown.h"
#include "tests/unit/plan_pastes.h"

namespace pgcounsel {
namespace {

// `text@1 json@5`: the plans' forms and lines; `!7`: a trouble's line.
std::string found_in(std::string_view text) {
  const PlansRead read = read_plans(text);
  std::string all;
  for (const Plan& plan : read.plans) {
    all += fmt::format("{}@{} ", name_of(plan.format), plan.line);
  }
  for (const PlanTrouble& trouble : read.troubles) all += fmt::format("!{} ", trouble.line);
  return all;
}

constexpr std::string_view kScan = "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n";

TEST(PlanReader, RecognisesEachForm) {
  EXPECT_EQ(found_in(kPlainText), "text@1 ");
  EXPECT_EQ(found_in(kPlainJson), "json@1 ");
  EXPECT_EQ(found_in(kPlainYaml), "yaml@1 ");
  EXPECT_EQ(found_in(kPlainXml), "xml@1 ");
  EXPECT_EQ(found_in("\n\n\n" + std::string(kScan)), "text@4 ");
  EXPECT_EQ(found_in("Query Text: \"SELECT 1\"\nPlan: \n  Node Type: \"Result\"\n"), "yaml@1 ");
  EXPECT_EQ(found_in("Query Text: SELECT 1\n" + std::string(kScan)), "text@1 ");
}

TEST(PlanReader, ReadsPlansOneAfterTheOther) {
  const std::string scan(kScan);
  EXPECT_EQ(found_in(scan + scan + scan), "text@1 text@2 text@3 ");
  EXPECT_EQ(found_in(scan + "\n" + std::string(kPlainJson) + scan), "text@1 json@3 text@67 ");
  EXPECT_EQ(found_in(std::string(kPlainJson) + std::string(kPlainJson)), "json@1 json@65 ");
  EXPECT_EQ(found_in(std::string(kPlainYaml) + "\n" + std::string(kPlainXml) + scan),
            "yaml@1 xml@9 text@21 ");
  EXPECT_EQ(found_in(framed(kScan, 1, kAscii, false) + framed(kScan, 2, kUnicode, false)),
            "text@3 text@9 ");
  EXPECT_EQ(found_in("before:\n" + scan + "after:\n" + scan + "done\n"), "text@2 text@4 ");
}

TEST(PlanReader, FindsNoPlanInOtherTexts) {
  for (const std::string_view text :
       {"", "\n \n", "[]", "{}", "[1, 2]", "{\"a\": 1}", "- a\n- b\n", "<html></html>",
        "The plan is attached.", "SELECT * FROM t;", "Plan:\n\nnone\n",
        " id | n\n----+---\n 1 | 2\n", "Update on Monday\n", "Sort these.\n",
        "We see a Seq Scan on t (cost=0.00..1.00) here\n", "QUERY PLAN\n----------\n(0 rows)\n",
        "[\"Plan\"", "\xff\xfe\x01"}) {
    EXPECT_EQ(found_in(text), "") << text;
  }
  EXPECT_EQ(found_in(std::string_view("\0\0\n\0", 4)), "");
}

TEST(PlanReader, TellsTheLineOfATrouble) {
  const std::string json(kPlainJson), xml(kPlainXml);
  const struct {
    std::string text, found;
  } kCases[] = {
      {json.substr(0, json.find("\"Sort Key\"")), "!12 "},
      {xml.substr(0, xml.find("<Plan-Width>")), "!7 "},
      {"a\n" + std::string(kScan) + "  ->  Seq Scan on u  (cost=0.0", "!3 "},
      {std::string(kScan) + "\nSeq Scan on t  (cost=0.00..1.00 rows", "text@1 !3 "},
      {std::string(kScan) + "  \"Node Type\": \"Sort\",\n", "!2 "},
      {framed(kScan, 2, kAscii, false) + "\n[\n {\n  \"Plan\": {\n", "text@4 !11 "},
  };
  for (const auto& c : kCases) EXPECT_EQ(found_in(c.text), c.found) << c.text;
  for (const auto& c : kCases) {
    for (const PlanTrouble& trouble : read_plans(c.text).troubles) {
      EXPECT_FALSE(trouble.message.empty()) << c.text;
      EXPECT_FALSE(trouble.message.ends_with('.')) << trouble.message;
    }
  }
}

std::string entry(std::string_view prefix, std::string_view ms, std::string_view body) {
  return std::string(prefix) + "LOG:  duration: " + std::string(ms) + " ms  plan:\n" +
         with_each_line(body, "\t", "");
}

TEST(PlanReader, ReadsEntriesOfAutoExplain) {
  const std::string at = "2024-05-06 10:00:00.123 UTC [77] ann@shop ";
  const std::string text =
      "Query Text: SELECT 'it''s\n\n  a: b' FROM t\nQuery Parameters: $1 = '7'\n" +
      std::string(kScan) + "  Filter: (a = 'x\ny'::text)\n";
  const PlansRead read = read_plans(at + "LOG:  statement: SELECT 1\n" + entry(at, "12.500", text) +
                                    at + "LOG:  duration: 3.000 ms\n" +
                                    entry("", "0.250", kPlainXml) + entry(at, "7", kPlainJson));
  EXPECT_TRUE(read.troubles.empty());
  ASSERT_EQ(read.plans.size(), 3U);
  EXPECT_EQ(read.plans[0].logged_ms, 12.5);
  EXPECT_EQ(read.plans[0].query, "SELECT 'it''s\n\n  a: b' FROM t");
  EXPECT_EQ(read.plans[0].parameters, "$1 = '7'");
  EXPECT_EQ(read.plans[0].line, 3U);
  EXPECT_EQ(read.plans[0].root().line, 7U);
  EXPECT_EQ(read.plans[0].root().text(PlanText::kFilter), "(a = 'x\ny'::text)");
  EXPECT_EQ(read.plans[1].logged_ms, 0.25);
  EXPECT_EQ(read.plans[1].format, PlanFormat::kXml);
  EXPECT_EQ(read.plans[2].logged_ms, 7.0);
  EXPECT_EQ(read.plans[2].nodes.size(), 3U);
}

TEST(PlanReader, ReadsEntriesWhoseTabsWereLost) {
  const PlansRead read = read_plans("LOG:  duration: 2.500 ms  plan:\n" + std::string(kScan));
  ASSERT_EQ(read.plans.size(), 1U);
  EXPECT_EQ(read.plans[0].logged_ms, 2.5);
}

TEST(PlanReader, TellsOfEntriesWithoutAWholePlan) {
  const std::string scan(kScan);
  EXPECT_EQ(found_in("LOG:  duration: 1.0 ms  plan:\n"), "!1 ");
  EXPECT_EQ(found_in("LOG:  duration: 1.0 ms  plan:\n\tnothing\n"), "!2 ");
  EXPECT_EQ(found_in("LOG:  duration: 1.0 ms  plan:\nLOG:  x\n" + scan), "text@3 !1 ");
  EXPECT_EQ(
      found_in(entry("", "1.0",
                     scan + "a\nb\nc\n  ->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)\n")),
      "!6 ");
  EXPECT_EQ(
      found_in(entry("", "1.0", scan + "  ->  Seq Scan on u  (cost=") + entry("", "2.0", scan)),
      "text@5 !3 ");
}

TEST(PlanReader, PassesOverPlansThatMessagesQuote) {
  const std::string scan = "\t" + std::string(kScan);
  EXPECT_EQ(found_in("2024 [1] ERROR:  syntax error near\n" + scan), "");
  EXPECT_EQ(found_in("x STATEMENT:  SELECT '\n" + scan + "\t'\n" + std::string(kScan)), "text@4 ");
  EXPECT_EQ(found_in("x LOG:  statement: SELECT 'LOG:  duration: 1.0 ms  plan:\n" + scan), "");
}

TEST(PlanReader, ReadsALoggedPlanOfAnyForm) {
  for (const std::string_view form : {kPlainText, kPlainJson, kPlainYaml, kPlainXml}) {
    const auto plan = read_logged_plan(form);
    ASSERT_TRUE(plan) << form;
    const PlansRead read = read_plans(form);
    EXPECT_EQ(shown(*plan), shown(read.plans.front()));
  }
  const auto query = read_logged_plan("Query Text: SELECT 1\n" + std::string(kScan));
  ASSERT_TRUE(query);
  EXPECT_EQ(query->query, "SELECT 1");
}

TEST(PlanReader, SaysWhyALoggedPlanCannotBeRead) {
  const struct {
    std::string text, message;
  } kCases[] = {
      {"", "The logged plan cannot be read: in its line 1 there is no plan."},
      {"no plan", "The logged plan cannot be read: in its line 1 there is no plan."},
      {"\n" + std::string(kScan) + "  ->  Seq Scan on u  (co",
       "The logged plan cannot be read: in its line 3 the figures of a node are cut off."},
  };
  for (const auto& c : kCases) {
    const auto plan = read_logged_plan(c.text);
    ASSERT_FALSE(plan) << c.text;
    EXPECT_EQ(plan.error().message, c.message);
  }
}

TEST(PlanReader, ReadsDeepPlans) {
  for (const std::size_t depth : {5'000U, 10'000U}) {
    std::string text = "Limit  (cost=0.00..1.00 rows=1 width=4)\n", json = "[{\"Plan\": {";
    for (std::size_t i = 1; i < depth; ++i) {
      text += std::string(i, ' ') + "->  Limit  (cost=0.00..1.00 rows=1 width=4)\n";
      json += "\"Node Type\": \"Limit\", \"Plans\": [{";
    }
    json += "\"Node Type\": \"Limit\"}" + repeated("]}", depth - 1) + "}]";
    for (const std::string& plan : {text, json}) {
      const PlansRead read = read_plans(plan);
      ASSERT_EQ(read.plans.size(), 1U);
      EXPECT_EQ(read.plans.front().nodes.size(), depth);
      EXPECT_EQ(read.plans.front().nodes.back().depth, depth - 1);
    }
  }
}

TEST(PlanReader, ReadsEveryBeginningOfEachForm) {
  const std::string log = entry("x ", "1.0", kPlainText);
  for (const std::string_view form :
       {kPlainText, kPlainJson, kPlainYaml, kPlainXml, std::string_view(log)}) {
    for (std::size_t size = 0; size < form.size(); ++size) {
      const PlansRead read = read_plans(form.substr(0, size));
      EXPECT_LE(read.plans.size() + read.troubles.size(), 1U) << form.substr(0, size);
    }
  }
}

TEST(PlanReader, BearsAnyBytes) {
  std::mt19937 random(3);
  const std::string_view forms[] = {kPlainText, kPlainJson, kPlainYaml, kPlainXml};
  for (int i = 0; i < 2'000; ++i) {
    std::string text(forms[i % 4]);
    for (int changes = 0; changes < 4; ++changes) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    const PlansRead read = read_plans(text);
    for (const Plan& plan : read.plans) ASSERT_FALSE(plan.nodes.empty());
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 256);
    read_plans(bytes);
  }
}

// Each of these would take minutes if it were read again from every line.
TEST(PlanReader, TakesLinearTimeOnHostileTexts) {
  for (const std::string_view line :
       {"[\n", "{\"Plan\":\n", "{\"Plan\"\n", "{\"Plan\": {\"Node Type\": \"\n",
        "- Plan:\n    Node Type: a\n", "Plan:\nNode Type: \"\n", "<explain>\n", "<explain\n",
        "<explain><Query><Plan>\n", "Query Text: '\n", " Query Text: a\n",
        "LOG:  duration: 1.0 ms  plan:\n", "LOG:  duration: 1.0 ms  plan:\n\tLimit\n",
        "LOG:  x\n\ty\n", "Result\n\n\n\n", "Update on t\n",
        "->  Limit  (cost=0.00..1.00 rows=1 width=1)\n", "ERROR:  ", "\n\n   \n"}) {
    const std::string text = repeated(line, 400'000 / line.size());
    const PlansRead read = read_plans(text);
    EXPECT_LE(read.plans.size() + read.troubles.size(), text.size()) << line;
  }
}

}  // namespace
}  // namespace pgcounsel
