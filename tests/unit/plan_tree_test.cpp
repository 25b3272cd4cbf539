#include "analyzer/report/plan_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/plans/node_words.h"
#include "analyzer/plans/redact_plan.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/plan_report.h"
#include "tests/unit/plan_of.h"

namespace pgcounsel {
namespace {

std::string tree(std::string_view plan, std::size_t width = 100) {
  return plan_tree(row_of(plan), Pen(false), width);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

PlanReport report_of(std::string_view text) {
  PlanReport report;
  report.plans.emplace_back();
  report.plans[0].file = "plan.txt";
  report.plans[0].row = row_of(text);
  return report;
}

constexpr std::string_view kSort =
    "Sort  (cost=0.00..9.00 rows=10 width=4) (actual time=80.0..100.0 rows=12000 loops=1)\n"
    "  Sort Key: a.n\n"
    "  Sort Method: external merge  Disk: 2048kB\n"
    "  ->  Seq Scan on a  (cost=0.00..4.00 rows=10 width=4) (actual time=1.0..5.0 rows=12000 "
    "loops=1)\n"
    "        Filter: (name = 'secret'::text)\n"
    "        Rows Removed by Filter: 988000\n"
    "Planning Time: 0.5 ms\n"
    "Execution Time: 100.0 ms\n";

TEST(PlanTree, TellsTimesRowsAndWhatMatters) {
  const std::vector<std::string> lines = lines_of(tree(kSort));
  ASSERT_EQ(lines.size(), 9U) << tree(kSort);
  const std::string margin(34, ' ');
  EXPECT_EQ(lines[1], "   1    95 ms  95 % ██████████  Sort");
  EXPECT_EQ(lines[2], margin + "10 → 12,000 rows (×1,200 more than estimated)");
  EXPECT_EQ(lines[3], margin + "external merge, 2.0 MB on disk");
  EXPECT_EQ(lines[4], margin + "Sort Key: a.n");
  EXPECT_EQ(lines[5], "   2  5.00 ms   5 % █░░░░░░░░░    -> Seq Scan on a");
  EXPECT_EQ(lines[7], margin + "   988,000 rows removed by filter (99 %)");
  EXPECT_EQ(lines[8], margin + "   Filter: (name = 'secret'::text)");
}

TEST(PlanTree, SaysWhatANodeIsCalledAsExplainDoes) {
  struct Row {
    const char* line;
    const char* words;
  };
  constexpr Row kRows[] = {
      {"Parallel Hash Left Join", "Parallel Hash Left Join"},
      {"Hash Join", "Hash Join"},
      {"Nested Loop Anti Join", "Nested Loop Anti Join"},
      {"Merge Full Join", "Merge Full Join"},
      {"Partial HashAggregate", "Partial HashAggregate"},
      {"Finalize GroupAggregate", "Finalize GroupAggregate"},
      {"MixedAggregate", "MixedAggregate"},
      {"HashSetOp Except All", "HashSetOp Except All"},
      {"Insert on t", "Insert on t"},
      {"Index Scan Backward using t_pkey on t x", "Index Scan Backward using t_pkey on t x"},
      {"Bitmap Index Scan on t_pkey", "Bitmap Index Scan on t_pkey"},
      {"Function Scan on generate_series g", "Function Scan on generate_series g"},
      {"CTE Scan on c c_1", "CTE Scan on c c_1"},
      {"Seq Scan on \"Orders\" o", "Seq Scan on \"Orders\" o"},
  };
  for (const Row& row : kRows) {
    const Plan plan = plan_of(std::string(row.line) + "  (cost=0.00..9.00 rows=1 width=4)\n");
    EXPECT_EQ(node_words(plan.root()), row.words);
  }
}

TEST(PlanTree, KnowsTheRelationOfABitmap) {
  const Plan plan = plan_of(
      "Bitmap Heap Scan on a  (cost=0.00..3.00 rows=1 width=4)\n"
      "  ->  BitmapOr  (cost=0.00..1.00 rows=1 width=0)\n"
      "        ->  Bitmap Index Scan on a_x  (cost=0.00..1.00 rows=1 width=0)\n"
      "        ->  Bitmap Index Scan on a_y  (cost=0.00..1.00 rows=1 width=0)\n");
  for (std::size_t place = 0; place < plan.nodes.size(); ++place) {
    EXPECT_EQ(relation_of(plan, place), "a") << place;
  }
}

TEST(PlanTree, ShowsCostsWhereTimesAreNotKnown) {
  const std::vector<std::string> lines =
      lines_of(tree("Seq Scan on a  (cost=0.00..4321.00 rows=10 width=4)\n"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1], "   1       4,321  Seq Scan on a");
  EXPECT_EQ(lines[2], "                    10 rows estimated");
}

TEST(PlanTree, KeepsToTheWidth) {
  const std::string wide =
      "Seq Scan on a  (cost=0.00..4.00 rows=10 width=4) (actual time=1.0..5.0 "
      "rows=12000 loops=1)\n  Filter: (name = '" +
      std::string(5000, 'x') + "'::text)\n";
  for (const std::size_t width : {1U, 60U, 80U, 100U, 200U}) {
    for (const std::string& line : lines_of(tree(wide, width))) {
      EXPECT_LE(length_of(line), std::max<std::size_t>(width, 60)) << line;
    }
  }
}

TEST(PlanTree, StaysLinearForAVeryDeepPlan) {
  constexpr std::size_t kDepth = 5000;
  PlanReport report = report_of(kSort);
  Plan& plan = report.plans[0].row.plan;
  plan.nodes.clear();
  for (std::size_t at = 0; at < kDepth; ++at) {
    PlanNode node;
    node.type = "Limit";
    node.parent = at == 0 ? kNoNode : at - 1;
    node.end = kDepth;
    node.depth = static_cast<std::uint32_t>(at);
    plan.nodes.push_back(node);
  }
  report.plans[0].row.figures = figures_of(plan);
  const std::string text = render_plan_text(report, false, 100);
  EXPECT_NE(text.find("[4999] -> Limit"), std::string::npos);
  EXPECT_LT(text.size(), kDepth * 200);
  const std::string json = render_plan_json(report);
  EXPECT_LT(json.size(), kDepth * 4000);
  EXPECT_EQ(std::count(json.begin(), json.end(), '{'), std::count(json.begin(), json.end(), '}'));
}

TEST(PlanTree, HidesValuesButNotTheNumbersOfSubPlans) {
  Plan plan = plan_of(
      "Seq Scan on a  (cost=0.00..4.00 rows=10 width=4)\n"
      "  Filter: ((name = 'secret'::text) AND (n = $0) AND (m < (SubPlan 2)))\n"
      "  InitPlan 1 (returns $0)\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4)\n"
      "  SubPlan 2\n"
      "    ->  Seq Scan on c  (cost=0.00..4.00 rows=1 width=4)\n");
  plan.query = "SELECT * FROM a WHERE name = 'secret'";
  plan.parameters = "$1 = 'secret'";
  redact_plan(plan);
  EXPECT_EQ(plan.nodes[0].text(PlanText::kFilter),
            "((name = $1::text) AND (n = $0) AND (m < (SubPlan 2)))");
  EXPECT_EQ(plan.query, "SELECT * FROM a WHERE name = $1");
  EXPECT_EQ(plan.parameters, "");
}

TEST(PlanTree, NumbersHiddenValuesAboveWhatInitPlansReturn) {
  Plan plan = plan_of(
      "Seq Scan on a  (cost=0.00..4.00 rows=10 width=4)\n"
      "  Filter: (name = 'secret'::text)\n"
      "  InitPlan 1 (returns $1)\n"
      "    ->  Seq Scan on b  (cost=0.00..4.00 rows=1 width=4)\n");
  redact_plan(plan);
  EXPECT_EQ(plan.nodes[0].text(PlanText::kFilter), "(name = $2::text)");
}

TEST(PlanTree, SteersNoTerminalAndEndsNoFence) {
  PlanReport report = report_of(kSort);
  PlanNode& root = report.plans[0].row.plan.nodes[0];
  root.texts.set(PlanText::kSortKey, "\x1b[2J\n```\n</details>|x|");
  report.plans[0].file = "evil\x1b[31m|`.txt";
  EXPECT_EQ(render_plan_text(report, false, 100).find('\x1b'), std::string::npos);
  const std::string page = render_plan_markdown(report);
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(page.find("\n```\n</details>"), std::string::npos);
}

TEST(PlanTree, ColoursByShare) {
  const PlanRow row = row_of(kSort);
  const std::string text = plan_tree(row, Pen(true), 100);
  EXPECT_NE(text.find("\x1b[1;7;31m   95 ms  95 %\x1b[0m"), std::string::npos) << text;
  EXPECT_NE(tree(kSort).find("   95 ms  95 %"), std::string::npos);
}

TEST(PlanReport, SaysThatAnEstimateIsNoMeasurement) {
  const PlanReport report = report_of("Seq Scan on a  (cost=0.00..9.00 rows=10 width=4)\n");
  EXPECT_NE(render_plan_text(report, false, 100).find("not executed (no ANALYZE)"),
            std::string::npos);
  EXPECT_NE(render_plan_markdown(report).find("not executed"), std::string::npos);
  const std::string json = render_plan_json(report);
  EXPECT_NE(json.find("\"actual_rows\": null"), std::string::npos) << json;
  EXPECT_NE(json.find("\"total_ms\": null"), std::string::npos);
}

TEST(PlanReport, LeavesCommandsWholeAndWrapsProse) {
  PlanReport report = report_of(kSort);
  Finding finding;
  finding.rule = "plan_spills";
  finding.key = "plan_spills:a";
  finding.title = "Sort spills";
  const std::string command = "SET LOCAL work_mem = '" + std::string(150, '8') + "';";
  finding.remedy = {"sql", command};
  report.plans[0].findings.push_back(finding);
  finding.key = "plan_spills:b";
  finding.remedy = {"setting", "Give it memory, " + std::string(40, 'x') + " " +
                                   std::string(60, 'y') + ".\nALTER SYSTEM SET a = 1;"};
  report.plans[0].findings.push_back(finding);
  const std::string text = render_plan_text(report, false, 100), margin(14, ' ');
  EXPECT_NE(text.find(margin + command + "\n"), std::string::npos) << text;
  EXPECT_NE(text.find(margin + "Give it memory, " + std::string(40, 'x') + "\n" + margin + "yyy"),
            std::string::npos)
      << text;
  const std::string page = render_plan_markdown(report);
  EXPECT_NE(page.find("```sql\n" + command + "\n```\n"), std::string::npos) << page;
  EXPECT_NE(page.find("```sql\nALTER SYSTEM SET a = 1;\n```\n"), std::string::npos) << page;
}

TEST(PlanReport, KeepsThePromiseOfItsJson) {
  const std::string json = render_plan_json(report_of(kSort));
  for (const char* piece :
       {"\"schema\": \"pgcounsel.plan/1\"", "\"file\": \"plan.txt\"", "\"format\": \"text\"",
        "\"execution_ms\": 100.000", "\"planning_ms\": 0.500", "\"type\": \"Seq Scan\"",
        "\"relation\": \"a\"", "\"index\": null", "\"estimated_rows\": 10",
        "\"actual_rows\": 12000", "\"loops\": 1", "\"total_ms\": 5.000", "\"self_ms\": 95.000",
        "\"rows_removed\": 988000", "\"children\": []", "\"findings\": []"}) {
    EXPECT_NE(json.find(piece), std::string::npos) << piece << " is not in\n" << json;
  }
}

}  // namespace
}  // namespace pgcounsel
