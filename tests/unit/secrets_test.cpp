// No value of any statement, parameter, error or comment ever reaches the ledger's file or an
// output. Every secret below is a word of its own that begins with kMark, so that one search finds
// whatever part of the program let it through.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shop_log.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kMark = "Zq7x";
constexpr std::string_view kNumber = "7741953";

// Statements as an application sends them; each holds at least one secret.
const std::vector<std::string>& statements() {
  static const std::vector<std::string> all{
      "SELECT * FROM users WHERE email = 'Zq7xLiteral@example.org'",
      "SELECT * FROM users WHERE email = E'Zq7xEscape\\'s' AND name = U&'Zq7xUnicode\\0041'",
      "SELECT * FROM users WHERE note = $$Zq7xDollar$$ OR note = $tag$Zq7xTagged$tag$",
      "SELECT * FROM users WHERE card = 7741953 AND limits = 7741953.25 AND mask = B'7741953'",
      "SELECT * FROM users WHERE id IN (7741953, 77419531, 77419532)",
      "SELECT 'Zq7xCast'::text, date '7741953', interval 'Zq7xInterval'",
      "SELECT 1 -- Zq7xLineComment",
      "SELECT /* Zq7xBlock /* Zq7xNested */ comment */ 2",
      "SELECT 3 /*traceparent='Zq7xTrace',password='Zq7xKey'*/",
      "INSERT INTO users (email, ssn) VALUES ('Zq7xA', 7741953), ('Zq7xB', 7741953)",
      "UPDATE users SET password = 'Zq7xHash' WHERE token = 'Zq7xToken'",
      "ALTER ROLE web PASSWORD 'Zq7xPassword'",
      "CREATE USER app WITH ENCRYPTED PASSWORD 'Zq7xCreate' VALID UNTIL '7741953-01-01'",
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password=Zq7xConn' PUBLICATION p",
      "CREATE USER MAPPING FOR web SERVER s OPTIONS (user 'web', password 'Zq7xMapping')",
      "COPY users FROM PROGRAM 'curl https://Zq7xProgram/'",
      "COPY users TO '/tmp/Zq7xFile' WITH (DELIMITER 'Zq7xDelimiter')",
      "NOTIFY channel, 'Zq7xNotify'",
      "COMMENT ON TABLE users IS 'Zq7xTableComment'",
      "CREATE TABLE t (a text DEFAULT 'Zq7xDefault' CHECK (a <> 'Zq7xCheck'))",
      "PREPARE p AS SELECT 'Zq7xPrepare'",
      "EXECUTE p('Zq7xExecute', 7741953)",
      "CALL pay('Zq7xCall', amount => 7741953)",
      "DO $$BEGIN PERFORM 'Zq7xDo'; END$$",
      "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''Zq7xBody'''",
      "EXPLAIN SELECT 'Zq7xExplain'",
      "SET app.user = 'Zq7xSetting'",
      "SET SESSION AUTHORIZATION 'Zq7xAuthorization'",
      "SELECT set_config('app.key', 'Zq7xConfig', true)",
      "DECLARE c CURSOR FOR SELECT 'Zq7xCursor'",
      "SELECT '{\"key\": \"Zq7xJson\"}'::jsonb ->> 'Zq7xPath'",
      "SELECT 'unterminated Zq7xOpen",
      "SELECT * FRM users WHERE email = 'Zq7xSyntax' AND id = 7741953",
      "SELECT 'Zq7xTwo'; SELECT 'Zq7xStatements'",
      "SELECT * FROM users WHERE email = 'line one\nZq7xSecondLine'",
      "LISTEN channel; SELECT x'7741953'",
      "SELECT 1 FETCH FIRST 7741953 ROWS ONLY",
      "SELECT * FROM users TABLESAMPLE SYSTEM (7741953)",
      "MERGE INTO users u USING (VALUES ('Zq7xMerge')) v (a) ON u.a = v.a WHEN MATCHED THEN DELETE",
      "SECURITY LABEL ON TABLE users IS 'Zq7xLabel'"};
  return all;
}

