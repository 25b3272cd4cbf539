#include "parser/sql/text_key.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parser/sql/insert_form.h"
#include "parser/sql/redact.h"
#include "parser/sql/shape.h"
#include "tests/unit/sql_statements.h"

namespace pgcounsel {
namespace {

// What the scan tells of a text, and whether its key may stand for that.
struct Look {
  ShapeScan scan;
  bool sure = false;
};

Look look_at(const std::string& sql) {
  std::vector<const char*> folded;
  Look look{scan_shape(sql, &folded)};
  look.sure = values_are_literals(sql, folded);
  return look;
}

bool is_sure(const std::string& sql) {
  return key_without_values(sql).has_value() && look_at(sql).sure;
}

// Two texts of one key; true when the key may stand for their shape, which they must share then.
bool agree(const std::string& a, const std::string& b) {
  const Look of_a = look_at(a);
  const Look of_b = look_at(b);
  EXPECT_EQ(of_a.sure, of_b.sure) << a << "\nand\n" << b;
  if (!of_a.sure) return false;
  EXPECT_EQ(of_a.scan.shape, of_b.scan.shape) << a << "\nand\n" << b;
  EXPECT_EQ(of_a.scan.layout, of_b.scan.layout) << a << "\nand\n" << b;
  EXPECT_EQ(of_a.scan.complete, of_b.scan.complete) << a << "\nand\n" << b;
  EXPECT_EQ(of_a.scan.too_complex, of_b.scan.too_complex) << a << "\nand\n" << b;
  EXPECT_EQ(insert_form_of(a), insert_form_of(b)) << a << "\nand\n" << b;
  EXPECT_EQ(redact(a), redact(b)) << a << "\nand\n" << b;
  return true;
}

// Changes a byte again and again and keeps what has the same key. Gives how often that was sure.
std::size_t agreeing_changes(const std::string& sql, Dice& dice, int rounds) {
  constexpr std::string_view kBytes = "0123456789e.'\"\\$-/*\n\r ab,;)\x80\xC3\x01";
  const std::optional<TextKey> key = key_without_values(sql);
  if (!key || sql.empty()) return 0;
  std::size_t sure = 0;
  std::string kept = sql;
  for (; rounds > 0; --rounds) {
    std::string changed = kept;
    const std::size_t at = dice.roll(changed.size());
    const char byte = dice.roll(50) == 0 ? '\0' : kBytes[dice.roll(kBytes.size())];
    switch (dice.roll(3)) {
      case 0:
        changed[at] = byte;
        break;
      case 1:
        changed.insert(at, dice.roll(20) + 1, byte);
        break;
      default:
        changed.erase(at, 1 + dice.roll(3));
    }
    if (changed == kept || key_without_values(changed) != key) continue;
    if (agree(sql, changed)) ++sure;
    kept = changed;
  }
  return sure;
}

TEST(TextKey, LeavesOutValuesAndComments) {
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"SELECT 1", "SELECT 23456789012345678901234567890"},
      {"SELECT a FROM t WHERE b = 'x' LIMIT 1", "SELECT a FROM t WHERE b = 'it''s' LIMIT 22"},
      {"SELECT '', 'x'", "SELECT 'a longer text than a block has', ''"},
      {"SELECT 1.5e-3", "SELECT 22.75e-12"},
      {"SELECT 1 -- a", "SELECT 2 --"},
      {"SELECT 1 -- a\nFROM t", "SELECT 2 -- it's /* no matter\nFROM t"},
      {"/* id=1, route=a */ SELECT 1", "/**/ SELECT 2"},
      {"SELECT 1 /* it's */", "SELECT 1 /* ** / **/"},
      {"SELECT \"a\".b FROM \"a\" WHERE c IN (1,2)", "SELECT \"a\".b FROM \"a\" WHERE c IN (3,44)"},
  };
  for (const auto& [a, b] : kPairs) {
    ASSERT_TRUE(key_without_values(a)) << a;
    EXPECT_EQ(key_without_values(a), key_without_values(b)) << a << "\n" << b;
    EXPECT_TRUE(agree(std::string(a), std::string(b))) << a << "\n" << b;
  }
}

