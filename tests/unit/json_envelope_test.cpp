#include "parser/log/envelope/json_envelope.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/log/envelope/insights_csv.h"
#include "parser/log/prefix/prefix.h"
#include "parser/log/stderr_log.h"

namespace pgcounsel {
namespace {

using Kind = JsonEnvelopeKind;

Envelopes read(Kind kind, std::string_view log, bool last = true) {
  static std::string kept;
  kept = log;
  Envelopes out;
  read_json_envelopes(kind, Chunk{kept, 1, last}, Zone{}, out);
  return out;
}

// The only envelope of `log`, which is recognised as one of `kind`.
struct Single {
  Single(Kind kind, std::string_view text) : log(text) {
    EXPECT_EQ(recognise_json_envelope(log), kind) << log;
    read_json_envelopes(kind, Chunk{log, 1, true}, Zone{}, all);
    EXPECT_EQ(all.list.size(), 1U) << log;
    EXPECT_EQ(all.strays.size(), 0U) << log;
    if (!all.list.empty()) envelope = all.list[0];
  }
  std::string when() const { return envelope.time ? iso_milliseconds(envelope.time->time) : ""; }

  std::string log;
  Envelopes all;
  Envelope envelope;
};

TEST(JsonEnvelope, ReadsDockersFiles) {
  const Single one(
      Kind::kContainer,
      R"({"log":"a \"b\"\n","stream":"stderr","time":"2025-08-29T14:15:10.123456789Z"})");
  EXPECT_EQ(one.envelope.text, "a \"b\"");
  EXPECT_EQ(one.envelope.stream, "stderr");
  EXPECT_EQ(one.when(), "2025-08-29T14:15:10.123Z");
  EXPECT_EQ(one.envelope.time->time.time_since_epoch().count() % 1'000'000, 123'456);
  EXPECT_FALSE(one.envelope.goes_on);
}

TEST(JsonEnvelope, ReadsTheTimesOfOneSecondAlike) {
  struct Case {
    std::string time;
    std::int64_t micros;  // since 10:00:00; -1: none
  };
  const Case cases[] = {
      {"2026-03-12T10:00:00.123456789Z", 123'456},
      {"2026-03-12T10:00:00.5Z", 500'000},
      {"2026-03-12T10:00:00.000001999Z", 1},
      {"2026-03-12T10:00:00Z", 0},
      {"2026-03-12T10:00:00.25+00:00", 250'000},
      {"2026-03-12T10:00:00.7x5Z", -1},
      {"2026-03-12T10:00:00.Z", -1},
      {"2026-03-12T10:00:01.75Z", 1'750'000},
      {"2026-03-12T10:00:00.75Z", 750'000},
  };
  std::string log;
  for (const Case& c : cases) {
    log += R"({"log":"x\n","stream":"stderr","time":")" + c.time + "\"}\n";
  }
  const Envelopes found = read(Kind::kContainer, log);
  ASSERT_EQ(found.list.size(), std::size(cases));
  const Time start = parse_log_time("2026-03-12 10:00:00", Zone{})->time;
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    const auto& time = found.list[i].time;
    if (cases[i].micros < 0) {
      EXPECT_TRUE(!time || time->length < cases[i].time.size()) << cases[i].time;
    } else {
      ASSERT_TRUE(time.has_value()) << cases[i].time;
      EXPECT_EQ((time->time - start).count(), cases[i].micros) << cases[i].time;
    }
    EXPECT_EQ(found.list[i].text, "x");
  }
}

TEST(JsonEnvelope, TellsPiecesOfALineInAContainersLog) {
  struct Case {
    std::string_view log;
    bool goes_on;
    std::string_view text;
  };
  const Case cases[] = {
      {R"({"log":"piece","stream":"stdout","time":"2025-08-29T14:15:10Z"})", true, "piece"},
      {R"({"log":"end\r\n","stream":"stdout","time":"t","attrs":{"tag":"x"}})", false, "end"},
      {R"({"log":"\n","stream":"stdout","time":"t"})", false, ""},
      {R"({"log":"whole","stream":"stdout","time":"t","kubernetes":{"pod_name":"p"}})", false,
       "whole"},
      {R"({"log":"piece","stream":"stdout","logtag":"P","kubernetes":{}})", true, "piece"},
      {R"({"log":"piece","_p":"P","stream":"stdout"})", true, "piece"},
      {R"({"log":"p","container_id":"1","partial_message":"true","partial_last":"false"})", true,
       "p"},
      {R"({"log":"p","container_id":"1","partial_message":"true","partial_last":"true"})", false,
       "p"},
  };
  for (const Case& c : cases) {
    const Envelopes out = read(Kind::kContainer, c.log);
    ASSERT_EQ(out.list.size(), 1U) << c.log;
    EXPECT_EQ(out.list[0].goes_on, c.goes_on) << c.log;
    EXPECT_EQ(out.list[0].text, c.text) << c.log;
  }
}

TEST(JsonEnvelope, ReadsWhatCollectorsMakeOfAPodsLog) {
  for (
      const std::string_view log :
      {R"({"log":"m","stream":"stderr","time":"2025-08-29T14:15:10.5Z","kubernetes":{"pod_name":"db-1","container_name":"postgres"}})",
       R"({"message":"m","stream":"stderr","timestamp":"2025-08-29T14:15:10.5Z","kubernetes":{"pod_name":"db-1","container_name":"postgres"}})",
       R"({"@timestamp":"2025-08-29T14:15:10.5Z","message":"m","stream":"stderr","kubernetes":{"pod":{"name":"db-1"},"container":{"name":"postgres"}}})",
       R"({"date":1756476910.5,"log":"m","stream":"stderr","kubernetes":{"pod_name":"db-1","container_name":"postgres"}})"}) {
    const Single one(Kind::kContainer, log);
    EXPECT_EQ(one.envelope.text, "m");
    EXPECT_EQ(one.envelope.host, "db-1");
    EXPECT_EQ(one.envelope.stream, "postgres/stderr");
    EXPECT_EQ(one.when(), "2025-08-29T14:15:10.500Z") << log;
  }
  const Single docker(Kind::kContainer,
                      R"({"container_id":"1","container_name":"/db","source":"stderr","log":"m"})");
  EXPECT_EQ(docker.envelope.host, "db");
  EXPECT_EQ(docker.envelope.stream, "stderr");
}

TEST(JsonEnvelope, ReadsCloudWatch) {
  for (
      const std::string_view log :
      {R"({"events":[{"logStreamName":"mydb.0","timestamp":1756476910123,"message":"m\n\tn\n","ingestionTime":1,"eventId":"3"}],"searchedLogStreams":[{"a":"b"}]})",
       R"({"messageType":"DATA_MESSAGE","logStream":"x","logEvents":[{"id":"3","timestamp":1756476910123,"message":"m\n\tn"}]})",
       R"([{"@timestamp":"2025-08-29 14:15:10.123","@message":"m\n\tn","@logStream":"mydb.0"}])"}) {
    const Single one(Kind::kCloudWatch, log);
    EXPECT_EQ(one.envelope.text, "m\n\tn");
    EXPECT_EQ(one.when(), "2025-08-29T14:15:10.123Z");
    const bool tells_stream = log.find("mydb.0") != std::string_view::npos;
    EXPECT_EQ(one.envelope.host, tells_stream ? "mydb" : "") << log;
  }
}

TEST(JsonEnvelope, KeepsTheInstanceOfAStreamsName) {
  EXPECT_EQ(instance_of_stream("mydb.0"), "mydb");
  EXPECT_EQ(instance_of_stream("my.db.12"), "my.db");
  for (const std::string_view stream : {"", "mydb", "my.db", "mydb.", ".", "12", "mydb.0x"}) {
    EXPECT_EQ(instance_of_stream(stream), stream);
  }
  EXPECT_EQ(instance_of_stream(".0"), "");
}

std::string google(const std::string& log, const std::string& payload,
                   const std::string& label = R"("database_id":"project:shop")") {
  return R"({"insertId":"s=1","logName":"projects/p/logs/)" + log + R"(","resource":{"labels":{)" +
         label + R"(},"type":"t"},"severity":"INFO",)" + payload +
         R"(,"timestamp":"2025-08-29T14:15:10.123456Z"})";
}

TEST(JsonEnvelope, ReadsGoogleCloudLogging) {
  const std::string server = "cloudsql.googleapis.com%2Fpostgres.log";
  const Single sql(Kind::kGoogle, google(server, R"("textPayload":"m")"));
  EXPECT_EQ(sql.envelope.text, "m");
  EXPECT_EQ(sql.envelope.host, "shop");
  EXPECT_EQ(sql.when(), "2025-08-29T14:15:10.123Z");
  const Single alloy(Kind::kGoogle, google("alloydb.googleapis.com%2Fpostgres.log",
                                           R"("textPayload":"[postgres.cc:97]  LOG:  m")",
                                           R"("instance_id":"i")"));
  EXPECT_EQ(alloy.envelope.text, "LOG:  m");
  EXPECT_EQ(alloy.envelope.host, "i");
  const Single json(Kind::kGoogle, google(server, R"("jsonPayload":{"message":"m\n"})"));
  EXPECT_EQ(json.envelope.text, "m");
  const Single pod(Kind::kGoogle, google("stderr", R"("jsonPayload":{"record":{}})",
                                         R"("pod_name":"p","container_name":"c")"));
  EXPECT_EQ(pod.envelope.text, R"({"record":{}})");
  EXPECT_EQ(pod.envelope.host, "p");
  EXPECT_EQ(pod.envelope.stream, "c");
  // A process id in brackets is no source file.
  const Single pid(Kind::kGoogle, google(server, R"("textPayload":"[24667]: [1-1] db=a LOG:  m")"));
  EXPECT_EQ(pid.envelope.text, "[24667]: [1-1] db=a LOG:  m");
}

TEST(JsonEnvelope, PassesOverOtherLogsOfTheClouds) {
  const std::string google_log =
      google("cloudaudit.googleapis.com%2Factivity", R"("protoPayload":{"a":1})") + "\n" +
      google("cloudsql.googleapis.com%2Fpostgres-upgrade.log", R"("textPayload":"m")") + "\n";
  const Envelopes google_out = read(Kind::kGoogle, google_log);
  EXPECT_EQ(google_out.list.size(), 0U);
  EXPECT_EQ(google_out.strays.size(), 0U);
  EXPECT_EQ(google_out.foreign, 2U);
  EXPECT_EQ(google_out.lines, 2U);
  const Envelopes azure_out = read(
      Kind::kAzure,
      R"({"time":"t","category":"PostgreSQLFlexSessions","resourceId":"/a","properties":{"message":"m"}})");
  EXPECT_EQ(azure_out.foreign, 1U);
}

std::string azure(const std::string& properties) {
  return R"({"records":[{"time":"2025-08-29T14:15:10Z","category":"PostgreSQLLogs",)"
         R"("operationName":"LogEvent","resourceId":"/SUBSCRIPTIONS/1/FLEXIBLESERVERS/SHOP",)"
         R"("properties":{)" +
         properties + "}}]}";
}

TEST(JsonEnvelope, ReadsAzure) {
  struct Case {
    std::string properties, text;
  };
  const Case cases[] = {
      {R"("message":"2025-08-29 14:15:10 UTC-68b1b6ae.fd-LOG:  m","errorLevel":"LOG")",
       "2025-08-29 14:15:10 UTC-68b1b6ae.fd-LOG:  m"},
      {R"("message":"2025-08-29 14:15:10 UTC-68b1b6ae.fd-LOG:  m","errorLevel":"LOG","detail":"d\ne")",
       "2025-08-29 14:15:10 UTC-68b1b6ae.fd-LOG:  m\n"
       "2025-08-29 14:15:10 UTC-68b1b6ae.fd-DETAIL:  d\n\te"},
      {R"("prefix":"2025-08-29 14:15:10 UTC-68b1b6ae.fd-","message":"m","errorLevel":"LOG","detail":"")",
       "2025-08-29 14:15:10 UTC-68b1b6ae.fd-LOG:  m"},
      {R"("prefix":"2025-08-29 14:15:10 UTC-68b1b6ae.fd-","message":"m\nn","errorLevel":"LOG","detail":"d")",
       "2025-08-29 14:15:10 UTC-68b1b6ae.fd-LOG:  m\n\tn\n"
       "2025-08-29 14:15:10 UTC-68b1b6ae.fd-DETAIL:  d"},
      {R"("message":"m","detail":"d")", "m\n\tDETAIL:  d"},
  };
  for (const Case& c : cases) {
    const Single one(Kind::kAzure, azure(c.properties));
    EXPECT_EQ(one.envelope.text, c.text);
    EXPECT_EQ(one.envelope.host, "SHOP");
    EXPECT_EQ(one.when(), "2025-08-29T14:15:10.000Z");
  }
}

TEST(JsonEnvelope, PutsAzuresDetailWhereTheServersLogHasIt) {
  const Single one(
      Kind::kAzure,
      azure(R"("message":"2025-08-29 14:15:10 UTC-68b1b6ae.fd-ERROR:  m","errorLevel":"ERROR",)"
            R"("detail":"Key (a)=(1)\nexists.")"));
  const auto prefix = PrefixMatcher::compile("%t-%c-", Zone{});
  ASSERT_TRUE(prefix);
  ChunkRecords records;
  read_stderr({&*prefix, 1}, Chunk{one.envelope.text, 1, true}, records);
  ASSERT_EQ(records.records.size(), 1U);
  EXPECT_EQ(records.unparsed, 0U);
  EXPECT_EQ(records.records[0].message, "m");
  EXPECT_EQ(records.records[0].detail, "Key (a)=(1)\nexists.");
}

std::string journald(const std::string& message, const std::string& program = "postgres") {
  return R"({"__REALTIME_TIMESTAMP":"1756476910123456","_HOSTNAME":"db1","SYSLOG_IDENTIFIER":")" +
         program + R"(","_PID":"77","MESSAGE":)" + message + "}\n";
}

TEST(JsonEnvelope, ReadsJournald) {
  struct Case {
    std::string message, text;
    std::uint64_t number, part;
  };
  const Case cases[] = {
      {R"("plain")", "plain", 0, 0},
      {R"("[5-2] text")", "text", 5, 2},
      {R"("[5-2]text")", "[5-2]text", 0, 0},
      {R"("[77] text")", "[77] text", 0, 0},
      {R"("[")", "[", 0, 0},
      {R"("[5-")", "[5-", 0, 0},
      {R"("[99999999999999999999-1] x")", "[99999999999999999999-1] x", 0, 0},
      {"[76,79, 255,10]", "LO\xff", 0, 0},
      {"[]", "", 0, 0},
      {R"("")", "", 0, 0},
  };
  for (const Case& c : cases) {
    const Single one(Kind::kJournald, journald(c.message));
    EXPECT_EQ(one.envelope.text, c.text);
    EXPECT_EQ(one.envelope.message, c.number) << c.message;
    EXPECT_EQ(one.envelope.part, c.part) << c.message;
    EXPECT_EQ(one.envelope.program, "postgres");
    EXPECT_EQ(one.envelope.host, "db1");
    EXPECT_EQ(one.envelope.pid, 77U);
    EXPECT_EQ(one.when(), "2025-08-29T14:15:10.123Z");
  }
}

TEST(JsonEnvelope, CountsWhatJournaldLost) {
  const std::string log =
      journald("null") + journald("null", "nginx") +
      journald(R"("Suppressed 12 messages from postgresql@15-main.service")", "systemd-journald") +
      journald(R"("Suppressed 9 messages from nginx.service")", "systemd-journald") +
      journald(R"("Suppressed 7 messages from postgresql.service")");
  const Envelopes out = read(Kind::kJournald, log);
  ASSERT_EQ(out.losses.size(), 2U);
  EXPECT_EQ(out.losses[0].messages, 1U);
  EXPECT_EQ(out.losses[0].offset, 0U);
  EXPECT_EQ(out.losses[1].messages, 12U);
  EXPECT_EQ(out.losses[1].offset, out.list[0].offset);
  EXPECT_EQ(out.list.size(), 3U);
  EXPECT_EQ(out.strays.size(), 0U);
}

TEST(JsonEnvelope, ReadsOpenTelemetry) {
  const Single one(
      Kind::kOtlp,
      R"({"resourceLogs":[{"resource":{"attributes":[{"key":"a"}]},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1756476910123456789","body":{"stringValue":"m"}}]}]}]})");
  EXPECT_EQ(one.envelope.text, "m");
  EXPECT_EQ(one.when(), "2025-08-29T14:15:10.123Z");
}

