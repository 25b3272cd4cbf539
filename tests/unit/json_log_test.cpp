#include "parser/log/json_log.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/log/csv_log.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kRecord =
    R"({"timestamp":"2026-11-22 07:48:43.355 UTC","user":"web","dbname":"shop","pid":77,)"
    R"("remote_host":"127.0.0.1","remote_port":4711,"session_id":"6b029e2a.4d","line_num":3,)"
    R"("ps":"SELECT","session_start":"2026-11-22 07:48:42 UTC","vxid":"3/17","txid":0,)"
    R"("error_severity":"ERROR","state_code":"42P01","message":"relation \"x\" does not exist",)"
    R"("detail":"d","hint":"h","internal_query":"q","internal_position":1,"context":"c\nc",)"
    R"("statement":"SELECT\t1","cursor_position":15,"application_name":"check out",)"
    R"("backend_type":"client backend","query_id":-42})";

// The same record in the other two forms.
constexpr std::string_view kCsv =
    "2026-11-22 07:48:43.355 UTC,\"web\",\"shop\",77,\"127.0.0.1:4711\",6b029e2a.4d,3,\"SELECT\","
    "2026-11-22 07:48:42 UTC,3/17,0,ERROR,42P01,\"relation \"\"x\"\" does not "
    "exist\",\"d\",\"h\",\"q\",1,\"c\nc\",\"SELECT\t1\",15,,\"check out\",\"client "
    "backend\",,-42\n";
constexpr std::string_view kPod =
    R"({"level":"info","ts":1669575482.09,"logger":"postgres","msg":"record",)"
    R"("logging_pod":"shop-1","record":{"log_time":"2026-11-22 07:48:43.355 UTC",)"
    R"("user_name":"web","database_name":"shop","process_id":"77",)"
    R"("connection_from":"127.0.0.1:4711","session_id":"6b029e2a.4d","session_line_num":"3",)"
    R"("command_tag":"SELECT","session_start_time":"2026-11-22 07:48:42 UTC",)"
    R"("virtual_transaction_id":"3/17","transaction_id":"0","error_severity":"ERROR",)"
    R"("sql_state_code":"42P01","message":"relation \"x\" does not exist","detail":"d",)"
    R"("hint":"h","internal_query":"q","internal_query_pos":"1","context":"c\nc",)"
    R"("query":"SELECT\t1","query_pos":"15","application_name":"check out",)"
    R"("backend_type":"client backend","query_id":"-42"}})";

ChunkRecords read(std::string_view log, bool last = true) {
  static std::string kept;
  kept = log;
  ChunkRecords out;
  read_json(Zone{}, Chunk{kept, 1, last}, out);
  return out;
}

void expect_equal(const LogRecord& a, const LogRecord& b) {
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.has_time, b.has_time);
  EXPECT_EQ(a.has_fraction, b.has_fraction);
  EXPECT_EQ(a.zone_is_certain, b.zone_is_certain);
  EXPECT_EQ(a.severity, b.severity);
  EXPECT_EQ(a.sqlstate, b.sqlstate);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.detail, b.detail);
  EXPECT_EQ(a.hint, b.hint);
  EXPECT_EQ(a.query, b.query);
  EXPECT_EQ(a.context, b.context);
  EXPECT_EQ(a.statement, b.statement);
  EXPECT_EQ(a.user, b.user);
  EXPECT_EQ(a.database, b.database);
  EXPECT_EQ(a.application, b.application);
  EXPECT_EQ(a.host, b.host);
  EXPECT_EQ(a.session, b.session);
  EXPECT_EQ(a.pid, b.pid);
  EXPECT_EQ(a.in_transaction, b.in_transaction);
  EXPECT_EQ(a.query_id, b.query_id);
  EXPECT_EQ(a.session_line, b.session_line);
}

// A record with one more field at its end, which wins over an earlier one of its name.
std::string record_with(const std::string& field) {
  return std::string(kRecord.substr(0, kRecord.size() - 1)) + "," + field + "}\n";
}

