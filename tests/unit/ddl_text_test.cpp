#include "advisors/sql/ddl_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {
namespace {

using Texts = std::vector<std::string>;

Texts commands(std::string_view sql) {
  Texts texts;
  const auto tree = SyntaxTree::parse(sql);
  if (!tree) return {"no statement"};
  for (const TextSpan span : command_spans(*tree)) {
    texts.emplace_back(sql.substr(span.begin, span.end - span.begin));
  }
  return texts;
}

TEST(DdlText, FindsTheCommandsOfAlterTable) {
  EXPECT_EQ(commands("ALTER TABLE t ADD a int"), Texts{"ADD a int"});
  EXPECT_EQ(commands("ALTER TABLE s.\"a, b\" * ADD a numeric(10,2), DROP b ;"),
            (Texts{"ADD a numeric(10,2)", "DROP b"}));
  EXPECT_EQ(commands("alter table if exists only /* x, y */ t add check (a in (1,2)) -- , z\n"
                     ", alter b set default ',', drop c"),
            (Texts{"add check (a in (1,2))", "alter b set default ','", "drop c"}));
  EXPECT_EQ(commands("ALTER TABLE only ADD a int"), Texts{"no statement"});
  EXPECT_EQ(commands("CREATE TABLE t (a int, b int)"), Texts{});
}

TEST(DdlText, LeavesValuesOut) {
  EXPECT_EQ(plain_text("ADD CHECK (a > 5  AND b = 'secret'\n  AND c = $$x$$)"),
            "ADD CHECK (a > ... AND b = ... AND c = ...)");
  EXPECT_EQ(plain_text("a numeric(10,2) /* 'x' */ DEFAULT 7"), "a numeric(10,2) DEFAULT ...");
  EXPECT_EQ(plain_text("ADD a varchar(20), ADD b varchar (30) DEFAULT 'x'"),
            "ADD a varchar(20), ADD b varchar (30) DEFAULT ...");
  EXPECT_EQ(plain_text(""), "");
  EXPECT_EQ(plain_text("'never closed"), "...");
}

TEST(DdlText, PutsWordsIn) {
  EXPECT_EQ(with_words("create unique index\n  i on t (index)", {"index"}, "CONCURRENTLY"),
            "create unique index CONCURRENTLY i on t (index)");
  EXPECT_EQ(with_words("SELECT 1", {"index"}, "CONCURRENTLY"), "SELECT ...");
  EXPECT_EQ(without_word("CREATE INDEX CONCURRENTLY i ON t (a)", "concurrently"),
            "CREATE INDEX i ON t (a)");
}

TEST(DdlText, QuotesWhereItMust) {
  EXPECT_EQ(quoted("orders"), "orders");
  EXPECT_EQ(quoted("Orders"), "\"Orders\"");
  EXPECT_EQ(quoted("user"), "\"user\"");
  EXPECT_EQ(quoted("all"), "\"all\"");
  EXPECT_EQ(quoted("with"), "\"with\"");
  EXPECT_EQ(quoted("name"), "name");
  EXPECT_EQ(quoted("1st"), "\"1st\"");
  EXPECT_EQ(quoted("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quoted("straße"), "\"straße\"");
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted_list({"a", "order"}), "a, \"order\"");
}

}  // namespace
}  // namespace pgcounsel
