#include "parser/log/pooler/pooler_message.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "parser/log/pooler/pooler_event.h"

namespace pgcounsel {
namespace {

PoolerEvent event_of_text(std::string_view message) {
  LogRecord record;
  record.message = message;
  return pooler_event_of(record);
}

TEST(PoolerMessages, EveryClassHasAConcern) {
  for (const auto rows : {pooler_reason_table(), pooler_message_table()}) {
    for (const MessageRow& row : rows) {
      EXPECT_FALSE(row.event_class.empty()) << row.text;
      EXPECT_TRUE(concern_of(row.event_class).has_value()) << row.event_class;
    }
  }
  EXPECT_EQ(concern_of("no such class"), std::nullopt);
  EXPECT_EQ(concern_of("query_wait_timeout"), PoolerConcern::kRefused);
  EXPECT_EQ(concern_of("client_close"), PoolerConcern::kNone);
}

// Where the texts of two rows overlap, the narrow one counts.
TEST(PoolerMessages, TheNarrowRowCounts) {
  const std::pair<std::string_view, std::string_view> reasons[] = {
      {"TLS connection required", "login_failed"},
      {"TLS certificate name mismatch", "connect_failed"},
      {"SSL req inside SSL", "protocol"},
      {"certificate authentication failed", "login_failed"},
      {"unable to send auth_query", "auth_query_failed"},
      {"failed to send cancel request", "protocol"},
      {"failed cancel request", "cancel"},
      {"cancel request query_wait_timeout", "query_wait_timeout"},
      {"SV_USED server got dirty", "server_dirty"},
      {"no such database: a\" does not exist", "no_such_database"},
      {"database \"a\" is disabled", "database_disabled"},
      {"admin access needed", "login_failed"},
      {"close_needed", "close_needed"},
      {"remaining connection slots are reserved for roles with privileges of the "
       "\"pg_use_reserved_connections\" role",
       "server_full"},
  };
  for (const auto& [reason, message_class] : reasons) {
    const MessageRow* row = find_pooler_reason(reason);
    ASSERT_NE(row, nullptr) << reason;
    EXPECT_EQ(row->event_class, message_class) << reason;
  }
}

TEST(PoolerMessages, TellWhatIsSecret) {
  struct Case {
    std::string_view message, field, value;
    Secret secret;
  };
  const Case cases[] = {
      {"login attempt: db=shop user=a b tls=TLSv1.3", "user", "a b", Secret::kIdentifier},
      {"listening on unix:/tmp/.s.PGSQL.6432", "address", "unix:/tmp/.s.PGSQL.6432", Secret::kHost},
      {"got admin query: SET x = 'y'", "query", "SET x = 'y'", Secret::kStatementText},
      {"could not open auth_file /a/b: no", "path", "/a/b: no", Secret::kPath},
  };
  for (const Case& c : cases) {
    const MessageRow* row = find_pooler_message(c.message);
    ASSERT_NE(row, nullptr) << c.message;
    const Captures captures = captures_of(*row, c.message);
    EXPECT_EQ(captures[c.field], c.value) << c.message;
    for (const Capture& capture : captures.all()) {
      if (capture.name == c.field) {
        EXPECT_EQ(capture.secret, c.secret) << c.message;
      }
    }
  }
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
  for (const std::string_view odd : {"process up: ", "process up: pgcat 1.2",
                                     "kernel file descriptor limit: 1 max_client_conn: -, x"}) {
    EXPECT_TRUE(std::holds_alternative<PoolerOther>(event_of_text(odd))) << odd;
  }
  const PoolerEvent cut = event_of_text("new connection to server (from 127.0.0.1:4");
  ASSERT_TRUE(std::holds_alternative<PoolerServerConnection>(cut));
  EXPECT_EQ(std::get<PoolerServerConnection>(cut).local, "");
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