TEST(TextKey, TellsAllElseApart) {
  constexpr std::string_view kTexts[] = {
      "",
      "SELECT 1",
      "SELECT  1",
      "select 1",
      "SELECT '1'",
      "SELECT 1 '1'",
      "SELECT '1' 1",
      "SELECT 1, 1",
      "SELECT 1.1",
      "SELECT -1",
      "SELECT $1",
      "SELECT $2",
      "SELECT a1",
      "SELECT a2",
      "SELECT a$1",
      "SELECT \xC3\xA4"
      "1",
      "SELECT 1 --",
      "SELECT 1 --\n",
      "SELECT 1 --\r",
      "SELECT 1 /**/",
      "SELECT 1 /* */ /* */",
      "SELECT E'a'",
      "SELECT E'b'",
      "SELECT E'b\\''",
      "SELECT N'b'",
      "SELECT a[1]",
      "SELECT a[2]",
      "SELECT 1 - - 1",
      "SELECT 1 / * 1",
      "SELECT \x01",
      std::string_view("SELECT \0", 8),
      std::string_view("SELECT \0\0", 9),
  };
  std::set<std::pair<std::uint64_t, std::uint64_t>> keys;
  for (std::string_view sql : kTexts) {
    const std::optional<TextKey> key = key_without_values(sql);
    ASSERT_TRUE(key) << sql;
    EXPECT_TRUE(keys.insert({key->high, key->low}).second) << sql;
    const TextKey of_bytes = key_of_bytes(sql);
    EXPECT_TRUE(keys.insert({of_bytes.high, of_bytes.low}).second) << sql;
  }
}

