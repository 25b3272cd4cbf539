#include "parser/export/exports.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

struct Taken {
  ExportKind kind;
  ExportRow row;
};
std::vector<Taken> rows_of(std::string_view bytes, std::uint64_t unparsed = 0) {
  std::vector<Taken> rows;
  const ExportCounts counts = read_export(bytes, [&](ExportKind kind, const ExportRow& row) {
    rows.push_back({kind, row});
  });
  EXPECT_EQ(counts.rows, rows.size());
  EXPECT_EQ(counts.unparsed, unparsed);
  return rows;
}

TEST(Exports, AreRecognisedByTheirColumns) {
  using Kind = std::optional<ExportKind>;
  const std::pair<std::string_view, Kind> cases[] = {
      {"userid,dbid,queryid,query,calls,total_time,rows\n", ExportKind::kStatements},
      {"queryid,calls,total_exec_time,rows,query\n", ExportKind::kStatements},
      {"\"query\";\"calls\";\"total_exec_time\"\n", ExportKind::kStatements},
      {"sampled_at,pid,state,xact_start\n", ExportKind::kActivity},
      {"database|user|cl_active|cl_waiting|sv_active\n", ExportKind::kPools},
      {"database\ttotal_xact_count\n", ExportKind::kPoolStats},
      {"ts,datname,xact_commit,xact_rollback,active_time\n", ExportKind::kDatabaseStats},
      {" datid | datname | xact_commit | xact_rollback \n"
       "-------+---------+-------------+---------------\n",
       ExportKind::kDatabaseStats},
      {"{\"ts\": 1, \"datname\": \"a\", \"xact_commit\": 1, \"xact_rollback\": 0, \"blks_re",
       ExportKind::kDatabaseStats},
      {" database | user | cl_active | cl_waiting | sv_active \n"
       "----------+------+-----------+------------+-----------\n",
       ExportKind::kPools},
      {"[\n{\"ts\": 1, \"pools\": [{\"database\": \"a\", \"user\": \"b\", \"cl_active\": 1, "
       "\"cl_waiting\": 0, \"sv_active\"",
       std::nullopt},
      {"[{\"database\": \"a\", \"cl_active\": 1, \"cl_waiting\": 0, \"sv_active\": 3, \"sv_i",
       ExportKind::kPools},
      {"{\"query\":\"SELECT \\\"calls\\\": 1\",\"calls\":1,\"total_time\":2}",
       ExportKind::kStatements},
      // The server's own formats.
      {"{\"timestamp\":\"2026-03-13\",\"pid\":1,\"session_start\":\"x\",\"state_code\":\"00000\"}",
       std::nullopt},
      {"2026-03-13 07:00:00.250 UTC,\"web\",\"shop\",1,\"[local]\"\n", std::nullopt},
      {"", std::nullopt},
      {"{", std::nullopt},
  };
  for (const auto& [head, kind] : cases) EXPECT_EQ(recognise_export(head), kind) << head;
}

TEST(Exports, ReadCsvByName) {
  const auto rows = rows_of(
      "\nQUERY , calls,total_exec_time\n\"SELECT 1,\n2\",3,4.5\nbroken\nSELECT 2,7,8\n"
      "QUERY , calls,total_exec_time\n\n",
      1);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].row.get("query"), "SELECT 1,\n2");
  EXPECT_EQ(rows[0].row.get("calls"), "3");
  EXPECT_EQ(rows[1].row.get("total_exec_time"), "8");
  EXPECT_EQ(rows[1].row.get("no_such_column"), "");
}

TEST(Exports, ReadAlignedTables) {
  const auto rows = rows_of(
      " calls | total_exec_time |      query       \n"
      "-------+-----------------+------------------\n"
      "     3 |             4.5 | SELECT 'ä | b', +\n"
      "       |                 |   c             +\n"
      "       |                 | FROM t\n"
      "    70 |               8 | SELECT a+\n"
      "what is this\n"
      "(2 rows)\n",
      1);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].row.get("query"), "SELECT 'ä | b',\nc\nFROM t");
  EXPECT_EQ(rows[0].row.get("calls"), "3");
  EXPECT_EQ(rows[1].row.get("query"), "SELECT a+");
}

TEST(Exports, TakeTheFirstLineForTheHeaderWhateverQuoteItOpens) {
  const auto rows = rows_of(
      "query,calls,total_time,\"open\n"
      "SELECT 1,3,4.5,x\n"
      "\"SELECT\n2\",7,8,\n"
      "SELECT 3,\"\n",
      1);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].row.kind(), ExportKind::kStatements);
  EXPECT_EQ(rows[0].row.get("\"open"), "x");
  EXPECT_EQ(rows[1].row.get("query"), "SELECT\n2");
  EXPECT_EQ(rows[1].row.get("calls"), "7");
}

TEST(Exports, KeepTheColumnsOfAnAlignedTableBehindOtherDashes) {
  for (const std::string_view dashes : {"-+-+-+-+-", "--+--", "-------+-----------------+--+"}) {
    const auto rows = rows_of(
        " calls | total_time | query \n"
        "-------+------------+-------\n"
        "     3 |        4.5 | a\n" +
            std::string(dashes) +
            "\n"
            "     5 |          7 | b\n",
        1);
    ASSERT_EQ(rows.size(), 2U) << dashes;
    EXPECT_EQ(rows[1].row.get("calls"), "5");
    EXPECT_EQ(rows[1].row.get("query"), "b");
  }
}

