#include "parser/log/message.h"

#include <gtest/gtest.h>

#include <set>

#include "parser/log/event.h"

namespace pgcounsel {
namespace {

TEST(MessageTable, EveryRowIsFoundByItsSample) {
  for (const MessageRow& row : message_table()) {
    const MessageRow* found = find_message(row.sample);
    ASSERT_NE(found, nullptr) << row.sample;
    EXPECT_EQ(found->text, row.text) << row.sample;
  }
}

TEST(MessageTable, FoldsEveryValue) {
  const MessageRow* row = find_message("relation \"secret_plans\" does not exist");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(folded_text(*row), "relation \"…\" does not exist");
}

TEST(MessageTable, DoesNotGuess) {
  EXPECT_EQ(find_message("product 97 is not sellable"), nullptr);
  EXPECT_EQ(find_message(""), nullptr);
}

LogRecord record(Severity severity, std::string_view message) {
  LogRecord record;
  record.severity = severity;
  record.message = message;
  return record;
}

TEST(Event, TellsTheKindsOfDurations) {
  using Kind = DurationEvent::Kind;
  struct Case {
    std::string_view message;
    Kind kind;
    std::string_view text;
  };
  const Case cases[] = {
      {"duration: 0.319 ms  statement: SELECT 1", Kind::kStatement, "SELECT 1"},
      {"duration: 0.319 ms  execute <unnamed>: SELECT 2", Kind::kExecute, "SELECT 2"},
      {"duration: 0.319 ms  execute S_1/C_2: SELECT ': '", Kind::kExecute, "SELECT ': '"},
      {"duration: 0.319 ms  execute fetch from S_1: SELECT 3", Kind::kExecute, "SELECT 3"},
      {"duration: 0.319 ms  parse P_0: SELECT 4", Kind::kParse, "SELECT 4"},
      {"duration: 0.319 ms  bind P_0: SELECT 5", Kind::kBind, "SELECT 5"},
      {"duration: 0.319 ms", Kind::kBare, ""},
      {"duration: 0.319 ms  plan:\n{ \"Query Text\": \"SELECT 6\" }", Kind::kPlan, ""},
      {"duration: 0.319 ms  fastpath function call: \"lo_open\" (OID 952)", Kind::kFastpath, ""},
  };
  for (const Case& c : cases) {
    const Event event = event_of(record(Severity::kLog, c.message));
    const auto* duration = std::get_if<DurationEvent>(&event);
    ASSERT_NE(duration, nullptr) << c.message;
    EXPECT_EQ(duration->kind, c.kind) << c.message;
    EXPECT_EQ(duration->duration, Micros{319}) << c.message;
    EXPECT_EQ(duration->text, c.text) << c.message;
  }
}

TEST(Event, ADurationInTheTextOfAnErrorIsNone) {
  const Event event = event_of(record(Severity::kError, "duration: 1.0 ms  statement: SELECT 1"));
  EXPECT_TRUE(std::holds_alternative<ErrorEvent>(event));
}

TEST(Event, ReadsLockWaitsWithTheirTime) {
  const Event waiting = event_of(record(Severity::kLog,
                                        "process 1 still waiting for AccessExclusiveLock on "
                                        "relation 5 of database 6 after 200.123 ms"));
  ASSERT_TRUE(std::holds_alternative<LockEvent>(waiting));
  EXPECT_EQ(std::get<LockEvent>(waiting).kind, LockEvent::Kind::kWaiting);
  EXPECT_EQ(std::get<LockEvent>(waiting).waited, Micros{200'123});
  EXPECT_EQ(event_class_of(waiting), "lock_wait");
}

TEST(Event, ReadsTheNamesOfAnAuthorization) {
  const Event event = event_of(record(Severity::kLog,
                                      "connection authorized: user=web database=shop "
                                      "application_name=check out SSL enabled (protocol=TLSv1.3)"));
  ASSERT_TRUE(std::holds_alternative<ConnectionEvent>(event));
  const auto& connection = std::get<ConnectionEvent>(event);
  EXPECT_EQ(connection.user, "web");
  EXPECT_EQ(connection.database, "shop");
  EXPECT_EQ(connection.application, "check out");
}

TEST(Event, RefusalsAreFatalErrorsBeforeASession) {
  struct Case {
    Severity severity;
    std::string_view message;
    std::string_view sqlstate;
    bool refused;
  };
  const Case cases[] = {
      {Severity::kFatal, "sorry, too many clients already", "53300", true},
      {Severity::kFatal,
       "remaining connection slots are reserved for roles with the SUPERUSER attribute", "53300",
       true},
      {Severity::kFatal, "role \"x\" does not exist", "28000", true},
      {Severity::kError, "role \"x\" does not exist", "42704", false},
      {Severity::kFatal, "database \"x\" does not exist", "3D000", true},
      {Severity::kFatal, "connection to client lost", "08006", false},
      {Severity::kFatal, "terminating connection due to idle-in-transaction timeout", "25P03",
       false},
      {Severity::kFatal, "the database system is starting up", "57P03", true},
  };
  for (const Case& c : cases) {
    const Event event = event_of(record(c.severity, c.message));
    ASSERT_TRUE(std::holds_alternative<ErrorEvent>(event)) << c.message;
    EXPECT_EQ(std::get<ErrorEvent>(event).sqlstate, c.sqlstate) << c.message;
    EXPECT_EQ(std::get<ErrorEvent>(event).refused_connection, c.refused) << c.message;
  }
}

TEST(Event, TheCarriedSqlstateCountsMoreThanTheText) {
  LogRecord error = record(Severity::kError, "deadlock detected");
  error.sqlstate = "XX000";
  const Event event = event_of(error);
  EXPECT_EQ(std::get<ErrorEvent>(event).sqlstate, "XX000");
}

TEST(Event, ReadsTheSizeOfATemporaryFile) {
  const Event event = event_of(
      record(Severity::kLog, "temporary file: path \"base/pgsql_tmp/pgsql_tmp1.19\", size 37492"));
  ASSERT_TRUE(std::holds_alternative<TempFileEvent>(event));
  EXPECT_EQ(std::get<TempFileEvent>(event).bytes, 37492U);
}

}  // namespace
}  // namespace pgcounsel