TEST(JsonLog, GivesTheRecordThatCsvlogGives) {
  ChunkRecords csv;
  read_csv(Zone{}, Chunk{kCsv, 1, true}, csv);
  ASSERT_EQ(csv.records.size(), 1U);
  EXPECT_EQ(csv.records[0].host, "127.0.0.1:4711");
  for (const std::string_view log : {kRecord, kPod}) {
    const ChunkRecords json = read(log);
    ASSERT_EQ(json.records.size(), 1U) << log;
    expect_equal(json.records[0], csv.records[0]);
  }
}

TEST(JsonLog, ReadsFieldsInAnyOrderAndWithoutMost) {
  const ChunkRecords out = read(
      R"({"message":"m","error_severity":"LOG","pid":5,"timestamp":"2026-11-22 07:48:43 UTC"})");
  ASSERT_EQ(out.records.size(), 1U);
  const LogRecord& record = out.records[0];
  EXPECT_EQ(record.message, "m");
  EXPECT_EQ(record.sqlstate, "00000");  // csvlog writes it for LOG, jsonlog leaves it out
  EXPECT_EQ(record.session, session_of_pid(5));
  EXPECT_FALSE(record.has_fraction);
  EXPECT_FALSE(record.in_transaction.has_value());
  EXPECT_EQ(record.host, "");
  EXPECT_EQ(record.server, "");
}

TEST(JsonLog, ReadsTheEdgesOfFields) {
  EXPECT_EQ(read(record_with(R"("vxid":"3/0")")).records.at(0).in_transaction, false);
  EXPECT_EQ(read(record_with(R"("query_id":-9223372036854775808)")).records.at(0).query_id,
            INT64_MIN);
  EXPECT_EQ(read(record_with(R"("query_id":99999999999999999999)")).records.at(0).query_id, 0);
  EXPECT_EQ(read(record_with(R"("pid":99999999999)")).records.at(0).pid, 0U);
  EXPECT_EQ(read(record_with(R"("pid":null)")).records.at(0).pid, 0U);
  EXPECT_EQ(read(record_with(R"("remote_host":"[local]","remote_port":"")")).records.at(0).host,
            "[local]");
  EXPECT_EQ(read(record_with(R"("message":"\u00e4\n")")).records.at(0).message, "\xc3\xa4\n");
  EXPECT_EQ(read(record_with(R"("message":{"a":1})")).records.at(0).message, "");
  EXPECT_EQ(read(record_with(R"("message":"second")")).records.at(0).message, "second");
}

TEST(JsonLog, KeepsThePortsOfHostsApart) {
  std::string log;
  for (const int port : {4711, 4711 + 256, 4711, 1}) {
    log += record_with("\"remote_port\":" + std::to_string(port));
  }
  const ChunkRecords out = read(log);
  ASSERT_EQ(out.records.size(), 4U);
  EXPECT_EQ(out.records[0].host, "127.0.0.1:4711");
  EXPECT_EQ(out.records[1].host, "127.0.0.1:4967");
  EXPECT_EQ(out.records[2].host, "127.0.0.1:4711");
  EXPECT_EQ(out.records[3].host, "127.0.0.1:1");
}

TEST(JsonLog, TellsThePodAndPassesOverItsOtherPrograms) {
  const std::string pod(kPod);
  const std::string log = pod + "\n" +
                          R"({"level":"info","ts":1,"msg":"Starting webserver","address":":9187"})"
                          "\n" +
                          R"({"level":"info","logger":"wal-archive","logging_pod":"shop-1"})"
                          "\n" +
                          R"({"some":"thing"})"
                          "\n" +
                          pod + "\n";
  const ChunkRecords out = read(log);
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].server, "shop-1");
  EXPECT_EQ(out.records[1].line, 5U);
  EXPECT_EQ(out.foreign, 2U);
  EXPECT_EQ(out.unparsed, 1U);
  EXPECT_EQ(out.first_unparsed, 4U);
  EXPECT_EQ(out.lines, 5U);
}

