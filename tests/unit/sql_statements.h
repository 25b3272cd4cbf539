// Statements for the tests of parser/sql, and texts that mean nearly the same.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

// All are accepted by libpg_query 15. In each block texts stand together whose shapes could be
// mistaken for one another.
inline constexpr std::string_view kStatements[] = {
    "SELECT 1",
    "SELECT a FROM t WHERE b = 'x' AND c IN (1, 2, 3)",
    "SELECT a FROM t WHERE b = 'x' AND c NOT IN (1, 2, 3)",
    "SELECT \"users\".* FROM \"users\" WHERE \"users\".\"id\" = $1 LIMIT 1",
    "SELECT o.id, sum(i.q * i.p) FROM orders o JOIN items i ON i.oid = o.id AND i.q > 5 "
    "WHERE o.at >= now() - interval '1 day' GROUP BY o.id HAVING count(*) > 3 ORDER BY 2 DESC",
    "INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'), (3, NULL)",
    "INSERT INTO t (a, b) VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b || '!'",
    "UPDATE t SET a = a + 1, b = 'z' WHERE c BETWEEN 1 AND 10 AND d IS NOT NULL",
    "DELETE FROM t WHERE a < now() - interval '30 days' RETURNING b",
    "WITH x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE n < 10) SELECT * FROM x",
    "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = 5 "
    "WHEN NOT MATCHED THEN INSERT VALUES (1, 'x')",
    "SELECT CASE WHEN a = 1 THEN 'one' WHEN a = 2 THEN 'two' ELSE 'many' END FROM t",
    "SELECT data->'a'->>'b', data @> '{\"k\": 1}', tags && ARRAY['x', 'y'] FROM t",
    "SELECT a::numeric(10,2), b::varchar(20), c::timestamp(3) FROM t",
    "SELECT E'a\\'b', B'101', X'1f', N'n', U&'d\\0061', $$dollar$$, $t$tag$t$, 1.5e-3, .5",
    "SELECT x FROM t WHERE (a, b) IN (VALUES (1, 'x'), (2, 'y'))",
    "SELECT count(*) FILTER (WHERE a > 1) OVER (PARTITION BY b ORDER BY c ROWS 5 PRECEDING) FROM t",
    "SELECT -1, - 1, a -1, a - -1, a=-1, -1::int FROM t",
    // Rule 1: literals of other statements count.
    "SELECT 1; SELECT 2",
    "SELECT 1; FETCH 5 FROM c",
    "SELECT 1; FETCH 6 FROM c",
    "FETCH 5 FROM c",
    "FETCH 6 FROM c",
    "COMMENT ON TABLE t IS 'a'",
    "COMMENT ON TABLE t IS 'b'",
    "COPY t FROM '/a'",
    "COPY t FROM '/b'",
    "ALTER TYPE e ADD VALUE 'a'",
    "ALTER TYPE e ADD VALUE 'b'",
    "ALTER TABLE t SET (fillfactor = 70)",
    "ALTER TABLE t SET (fillfactor = 80)",
    "CREATE TABLE p PARTITION OF q FOR VALUES WITH (MODULUS 4, REMAINDER 0)",
    "CREATE TABLE p PARTITION OF q FOR VALUES WITH (MODULUS 4, REMAINDER 1)",
    "NOTIFY c, 'x'",
    "NOTIFY c, 'y'",
    "SET work_mem = '4MB'",
    "VACUUM (PARALLEL 2) t",
    "VACUUM (PARALLEL 3) t",
    "EXPLAIN (COSTS OFF) SELECT 1",
    "(SELECT 1) UNION (SELECT 2)",
    // Rule 2: numbers and strings that are part of the grammar.
    "SELECT current_time(1)",
    "SELECT current_time(2)",
    "SELECT current_timestamp(3)",
    "SELECT current_timestamp(4)",
    "SELECT localtime(1)",
    "SELECT localtime(2)",
    "SELECT localtimestamp(1)",
    "SELECT localtimestamp(2)",
    "SELECT a::float(3)",
    "SELECT a::float(44)",
    "SELECT a::int[3]",
    "SELECT a::int[4]",
    "SELECT a::int[]",
    "SELECT a::int ARRAY[3]",
    "SELECT a::int ARRAY[4]",
    "SELECT U&\"d!0061\" UESCAPE '!'",
    "SELECT U&\"d!0061\" UESCAPE '?'",
    // Rule 3: rows within rows.
    "INSERT INTO t VALUES (1, (SELECT max(x) FROM (VALUES (1), (2)) v (x)))",
    "INSERT INTO t VALUES (1, (SELECT max(x) FROM (VALUES (1)) v (x)))",
    "INSERT INTO t VALUES (a, 1), (b, 1)",
    "INSERT INTO t VALUES (a, 1), (a, 1)",
    "SELECT * FROM t ORDER BY (a), (a)",
    "SELECT * FROM t ORDER BY (a)",
    // Rule 4: names of seven, eight and nine characters.
    "SELECT regr_sx(a)",
    "SELECT regr_sxx(a)",
    "SELECT pg_inde(a)",
    "SELECT pg_index(a)",
    "SELECT pg_indexx(a)",
    "SELECT \"regr_sx\"(a)",
    // Rule 5: only elements that are one literal are folded.
    "SELECT ARRAY[(10,20),(30,40)]",
    "SELECT ARRAY[(1020),(30,40)]",
    "SELECT a IN (1, 2 + x)",
    "SELECT a IN (1 + x)",
    "SELECT a IN (2 + x, 1)",
    "SELECT a IN (1, f(1, 2), 3)",
    "SELECT a IN (1, f(1), 3)",
    "SELECT a IN (date '2024-01-01', date '2024-01-02')",
    "SELECT a IN (date '2024-01-01', date)",
    "SELECT a IN ($1, $2[1])",
    "SELECT a IN ($1[1])",
    "SELECT ARRAY[1, a, 2]",
    "SELECT ARRAY[a, 1]",
    "SELECT ARRAY[[1, 2], [3, 4]]",
    "SELECT ARRAY[[1], [3]]",
    "SELECT position('a' IN ('b'))",
    "SELECT position('a' IN ('b', 'c'))",
    "SELECT s.in(1, 2)",
    "SELECT s.in(1)",
    // Blanks, operators and types.
    "SELECT a <- 1",
    "SELECT a < -1",
    "SELECT a @-1",
    "SELECT a @- 1",
    "SELECT date '2024-01-01'",
    "SELECT timestamp with time zone '2024-01-01'",
};