TEST(TextKey, DoesNotFollowWhatItCannotRead) {
  const std::string texts[] = {
      "SELECT 'a",
      "SELECT 'a''",
      "SELECT 1 /* a",
      "SELECT 1 /*/",
      "SELECT 1 /* a /* b */ */",
      "SELECT E'a\\'",
      "SELECT U&'a",
      std::string("SELECT 'a\0b'", 12),
      std::string("SELECT 1 /* \0 */", 16),
      std::string("SELECT 1 -- \0", 13),
      "SELECT 1" + repeated(", 2", 100),
      "SELECT " + repeated("a", 10'000),
  };
  for (const std::string& sql : texts) EXPECT_FALSE(key_without_values(sql)) << sql;
}

TEST(TextKey, StandsForNoShapeWhereSomethingElseLooksLikeAValue) {
  const std::string texts[] = {
      "SELECT \"5\"",
      "SELECT \"a 5\"",
      "SELECT \"it's\" + 'x'",
      "SELECT \"/* a */\"",
      "SELECT \"-- a\"",
      "SELECT $$ 5 $$",
      "SELECT $$it's 'x' $$",
      "SELECT $a$ -- $a$",
      "SELECT 'a'\n'b'",
      // These count in the shape.
      "SELECT current_time(1)",
      "SELECT a::numeric(10, 2)",
      "FETCH 5 FROM c",
      "COMMENT ON TABLE t IS 'a'",
      "SELECT U&\"d!0061\" UESCAPE '!'",
  };
  for (const std::string& sql : texts) EXPECT_FALSE(is_sure(sql)) << sql;
}

TEST(TextKey, IsSureOfWhatApplicationsSend) {
  const std::string texts[] = {
      "BEGIN",
      "SET application_name TO a",
      "SELECT \"customers\".* FROM \"customers\" WHERE \"customers\".\"id\" = 17 LIMIT 1 /*a:b*/",
      "INSERT INTO t (a, b) VALUES (-1, 'it''s', .5, 1.), (2, $1, now() + interval '1 day', 3)",
      "UPDATE t SET a = a - 1, b = '{\"k\": \"a\\tb\"}'::jsonb WHERE c <> $1 AND d->>'e' = 'f'",
      "SELECT 0x1f",
      "SELECT 1, E'a\\'b', b'1', N'', U&'a', 2",
      "SELECT ARRAY['a', 'b']",
  };
  for (const std::string& sql : texts) EXPECT_TRUE(is_sure(sql)) << sql;
}

TEST(TextKey, OfTwoTextsStandsForOneShape) {
  Dice dice(3);
  std::size_t sure = 0;
  for (int round = 0; round < 300; ++round) {
    for (std::string_view sql : kStatements) {
      sure += agreeing_changes(round == 0 ? std::string(sql) : damaged(sql, dice), dice, 10);
    }
    for (std::string_view sql : kHalfRefused)
      sure += agreeing_changes(damaged(sql, dice), dice, 10);
  }
  EXPECT_GT(sure, 5000U);
}

// Each text stands at the very end of its memory, where the sanitizer watches.
TEST(TextKey, ReadsNothingBehindTheText) {
  constexpr std::string_view kNasty =
      "SELECT 123, 'it''s a longer one', /* and * a / comment */ 5 -- 'to the end\n + $1 a1 '' 1e5";
  std::set<std::pair<std::uint64_t, std::uint64_t>> keys;
  for (std::size_t begin = 0; begin < kNasty.size(); ++begin) {
    for (std::size_t size = 0; size <= kNasty.size() - begin; ++size) {
      const std::unique_ptr<char[]> copy(new char[size]);
      kNasty.copy(copy.get(), size, begin);
      const std::string_view sql(copy.get(), size);
      const TextKey key = key_of_bytes(sql);
      keys.insert({key.high, key.low});
      if (const auto other = key_without_values(sql)) keys.insert({other->high, other->low});
    }
  }
  EXPECT_GT(keys.size(), 4000U);
}

// The text is read in blocks, and its last words may overlap.
TEST(TextKey, TellsEveryByteOfEverySize) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> keys;
  std::size_t texts = 0;
  for (std::size_t size = 0; size <= 50; ++size) {
    const std::string zeros(size, '\0');
    for (std::size_t at = 0; at <= size; ++at) {
      std::string sql = zeros;
      if (at < size) sql[at] = 'a';
      for (const TextKey& key : {key_of_bytes(sql), key_without_values(sql).value()})
        keys.insert({key.high, key.low});
      texts += 2;
    }
  }
  EXPECT_EQ(keys.size(), texts);
}

TEST(TextKey, SeesPiecesAcrossTheEdgesOfBlocks) {
  constexpr std::pair<std::string_view, std::string_view> kSame[] = {
      {"--a", "--bc"}, {"/*a*/x", "/*bc*/x"}, {"'a'", "'bc'"},         {"12", "3"},
      {"-1", "-23"},   {"1-2", "34-5"},       {"- -1--a", "- -2--bc"}, {"a1 2", "a1 34"}};
  constexpr std::pair<std::string_view, std::string_view> kOther[] = {
      {"-a", "-b"}, {"/ *a*/", "/ *b*/"}, {"*/a", "*/b"}, {"a12", "a13"}, {"$12", "$13"}};
  for (std::size_t before = 0; before <= 40; ++before) {
    const std::string begin = repeated("x", before) + ' ';
    for (const auto& [a, b] : kSame)
      EXPECT_EQ(key_without_values(begin + std::string(a)),
                key_without_values(begin + std::string(b)))
          << begin << a;
    for (const auto& [a, b] : kOther)
      EXPECT_NE(key_without_values(begin + std::string(a)),
                key_without_values(begin + std::string(b)))
          << begin << a;
  }
}

TEST(TextKey, TakesAMegabyteOfOneString) {
  const std::string sql = "SELECT '" + repeated("''", 500'000) + "'";
  EXPECT_EQ(key_without_values(sql), key_without_values("SELECT 'a'"));
}

}  // namespace
}  // namespace pgcounsel
