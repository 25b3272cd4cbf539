#include "parser/sql/insert_form.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

struct Case {
  const char* sql;
  InsertForm form;
};

TEST(InsertForm, IsToldByTheFirstRow) {
  const Case cases[] = {
      {"INSERT INTO t (a, b) VALUES ($1, $2)", InsertForm::kOneRow},
      {"insert into t values (1)", InsertForm::kOneRow},
      {"INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 1, b = 2", InsertForm::kOneRow},
      {"INSERT INTO t VALUES (f(1, (2)), '), (') RETURNING a, b", InsertForm::kOneRow},
      {"INSERT INTO t DEFAULT VALUES RETURNING id", InsertForm::kOneRow},
      {"INSERT INTO t VALUES (1), (2)", InsertForm::kSeveralRows},
      {"INSERT INTO t (a) VALUES\n\t('x)'),\n\t('y')", InsertForm::kSeveralRows},
      {"INSERT INTO \"values\" VALUES (1) , (2), (3)", InsertForm::kSeveralRows},
      {"INSERT INTO t SELECT * FROM unnest($1, $2)", InsertForm::kQuery},
      {"INSERT INTO t (a) (SELECT 1)", InsertForm::kQuery},
      {"INSERT INTO t WITH x AS (VALUES (1)) SELECT * FROM x", InsertForm::kQuery},
      {"INSERT INTO t", InsertForm::kQuery},
      {"UPDATE t SET a = 1", InsertForm::kNone},
      {"", InsertForm::kNone},
      // Cut in the first row, or broken.
      {"INSERT INTO t VALUES (1, 'ab", InsertForm::kOneRow},
      {"INSERT INTO t VALUES", InsertForm::kOneRow},
      {"INSERT INTO t VALUES )))), (", InsertForm::kOneRow},
  };
  for (const Case& c : cases) EXPECT_EQ(insert_form_of(c.sql), c.form) << c.sql;
}

TEST(InsertForm, OfAMegabyteOfOneRowIsTold) {
  const std::string sql = "INSERT INTO t VALUES (" + std::string(1'000'000, '(') + "1";
  EXPECT_EQ(insert_form_of(sql), InsertForm::kOneRow);
}

}  // namespace
}  // namespace pgcounsel