// Some of these libpg_query refuses, and others that look alike it does not.
inline constexpr std::string_view kHalfRefused[] = {
    "SELECT E'\\xff'",
    "SELECT E'\\x41'",
    "SELECT E'\\uD800'",
    "SELECT E'a'",
    "SELECT E'\\\x80'",
    "SELECT E'\\n'",
    "SELECT U&'\\D800'",
    "SELECT X'a'",
    "SELECT X'a''b'",
    "SELECT U&'\\0061'",
    "SELECT 1a",
    "SELECT 0x1f",
    "SELECT 1 a",
    "SELECT $1a",
    "SELECT a::varchar(2)",
    "SELECT a::varchar(2.5)",
    "SELECT a::timestamp(9999999999)",
    "SELECT * FROM t values (a), u",
    "SELECT * FROM t values (a) u",
    "SELECT * FROM t values (a), (a)",
    "SELECT * FROM t values (a)",
    "SELECT * FROM f() values (a), (a)",
    "SELECT * FROM f() values (a)",
    "SELECT * FROM insert values (a), (a)",
    "SELECT * FROM insert values (a)",
    "SELECT * FROM (SELECT 1) insert CROSS JOIN u values (a), (a)",
    "SELECT * FROM (SELECT 1) insert CROSS JOIN u values (a)",
    "INSERT INTO t SELECT * FROM u values (a), (a)",
    "INSERT INTO t SELECT * FROM u values (a)",
    "SELECT * FROM t AS values (a)",
    "SELECT * FROM t AS values (a), (a)",
    "SELECT a IN (1,)",
    "SELECT a IN (1)",
    "SELECT a IN (1, , 2)",
    "SELECT\v1",
    "SELECT 1 /* a */ /* b */ + 2",
    "SELECT a NOT /* c */ IN (1)",
    "SELECT a NOT IN (1)",
    "SELECT 'a' -- c\n 'b'",
    "SELECT 'a' \n 'b'",
};

// A small random generator of fixed sequence.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t roll(std::size_t sides) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<std::size_t>(state_ >> 33) % sides;
  }

 private:
  std::uint64_t state_;
};

// The text with some bytes exchanged, dropped, doubled or set in.
inline std::string damaged(std::string_view sql, Dice& dice) {
  constexpr std::string_view kBytes = "()[],;.'\"$:123abeIN-*/ \n\t=+E&uUxX\\?_\r\f\x80\xC3\x01";
  std::string text(sql);
  for (std::size_t edits = dice.roll(6); edits > 0 && !text.empty(); --edits) {
    const std::size_t at = dice.roll(text.size());
    const char byte = kBytes[dice.roll(kBytes.size())];
    switch (dice.roll(4)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.erase(at, 1 + dice.roll(3));
        break;
      case 2:
        text.insert(at, 1, byte);
        break;
      default:
        text.insert(at, std::string(text, dice.roll(text.size()), 1 + dice.roll(9)));
    }
  }
  return text;
}

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace pgcounsel