TEST(JsonEnvelope, SaysWhereEnvelopesAndStraysStand) {
  const std::string line = R"({"log":"x\n","stream":"stderr","time":"2025-08-29T14:15:10Z"})";
  const std::string log = line + "\nstray\n\n" + line + "\n{\"other\":1}\n" + line;
  const Envelopes out = read(Kind::kContainer, log);
  ASSERT_EQ(out.list.size(), 3U);
  EXPECT_EQ(out.list[1].line, 4U);
  EXPECT_EQ(out.list[1].offset, line.size() + 8);
  EXPECT_EQ(out.list[1].end, 2 * line.size() + 8);
  ASSERT_EQ(out.strays.size(), 2U);
  EXPECT_EQ(out.strays[0].line, 2U);
  EXPECT_EQ(out.strays[0].offset, line.size() + 1);
  EXPECT_EQ(out.strays[0].text, "stray");
  EXPECT_EQ(out.strays[1].text, "{\"other\":1}");
  EXPECT_EQ(out.lines, 5U);
}

TEST(JsonEnvelope, LeavesACutEndForTheNextChunk) {
  const std::string line = journald(R"("m")");
  Envelopes out;
  const std::string log = line + line.substr(0, 40);
  EXPECT_EQ(read_json_envelopes(Kind::kJournald, Chunk{log, 1, false}, Zone{}, out), line.size());
  EXPECT_EQ(out.list.size(), 1U);
  EXPECT_EQ(out.strays.size(), 0U);
  EXPECT_EQ(read(Kind::kJournald, log).strays.size(), 1U);
}

