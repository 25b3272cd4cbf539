#include "analyzer/report/check_words.h"

#include <gtest/gtest.h>

#include "tests/unit/check_samples.h"

namespace pgcounsel {
namespace {

CheckQuery statement(std::size_t line, std::size_t column, std::size_t end_line,
                     std::size_t end_column) {
  CheckQuery query;
  query.file = "a.sql";
  query.line = line;
  query.column = column;
  query.end_line = end_line;
  query.end_column = end_column;
  return query;
}

TEST(CheckWords, AFindingBelongsToTheStatementAroundIt) {
  CheckReport report;
  report.queries = {statement(1, 1, 1, 8), statement(1, 11, 1, 18), statement(3, 1, 6, 4)};
  const auto index_at = [&](std::string file, std::size_t line, std::size_t column) {
    Finding finding;
    finding.place = Place{std::move(file), line, column, line, column};
    report.findings = {finding};
    const CheckQuery* query = statements_of(report)[0];
    return query == nullptr ? -1 : static_cast<int>(query - report.queries.data());
  };
  EXPECT_EQ(index_at("a.sql", 1, 1), 0);
  EXPECT_EQ(index_at("a.sql", 1, 8), 0);
  EXPECT_EQ(index_at("a.sql", 1, 9), -1);
  EXPECT_EQ(index_at("a.sql", 1, 11), 1);
  EXPECT_EQ(index_at("a.sql", 5, 70), 2);
  EXPECT_EQ(index_at("a.sql", 7, 1), -1);
  EXPECT_EQ(index_at("b.sql", 1, 1), -1);
  EXPECT_EQ(index_at("", 1, 1), -1);
}

TEST(CheckWords, EqualKeysAreNumberedByPlace) {
  CheckReport report = large_review(4);
  for (Finding& finding : report.findings) finding.key = "k";
  report.findings[3].key = "k:2";  // one that looks like a numbered one
  const auto put = [&](std::size_t at, std::size_t line) {
    report.findings[at].place = Place{"a.sql", line, 1, line, 1};
  };
  put(0, 9);
  put(1, 2);
  put(2, 5);
  EXPECT_EQ(unique_keys(report), (std::vector<std::string>{"k:4", "k", "k:3", "k:2"}));
}

TEST(CheckWords, CountsInWords) {
  EXPECT_EQ(many(1, "finding"), "1 finding");
  EXPECT_EQ(many(1234, "finding"), "1,234 findings");
  EXPECT_EQ(levels_in_words(ordinary_review().findings), "2 high, 1 medium, 1 low");
  EXPECT_EQ(levels_in_words({}), "");
  EXPECT_EQ(looked_at(ordinary_review()), "5 statements in 3 files (4 new)");
  EXPECT_EQ(looked_at(clean_review()), "3 statements in 2 files");
  EXPECT_EQ(looked_at({}), "0 statements");
}

}  // namespace
}  // namespace pgcounsel
