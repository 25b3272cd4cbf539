// Runs every case of every rule's page, each as a test of its own, and holds the pages to their
// form.
#include "tests/page/page.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>

#include "advisors/advisor.h"
#include "advisors/sql/review_findings.h"
#include "analyzer/workload.h"
#include "tests/page/review_of_sql.h"
#include "tests/page/workload_of_log.h"
#include "tests/page/workload_of_plan.h"

namespace pgcounsel {
namespace {

struct RuleCase {
  const Advisor* advisor = nullptr;
  PageCase page_case;
};

void PrintTo(const RuleCase& rule_case, std::ostream* out) {
  *out << rule_case.page_case.name;
}

// Pages that cannot be read have no cases here; PageLaw tells why.
std::vector<RuleCase> all_cases() {
  std::vector<RuleCase> all;
  for (const Advisor& advisor : advisors()) {
    Result<RulePage> page = parse_page(advisor.page);
    if (!page) continue;
    for (const PageCase& page_case : page->cases) all.push_back({&advisor, page_case});
  }
  return all;
}

std::string rendered(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const std::string where = finding.place
                                  ? fmt::format("{}:{}", finding.place->line, finding.place->column)
                                  : finding.subject.kind;
    text +=
        fmt::format("{} {} {}: {}\n", name_of(finding.level), finding.rule, where, finding.title);
  }
  return text;
}

std::string rewritten(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    if (finding.rewrite) text += finding.rewrite->sql + "\n";
  }
  return text;
}

// What every finding owes its reader.
std::string missing_in(const Finding& finding) {
  if (finding.key.rfind(finding.rule + ":", 0) != 0) return "key";
  if (finding.title.empty()) return "title";
  if (finding.remedy.text.empty()) return "remedy";
  if (finding.confidence_because.empty()) return "reason of the confidence";
  if (finding.verify.empty()) return "way to verify";
  if (finding.rollback.empty()) return "way back";
  return {};
}

class Page : public testing::TestWithParam<RuleCase> {};

Workload workload_of(const PageCase& page_case) {
  if (!page_case.log.empty()) return workload_of_log(page_case.log);
  return page_case.plan.empty() ? Workload{} : workload_of_plan(page_case.plan);
}

Findings ranked(Findings findings) {
  rank(findings);
  return findings;
}

// All rules are run, as `check` does: one of them speaks of what the others found.
Findings found_in(Review& review, const Workload& workload, std::string_view rule) {
  Findings findings = review_findings(review, workload, {}).findings;
  std::erase_if(findings, [rule](const Finding& finding) { return finding.rule != rule; });
  return findings;
}

TEST_P(Page, Holds) {
  const auto& [advisor, page_case] = GetParam();
  const Workload workload = workload_of(page_case);
  ASSERT_EQ(workload.coverage.unparsed_records, 0U) << "the log of the case is not a log";
  ASSERT_EQ(workload.coverage.records > 0, !page_case.log.empty());
  ASSERT_EQ(workload.plans.empty(), page_case.plan.empty());
  const auto review = review_of_sql(page_case.sql, page_case.schema);
  ASSERT_EQ(review->statements.empty(), page_case.sql.empty());
  const Findings findings = page_case.sql.empty() ? ranked(advisor->review(Brief{workload}))
                                                  : found_in(*review, workload, advisor->id);
  EXPECT_EQ(rendered(findings), page_case.expect);
  EXPECT_EQ(rewritten(findings), page_case.rewrite);
  for (const Finding& finding : findings) EXPECT_EQ(missing_in(finding), "") << finding.key;
}

INSTANTIATE_TEST_SUITE_P(Rules, Page, testing::ValuesIn(all_cases()),
                         [](const testing::TestParamInfo<RuleCase>& rule) {
                           return test_name(rule.param.advisor->id, rule.param.page_case);
                         });

TEST(PageLaw, HeadNamesTheRule) {
  for (const Advisor& advisor : advisors()) {
    Result<RulePage> page = parse_page(advisor.page);
    ASSERT_TRUE(page) << advisor.id << ": " << page.error().message;
    EXPECT_EQ(page->id, advisor.id);
    const std::set<std::string> safeties{"proven", "checked", "advisory"};
    EXPECT_TRUE(safeties.contains(page->safety)) << advisor.id << ": safety " << page->safety;
  }
}