TEST(JsonEnvelope, DoesNotTakeOtherTextForEnvelopes) {
  for (const std::string_view head :
       {"", "\n", "{", "{}", "[]", "plain text\nmore\n", R"({"a":1})",
        R"({"timestamp":"2026-11-22 07:48:43.355 UTC","error_severity":"LOG","message":"m"})",
        R"({"level":"info","ts":1,"logger":"postgres","msg":"record","record":{"message":"m"}})",
        "2026-11-22 07:48:43.355 UTC [1] LOG:  m\n"}) {
    EXPECT_EQ(recognise_json_envelope(head), std::nullopt) << head;
  }
}

TEST(JsonEnvelope, RecognisesAFileThatBeginsWithOtherLines) {
  const std::string line = journald(R"("m")");
  EXPECT_EQ(recognise_json_envelope("cut off\"}\n" + line + line.substr(0, 50)), Kind::kJournald);
}

Envelopes read_csv_export(std::string_view log, bool last = true) {
  static std::string kept;
  kept = log;
  Envelopes out;
  const auto columns = recognise_insights_csv(kept);
  if (columns) read_insights_csv(*columns, Chunk{kept, 1, last}, out);
  return out;
}

TEST(InsightsCsv, ReadsRowsWithMessagesOfSeveralLines) {
  const std::string log =
      "@timestamp,@message,@logStream\r\n"
      "2025-08-29 14:15:10.123,\"a \"\"b\"\"\n\tc, d\n\",mydb.0\r\n"
      "2025-08-29 14:15:11.000,plain,\"mydb.1\"";
  const Envelopes out = read_csv_export(log);
  ASSERT_EQ(out.list.size(), 2U);
  EXPECT_EQ(out.list[0].text, "a \"b\"\n\tc, d");
  EXPECT_EQ(out.list[0].host, "mydb");
  EXPECT_EQ(out.list[0].line, 2U);
  EXPECT_EQ(iso_milliseconds(out.list[0].time->time), "2025-08-29T14:15:10.123Z");
  EXPECT_EQ(out.list[1].text, "plain");
  EXPECT_EQ(out.list[1].line, 5U);
  EXPECT_EQ(out.list[1].offset, log.find("2025-08-29 14:15:11"));
  EXPECT_EQ(out.list[1].end, log.size());
  EXPECT_EQ(out.strays.size(), 0U);
}

