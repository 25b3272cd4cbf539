#include "parser/log/usual_event.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace pgcounsel {
namespace {

using Kind = DurationEvent::Kind;

struct DurationCase {
  std::string_view message;
  Kind kind;
  std::int64_t micros;
  std::string_view text;
};

TEST(UsualEvent, ReadsDurations) {
  constexpr std::array cases = {
      DurationCase{"duration: 0.319 ms", Kind::kBare, 319, ""},
      DurationCase{"duration: 12.005 ms  statement: SELECT 1", Kind::kStatement, 12'005,
                   "SELECT 1"},
      DurationCase{"duration: 1.000 ms  statement: ", Kind::kStatement, 1000, ";"},
      DurationCase{"duration: 1.000 ms  execute a/b: SELECT 2", Kind::kExecute, 1000, "SELECT 2"},
      DurationCase{"duration: 1.000 ms  parse <unnamed>: SELECT 3", Kind::kParse, 1000, "SELECT 3"},
      DurationCase{"duration: 1.000 ms  bind S_1: SELECT 4", Kind::kBind, 1000, "SELECT 4"},
      DurationCase{"duration: 123456789012.345 ms  plan:\nQuery Text: x", Kind::kPlan,
                   123'456'789'012'345, "\nQuery Text: x"},
  };
  for (const DurationCase& c : cases) {
    Event event;
    ASSERT_TRUE(read_usual_event(c.message, event)) << c.message;
    const auto* duration = std::get_if<DurationEvent>(&event);
    ASSERT_NE(duration, nullptr) << c.message;
    EXPECT_EQ(duration->kind, c.kind) << c.message;
    EXPECT_EQ(duration->duration.count(), c.micros) << c.message;
    EXPECT_EQ(duration->text, c.text) << c.message;
  }
}

TEST(UsualEvent, ReadsDurationsOfAnyLength) {
  std::string digits;
  std::int64_t whole = 0;
  for (int count = 1; count <= 12; ++count) {
    digits += static_cast<char>('0' + count % 10);
    whole = whole * 10 + count % 10;
    for (const std::string_view rest : {"", "  statement: SELECT a FROM t"}) {
      const std::string message = "duration: " + digits + ".987 ms" + std::string(rest);
      Event event;
      ASSERT_TRUE(read_usual_event(message, event)) << message;
      EXPECT_EQ(std::get<DurationEvent>(event).duration.count(), whole * 1000 + 987) << message;
    }
  }
}

TEST(UsualEvent, TakesNoOtherByteForADigit) {
  for (int byte = 0; byte < 256; ++byte) {
    if (byte >= '0' && byte <= '9') continue;
    for (const std::size_t at : {10U, 11U, 12U, 14U, 15U, 16U}) {
      std::string message = "duration: 123.456 ms  statement: SELECT 1";
      message[at] = static_cast<char>(byte);
      Event event;
      EXPECT_FALSE(read_usual_event(message, event)) << message;
    }
  }
}

struct ConnectionCase {
  std::string_view message;
  ConnectionEvent::Kind kind;
  std::int64_t micros;
  std::string_view user, database, application;
};

TEST(UsualEvent, ReadsConnections) {
  using enum ConnectionEvent::Kind;
  constexpr std::array cases = {
      ConnectionCase{"connection received: host=[local]", kReceived, 0, "", "", ""},
      ConnectionCase{"connection authorized: user=web", kAuthorized, 0, "web", "", ""},
      ConnectionCase{"connection authorized: user=web database=shop", kAuthorized, 0, "web", "shop",
                     ""},
      ConnectionCase{"connection authorized: user=web application_name=a b", kAuthorized, 0, "web",
                     "", "a b"},
      ConnectionCase{"connection authorized: user=w b database=s d application_name=a database=c",
                     kAuthorized, 0, "w b", "s d", "a database=c"},
      ConnectionCase{"disconnection: session time: 1:00:00.013 user=web database= host=[local]",
                     kDisconnected, 3'600'013'000, "web", "", ""},
  };
  for (const ConnectionCase& c : cases) {
    Event event;
    ASSERT_TRUE(read_usual_event(c.message, event)) << c.message;
    const auto* connection = std::get_if<ConnectionEvent>(&event);
    ASSERT_NE(connection, nullptr) << c.message;
    EXPECT_EQ(connection->kind, c.kind) << c.message;
    EXPECT_EQ(connection->session_time.count(), c.micros) << c.message;
    EXPECT_EQ(connection->user, c.user) << c.message;
    EXPECT_EQ(connection->database, c.database) << c.message;
    EXPECT_EQ(connection->application, c.application) << c.message;
  }
}

TEST(UsualEvent, ReadsTheSizeBehindTheFirstEndOfAPath) {
  Event event;
  ASSERT_TRUE(read_usual_event("temporary file: path \"base/a\", size 37492", event));
  EXPECT_EQ(std::get<TempFileEvent>(event).bytes, 37'492U);
  EXPECT_FALSE(read_usual_event("temporary file: path \"a\", size 1\", size 2", event));
}

TEST(UsualEvent, LeavesAllElseToTheTable) {
  constexpr std::array<std::string_view, 18> messages = {
      "",
      "duration: ",
      "duration: 1",
      "duration: .319 ms",
      "duration: 0.31 ms",
      "duration: 0.3190 ms",
      "duration: 0.319",
      "duration: 0.319 ",
      "duration: 0.319 s",
      "duration: 1234567890123.000 ms",
      "duration: 0.319 ms  fastpath function call: \"f\" (OID 1)",
      "duration: 0.319 ms statement: SELECT 1",
      "connection ready: setup total=6.560 ms",
      "connection authorized: user=web SSL enabled (protocol=TLSv1.3)",
      "disconnection: session time: soon user=web database=shop host=[local]",
      "disconnection: session time: 0:00:00.393 user=web",
      "temporary file: path \"a\", size 1x",
      "temporary file: path \"a"};
  for (const std::string_view message : messages) {
    Event event;
    EXPECT_FALSE(read_usual_event(message, event)) << message;
  }
}

}  // namespace
}  // namespace pgcounsel
