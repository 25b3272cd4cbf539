#include "parser/log/stderr_log.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

const std::vector<PrefixMatcher>& prefix() {
  static const std::vector<PrefixMatcher> compiled{
      *PrefixMatcher::compile("%m [%p] %q%u@%d/%a %c ")};
  return compiled;
}

constexpr std::string_view kAt = "2026-11-22 07:48:43.355 UTC [77] web@shop/api 6b029e2a.4d ";

std::string line(std::string_view text) {
  return std::string(kAt) + std::string(text) + "\n";
}

ChunkRecords read(const std::string& log, bool last = true) {
  static std::string kept;  // records are views
  kept = log;
  ChunkRecords out;
  read_stderr(prefix(), Chunk{kept, 1, last}, out);
  return out;
}

TEST(StderrLog, TellsRecordsInOtherLanguages) {
  const ChunkRecords out =
      read(line("LOG:  x") + line("FEHLER:  x") + line("ERROR:  x") + line("SENTENCIA:  SELEC"));
  ASSERT_EQ(out.records.size(), 3U);
  EXPECT_FALSE(out.records[0].localised);
  EXPECT_TRUE(out.records[1].localised);
  EXPECT_EQ(out.records[1].severity, Severity::kError);
  EXPECT_TRUE(out.records[2].localised);  // by its second line
  EXPECT_EQ(out.records[2].statement, "SELEC");
}

TEST(StderrLog, StitchesTheLinesOfARecord) {
  const ChunkRecords out = read(
      line("ERROR:  duplicate key") + line("DETAIL:  Key (a)=(1) exists.") + line("HINT:  a hint") +
      line("CONTEXT:  a context") + line("STATEMENT:  INSERT INTO t") + line("LOG:  next"));
  ASSERT_EQ(out.records.size(), 2U);
  const LogRecord& record = out.records[0];
  EXPECT_EQ(record.message, "duplicate key");
  EXPECT_EQ(record.detail, "Key (a)=(1) exists.");
  EXPECT_EQ(record.hint, "a hint");
  EXPECT_EQ(record.context, "a context");
  EXPECT_EQ(record.statement, "INSERT INTO t");
  EXPECT_EQ(out.records[1].line, 6U);
  EXPECT_EQ(out.unparsed, 0U);
}

TEST(StderrLog, ReadsTheFieldsOfThePrefix) {
  const ChunkRecords out = read(line("LOG:  x"));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].user, "web");
  EXPECT_EQ(out.records[0].database, "shop");
  EXPECT_EQ(out.records[0].application, "api");
  EXPECT_EQ(out.records[0].pid, 77U);
  EXPECT_TRUE(out.records[0].session.has_start());
  EXPECT_TRUE(out.records[0].has_fraction);
}

TEST(StderrLog, TakesOneTabFromEachContinuationLine) {
  const ChunkRecords out =
      read(line("LOG:  statement: SELECT 1,") + "\t2,\n\t\t3\n\t\n\t4\n" + line("LOG:  y"));
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].message, "statement: SELECT 1,\n2,\n\t3\n\n4");
  EXPECT_EQ(out.records[1].line, 6U);
}

TEST(StderrLog, TakesTheBlanksOfATerminalForATab) {
  const ChunkRecords out =
      read(line("LOG:  statement: SELECT 1,") + "        2\n" + line("LOG:  y") + "   three\n");
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].message, "statement: SELECT 1,\n        2");
  EXPECT_EQ(out.unparsed, 1U);  // less than a tab is wide
}

TEST(StderrLog, APaddedPrefixMayBeginWithManyBlanks) {
  static const std::vector<PrefixMatcher> padded{*PrefixMatcher::compile("%12p %m ")};
  const std::string log =
      "          77 2026-11-22 07:48:43.355 UTC LOG:  one\n"
      "          78 2026-11-22 07:48:43.356 UTC LOG:  two\n";
  ChunkRecords out;
  read_stderr(padded, Chunk{log, 1, true}, out);
  EXPECT_EQ(out.records.size(), 2U);
}

TEST(StderrLog, AFakeLogLineInsideALiteralIsNoRecord) {
  const ChunkRecords out =
      read(line("LOG:  statement: SELECT '") + "\t" + line("LOG:  duration: 9 ms  statement: x"));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.unparsed, 0U);
}