TEST(JsonLog, ReadsTheLinesThatThePodsServerWritesBeforeItsRecords) {
  const auto object = [](const std::string& logger, const std::string& text) {
    return R"({"level":"info","logger":")" + logger + R"(","msg":")" + text +
           R"(","logging_pod":"shop-1"})" + "\n";
  };
  const std::string at = "2026-11-22 07:48:40.100 UTC [28] ";
  const ChunkRecords out =
      read(object("postgres", at + "FATAL:  configuration file contains errors") +
           object("postgres", at + "HINT:  of the line before it") +
           object("backup", at + "LOG:  not the server's") +
           object("postgres", "no line of a server") + std::string(kPod) + "\n");
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].severity, Severity::kFatal);
  EXPECT_EQ(out.records[0].message, "configuration file contains errors");
  EXPECT_EQ(out.records[0].server, "shop-1");
  EXPECT_EQ(out.records[0].pid, 28U);
  EXPECT_EQ(out.records[0].line, 1U);
  EXPECT_EQ(out.records[1].line, 5U);
  EXPECT_EQ(out.foreign, 3U);
  EXPECT_EQ(out.unparsed, 0U);
}

TEST(JsonLog, ReadsArraysAndRecordsInsideOfOtherObjects) {
  const std::string record(kRecord);
  EXPECT_EQ(read("[\n  " + record + ",\n  " + record + "\n]\n").records.size(), 2U);
  const ChunkRecords out = read(
      R"({"event_message":"outer","timestamp":1669575482096000,"metadata":[{"host":"h","parsed":[)"
      R"({"error_severity":"LOG","timestamp":"2026-11-22 07:48:43.355 UTC","user_name":"u"}]}]})");
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].message, "outer");
  EXPECT_EQ(out.records[0].user, "u");
  EXPECT_EQ(read(R"({"jsonPayload":)" + std::string(kPod) + "}").records.at(0).server, "shop-1");
}

TEST(JsonLog, CountsWhatIsNoRecord) {
  const std::string record = std::string(kRecord) + "\n";
  const std::string cases[] = {
      "plain text\n",
      record.substr(0, 300) + "\n",  // cut inside
      record_with(R"("timestamp":"x","error_severity":"NOTHING")"),
      R"({"timestamp":"yesterday","error_severity":"LOG","message":"m"})"
      "\n",
      "{}\n",
      std::string(5, '\0') + "\n",
      std::string(100'000, '{') + "\n",
  };
  for (const std::string& line : cases) {
    const ChunkRecords out = read(record + line + record);
    EXPECT_EQ(out.records.size(), 2U) << line.substr(0, 400);
    EXPECT_EQ(out.unparsed, 1U) << line.substr(0, 400);
    EXPECT_EQ(out.first_unparsed, 2U);
    EXPECT_EQ(out.lines, 3U);
    EXPECT_EQ(out.records.back().line, 3U);
    EXPECT_EQ(out.records.back().offset, record.size() + line.size());
  }
}

TEST(JsonLog, KeepsRecordsWithBytesThatAreNotUtf8) {
  const ChunkRecords out = read(record_with("\"message\":\"a\xff\xc3(\\n\x02\""));
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].message, "a\xff\xc3(\n\x02");
  EXPECT_EQ(out.records[0].user, "web");
}

TEST(JsonLog, LeavesACutEndForTheNextChunk) {
  const std::string record = std::string(kRecord) + "\n";
  for (const std::size_t kept : {1UL, 30UL, 500UL}) {
    const std::string log = record + record.substr(0, kept);
    ChunkRecords more, end;
    EXPECT_EQ(read_json(Zone{}, Chunk{log, 1, false}, more), record.size());
    EXPECT_EQ(more.records.size(), 1U);
    EXPECT_EQ(more.unparsed, 0U);
    EXPECT_EQ(read_json(Zone{}, Chunk{log, 1, true}, end), log.size());
    EXPECT_EQ(end.records.size(), 1U);
    EXPECT_EQ(end.unparsed, 1U);
  }
}

