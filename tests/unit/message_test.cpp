#include "parser/log/message/message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parser/log/event.h"
#include "parser/log/message/pattern.h"

namespace pgcounsel {
namespace {

struct Table {
  std::span<const MessageRow> rows;
  const MessageRow* (*find)(std::string_view);
};

std::vector<Table> all_tables() {
  return {{message_table(), find_message},
          {detail_table(), find_detail},
          {context_table(), find_context},
          {pooler_reason_table(), find_pooler_reason},
          {pooler_message_table(), find_pooler_message}};
}

std::vector<MessageRow> all_rows() {
  std::vector<MessageRow> rows;
  for (const Table& table : all_tables()) {
    rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  }
  return rows;
}

bool is_snake_case(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// The row's text with its values put back; only for texts without brackets.
std::string filled(const MessageRow& row, const Captures& captures) {
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = 0; i < row.text.size(); ++i) {
    if (row.text[i] != '{') {
      text.push_back(row.text[i]);
      continue;
    }
    text += next < captures.count ? captures.list[next].text : "(no value)";
    ++next;
    i = row.text.find('}', i);
  }
  return text;
}

TEST(MessageTable, KnowsEveryClassOfMessagesThatMatters) {
  EXPECT_GE(message_table().size(), 500U);
  EXPECT_GE(detail_table().size(), 50U);
  EXPECT_GE(context_table().size(), 30U);
  EXPECT_GE(pooler_reason_table().size(), 110U);
  EXPECT_GE(pooler_message_table().size(), 60U);
  std::set<std::string_view> classes;
  for (const MessageRow& row : message_table()) classes.insert(row.event_class);
  for (const char* wanted : {"lock_wait",
                             "lock_acquired",
                             "deadlock",
                             "deadlock_wait",
                             "lock_timeout",
                             "statement_timeout",
                             "user_cancel",
                             "recovery_conflict",
                             "autovacuum_cancel",
                             "idle_in_transaction_timeout",
                             "transaction_timeout",
                             "idle_session_timeout",
                             "terminated",
                             "connection_received",
                             "connection_authenticated",
                             "connection_authorized",
                             "connection_ready",
                             "disconnection",
                             "refused",
                             "connection_lost",
                             "connection_lost_open_transaction",
                             "temp_file",
                             "checkpoint",
                             "checkpoint_start",
                             "checkpoint_too_frequent",
                             "restartpoint",
                             "autovacuum",
                             "autoanalyze",
                             "server_start",
                             "server_ready",
                             "server_down",
                             "crash",
                             "reload",
                             "parameter_changed",
                             "out_of_memory",
                             "disk_full",
                             "damage",
                             "archive_failure",
                             "wraparound_warning",
                             "wraparound_stop",
                             "stats_timeout",
                             "replication_start",
                             "replication_lost",
                             "fork_failure",
                             "accept_failure"}) {
    EXPECT_TRUE(classes.contains(wanted)) << wanted;
  }
}

TEST(MessageTable, EveryRowIsWellFormed) {
  for (const Table& table : all_tables()) {
    std::set<std::string_view> texts;
    for (const MessageRow& row : table.rows) {
      EXPECT_TRUE(texts.insert(row.text).second) << "twice: " << row.text;
    }
  }
  for (const MessageRow& row : all_rows()) {
    EXPECT_FALSE(row.name.empty()) << row.text;
    EXPECT_TRUE(is_snake_case(row.name)) << row.name;
    EXPECT_TRUE(is_snake_case(row.event_class)) << row.event_class;
    if (!row.sqlstate.empty()) {
      EXPECT_EQ(row.sqlstate.size(), 5U) << row.text;
      EXPECT_TRUE(std::all_of(row.sqlstate.begin(), row.sqlstate.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
      })) << row.sqlstate;
    }
    std::vector<MessagePattern> patterns;
    ASSERT_TRUE(compile_row(row, patterns)) << row.text;
    std::set<std::string_view> names;
    for (const PatternField& field : patterns.front().fields) {
      EXPECT_TRUE(is_snake_case(field.name) && !field.name.empty()) << row.text;
      EXPECT_TRUE(names.insert(field.name).second) << field.name << " twice in " << row.text;
    }
  }
}

TEST(MessageTable, EverySampleFindsItsOwnRow) {
  for (const Table& table : all_tables()) {
    for (const MessageRow& row : table.rows) {
      const MessageRow* found = table.find(row.sample.line);
      ASSERT_NE(found, nullptr) << row.sample.line;
      EXPECT_EQ(found->text, row.text) << row.sample.line;
      if (row.text.find('[') != std::string_view::npos) continue;
      EXPECT_EQ(filled(row, captures_of(row, row.sample.line)), row.sample.line);
    }
  }
}

TEST(MessageTable, FoldsEveryValue) {
  const MessageRow* row = find_message("relation \"secret_plans\" does not exist");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(folded_text(*row), "relation \"…\" does not exist");
  for (const MessageRow& any : all_rows()) {
    const std::string folded = folded_text(any);
    EXPECT_EQ(folded.find_first_of("{}[]"), std::string::npos) << folded;
    std::size_t values = 0, dots = 0;
    for (const char c : any.text) values += c == '{';
    for (auto at = folded.find("…"); at != std::string::npos; at = folded.find("…", at + 1)) ++dots;
    EXPECT_EQ(dots, values) << folded;
  }
}

TEST(MessageTable, GivesTheValuesAndWhatTheyAre) {
  struct Case {
    std::string_view message, field, value;
    Secret secret;
  };
  const Case cases[] = {
      {"process 7 still waiting for AccessExclusiveLock on relation 5 of database 6 after 200.123 "
       "ms",
       "pid", "7", Secret::kNone},
      {"process 7 still waiting for AccessExclusiveLock on relation 5 of database 6 after 200.123 "
       "ms",
       "object", "relation 5 of database 6", Secret::kNone},
      {"process 7 acquired ShareLock on transaction 1042 after 734.501 ms", "ms", "734.501",
       Secret::kNone},
      {"temporary file: path \"base/pgsql_tmp/pgsql_tmp1.19\", size 37492", "bytes", "37492",
       Secret::kNone},
      {"temporary file: path \"base/pgsql_tmp/pgsql_tmp1.19\", size 37492", "path",
       "base/pgsql_tmp/pgsql_tmp1.19", Secret::kPath},
      {"automatic vacuum of table \"shop.public.carts\": index scans: 1\npages: 0 removed", "table",
       "shop.public.carts", Secret::kIdentifier},
      {"automatic analyze of table \"shop.public.carts\"", "table", "shop.public.carts",
       Secret::kIdentifier},
      {"connection received: host=10.0.0.1 port=41798", "host", "10.0.0.1", Secret::kHost},
      {"connection received: host=[local]", "host", "[local]", Secret::kHost},
      {"connection authorized: user=a b database=c d application_name=e f SSL enabled "
       "(protocol=TLSv1.3, cipher=X, bits=256)",
       "database", "c d", Secret::kIdentifier},
      {"connection authorized: user=web database=shop", "user", "web", Secret::kIdentifier},
      {"duplicate key value violates unique constraint \"u\"", "constraint", "u",
       Secret::kIdentifier},
      {"invalid input syntax for type integer: \"4111-1111\"", "type",
       "type integer: \"4111-1111\"", Secret::kTableData},
      {"value \"99999999999\" is out of range for type integer", "value", "99999999999",
       Secret::kTableData},
      {"syntax error at or near \"'hunter2'\"", "token", "'hunter2'", Secret::kStatementText},
      {"duration: 0.319 ms  execute S_1: SELECT 1", "sql", "SELECT 1", Secret::kStatementText},
      {"checkpoint complete: wrote 44 buffers (0.3%), wrote 2 SLRU buffers; 0 WAL file(s) added, 0 "
       "removed, 0 recycled; write=4.316 s, sync=0.003 s, total=4.330 s; sync files=11, "
       "longest=0.002 s, average=0.001 s; distance=260 kB, estimate=260 kB; lsn=0/1, redo lsn=0/1",
       "total_s", "4.330", Secret::kNone},
      {"connection ready: setup total=6.560 ms, fork=0.242 ms, authentication=4.813 ms", "fork_ms",
       "0.242", Secret::kNone},
  };
  for (const Case& c : cases) {
    const MessageRow* row = find_message(c.message);
    ASSERT_NE(row, nullptr) << c.message;
    EXPECT_EQ(field_of(*row, c.message, c.field), c.value) << c.message;
    EXPECT_EQ(field_of(*row, c.message, "no_such_field"), std::nullopt);
    const Captures captures = captures_of(*row, c.message);
    for (const Capture& capture : captures.all()) {
      if (capture.name == c.field) {
        EXPECT_EQ(capture.secret, c.secret) << c.message;
      }
    }
  }
}

TEST(MessageTable, DetailsTellWhoHoldsAndWhatIsSecret) {
  struct Case {
    std::string_view detail, field, value;
    Secret secret;
  };
  const Case cases[] = {
      {"Process holding the lock: 1. Wait queue: 2, 3.", "holders", "1", Secret::kNone},
      {"Processes holding the lock: 1, 4. Wait queue: 2, 3.", "queue", "2, 3", Secret::kNone},
      {"Processes holding the lock: 1, 4. Wait queue: .", "queue", "", Secret::kNone},
      {"Key (email)=(a@example.org) already exists.", "values", "a@example.org",
       Secret::kTableData},
      {"Failing row contains (1, null).", "row", "(1, null)", Secret::kTableData},
      {"parameters: $1 = '7'", "parameters", "$1 = '7'", Secret::kStatementParameter},
      {"Process 1 waits for ShareLock on transaction 9; blocked by process 2.\nProcess 2 waits for "
       "ShareLock on transaction 8; blocked by process 1.\nProcess 1: UPDATE a\nProcess 2: UPDATE "
       "b",
       "blocker", "2", Secret::kNone},
      {"Connection matched pg_hba.conf line 97: \"host all all\"", "text", "host all all",
       Secret::kOther},
  };
  for (const Case& c : cases) {
    const MessageRow* row = find_detail(c.detail);
    ASSERT_NE(row, nullptr) << c.detail;
    EXPECT_EQ(field_of(*row, c.detail, c.field), c.value) << c.detail;
    const Captures captures = captures_of(*row, c.detail);
    for (const Capture& capture : captures.all()) {
      if (capture.name == c.field) {
        EXPECT_EQ(capture.secret, c.secret) << c.detail;
      }
    }
  }
  const std::string_view context = "while updating tuple (0,7) in relation \"carts\"";
  ASSERT_NE(find_context(context), nullptr);
  EXPECT_EQ(field_of(*find_context(context), context, "table"), "carts");
}

TEST(MessageTable, DoesNotGuess) {
  const std::string zeros("deadlock detected\0", 18);
  const std::string long_text = "process 1 still waiting for " + std::string(1 << 20, 'a');
  const std::string open_text = "relation \"" + std::string(1 << 20, '"');
  for (const std::string_view message :
       {std::string_view("product 97 is not sellable"), std::string_view(""),
        std::string_view(zeros), std::string_view(long_text), std::string_view(open_text),
        std::string_view("process my secret still waiting for you on me after 1 ms"),
        std::string_view("temporary file: path \"a\", size of my house"),
        std::string_view("\xFF\xFE deadlock detected"), std::string_view("relation \""),
        std::string_view("role \"x\" does not exist, skipping"), std::string_view("dead")}) {
    EXPECT_EQ(find_message(message), nullptr) << message.substr(0, 80);
  }
}

TEST(MessagePattern, RefusesMalformedTexts) {
  for (const char* text : {"a {b", "a {b}", "a {:words}", "a {b:nothing}", "{a:words}{b:words}",
                           "a [b", "a b]", "a [b [c]]"}) {
    std::vector<MessagePattern> patterns;
    const MessageRow row{"", "x", "", text, {"", SampleSource::kSourceText}};
    EXPECT_FALSE(compile_row(row, patterns)) << text;
  }
}

TEST(MessagePattern, LeavesOutEveryPartInBrackets) {
  std::vector<MessagePattern> patterns;
  const MessageRow row{
      "", "x", "", "a[ b={b:number}][ c={c:other}]", {"", SampleSource::kSourceText}};
  ASSERT_TRUE(compile_row(row, patterns));
  const auto value_of = [&](std::string_view text, std::string_view name) -> std::string_view {
    Captures captures;
    for (const MessagePattern& pattern : patterns) {
      if (pattern.match(text, &captures)) return captures[name];
    }
    return "no match";
  };
  EXPECT_EQ(patterns.size(), 4U);
  EXPECT_EQ(value_of("a b=1 c=2", "b"), "1");
  EXPECT_EQ(value_of("a b=1 c=2", "c"), "2");
  EXPECT_EQ(value_of("a b=1", "b"), "1");
  EXPECT_EQ(value_of("a c=2", "c"), "2");
  EXPECT_EQ(value_of("a", "c"), "");
  EXPECT_EQ(value_of("a b=one", "b"), "no match");
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
      {"duration: 0.319 ms statement: SELECT 7", Kind::kStatement, "SELECT 7"},  // a blank lost
      {"duration: 0.319 ms execute S_2: SELECT 8", Kind::kExecute, "SELECT 8"},
      {"duration: 0.319 ms  statement: ", Kind::kStatement, ";"},  // a pool tests its connection
      {"duration: 0.319 ms  execute <unnamed>: ", Kind::kExecute, ";"},
      {"duration: 0.319 ms  execute <unnamed>:", Kind::kExecute, ";"},
      {"duration: 0.319 ms", Kind::kBare, ""},
      {"duration: 0.319 ms  plan:\n{ \"Query Text\": \"SELECT 6\" }", Kind::kPlan,
       "\n{ \"Query Text\": \"SELECT 6\" }"},
      {"duration: 0.319 ms plan: ", Kind::kPlan, " "},  // a blank lost
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

TEST(Event, APlanIsOneUnderAnySeverityBelowAnError) {
  for (const Severity severity :
       {Severity::kDebug, Severity::kInfo, Severity::kNotice, Severity::kWarning, Severity::kLog}) {
    const Event event =
        event_of(record(severity, "duration: 1.000 ms  plan:\nQuery Text: SELECT 1"));
    const auto* duration = std::get_if<DurationEvent>(&event);
    ASSERT_NE(duration, nullptr) << name_of(severity);
    EXPECT_EQ(duration->kind, DurationEvent::Kind::kPlan);
    EXPECT_EQ(duration->text, "\nQuery Text: SELECT 1");
  }
  const Event error =
      event_of(record(Severity::kError, "duration: 1.000 ms  plan:\nQuery Text: x"));
  EXPECT_TRUE(std::holds_alternative<ErrorEvent>(error));
  const Event notice = event_of(record(Severity::kNotice, "duration: 1.0 ms  statement: SELECT 1"));
  EXPECT_FALSE(std::holds_alternative<DurationEvent>(notice));
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

TEST(Event, ReadsWhatAConnectionCost) {
  const Event event = event_of(
      record(Severity::kLog,
             "connection ready: setup total=6.560 ms, fork=0.242 ms, authentication=4.813 ms"));
  ASSERT_TRUE(std::holds_alternative<ConnectionEvent>(event));
  const auto& connection = std::get<ConnectionEvent>(event);
  EXPECT_EQ(connection.kind, ConnectionEvent::Kind::kReady);
  EXPECT_EQ(connection.setup, Micros{6560});
  EXPECT_EQ(connection.fork, Micros{242});
  EXPECT_EQ(connection.authentication, Micros{4813});
}

TEST(Event, ReadsTheTimeOfADisconnection) {
  for (const char* message :
       {"disconnection: session time: 0:00:01.500 user=web database=shop host=10.0.0.1 port=5",
        "disconnection: session time: 0:00:01.500 user=web database=shop host=[local]",
        "disconnection: session time: 0:00:01.500"}) {
    const Event event = event_of(record(Severity::kLog, message));
    ASSERT_TRUE(std::holds_alternative<ConnectionEvent>(event)) << message;
    EXPECT_EQ(std::get<ConnectionEvent>(event).kind, ConnectionEvent::Kind::kDisconnected);
    EXPECT_EQ(std::get<ConnectionEvent>(event).session_time, Micros{1'500'000}) << message;
  }
}

TEST(Event, ReadsWhoWasDisconnected) {
  struct Case {
    std::string_view message, user, database;
  };
  const Case cases[] = {
      {"disconnection: session time: 0:00:01.500 user=web database=shop host=10.0.0.1 port=5",
       "web", "shop"},
      {"disconnection: session time: 0:00:01.500 user=a b database=c d host=[local]", "a b", "c d"},
      {"disconnection: session time: 0:00:02.934 user=postgres database= host=[local]", "postgres",
       ""},
      {"disconnection: session time: 0:00:01.500", "", ""},
      {"Verbindungsende: Sitzungszeit: 0:00:01.500 Benutzer=web Datenbank=shop Host=[local]", "web",
       "shop"},
      {"déconnexion : durée de la session : 0:00:01.500\nutilisateur=web base=shop", "web", "shop"},
      {"Verbindungsende: Sitzungszeit: 0:00:01.500 Benutzer=", "", ""},
      {"Verbindungsende: Sitzungszeit: 0:00:01.500", "", ""},
  };
  for (const Case& c : cases) {
    const Event event = event_of(record(Severity::kLog, c.message));
    ASSERT_TRUE(std::holds_alternative<ConnectionEvent>(event)) << c.message;
    EXPECT_EQ(std::get<ConnectionEvent>(event).user, c.user) << c.message;
    EXPECT_EQ(std::get<ConnectionEvent>(event).database, c.database) << c.message;
  }
}

TEST(Event, AMissingRoleIsNoRefusalWhenAStatementNamesIt) {
  EXPECT_EQ(event_class_of(event_of(record(Severity::kFatal, "role \"x\" does not exist"))),
            "refused");
  EXPECT_EQ(event_class_of(event_of(record(Severity::kError, "role \"x\" does not exist"))), "");
}

TEST(Event, ReadsTheLinesOfOtherLanguages) {
  struct Case {
    std::string_view duration, execute, received, authorized, disconnected;
  };
  const Case cases[] = {
      {"Dauer: 0.319 ms  Anweisung: SELECT 1", "Dauer: 0.319 ms  Ausführen <unnamed>: SELECT 1",
       "Verbindung empfangen: Host=[local]", "Verbindung autorisiert: Benutzer=web Datenbank=shop",
       "Verbindungsende: Sitzungszeit: 0:00:01.500 Benutzer=web Datenbank=shop Host=[local]"},
      {"durée : 0.319 ms, instruction : SELECT 1", "durée : 0.319 ms  exécute S_1: SELECT 1",
       "connexion reçue : hôte=[local]",
       "connexion autorisée : utilisateur=web base de données shop",
       "déconnexion : durée de la session : 0:00:01.500\nutilisateur=web base=shop"},
      {"duración: 0.319 ms  sentencia: SELECT 1", "duración: 0.319 ms  ejecutar S_1: SELECT 1",
       "conexión recibida: host=[local]", "conexión autorizada: usuario=web base_de_datos=shop",
       "desconexión: duración de sesión: 0:00:01.500 usuario=web"},
      {"продолжительность: 0.319 мс, оператор: SELECT 1",
       "продолжительность: 0.319 мс  выполнение S_1: SELECT 1", "принято подключение: узел=[local]",
       "подключение авторизовано: пользователь=web база=shop",
       "отключение: время сеанса: 0:00:01.500 пользователь=web"},
      {"期間: 0.319 ミリ秒  文: SELECT 1", "期間: 0.319 ミリ秒  実行 S_1: SELECT 1",
       "接続を受け付けました: ホスト=[local]", "接続の認証完了: ユーザー=web データベース=shop",
       "接続を切断: セッション時間: 0:00:01.500 ユーザー=web"},
      {"耗时: 0.319 ms  语句: SELECT 1", "耗时: 0.319 ms  执行 S_1: SELECT 1",
       "已接收到连接: host=[local]", "连接已授权: user=web database=shop",
       "断开连接: 会话时长: 0:00:01.500 user=web"},
      {"durata: 0.319 ms  istruzione: SELECT 1", "durata: 0.319 ms  esecuzione di S_1: SELECT 1",
       "connessione ricevuta: host=[local]", "connessione autorizzata: utente=web database shop",
       "disconnessione: tempo della sessione: 0:00:01.500 utente=web"},
      {"duração: 0.319 ms  comando: SELECT 1", "duração: 0.319 ms  executar S_1: SELECT 1",
       "conexão recebida: host=[local]", "conexão autorizada: usuário=web banco de dados=shop",
       "desconexão: tempo da sessão: 0:00:01.500 usuário=web"},
  };
  const auto log = [](std::string_view message) {
    return event_of(record(Severity::kLog, message));
  };
  for (const Case& c : cases) {
    for (const std::string_view line : {c.duration, c.execute}) {
      const Event event = log(line);
      ASSERT_TRUE(std::holds_alternative<DurationEvent>(event)) << line;
      EXPECT_EQ(std::get<DurationEvent>(event).duration, Micros{319}) << line;
      EXPECT_EQ(std::get<DurationEvent>(event).text, "SELECT 1") << line;
    }
    EXPECT_EQ(std::get<DurationEvent>(log(c.execute)).kind, DurationEvent::Kind::kExecute);
    ASSERT_TRUE(std::holds_alternative<ConnectionEvent>(log(c.received))) << c.received;
    EXPECT_EQ(std::get<ConnectionEvent>(log(c.received)).kind, ConnectionEvent::Kind::kReceived);
    ASSERT_TRUE(std::holds_alternative<ConnectionEvent>(log(c.authorized))) << c.authorized;
    const auto authorized = std::get<ConnectionEvent>(log(c.authorized));
    EXPECT_EQ(authorized.user, "web") << c.authorized;
    EXPECT_EQ(authorized.database, "shop") << c.authorized;
    ASSERT_TRUE(std::holds_alternative<ConnectionEvent>(log(c.disconnected))) << c.disconnected;
    EXPECT_EQ(std::get<ConnectionEvent>(log(c.disconnected)).session_time, Micros{1'500'000});
  }
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
      {Severity::kFatal, "unexpected EOF on client connection with an open transaction", "08006",
       false},
      {Severity::kFatal, "terminating connection because protocol synchronization was lost",
       "08P01", false},
      {Severity::kFatal, "could not connect to the primary server: connection refused", "08006",
       false},
      {Severity::kFatal, "database \"x\" is not currently accepting connections", "55000", true},
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