TEST(StderrLog, TakesThePositionOffTheMessageButNotOffSql) {
  const ChunkRecords out =
      read(line("ERROR:  syntax error at or near \"x\" at character 15") +
           line("LOG:  process 1 still waiting for L on r after 2.000 ms at character 7") +
           line("LOG:  statement: SELECT 1 -- at character 5"));
  ASSERT_EQ(out.records.size(), 3U);
  EXPECT_EQ(out.records[0].message, "syntax error at or near \"x\"");
  EXPECT_EQ(out.records[1].message, "process 1 still waiting for L on r after 2.000 ms");
  EXPECT_EQ(out.records[2].message, "statement: SELECT 1 -- at character 5");
}

TEST(StderrLog, ReadsTheSqlstateOfVerboseErrors) {
  const ChunkRecords out = read(line("ERROR:  42P01: relation \"x\" does not exist") +
                                line("LOCATION:  parserOpenTable, parse_relation.c:1392"));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].sqlstate, "42P01");
  EXPECT_EQ(out.records[0].message, "relation \"x\" does not exist");
}

TEST(StderrLog, ReadsALogWhosePrefixWasChanged) {
  const std::vector<PrefixMatcher> both{*PrefixMatcher::compile("%m [%p] "),
                                        *PrefixMatcher::compile("%t [%p]: [%l-1] user=%u,db=%d ")};
  const std::string log =
      "2026-11-22 07:48:43.355 UTC [77] LOG:  one\n"
      "2026-11-22 07:48:44 UTC [77]: [5-1] user=web,db=shop ERROR:  two\n"
      "2026-11-22 07:48:44 UTC [77]: [6-1] user=web,db=shop STATEMENT:  SELECT\n";
  ChunkRecords out;
  read_stderr(both, Chunk{log, 1, true}, out);
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[1].user, "web");
  EXPECT_EQ(out.records[1].statement, "SELECT");
  EXPECT_EQ(out.unparsed, 0U);
}

TEST(StderrLog, CountsWhatIsNoRecord) {
  const ChunkRecords out = read("pg_ctl: could not start server\n\xff\xfe\x01 rubbish\n\n" +
                                line("STATEMENT:  of a record that is not here") + line("LOG:  x"));
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.unparsed, 3U);
  EXPECT_EQ(out.first_unparsed, 1U);
}

TEST(StderrLog, LeavesTheLastRecordForTheNextChunk) {
  const std::string first = line("LOG:  one");
  const std::string log = first + line("ERROR:  two") + line("LOG:  three");
  ChunkRecords out;
  EXPECT_EQ(read_stderr(prefix(), Chunk{log, 1, false}, out), first.size());
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.lines, 1U);
}

TEST(StderrLog, ReadsTheSameWhereverItIsCut) {
  const std::string log = line("LOG:  statement: SELECT") + "\t1\n" + line("ERROR:  bad") +
                          line("STATEMENT:  x") + "        y\nrubbish\n" + line("LOG:  last");
  const ChunkRecords whole = read(log);
  for (std::size_t cut = 0; cut <= log.size(); ++cut) {
    ChunkRecords left, right;
    const std::size_t taken =
        read_stderr(prefix(), Chunk{std::string_view(log).substr(0, cut), 1, false}, left);
    read_stderr(prefix(), Chunk{std::string_view(log).substr(taken), 1 + left.lines, true}, right);
    ASSERT_EQ(left.records.size() + right.records.size(), whole.records.size()) << cut;
    ASSERT_EQ(left.unparsed + right.unparsed, whole.unparsed) << cut;
    for (std::size_t i = 0; i < whole.records.size(); ++i) {
      const LogRecord& record =
          i < left.records.size() ? left.records[i] : right.records[i - left.records.size()];
      ASSERT_EQ(record.message, whole.records[i].message) << cut;
      ASSERT_EQ(record.statement, whole.records[i].statement) << cut;
      ASSERT_EQ(record.line, whole.records[i].line) << cut;
    }
  }
}

}  // namespace
}  // namespace pgcounsel