TEST(InsightsCsv, FollowsTheColumnsOfTheHeader) {
  const auto columns = recognise_insights_csv("\"@message\",\"@ptr\",\"@timestamp\"\nx");
  ASSERT_TRUE(columns);
  EXPECT_EQ(columns->message, 0U);
  EXPECT_EQ(columns->time, 2U);
  EXPECT_FALSE(columns->stream);
  for (const std::string_view head : {"", "\n", "@timestamp", "@timestamp,message\n",
                                      "\"@timestamp,@message\n", "a,b\n@message"}) {
    EXPECT_FALSE(recognise_insights_csv(head)) << head;
  }
}

TEST(InsightsCsv, CountsRowsThatAreNone) {
  const std::string header = "@timestamp,@message\n", row = "2025-08-29 14:15:10.123,m\n";
  for (const std::string line : {"text\n", "yesterday,m\n", "2025-08-29 14:15:10.123,m,n\n",
                                 "2025-08-29 14:15:10.123,\"m\"n\n"}) {
    const Envelopes out = read_csv_export(header + row + line + row);
    EXPECT_EQ(out.list.size(), 2U) << line;
    ASSERT_EQ(out.strays.size(), 1U) << line;
    EXPECT_EQ(out.strays[0].line, 3U);
    EXPECT_EQ(out.lines, 4U);
  }
  const std::string open = header + row + "2025-08-29 14:15:10.123,\"open\n" + row;
  EXPECT_EQ(read_csv_export(open).strays.size(), 1U);
  EXPECT_EQ(read_csv_export(open).list.size(), 2U);
  EXPECT_EQ(read_csv_export(open, false).lines, 2U);
}

