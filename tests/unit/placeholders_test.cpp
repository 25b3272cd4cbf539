#include "parser/sql/placeholders.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

std::string filled(std::string_view sql, bool at_names = false) {
  const auto text = fill_placeholders(sql, at_names);
  return text ? text->text : "nothing";
}

TEST(Placeholders, BecomeParametersOfTheSameLength) {
  const struct {
    std::string_view sql, filled;
  } cases[] = {
      {"SELECT 1", "nothing"},
      {"id = :id", "id = $1 "},
      {"id = :id AND b = :other OR c = :id", "id = $1  AND b = $2     OR c = $1 "},
      {"a = :'note' AND b = $3", "a = $4      AND b = $3"},
      {"SELECT :\"column\" FROM t", "SELECT  \"column\" FROM t"},
      {"a::int = :a", "a::int = $1"},
      {"SELECT a[1:n], b[:m] FROM t", "nothing"},
      {"id = :name!", "id = $1    "},
      {"id = :v:ids AND b = :value:x", "id = $1     AND b = $2      "},
      {"id = %(least)s LIMIT %s", "id = $1        LIMIT $2"},
      {"id=%s", "id=$1"},
      {"a = #{id} OR a=#{id}", "a = $1    OR a=$1   "},
      {"a = {{ id }} AND b = <%= x %>", "a = $1       AND b = $2      "},
      {"IN :notes", "IN ($1)  "},
      {"data ? 'key'", "nothing"},
      {"data @? '$.a'", "nothing"},
      {"'?' || \":a\" -- ?\n/* :b */", "nothing"},
      {"{{ a\n }}", "{{ a\n }}"},
      {"@name", "nothing"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(filled(one.sql), one.filled) << one.sql;
  }
}

TEST(Placeholders, TellWhichBytesWereAdded) {
  const auto text = fill_placeholders("a = ? AND b=?::int OR c IN (?,?) AND d = ?AND e");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->text, "a = $1 AND b=$2::int OR c IN ($3,$4) AND d = $5 AND e");
  EXPECT_EQ(text->inserted, (std::vector<std::size_t>{5, 14, 31, 34, 46, 47}));
  EXPECT_EQ(text->first, 4U);
}

TEST(Placeholders, OfNamedQueriesAreNamesBehindAnAt) {
  EXPECT_EQ(filled("id = @id AND b = @id", true), "id = $1  AND b = $1 ");
  EXPECT_EQ(filled("id = sqlc.arg(name) OR id = sqlc.narg('x')", true),
            "id = $1             OR id = $2            ");
  EXPECT_EQ(filled("id = abs(x) AND a @> b", true), "nothing");
}

TEST(Placeholders, AreKnownAsTemplates) {
  const auto text = fill_placeholders("SELECT 1 FROM {{ ref('a') }}");
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->has_template);
  EXPECT_EQ(text->what, "a template");
  EXPECT_EQ(text->first, 14U);
  EXPECT_FALSE(fill_placeholders("id = :id")->has_template);
}

TEST(Placeholders, TakeTimeLinearInTheText) {
  std::string open, many;
  for (int i = 0; i < 100'000; ++i) {
    open += "{{ ";
    many += "?,";
  }
  EXPECT_EQ(filled(open), "nothing");
  EXPECT_EQ(fill_placeholders(many)->inserted.size(),
            9U + 2 * 90 + 3 * 900 + 4 * 9'000 + 5 * 90'000 + 6);
}

}  // namespace
}  // namespace pgcounsel