// In lines of the usual kind, in others that say the same, and wherever the bytes are cut.
TEST(JsonLog, ReadsTheSameWhereverItIsCut) {
  const std::string plain(kRecord);
  const std::string spaced = "{ " + plain.substr(1);
  const std::string log = plain + "\n" + spaced + "\nrubbish\n" + plain + ",\r\n" + plain;
  const ChunkRecords whole = read(log);
  ASSERT_EQ(whole.records.size(), 4U);
  ASSERT_EQ(whole.unparsed, 1U);
  for (const LogRecord& record : whole.records) expect_equal(record, whole.records[0]);
  const std::uint64_t lines[] = {1, 2, 4, 5};
  for (std::size_t cut = 0; cut <= log.size(); ++cut) {
    ChunkRecords left, right;
    const std::size_t taken =
        read_json(Zone{}, Chunk{std::string_view(log).substr(0, cut), 1, false}, left);
    read_json(Zone{}, Chunk{std::string_view(log).substr(taken), 1 + left.lines, true}, right);
    ASSERT_EQ(left.records.size() + right.records.size(), 4U) << cut;
    ASSERT_EQ(left.unparsed + right.unparsed, 1U) << cut;
    for (std::size_t i = 0; i < 4; ++i) {
      const bool is_left = i < left.records.size();
      const LogRecord& record = is_left ? left.records[i] : right.records[i - left.records.size()];
      expect_equal(record, whole.records[0]);
      ASSERT_EQ(record.line, lines[i]) << cut;
      ASSERT_EQ(record.offset + (is_left ? 0 : taken), whole.records[i].offset) << cut;
    }
  }
}

TEST(JsonLog, ReadsVeryLongMessages) {
  const std::string text(3'000'000, 'x');
  const ChunkRecords out = read(record_with("\"message\":\"" + text + "\"") + std::string(kRecord));
  ASSERT_EQ(out.records.size(), 2U);
  EXPECT_EQ(out.records[0].message, text);
}

TEST(JsonLog, KnowsItsLines) {
  EXPECT_TRUE(looks_like_json_log(kRecord));
  EXPECT_TRUE(looks_like_json_log(kPod));
  for (const std::string_view line :
       {"", "{", "{}", "2026-11-22 07:48:43.355 UTC [1] LOG:  m", R"({"log":"x","stream":"y"})",
        R"({"error_severity":"LOG"})", R"({"timestamp":"2026-11-22 07:48:43.355 UTC"})"}) {
    EXPECT_FALSE(looks_like_json_log(line)) << line;
  }
}

// Whatever is kept of a session's earlier records, one that is like them says what it says alone.
TEST(JsonLog, ReadsARecordBehindThoseOfItsSessionAsItReadsItAlone) {
  const std::string usual =
      R"({"timestamp":"2026-11-22 07:48:43.355 UTC","user":"web","dbname":"shop","pid":77,)"
      R"("remote_host":"127.0.0.1","remote_port":4711,"session_id":"6b029e2a.4d","line_num":3,)"
      R"("ps":"SELECT","session_start":"2026-11-22 07:48:42 UTC","vxid":"3/17","txid":0,)"
      R"("error_severity":"LOG","message":"m","application_name":"psql",)"
      R"("backend_type":"client backend","query_id":-42})"
      "\n";
  const std::string behind(100, '\n');
  const auto as_text = [](const ChunkRecords& out) {
    if (out.records.empty()) return std::string("none");
    const LogRecord& last = out.records.back();
    std::string text = std::to_string(last.session.id) + " " + std::to_string(last.pid) + " " +
                       std::to_string(last.session_line) + " " + std::to_string(last.query_id) +
                       " " + std::to_string(static_cast<int>(last.severity)) + " " +
                       std::to_string(last.in_transaction.value_or(false));
    for (const auto part :
         {last.user, last.database, last.host, last.application, last.sqlstate, last.message}) {
      text.append("|").append(part);
    }
    return text;
  };
  ASSERT_EQ(as_text(read(usual + behind)),
            "7710899415237525581 77 3 -42 2 1|web|shop|127.0.0.1:4711|psql|00000|m");
  for (std::size_t at = 0; at + 1 < usual.size(); ++at) {
    for (const char* const put : {",", "\"", "x", "\\", "\n", "", "0", "}"}) {
      std::string other = usual;
      other.replace(at, 1, put);
      const ChunkRecords alone = read(other + behind);
      const std::string expected = as_text(alone);
      const std::size_t size = alone.records.size();
      const ChunkRecords after = read(usual + usual + other + behind);
      ASSERT_EQ(after.records.size(), size + 2) << other;
      ASSERT_TRUE(size == 0 || as_text(after) == expected) << other;
    }
  }
}

}  // namespace
}  // namespace pgcounsel
