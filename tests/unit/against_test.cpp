#include "analyzer/review/against.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "advisors/sql/ledger_evidence.h"
#include "analyzer/review/build_review.h"
#include "parser/schema/dump.h"
#include "tests/page/workload_of_log.h"
#include "tests/page/workload_of_plan.h"

namespace pgcounsel {
namespace {

std::string line_of(int second, std::string_view milliseconds, std::string_view sql) {
  return "2026-03-12 10:00:0" + std::to_string(second) +
         ".000 UTC [7] LOG:  duration: " + std::string(milliseconds) +
         " ms  statement: " + std::string(sql) + "\n";
}

// Orders hold 3 of 4 seconds.
std::vector<Workload> shop() {
  std::vector<Workload> workloads;
  workloads.push_back(workload_of_log(line_of(1, "1000.000", "SELECT id FROM orders WHERE id = 7") +
                                      line_of(3, "2000.000", "DELETE FROM public.orders") +
                                      line_of(4, "1000.000", "SELECT 1 FROM customers")));
  return workloads;
}

std::unique_ptr<Review> review_of(std::string text, std::string_view schema = "") {
  SchemaDump dump;
  add_dump(dump, schema);
  std::vector<ReviewInput> inputs;
  inputs.push_back({"a.sql", std::move(text)});
  return build_review(std::move(inputs), std::move(dump.catalog));
}

TEST(Against, KnowsTablesOfStatements) {
  const auto tables = [](std::string_view sql) { return tables_of(*SyntaxTree::parse(sql)); };
  using Names = std::vector<std::string>;
  EXPECT_EQ(tables("SELECT 1"), Names{});
  EXPECT_EQ(tables("SELECT * FROM b, public.a x JOIN s.c ON true"), (Names{"a", "b", "s.c"}));
  EXPECT_EQ(tables("WITH c AS (SELECT * FROM d) SELECT * FROM c, c AS e"), Names{"d"});
  EXPECT_EQ(tables("INSERT INTO a SELECT * FROM b WHERE EXISTS (SELECT FROM a)"),
            (Names{"a", "b"}));
}

TEST(Against, TellsKnownStatementsFromNewOnes) {
  const std::vector<Workload> workloads = shop();
  const LedgerFacts facts(workloads);
  const auto review = review_of(
      "SELECT id FROM orders WHERE id = :id;\nSELECT id FROM orders WHERE note = 'x';\n"
      "ALTER TABLE orders ADD x int;");
  hold_against(*review, facts);
  ASSERT_EQ(review->statements.size(), 3U);
  EXPECT_FALSE(review->statements[0].is_new);
  ASSERT_NE(review->statements[0].known, nullptr);
  EXPECT_EQ(review->statements[0].known->calls, 1U);
  EXPECT_TRUE(review->statements[1].is_new);
  EXPECT_TRUE(review->statements[2].is_new);
}

TEST(Against, AddsUpWhatTablesHold) {
  const std::vector<Workload> workloads = shop();
  const LedgerFacts facts(workloads);
  ASSERT_NE(facts.table("orders"), nullptr);
  EXPECT_EQ(facts.table("orders")->held, Micros{3'000'000});
  EXPECT_EQ(facts.table("orders")->queries, 2U);
  EXPECT_EQ(facts.table("customers")->held, Micros{1'000'000});
  EXPECT_EQ(facts.table("nothing"), nullptr);
  EXPECT_EQ(facts.held(), Micros{4'000'000});
}

Finding finding_at(std::size_t line) {
  Finding finding;
  finding.key = "a:" + std::to_string(line);
  finding.place = Place{"a.sql", line, 1, line, 1};
  return finding;
}

std::string evidence_of(const Finding& finding) {
  std::string told;
  for (const Evidence& one : finding.evidence) told += one.name + ": " + one.value + "\n";
  return told;
}

TEST(Against, GivesEvidenceOfKnownAndNewQueries) {
  const std::vector<Workload> workloads = shop();
  const LedgerFacts facts(workloads);
  const auto review = review_of("DELETE FROM orders WHERE id = 1;\nDELETE FROM public.orders;");
  hold_against(*review, facts);
  Findings findings{finding_at(1), finding_at(2)};
  add_ledger_evidence(findings, *review, facts);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].key, "a:2") << "what is known to hold connections comes first";
  EXPECT_EQ(evidence_of(findings[0]), "calls: 1\nheld: 2.00 s, 50 % of all held connections\n");
  ASSERT_TRUE(findings[0].gain);
  EXPECT_EQ(evidence_of(findings[1]),
            "held by queries on orders: 3.00 s, 75 % of all held connections\n");
  EXPECT_FALSE(findings[1].gain);
}

TEST(Against, LearnsTheSizeOfTablesFromPlans) {
  std::vector<Workload> workloads;
  workloads.push_back(workload_of_plan(
      "Seq Scan on orders  (cost=0.00..180.00 rows=5 width=8) (actual time=0.020..9.021 rows=5 "
      "loops=1)\n  Filter: (note = 'x'::text)\n  Rows Removed by Filter: 9995\n"
      "Planning Time: 0.100 ms\nExecution Time: 9.040 ms\n"));
  const LedgerFacts facts(workloads);
  ASSERT_NE(facts.table("orders"), nullptr);
  EXPECT_EQ(facts.table("orders")->rows, 10'000);
  const auto review = review_of("DELETE FROM orders;", "CREATE TABLE orders (id int, note text);");
  hold_against(*review, facts);
  EXPECT_EQ(review->catalog->table("", "orders")->rows, 10'000.0);
  Findings findings{finding_at(1)};
  add_ledger_evidence(findings, *review, facts);
  EXPECT_EQ(evidence_of(findings[0]), "rows of orders: about 10,000\n");
}

}  // namespace
}  // namespace pgcounsel
