// Sort keys as EXPLAIN prints them, and the columns of the index that gives their order.
#include "advisors/plans/sort_columns.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

// `a|b DESC`; `-` where the key has no such columns.
std::string read(std::string_view key) {
  const auto columns = sort_columns(key, "o");
  if (!columns) return "-";
  std::string text;
  for (const SortColumn& column : *columns) {
    if (!text.empty()) text += '|';
    text += column.name;
    if (!column.suffix.empty()) text += ' ' + column.suffix;
  }
  return text;
}

TEST(SortColumns, AreReadWithTheirDirections) {
  const struct {
    std::string_view key, columns;
  } cases[] = {
      {"created", "created"},
      {"created DESC, id", "created DESC|id"},
      {"o.created DESC NULLS LAST, o.id", "created DESC NULLS LAST|id"},
      {"id NULLS FIRST", "id NULLS FIRST"},
      {"city COLLATE \"C\" DESC", "city COLLATE \"C\" DESC"},
      {"\"Total Sum\", o.\"a\"\"b\"", "Total Sum|a\"b"},
      {"\"a, b\"", "a, b"},
      {"id,total", "id|total"},
  };
  for (const auto& one : cases) EXPECT_EQ(read(one.key), one.columns) << one.key;
}

TEST(SortColumns, RefuseWhatIsNoPlainColumnOfTheRelation) {
  for (std::string_view key : {"",
                               " ",
                               ",",
                               "a,",
                               ",a",
                               "(lower(state)), id",
                               "lower(state)",
                               "((total)::text)",
                               "c.id",
                               "o.",
                               ".id",
                               "o.a.b",
                               "a b",
                               "a USING ~<~",
                               "a NULLS",
                               "a COLLATE",
                               "a DESC DESC",
                               "1",
                               "'a'",
                               "$1",
                               "\"open",
                               "((o.data ->> 'x'::text))"}) {
    EXPECT_EQ(read(key), "-") << key;
  }
  EXPECT_EQ(read(std::string_view("a\0b", 3)), "-");
  EXPECT_EQ(read("a\xff("), "-");
  EXPECT_EQ(read(std::string(1 << 20, '(')), "-");
}

}  // namespace
}  // namespace pgcounsel
