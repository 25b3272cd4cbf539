#include "analyzer/review/build_review.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

std::unique_ptr<Review> review_of(std::string text, std::string path = "a.sql") {
  std::vector<ReviewInput> inputs;
  inputs.push_back({std::move(path), std::move(text)});
  return build_review(std::move(inputs), {});
}

std::string refusal_of(std::string_view text) {
  const auto review = review_of(std::string(text));
  if (review->statements.size() != 1) return fmt::format("{}", review->statements.size());
  const ReviewStatement& statement = review->statements[0];
  const FilePosition at = position_in_file(*review, statement, statement.error.position);
  const char* const words[] = {"none", "syntax", "unclosed", "newer", "template", "deep"};
  return fmt::format("{} {}:{}", words[static_cast<int>(statement.refusal)], at.line, at.column);
}

TEST(BuildReview, TellsWhyAStatementIsRefused) {
  const struct {
    std::string_view text, refusal;
  } cases[] = {
      {"SELECT 1", "none 1:1"},
      {"SELECT 1 AND\n AND 2", "syntax 2:2"},
      {"SELECT 'a\nb", "unclosed 1:8"},
      {"SELECT * FROM JSON_TABLE(a, '$' COLUMNS (x int)) t", "newer 1:15"},
      {"SELECT *\n FROM {{ a }} b", "template 2:7"},
      {"SELECT * FROM :table", "template 1:15"},
      // What is wrong beside a parameter is an error, where it stands in the file.
      {"SELECT * FROM t WHERE a=? AND b=? AND AND c", "syntax 1:39"},
      {"SELECT * FROM t WHERE a = :a AND AND c", "syntax 1:34"},
      {"SELECT a FROM t WHERE a = :a AND b IN (?, ?)", "none 1:1"},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal_of(one.text), one.refusal) << one.text;
  EXPECT_EQ(refusal_of("SELECT " + std::string(20'000, '(') + "1" + std::string(20'000, ')')),
            "deep 1:1");
}

TEST(BuildReview, FindsPlacesBehindParameters) {
  const auto review = review_of("SELECT 1;\n  SELECT a=?, b=?,\n c=?, d");
  ASSERT_EQ(review->statements.size(), 2U);
  const ReviewStatement& statement = review->statements[1];
  EXPECT_EQ(statement.text, "SELECT a=$1, b=$2,\n c=$3, d");
  const auto column_of = [&](char c) {
    const FilePosition at = position_in_file(*review, statement, statement.text.rfind(c));
    return fmt::format("{}:{}", at.line, at.column);
  };
  EXPECT_EQ(column_of('a'), "2:10");
  EXPECT_EQ(column_of('b'), "2:15");
  EXPECT_EQ(column_of('c'), "3:2");
  EXPECT_EQ(column_of('d'), "3:7");
}

TEST(BuildReview, FilesAreOfOneKindEach) {
  std::vector<ReviewInput> inputs;
  inputs.push_back({"V1__a.sql", "CREATE TABLE a (b int);"});
  inputs.push_back({"U1__a.sql", "DROP TABLE a;"});
  inputs.push_back({"q.sql", "-- name: All :many\nSELECT b FROM a;"});
  const auto review = build_review(std::move(inputs), {});
  ASSERT_EQ(review->files.size(), 3U);
  EXPECT_EQ(review->files[0].kind, ReviewKind::kMigration);
  EXPECT_TRUE(review->files[0].one_transaction);
  EXPECT_EQ(review->files[2].kind, ReviewKind::kQueries);
  ASSERT_EQ(review->statements.size(), 2U) << "what goes back is not run";
  EXPECT_EQ(review->statements[1].name, "All");
  EXPECT_NE(review->catalog->table("", "a"), nullptr);
  EXPECT_EQ(review->before->table("", "a"), nullptr);
  EXPECT_EQ(review->notes.size(), 1U);
}

TEST(BuildReview, EveryFileIsASessionOfItsOwn) {
  std::vector<ReviewInput> inputs;
  inputs.push_back(
      {"a.sql", "CREATE TABLE shop.t (b int); SET search_path = shop; SELECT b FROM t;"});
  inputs.push_back({"b.sql", "SELECT b FROM t;"});
  const auto review = build_review(std::move(inputs), {});
  ASSERT_EQ(review->statements.size(), 4U);
  const auto knows_table = [&](std::size_t at) {
    const auto scopes = review->statements[at].names.scopes();
    return !scopes.empty() && !scopes[0]->entries.empty() && scopes[0]->entries[0].table != nullptr;
  };
  EXPECT_TRUE(knows_table(2));
  EXPECT_FALSE(knows_table(3));
}

TEST(BuildReview, LoggedStatementsStandWhereTheirRecordsStand) {
  std::vector<ReviewInput> inputs;
  inputs.push_back(
      {"a.log", "",
       std::vector<LoggedStatement>{{"DELETE FROM t WHERE a = $1", "orders#show", 7}}});
  const auto review = build_review(std::move(inputs), {});
  ASSERT_EQ(review->statements.size(), 1U);
  EXPECT_EQ(review->files[0].kind, ReviewKind::kLog);
  EXPECT_EQ(review->statements[0].name, "orders#show");
  const FilePosition at = position_in_file(*review, review->statements[0], 12);
  EXPECT_EQ(at.line, 7U);
  EXPECT_EQ(at.column, 1U);
}

TEST(BuildReview, LoggedStatementsAreReadWithoutTheirValues) {
  std::vector<ReviewInput> inputs;
  inputs.push_back({"a.log", "",
                    std::vector<LoggedStatement>{
                        {"SELECT a FROM t WHERE b > now() - interval $1", "", 1},
                        {"SELECT t.typname FROM pg_catalog.pg_type t, pg_class c", "", 2},
                        {"SELECT a FROM pg_class, orders", "", 3}}});
  const auto review = build_review(std::move(inputs), {});
  ASSERT_EQ(review->statements.size(), 2U) << "the catalogue is asked by drivers";
  EXPECT_TRUE(review->statements[0].tree);
  EXPECT_EQ(
      review->statements[0].fingerprint,
      review_of("SELECT a FROM t WHERE b > now() - interval '1 day'")->statements[0].fingerprint);
  EXPECT_EQ(review->statements[1].line, 3U);
}

// What a server gets is what its log knows.
TEST(BuildReview, KnowsAQueryByItsParameters) {
  const auto named =
      review_of("-- name: A :one\nSELECT a FROM t WHERE b = @b AND c = sqlc.arg(c);");
  const auto sent = review_of("SELECT a FROM t WHERE b = $1 AND c = $2;");
  ASSERT_EQ(named->statements.size(), 1U);
  EXPECT_EQ(named->statements[0].sent, sent->statements[0].fingerprint);
  EXPECT_EQ(review_of("SELECT a FROM t WHERE b = ? AND c = ?")->statements[0].fingerprint,
            sent->statements[0].fingerprint);
}

TEST(BuildReview, ValuesStayInTheTextAlone) {
  const auto review = review_of("SELECT a FROM t WHERE b = 'secret' AND AND");
  EXPECT_EQ(review->statements[0].error.message.find("secret"), std::string::npos);
  EXPECT_EQ(review->statements[0].query.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
