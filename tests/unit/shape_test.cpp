#include "parser/sql/shape.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "parser/sql/pg_query.h"
#include "parser/sql/token.h"
#include "tests/unit/sql_statements.h"

namespace pgcounsel {
namespace {

using Key = std::pair<std::uint64_t, std::uint64_t>;

Key shape_key(std::string_view sql) {
  const Shape shape = scan_shape(sql).shape;
  return {shape.high, shape.low};
}

// Every text it is given must agree with the first of its shape on libpg_query's fingerprint.
class Witness {
 public:
  void see(const std::string& sql) {
    const ShapeScan scan = scan_shape(sql);
    if (!scan.complete || scan.too_complex) return;
    const std::optional<Fingerprint> fingerprint = pg_fingerprint(sql);
    const auto [first, is_new] =
        first_.try_emplace(Key{scan.shape.high, scan.shape.low}, fingerprint, sql);
    ++texts_;
    if (is_new) return;
    EXPECT_EQ(first->second.first, fingerprint) << sql << "\nand\n" << first->second.second;
  }
  std::size_t texts() const { return texts_; }
  std::size_t shapes() const { return first_.size(); }

 private:
  std::map<Key, std::pair<std::optional<Fingerprint>, std::string>> first_;
  std::size_t texts_ = 0;
};

// The same statement with other literals, layout, comments and case, and with longer lists.
std::string varied(std::string_view sql, Dice& dice) {
  constexpr std::string_view kGaps[] = {" ", "\n", "\t ", " /* it's /* nested */ */ ",
                                        " -- it's\n"};
  constexpr std::string_view kNumbers[] = {"7", "12345678901", "3.25", ".5", "1e9"};
  constexpr std::string_view kStrings[] = {"''", "'it''s'", "'a'\n'b'", "'2024-02-02'", "'--'"};
  std::string text;
  Lexer lexer(sql);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (token.gap) text += kGaps[dice.roll(5)];
    const bool more = dice.roll(6) == 0;
    if (token.kind == TokenKind::kNumber && dice.roll(2) == 0) {
      text += kNumbers[dice.roll(5)];
      if (more) text += ", 8";
    } else if (token.kind == TokenKind::kString && dice.roll(2) == 0) {
      text += kStrings[dice.roll(5)];
      if (more) text += ",'c'";
    } else if (token.kind == TokenKind::kWord && dice.roll(3) == 0) {
      for (char c : token.text) text += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    } else {
      text += token.text;
    }
  }
  return text;
}

TEST(Shape, IsSoundForTheStatementsAsWritten) {
  Witness witness;
  for (std::string_view sql : kStatements) {
    EXPECT_TRUE(pg_fingerprint(sql).has_value()) << sql;
    witness.see(std::string(sql));
  }
  EXPECT_EQ(witness.texts(), std::size(kStatements));
  for (std::string_view sql : kHalfRefused) witness.see(std::string(sql));
  EXPECT_EQ(witness.texts(), std::size(kStatements) + std::size(kHalfRefused));
}

TEST(Shape, IsSoundUnderOtherLiteralsLayoutAndCase) {
  Witness witness;
  Dice dice(1);
  for (int round = 0; round < 60; ++round)
    for (std::string_view sql : kStatements) witness.see(varied(sql, dice));
  EXPECT_GT(witness.texts(), 5000U);
  EXPECT_LT(witness.shapes(), witness.texts() / 2);
}

TEST(Shape, IsSoundUnderDamage) {
  Witness witness;
  Dice dice(2);
  for (int round = 0; round < 60; ++round)
    for (std::string_view sql : kStatements) witness.see(damaged(sql, dice));
  EXPECT_GT(witness.texts(), 4000U);
}

TEST(Shape, LeavesOutWhatTheFingerprintLeavesOut) {
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"select a from T where b=1", "SELECT a\n FROM t -- note\n WHERE b=2.5;"},
      {"select 'a'", " /* x */ select 'b' ; ;"},
      {"select 'it''s'", "select ''"},
      {"select 'a'\n 'b'", "select 'c'"},
      {"select a in (1, 2, 3)", "select a in (4)"},
      {"select a in (1, 'x', 2)", "select a in (4, 'y')"},
      {"select a not in ($1, $2, $3)", "select a not in ($4)"},
      {"select a in (f(1), 2, 3)", "select a in (f(9), 2)"},
      {"select array[1, 2]", "select array[3]"},
      {"select x = any(array['a'])", "select x = any(array['b', 'c', 'd'])"},
      {"insert into t values (1, 'a'), (2, 'b')", "insert into t values (3, 'c')"},
      {"insert into t values (1), (null), (2), (null)", "insert into t values (3), (null)"},
      {"select a=-1", "select a = - 1"},
      {";;select 1", "select 1"},
      {"select 1;; select 2", "select 3; select 4"},
      {"select 1 limit 10", "select 2 limit 20"},
  };
  for (const auto& [a, b] : kPairs) {
    EXPECT_EQ(shape_key(a), shape_key(b)) << a << "\n" << b;
    EXPECT_EQ(pg_fingerprint(a), pg_fingerprint(b)) << a << "\n" << b;
  }
}