TEST(Exports, GiveTheTimeOfAnObjectToTheRowsBelowIt) {
  const auto rows = rows_of(R"([
    {"pools": [{"database": "shop", "user": "web", "cl_active": 3, "cl_waiting": 0,
                "sv_active": 2, "maxwait": null}],
     "stats": [{"database": "shop", "total_xact_count": "5"}],
     "lists": [{"list": "users", "items": 5}], "activity": [["idle", 2, 0.0]],
     "ts": "2026-03-13T07:00:00.5+00:00"},
    {"ts": 1773385201.25, "stats": [{"database": "a\u00e4\ud83d\ude00\n", "total_xact_count": 6}]}
  ])");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].kind, ExportKind::kPools);
  EXPECT_EQ(rows[1].kind, ExportKind::kPoolStats);
  const auto when = [&](std::size_t row) {
    const auto time = rows[row].row.time(Zone{});
    return time ? iso_milliseconds(*time) : "none";
  };
  EXPECT_EQ(when(0), "2026-03-13T07:00:00.500Z");
  EXPECT_EQ(when(1), "2026-03-13T07:00:00.500Z");
  EXPECT_EQ(when(2), "2026-03-13T07:00:01.250Z");
  EXPECT_EQ(rows[2].row.get("database"), "aä😀\n");
}

TEST(Exports, ReadJsonLinesAndGoOnBehindBrokenOnes) {
  const auto rows = rows_of(
      "{\"database\":\"a\",\"total_xact_count\":1}\n"
      "{\"database\":\"b\",\"total_xact_count\":}\n"
      "{\"database\":\"c\",\"total_xact_count\":3}\n"
      "{\"database\":\"d\",\"tot",
      2);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].row.get("database"), "c");
}

TEST(Exports, ReadDocumentsWhateverTheirArraysAreCalled) {
  for (const std::string_view name : {"samples", "records", "events"}) {
    const std::string row = R"({"database": "a", "total_xact_count": 1, "tags": ["x", {"y": 2}]})";
    const std::string inside = R"({"ts": 1773385200, ")" + std::string(name) + R"(": [)" + row +
                               ", " + row + R"(], "list": [1, "x", null, true, [2]]})";
    for (const std::string& bytes : {inside, "[" + inside + "]", "[[" + inside + "]]",
                                     "{\"a\": {\"b\": {\"c\": [" + inside + "]}}}"}) {
      const auto rows = rows_of(bytes);
      ASSERT_EQ(rows.size(), 2U) << bytes;
      EXPECT_EQ(rows[1].row.get("ts"), "1773385200") << bytes;
      EXPECT_FALSE(rows[1].row.has("tags"));
    }
  }
}

TEST(Exports, CountWhatIsBrokenInsideOrTooDeep) {
  const std::string row = R"({"database": "a", "total_xact_count": 1})";
  EXPECT_EQ(rows_of("{\"pools\": [" + row + ", {\"a\" 1}, " + row + "]}", 1).size(), 2U);
  const auto nested = [&](std::size_t levels) {
    std::string bytes = row;
    for (std::size_t i = 0; i < levels; ++i) bytes = "{\"a\": " + bytes + "}";
    return bytes;
  };
  EXPECT_EQ(rows_of(nested(32)).size(), 1U);
  EXPECT_EQ(rows_of(nested(33), 1).size(), 0U);
}

TEST(Exports, JsonIsNeverSlow) {
  constexpr std::size_t kTimes = 100'000;
  std::string open = "{\"database\":\"a\",\"x\":[", strays = "{\"database\":\"a\"}\n";
  for (std::size_t i = 0; i < kTimes; ++i) open += "{\"a\":[\n";
  for (std::size_t i = 0; i < kTimes; ++i) strays += "\"a\n";
  const auto ignore = [](ExportKind, const ExportRow&) {};
  EXPECT_GT(read_export(open, ignore).unparsed, 0U);
  EXPECT_EQ(read_export(strays, ignore).unparsed, kTimes);
}

TEST(Exports, SurviveWhatIsNone) {
  const std::string deep(100'000, '['), nul("[\0\xff\n{\"a\":\"", 10);
  const std::string quotes = "query,calls,total_time\n" + std::string(100'000, '"') + "\n\"\n\"";
  for (const std::string& bytes :
       {deep, nul, quotes, std::string("{\"a\":" + std::string(100'000, '{')),
        std::string(1 << 20, '-'), std::string(" a | b \n---+---\n") + std::string(1 << 20, '+'),
        std::string(200'000, '\n')}) {
    ExportCounts counts = read_export(bytes, [](ExportKind, const ExportRow&) {});
    EXPECT_EQ(counts.rows, 0U);
    EXPECT_EQ(recognise_export(bytes).has_value(), bytes == quotes);
  }
}

TEST(Exports, ReadNumbersExactly) {
  EXPECT_EQ(milliseconds_of("180438.3790079998"), Micros{180'438'379});
  EXPECT_EQ(milliseconds_of("0.0015"), Micros{1});
  EXPECT_EQ(milliseconds_of("12"), Micros{12'000});
  EXPECT_EQ(milliseconds_of("-1"), std::nullopt);
  EXPECT_EQ(milliseconds_of("1e5"), std::nullopt);
  EXPECT_EQ(milliseconds_of("99999999999999999999"), std::nullopt);
  EXPECT_EQ(milliseconds_of(""), std::nullopt);
  EXPECT_EQ(whole_number(" 42 "), 42U);
  EXPECT_EQ(seconds_of("2.5"), Micros{2'500'000});
  EXPECT_EQ(seconds_of("00:00:02.5"), Micros{2'500'000});
  EXPECT_EQ(sample_time("1773385200000", Zone{}), sample_time("1773385200", Zone{}));
  EXPECT_EQ(sample_time("2026-03-13 07:00:00+00", Zone{}), sample_time("1773385200", Zone{}));
  EXPECT_EQ(sample_time("soon", Zone{}), std::nullopt);
}

}  // namespace
}  // namespace pgcounsel