// Every statement in every place where a log shows one, and the texts around statements.
ShopLog secret_log() {
  ShopLog log;
  std::int64_t at = 0;
  const auto add = [&](ShopRecord record) {
    record.at = at += 10;
    record.process = kPuma;
    log.push_back(std::move(record));
  };
  for (const std::string& sql : statements()) {
    const std::string parameters = "parameters: $1 = 'Zq7xParameter', $2 = '7741953'";
    add({0, kPuma, "LOG", "duration: 1.000 ms  statement: " + sql});
    add({0, kPuma, "LOG", "duration: 1.000 ms  parse <unnamed>: " + sql});
    add({0, kPuma, "LOG", "duration: 1.000 ms  bind Zq7xName: " + sql, "00000", parameters});
    add({0, kPuma, "LOG", "duration: 1.000 ms  execute Zq7xName/Zq7xPortal: " + sql, "00000",
         parameters});
    add({0, kPuma, "LOG", "statement: " + sql});
    add({0, kPuma, "LOG", "duration: 2.000 ms"});
    add({0, kPuma, "ERROR", "canceling statement due to statement timeout", "57014", "",
         "SQL function \"f\" statement 1: Zq7xContext", sql});
    add({0, kPuma, "ERROR", "syntax error at or near \"Zq7xNear\"", "42601", "", "", sql, 8});
    add({0, kPuma, "LOG", "temporary file: path \"base/pgsql_tmp/Zq7xTemp\", size 1000", "00000",
         "", "", sql});
    add({0, kPuma, "LOG",
         "process 4101 still waiting for ShareLock on transaction 5 after 200.000 ms", "00000",
         "Process holding the lock: 4102.", "while updating tuple in relation \"Zq7xRelation\"",
         sql});
    add({0, kPuma, "LOG", "process 4101 acquired ShareLock on transaction 5 after 250.000 ms",
         "00000", "", "", sql});
    add({0, kPuma, "LOG",
         "duration: 3.000 ms  plan:\nQuery Text: " + sql + "\nSeq Scan (a = 'Zq7xPlan'::text)"});
  }
  add({0, kPuma, "ERROR", "duplicate key value violates unique constraint \"users_email_key\"",
       "23505", "Key (email)=(Zq7xDetail) already exists."});
  add({0, kPuma, "ERROR", "invalid input syntax for type integer: \"Zq7xValue\"", "22P02"});
  add({0, kPuma, "ERROR", "customer Zq7xRaised owes 7741953", "P0001", "Zq7xRaisedDetail"});
  add({0, kPuma, "WARNING", "there is no Zq7xWarning of 7741953", "01000"});
  add({0, kPuma, "NOTICE", "Zq7xNotice", "00000"});
  add({0, kPuma, "LOG", "extension says Zq7xExtension"});
  add({0, kPuma, "FATAL", "Zq7xFatal", "28000"});
  add({0, kPuma, "ERROR",
       "null value in column \"a\" of relation \"b\" violates not-null constraint", "23502",
       "Failing row contains (Zq7xRow, 7741953)."});
  add({0, kPuma, "ERROR", "extra data after last expected column", "22P04", "",
       "COPY users, line 1: \"Zq7xCopy\""});
  add({0, kPuma, "PANIC", "Zq7xPanic", "XX000"});
  return log;
}

// The words around each secret that `bytes` lets through, to say which.
std::string leaks_in(const std::string& bytes) {
  std::string leaks;
  for (const std::string_view secret : {kMark, kNumber}) {
    for (auto at = bytes.find(secret); at != std::string::npos; at = bytes.find(secret, at + 1)) {
      const std::size_t from = at < 30 ? 0 : at - 30;
      leaks += testing::PrintToString(bytes.substr(from, 60)) + "\n";
    }
  }
  return leaks;
}

class Secrets : public testing::TestWithParam<LogForm> {};

TEST_P(Secrets, ReachNeitherLedgerNorOutput) {
  const Scratch scratch;
  const ShopLog log = secret_log();
  // A torn first record, lines that are no record, and one that is cut in a literal at the end.
  const std::string bytes =
      "of a record 'Zq7xTorn'\n" + bytes_of(log, GetParam()) + "rubbish with Zq7xRubbish\n" +
      text_of({99'000, kPuma, "LOG", "duration: 1.000 ms  statement: SELECT 'Zq7xEnd"}, GetParam());
  ASSERT_NE(leaks_in(bytes), "") << "the search finds what is there";
  const std::string path = scratch.write("logs/x.log", bytes);
  const std::string ledger = scratch.path("ledger.db");
  {
    auto store = Store::open_for_writing(ledger, std::chrono::milliseconds(0));
    ASSERT_TRUE(store.has_value());
    const IngestOutcome outcome = take(*store, {path});
    EXPECT_GE(outcome.records, log.size());
    for (const Warning& warning : outcome.warnings) EXPECT_EQ(leaks_in(warning.message), "");
    const Report report = report_of(*store);
    EXPECT_GT(report.servers[0].workload.totals.statements, 3 * statements().size());
    for (const ServerReport& server : report.servers) {
      ASSERT_TRUE(store->store_findings("default", server.findings).has_value());
    }
    EXPECT_EQ(leaks_in(render_json(report)), "");
    EXPECT_EQ(leaks_in(render_markdown(report)), "");
    EXPECT_EQ(leaks_in(render_text(report, true)), "");
  }
  for (const auto& entry : std::filesystem::directory_iterator(scratch.folder())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(leaks_in(read_file(entry.path().string())), "") << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Form, Secrets, testing::Values(LogForm::kPid, LogForm::kCsv),
                         [](const auto& each) {
                           return std::string(each.param == LogForm::kCsv ? "Csv" : "Stderr");
                         });

TEST(SecretsOfKnownComments, KeysThatApplicationsNameThemselvesWithMayBeKeptTheirValuesOnly) {
  // sqlcommenter's action is no secret; the other keys of the same comment are.
  const Scratch scratch;
  const ShopLog log{{0, kPuma, "LOG",
                     "duration: 1.000 ms  statement: SELECT 1 "
                     "/*action='checkout',traceparent='Zq7xTrace',user='Zq7xUser'*/"}};
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  take(*store, {scratch.write("x.log", bytes_of(log, LogForm::kPid))});
  const std::string json = render_json(report_of(*store));
  EXPECT_EQ(leaks_in(json), "");
  EXPECT_NE(json.find("SELECT $1"), std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