TEST(PageLaw, HeadingsAreTheFixedOnes) {
  const std::vector<std::string> fixed{"What it finds", "Why it holds connections", "What to do",
                                       "When to ignore it", "Cases"};
  for (const Advisor& advisor : advisors()) {
    Result<RulePage> page = parse_page(advisor.page);
    ASSERT_TRUE(page) << advisor.id;
    EXPECT_EQ(page->headings, fixed) << advisor.id;
  }
}

TEST(PageLaw, EveryRuleFiresAndIsSilent) {
  for (const Advisor& advisor : advisors()) {
    Result<RulePage> page = parse_page(advisor.page);
    ASSERT_TRUE(page) << advisor.id;
    std::set<std::string> names;
    for (const PageCase& page_case : page->cases) {
      const int inputs = static_cast<int>(!page_case.log.empty()) +
                         static_cast<int>(!page_case.plan.empty()) +
                         static_cast<int>(!page_case.sql.empty());
      EXPECT_EQ(inputs, 1) << advisor.id << ": " << page_case.name << " needs a log, plan or SQL";
      EXPECT_EQ(page_case.fires, !page_case.expect.empty()) << advisor.id << ": " << page_case.name;
      EXPECT_TRUE(names.insert(test_name(advisor.id, page_case)).second) << page_case.name;
    }
    EXPECT_GE(std::ranges::count(page->cases, true, &PageCase::fires), 1) << advisor.id;
    EXPECT_GE(std::ranges::count(page->cases, false, &PageCase::fires), 1) << advisor.id;
  }
}

TEST(PageLaw, FilesAndListAgree) {
  std::set<std::string> files, list;
  const std::filesystem::path rules =
      std::filesystem::path(PGCOUNSEL_SOURCE_DIR) / "advisors" / "rules";
  for (const auto& entry : std::filesystem::directory_iterator(rules)) {
    const std::filesystem::path& file = entry.path();
    if (file.extension() == ".md" || file.extension() == ".cpp") files.insert(file.stem().string());
  }
  for (const Advisor& advisor : advisors()) list.emplace(advisor.id);
  EXPECT_EQ(files, list);
}

TEST(PageParser, SaysWhereAPageIsWrong) {
  EXPECT_EQ(parse_page("# idle").error().message, "line 1: `# id — title` expected");
  EXPECT_EQ(parse_page("# a — b\nlevel: low").error().message,
            "line 2: `level: … · needs: … · safety: …` expected");
  const std::string head = "# a — b\nlevel: low · needs: log · safety: advisory\n";
  EXPECT_EQ(parse_page(head + "### burns: x").error().message,
            "line 3: `### fires: NAME` or `### silent: NAME` expected");
  EXPECT_EQ(parse_page(head + "### fires: x\n```log\nline").error().message,
            "line 5: a block is not closed");
}

// What `pgcounsel plan` gives the rules.
TEST(PageLaw, RulesAboutLogsAreSilentOnAPlanAlone) {
  const Workload workload = workload_of_plan(
      "Limit  (cost=0.29..8.30 rows=1 width=8) (actual time=0.020..0.021 rows=1 loops=1)\n"
      "  ->  Index Scan using carts_pkey on carts  (cost=0.29..8.30 rows=1 width=8) (actual "
      "time=0.018..0.018 rows=1 loops=1)\n"
      "        Index Cond: (id = 7)\n"
      "Planning Time: 0.100 ms\n"
      "Execution Time: 0.040 ms\n");
  ASSERT_EQ(workload.plans.size(), 1U);
  for (const Advisor& advisor : advisors()) {
    EXPECT_EQ(rendered(advisor.review(Brief{workload})), "") << advisor.id;
  }
}

TEST(PageParser, ReadsCasesWithTabsAndEmptyExpectations) {
  Result<RulePage> page = parse_page(
      "# a — b — c\nlevel: low to high · needs: log · safety: advisory\n## Cases\n"
      "### silent: a case, with commas\n```log\none\n\ttwo\n```\n```expect\n```\n");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->title, "b — c");
  EXPECT_EQ(page->level, "low to high");
  ASSERT_EQ(page->cases.size(), 1U);
  EXPECT_EQ(page->cases[0].log, "one\n\ttwo\n");
  EXPECT_EQ(page->cases[0].expect, "");
  EXPECT_EQ(test_name("a", page->cases[0]), "a_silent__a_case_with_commas");
}

}  // namespace
}  // namespace pgcounsel
