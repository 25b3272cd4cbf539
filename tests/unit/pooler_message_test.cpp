#include "parser/log/pooler_message.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "parser/log/pooler_event.h"

namespace pgcounsel {
namespace {

PoolerEvent event_of_text(std::string_view message) {
  LogRecord record;
  record.message = message;
  return pooler_event_of(record);
}

TEST(PoolerMessages, EveryRowIsFoundByItsSample) {
  for (const PoolerMessage& row : pooler_reasons()) {
    const PoolerMessage* found = find_pooler_reason(row.sample);
    ASSERT_NE(found, nullptr) << row.sample;
    EXPECT_EQ(found->text, row.text) << row.sample;
  }
  for (const PoolerMessage& row : pooler_messages()) {
    const PoolerMessage* found = find_pooler_message(row.sample);
    ASSERT_NE(found, nullptr) << row.sample;
    EXPECT_EQ(found->text, row.text) << row.sample;
  }
}

// The ledger keeps the class alone: its concern must not depend on the text.
TEST(PoolerMessages, AClassHasOneConcern) {
  std::map<std::string_view, PoolerConcern> concerns;
  for (const auto rows : {pooler_reasons(), pooler_messages()}) {
    for (const PoolerMessage& row : rows) {
      const auto [it, inserted] = concerns.try_emplace(row.message_class, row.concern);
      EXPECT_EQ(it->second, row.concern) << row.message_class << ": " << row.text;
      EXPECT_EQ(concern_of(row.message_class), row.concern);
    }
  }
  EXPECT_EQ(concern_of("no such class"), PoolerConcern::kNone);
}

TEST(PoolerMessages, DoNotGuess) {
  EXPECT_EQ(class_of(event_of_text("something else")), "other");
  EXPECT_EQ(class_of(event_of_text("closing because: something else (age=1s)")), "other");
  EXPECT_EQ(class_of(event_of_text("")), "other");
}

TEST(PoolerEvents, TellWhyAConnectionWasClosed) {
  struct Case {
    std::string_view message, message_class;
    std::optional<Micros> age;
  };
  const Case cases[] = {
      {"closing because: client close request (age=5s)", "client_close", kSecond * 5},
      {"closing because: client close request (age=0)", "client_close", Micros{0}},
      {"closing because: no such database: a (age=9s) (age=7s)", "no_such_database", kSecond * 7},
      {"closing because: query_wait_timeout", "query_wait_timeout", std::nullopt},
      {"closing because: pause mode (age=99999999999999999999s)", "pause", std::nullopt},
      {"closing because: client_login_timeout (server down) (age=60s)", "server_down",
       kSecond * 60},
  };
  for (const Case& c : cases) {
    const PoolerEvent event = event_of_text(c.message);
    const auto* closed = std::get_if<PoolerClosed>(&event);
    ASSERT_NE(closed, nullptr) << c.message;
    EXPECT_EQ(class_of(event), c.message_class) << c.message;
    EXPECT_EQ(closed->age, c.age) << c.message;
  }
  const PoolerEvent error = event_of_text("pooler error: query_wait_timeout");
  EXPECT_TRUE(std::holds_alternative<PoolerError>(error));
  EXPECT_EQ(class_of(error), "query_wait_timeout");
}

TEST(PoolerEvents, ReadTheStatsOfEachVersion) {
  struct Case {
    std::string_view message;
    PoolerWait meaning;
  };
  const Case cases[] = {
      {"stats: 12 xacts/s, 30 queries/s, in 450 B/s, out 900 B/s, xact 7 us, query 6 us, wait "
       "time 5 us",
       PoolerWait::kPerSecond},
      {"stats: 12 xacts/s, 30 queries/s, in 450 B/s, out 900 B/s, xact 7 us, query 6 us, wait 5 us",
       PoolerWait::kPerSecond},
      {"stats: 12 xacts/s, 30 queries/s, 1 client parses/s, 2 server parses/s, 3 binds/s, in 450 "
       "B/s, out 900 B/s, xact 7 us, query 6 us, wait 5 us",
       PoolerWait::kUnknown},
      {"stats: 12 xacts/s, 30 queries/s, 1 client parses/s, 2 server parses/s, 3 binds/s, 4 client "
       "logins/s, in 450 B/s, out 900 B/s, xact 7 us, query 6 us, wait 5 us",
       PoolerWait::kPerAssignment},
  };
  for (const Case& c : cases) {
    const PoolerEvent event = event_of_text(c.message);
    const auto* stats = std::get_if<PoolerStatsEvent>(&event);
    ASSERT_NE(stats, nullptr) << c.message;
    EXPECT_EQ(stats->xacts_per_s, 12U);
    EXPECT_EQ(stats->queries_per_s, 30U);
    EXPECT_EQ(stats->in, 450U);
    EXPECT_EQ(stats->out, 900U);
    EXPECT_EQ(stats->xact, Micros{7});
    EXPECT_EQ(stats->query, Micros{6});
    EXPECT_EQ(stats->wait, Micros{5});
    EXPECT_EQ(stats->meaning, c.meaning) << c.message;
  }
  // Cut off or not a number: what is there counts, and nothing breaks.
  for (const std::string_view odd :
       {"stats: ", "stats: ,,, , ", "stats: 99999999999999999999999 xacts/s, wait -5 us"}) {
    const PoolerEvent event = event_of_text(odd);
    ASSERT_TRUE(std::holds_alternative<PoolerStatsEvent>(event)) << odd;
    EXPECT_EQ(std::get<PoolerStatsEvent>(event).xacts_per_s, 0U) << odd;
  }
}

TEST(PoolerEvents, TellTheStart) {
  const PoolerEvent up = event_of_text("process up: PgBouncer 1.18.0, libevent 2.1.12-stable");
  ASSERT_TRUE(std::holds_alternative<PoolerUp>(up));
  EXPECT_EQ(std::get<PoolerUp>(up).version, "1.18.0");
  for (const std::string_view limit :
       {"kernel file descriptor limit: 1024 (hard: 20000); max_client_conn: 45, max expected fd "
        "use: 197",
        "file descriptor limit: 1024 (H:4096), max_client_conn: 45, max fds possible: 150"}) {
    const PoolerEvent event = event_of_text(limit);
    ASSERT_TRUE(std::holds_alternative<PoolerLimit>(event)) << limit;
    EXPECT_EQ(std::get<PoolerLimit>(event).max_client_conn, 45U);
  }
  const PoolerEvent server = event_of_text("new connection to server (from 127.0.0.1:44834)");
  ASSERT_TRUE(std::holds_alternative<PoolerServerConnection>(server));
  EXPECT_EQ(std::get<PoolerServerConnection>(server).local, "127.0.0.1:44834");
}

TEST(PoolerEvents, KnowWhenTheMeaningOfWaitChanged) {
  const std::pair<std::string_view, PoolerWait> cases[] = {{"1.9.0", PoolerWait::kPerSecond},
                                                           {"1.18.0", PoolerWait::kPerSecond},
                                                           {"1.22.1", PoolerWait::kPerSecond},
                                                           {"1.23.0", PoolerWait::kPerAssignment},
                                                           {"1.24.1", PoolerWait::kPerAssignment},
                                                           {"2.0", PoolerWait::kPerAssignment},
                                                           {"", PoolerWait::kUnknown},
                                                           {"1", PoolerWait::kUnknown},
                                                           {"x.y", PoolerWait::kUnknown}};
  for (const auto& [version, meaning] : cases) EXPECT_EQ(wait_of_version(version), meaning);
}

}  // namespace
}  // namespace pgcounsel