TEST(Shape, TellsNamesOfAllLengthsApart) {
  std::set<Key> shapes;
  std::size_t names = 0;
  const auto add = [&](const std::string& name) {
    shapes.insert(shape_key("select " + name));
    shapes.insert(shape_key("select \"" + name + "\""));
    names += 2;
  };
  for (char a = 'a'; a <= 'z'; ++a)
    for (char b : std::string("az_09$")) add({'q', a, b});
  for (std::size_t length = 4; length < 80; ++length)
    for (char last : std::string("abz_09$")) add("q" + repeated("x", length - 2) + last);
  EXPECT_EQ(shapes.size(), names);
}

TEST(Shape, KnowsCutTexts) {
  constexpr std::pair<std::string_view, bool> kTexts[] = {
      {"", true},
      {"select 'a'", true},
      {"select 'a", false},
      {"select 'a''", false},
      {"select E'a\\'", false},
      {"select E'a\\", false},
      {"select \"a", false},
      {"select U&\"a", false},
      {"select $$a$", false},
      {"select $a$ $b$ $a", false},
      {"select 1 /* a /* b */", false},
      {"select 1 -- a", true},
      {"select (1", true},
      {"select 'a'\n'b", false},
  };
  for (const auto& [sql, complete] : kTexts) EXPECT_EQ(scan_shape(sql).complete, complete) << sql;
}

TEST(Shape, RefusesWhatIsTooDeep) {
  constexpr std::size_t n = 6000;
  const std::string deep[] = {
      "select " + repeated("(", 300) + "1" + repeated(")", 300),
      "select " + repeated("(", 100'000),
      "select array" + repeated("[", 300) + repeated("]", 300),
      "select " + repeated("case when a then ", 300) + "1" + repeated(" end", 300),
      "select 1" + repeated(" + 1", n),
      "select 1" + repeated("+ a, 1 + b", 10) + repeated("||a", n),
      "select " + repeated("not ", n) + "a",
      "select " + repeated("- ", n) + "1",
      "select a" + repeated("::int", n),
      "select 1" + repeated(" union select 1, 2", n),
      "select 1" + repeated(" intersect select 1, 2", n),
      "select * from t" + repeated(" join u on a = b and c = d", n),
      "select a" + repeated(" between 1 and not b", n),
      "select " + repeated("(", 200) + "a" + repeated(repeated("+ 1", 30) + ")", 200),
  };
  for (const std::string& sql : deep) EXPECT_TRUE(scan_shape(sql).too_complex) << sql.substr(0, 60);
}

TEST(Shape, AcceptsWhatIsOnlyLong) {
  constexpr std::size_t n = 2000;
  const std::string wide[] = {
      "select " + repeated("(", 200) + "1" + repeated(")", 200),
      "select a in (1" + repeated(", 2", 50 * n) + ")",
      "insert into t values (1, 'a')" + repeated(", (2, 'b')", 20 * n),
      "select 1" + repeated(", f(a + b)", n),
      "select a from t where a = 1" + repeated(" and (a = 1 or b = 2)", n),
      "select a from t where a = 1" + repeated(" or a = 1 and b = 2", n),
      "select case a" + repeated(" when 1 then b + c", n) + " end",
      "select 1" + repeated(" union all select a from t where b = c", n),
      "select 1" + repeated("; select 1 + 2", n),
      "select 1" + repeated(" || a", n),
      "select * from t" + repeated(" join u on t.a = u.a", 300),
      "select 1" + repeated(", t.case, a as case", n),
  };
  for (const std::string& sql : wide) {
    EXPECT_FALSE(scan_shape(sql).too_complex) << sql.substr(0, 60);
    EXPECT_TRUE(pg_fingerprint(sql).has_value()) << sql.substr(0, 60);
  }
}

// Each text stands at the very end of its memory, where the sanitizer watches.
TEST(Shape, ReadsNothingBehindTheText) {
  constexpr std::string_view kNasty =
      "select E'\\', U&'x', u&\"y\", b'1' /* /* */ */ $a$ x $a$ 1.e+5 .5 1..2 a::b := $1 $ ?| \xC3";
  std::set<Key> shapes;
  for (std::size_t begin = 0; begin < kNasty.size(); ++begin) {
    for (std::size_t size = 0; size <= kNasty.size() - begin; ++size) {
      const std::unique_ptr<char[]> copy(new char[size]);
      kNasty.copy(copy.get(), size, begin);
      shapes.insert(shape_key({copy.get(), size}));
    }
  }
  EXPECT_GT(shapes.size(), 1000U);
}

TEST(Shape, TellsTextsWithNulApart) {
  EXPECT_NE(shape_key(std::string_view("select 'a\0b'", 12)), shape_key("select 'ab'"));
  EXPECT_FALSE(pg_fingerprint(std::string_view("select 'a\0b'", 12)).has_value());
}

}  // namespace
}  // namespace pgcounsel