TEST(InsightsCsv, IsNeverSlow) {
  constexpr std::size_t kTimes = 100'000;
  std::string log = "@timestamp,@message\n";
  for (std::size_t i = 0; i < kTimes; ++i) log += "x,\"\"\"\"y\"\"\n";
  EXPECT_EQ(read_csv_export(log).strays.size(), kTimes);
}

// Of a compact document that lacks its beginning.
TEST(JsonEnvelope, ReadsWhatStandsBehindATornEntry) {
  const std::string event =
      R"({"logStreamName":"mydb.0","timestamp":1756476910123,"message":"a \"},{\" b","eventId":"3"})";
  const std::string events =
      R"({"events":[)" + event + "," + event + "," + event + R"(],"searchedLogStreams":[]})";
  const std::string batch = azure(R"("message":"x")");
  const std::string record =
      batch.substr(batch.find('[') + 1, batch.rfind(']') - batch.find('[') - 1);
  const std::string records =
      R"({"records":[)" + record + "," + record + "," + record + "]}\n" + batch + "\n";
  struct Case {
    Kind kind;
    const std::string& log;
    std::size_t begin, end, whole;  // of the first entry; whole ones behind it
  };
  const Case cases[] = {
      {Kind::kCloudWatch, events, events.find('[') + 1, events.find('[') + event.size(), 2},
      {Kind::kAzure, records, records.find('[') + 1, records.find('[') + record.size(), 3}};
  for (const Case& c : cases) {
    for (std::size_t torn = 1; torn < c.end; ++torn) {
      const std::string log = c.log.substr(torn);
      EXPECT_EQ(recognise_json_envelope(log), c.kind) << log;
      const Envelopes found = read(c.kind, log);
      EXPECT_EQ(found.list.size(), c.whole + (torn <= c.begin ? 1 : 0)) << log;
      const bool is_clean = torn == c.begin || torn + 1 == c.begin;
      // Of an object within an object the outer one's last brace may be all that is left.
      EXPECT_TRUE(is_clean || torn + 2 >= c.end || !found.strays.empty()) << log;
      EXPECT_LE(found.strays.size(), 2U) << log;
    }
  }
}

}  // namespace
}  // namespace pgcounsel
