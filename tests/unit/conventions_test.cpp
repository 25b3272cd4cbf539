#include "analyzer/review/conventions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

// `TOOL KIND[ one transaction]: ` and a `+` for each statement that is run, a `-` for the others.
std::string told(std::string_view path, std::string_view text) {
  const SqlScript script = script_of(path, text, read_sql_file(text));
  std::string words(script.tool.empty() ? "?" : script.tool);
  words += script.kind == ReviewKind::kMigration ? " migration" : " queries";
  if (script.one_transaction) words += " in one";
  if (!script.passed_over.empty()) return words + ": passed over";
  words += ": ";
  for (const bool run : script.run) words += run ? '+' : '-';
  return words;
}

constexpr std::string_view kTwo = "SELECT 1; SELECT 2;";

TEST(Conventions, AreToldByTheName) {
  const struct {
    std::string_view path, told;
  } cases[] = {
      {"a.sql", "? queries: ++"},
      {"db/migration/V1__init.sql", "Flyway migration in one: ++"},
      {"V1.2_3__x.sql", "Flyway migration in one: ++"},
      {"R__views.sql", "Flyway migration in one: ++"},
      {"U1__back.sql", "Flyway migration: passed over"},
      {"Vx__a.sql", "? queries: ++"},
      {"V__a.sql", "? queries: ++"},
      {"0001_a.up.sql", "golang-migrate migration in one: ++"},
      {"0001_a.down.sql", "golang-migrate migration: passed over"},
      {"prisma/migrations/2026_a/migration.sql", "Prisma migration in one: ++"},
      {"deploy/a.sql", "sqitch migration: ++"},
      {"db/revert/a.sql", "sqitch migration: passed over"},
      {"verify/a.sql", "sqitch migration: passed over"},
      {"verify.sql", "? queries: ++"},
      {"db/structure.sql", "Rails queries: ++"},
      {"migrations/a.sql", "? migration: ++"},
      {"my_migrations/a.sql", "? queries: ++"},
  };
  for (const auto& one : cases) EXPECT_EQ(told(one.path, kTwo), one.told) << one.path;
}

TEST(Conventions, AreToldByComments) {
  const struct {
    std::string_view text, told;
  } cases[] = {
      {"-- migrate:up\nx;\n-- migrate:down\ny; z;", "dbmate migration in one: +--"},
      {"-- migrate:up transaction:false\nx;\n-- migrate:down\ny;", "dbmate migration: +-"},
      {"-- +goose Up\nx;\n-- +goose StatementBegin\ny;\n-- +goose StatementEnd\n-- +goose Down\nz;",
       "goose migration in one: ++-"},
      {"-- +goose NO TRANSACTION\n-- +goose Up\nx;", "goose migration: +"},
      {"-- +migrate Up notransaction\nx;", "sql-migrate migration: +"},
      {"-- Down Migration\nx;\n-- Up Migration\ny;", "node-pg-migrate migration in one: -+"},
      {"--liquibase formatted sql\n--changeset a:1\nx;\n--rollback y;",
       "Liquibase migration in one: +"},
      {"--liquibase formatted sql\n--changeset a:1\nx;\n--changeset a:2\ny;",
       "Liquibase migration: ++"},
      {"--liquibase formatted sql\n--changeset a:1 runInTransaction:false\nx;",
       "Liquibase migration: +"},
      {"--changeset a:1\nx;", "? queries: +"},
      {"-- name: A :one\nSELECT 1;", "sqlc queries: +"},
      {"--\n-- PostgreSQL database dump\n--\nCREATE TABLE a (b int);", "pg_dump queries: +"},
      {"CREATE TABLE a (b int);", "? migration: +"},
      {"CREATE TEMP TABLE a (b int); TRUNCATE a;", "? queries: ++"},
      {"SELECT '-- migrate:down';\nx;", "? queries: ++"},
      {"", "? queries: "},
  };
  for (const auto& one : cases) EXPECT_EQ(told("a.sql", one.text), one.told) << one.text;
}

TEST(Conventions, FlywayLeavesItsTransactionWhereItMust) {
  EXPECT_EQ(told("V1__a.sql", "CREATE INDEX CONCURRENTLY a ON b (c);"), "Flyway migration: +");
  EXPECT_EQ(told("V1__a.sql", "CREATE INDEX CONCURRENTLY a ON b (c); SELECT 1;"),
            "Flyway migration in one: ++");
}

TEST(Conventions, OneStatementIsNoTransactionOfSeveral) {
  EXPECT_EQ(told("1_a.up.sql", "CREATE INDEX CONCURRENTLY a ON b (c);"),
            "golang-migrate migration: +");
}

TEST(Conventions, NameQueries) {
  const std::string_view text =
      "-- name: OneOrder :one\nSELECT 1;\n-- name: get-user^\n-- the user\nSELECT 2;\nSELECT 3;\n"
      "/*\n  @name Total\n*/\nSELECT 4;\n-- :name orders :? :*\nSELECT 5;\n-- name:\nSELECT 6;";
  EXPECT_EQ(script_of("a.sql", text, read_sql_file(text)).names,
            (std::vector<std::string>{"OneOrder", "get-user", "", "Total", "orders", ""}));
}

TEST(Conventions, OrderMigrationsAsTheyAreRun) {
  std::vector<std::string> paths{"m/R__a.sql",    "m/V10__a.sql", "m/V2__a.sql", "m/V1.10__a.sql",
                                 "m/V1.9__a.sql", "b/0010_a.sql", "b/9_a.sql",   "b/009_b.sql"};
  std::ranges::sort(paths, [](const auto& a, const auto& b) { return runs_before(a, b); });
  EXPECT_EQ(paths, (std::vector<std::string>{"b/9_a.sql", "b/009_b.sql", "b/0010_a.sql",
                                             "m/V1.9__a.sql", "m/V1.10__a.sql", "m/V2__a.sql",
                                             "m/V10__a.sql", "m/R__a.sql"}));
}

}  // namespace
}  // namespace pgcounsel
