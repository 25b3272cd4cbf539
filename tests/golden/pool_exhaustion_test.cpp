// The story of samples/pool_exhaustion: the whole report as two files that a person can read, and
// its figures against those that the servers, the clients and a separate script counted
// (truth.json). PGCOUNSEL_BLESS=1 writes the files anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "parser/sql/statement_book.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

const std::string kFolder = std::string(PGCOUNSEL_SOURCE_DIR) + "/samples/pool_exhaustion/";

const Report& report() {
  static const Report made = [] {
    auto store = Store::in_memory();
    PGC_CHECK(store.has_value());
    take(*store, {kFolder + "postgresql.log.zst"}, "shop");
    return report_of(*store);
  }();
  return made;
}

const Workload& shop() {
  return report().servers.at(0).workload;
}

void expect_same_as_file(const std::string& text, const std::string& name) {
  const char* bless = std::getenv("PGCOUNSEL_BLESS");
  if (bless != nullptr && std::string_view(bless) == "1") {
    std::ofstream(kFolder + name, std::ios::binary) << text;
  }
  const std::string expected = read_file(kFolder + name);
  if (text == expected) return;
  std::istringstream now(text), before(expected);
  std::string line, old;
  std::size_t number = 1;
  while (std::getline(now, line) && std::getline(before, old) && line == old) ++number;
  FAIL() << name << " differs from line " << number << ":\n- " << old << "\n+ " << line
         << "\nIf the new report is right: PGCOUNSEL_BLESS=1 tests/pgc_tests "
            "--gtest_filter='Golden*', then read the difference";
}

TEST(GoldenPoolExhaustion, ThePageIsTheExpectedOne) {
  expect_same_as_file(render_markdown(report()), "expected.md");
}

TEST(GoldenPoolExhaustion, TheJsonIsTheExpectedOne) {
  expect_same_as_file(render_json(report()), "expected.json");
}

// ---- The same figures by another route

// `expression` of the truth `t`, printed by Python.
std::string truth(const std::string& expression) {
  std::string answer = run("python3 -c 'import json; t = json.load(open(\"" + kFolder +
                           "truth.json\")); print(" + expression + ", end=\"\")'");
  EXPECT_NE(answer, "") << expression;
  return answer;
}

std::uint64_t truth_count(const std::string& expression) {
  return std::stoull(truth(expression));
}

double seconds(Micros duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

std::uint64_t errors_of(const std::string& severity, const std::string& sqlstate = "") {
  std::uint64_t count = 0;
  for (const ErrorRow& error : shop().errors) {
    if (error.severity == severity && (sqlstate.empty() || error.sqlstate == sqlstate)) {
      count += error.count;
    }
  }
  return count;
}

std::uint64_t events_of(const std::string& event_class) {
  for (const EventRow& event : shop().events) {
    if (event.event_class == event_class) return event.count;
  }
  return 0;
}

TEST(GoldenPoolExhaustion, EveryLineWasUnderstood) {
  const std::string witness = "t[\"from_log_by_python\"]";
  // DETAIL, STATEMENT and CONTEXT lines belong to the records before them.
  EXPECT_EQ(shop().coverage.records, truth_count("sum(v for k, v in " + witness +
                                                 "[\"records_by_severity\"].items() "
                                                 "if k in (\"LOG\", \"ERROR\", \"FATAL\"))"));
  EXPECT_EQ(shop().coverage.bytes, truth_count(witness + "[\"bytes\"]"));
  EXPECT_EQ(shop().coverage.unparsed_records, 0U);
  EXPECT_EQ(shop().coverage.duplicate_records, 0U);
}

TEST(GoldenPoolExhaustion, StatementsAndErrorsAreThoseOfTheLog) {
  const std::string witness = "t[\"from_log_by_python\"]";
  EXPECT_EQ(shop().totals.statements, truth_count(witness + "[\"statements_executed\"]"));
  EXPECT_EQ(errors_of("ERROR"), truth_count(witness + "[\"statements_failed\"]"));
  EXPECT_EQ(errors_of("ERROR"), truth_count(witness + "[\"records_by_severity\"][\"ERROR\"]"));
  EXPECT_EQ(errors_of("FATAL"), truth_count(witness + "[\"records_by_severity\"][\"FATAL\"]"));
  std::uint64_t failed = 0;
  for (const QueryRow& query : shop().queries) failed += query.errors;
  EXPECT_EQ(failed, truth_count(witness + "[\"statements_failed\"]"));
}

TEST(GoldenPoolExhaustion, CallsAreThoseThatTheServerCounted) {
  // pg_stat_statements keeps some statements apart that have one fingerprint (SET of other values).
  std::istringstream rows(
      truth("\"\\n\".join(str(s[\"calls\"]) + \" \" + s[\"query\"].replace(\"\\n\", \" \") "
            "for s in t[\"pg_stat_statements\"])"));
  StatementBook book;
  std::map<Fingerprint, std::uint64_t> calls;
  std::map<Fingerprint, std::string> texts;
  std::uint64_t statements = 0;
  for (std::string row; std::getline(rows, row);) {
    const auto space = row.find(' ');
    ASSERT_NE(space, std::string::npos) << row;
    const Fingerprint fingerprint = book.look_up(row.substr(space + 1))->fingerprint;
    calls[fingerprint] += std::stoull(row);
    texts[fingerprint] = row.substr(space + 1);
    ++statements;
  }
  EXPECT_EQ(statements, 26U);
  std::uint64_t counted = 0, not_counted = 0;
  for (const QueryRow& query : shop().queries) {
    const auto found = calls.find(query.fingerprint);
    if (found == calls.end()) {
      not_counted += query.calls;  // the statement that read the counters
      continue;
    }
    EXPECT_EQ(query.calls, found->second) << texts[query.fingerprint];
    counted += query.calls;
    calls.erase(found);
  }
  EXPECT_TRUE(calls.empty()) << texts[calls.begin()->first];
  EXPECT_EQ(counted, truth_count("t[\"from_log_by_python\"][\"pg_stat_statements_calls\"]"));
  EXPECT_EQ(not_counted, 1U);
}

TEST(GoldenPoolExhaustion, StatementTimesAreThoseOfTheLog) {
  std::istringstream rows(
      truth("\"\\n\".join(str(v) + \" \" + k.replace(\"?\", \"1\") for k, v in "
            "t[\"from_log_by_python\"][\"statements_by_duration_s\"].items())"));
  StatementBook book;
  std::size_t compared = 0;
  for (std::string row; std::getline(rows, row); ++compared) {
    const std::string sql = row.substr(row.find(' ') + 1);
    const auto query =
        std::ranges::find(shop().queries, book.look_up(sql)->fingerprint, &QueryRow::fingerprint);
    ASSERT_NE(query, shop().queries.end()) << sql;
    EXPECT_NEAR(seconds(query->total), std::stod(row), 0.006) << sql;  // told with two decimals
  }
  EXPECT_EQ(compared, 6U);
}

// The transactions that run a statement which contains `text`.
struct Held {
  std::uint64_t count = 0;
  double held = 0, busy = 0, idle = 0;
};

Held held_by(std::string_view text) {
  Held held;
  for (const TransactionRow& row : shop().transactions) {
    const bool runs_it = std::ranges::any_of(row.steps, [text](const TransactionStep& step) {
      return step.text.find(text) != std::string::npos;
    });
    if (!runs_it) continue;
    held.count += row.count;
    held.held += seconds(row.hold);
    held.busy += seconds(row.busy);
    held.idle += seconds(row.idle);
  }
  return held;
}

struct Story {
  const char* name;  // in truth.json
  const char* statement;
};

void PrintTo(const Story& story, std::ostream* out) {
  *out << story.name;
}

class PoolExhaustionHolds : public testing::TestWithParam<Story> {};

TEST_P(PoolExhaustionHolds, AreThoseOfTheWitness) {
  const std::string entry =
      std::string("t[\"from_log_by_python\"][\"holds_whole_run\"][\"") + GetParam().name + "\"]";
  const Held held = held_by(GetParam().statement);
  EXPECT_EQ(held.count, truth_count(entry + "[\"transactions\"]"));
  const double expected = std::stod(truth(entry + "[\"held_s\"]"));
  EXPECT_NEAR(held.held, expected, expected * 0.01);
  EXPECT_NEAR(held.idle / held.held, std::stod(truth(entry + "[\"idle_share\"]")), 0.005);
  EXPECT_DOUBLE_EQ(held.held, held.busy + held.idle);
}

INSTANTIATE_TEST_SUITE_P(Golden, PoolExhaustionHolds,
                         testing::Values(Story{"checkout", "UPDATE orders SET status"},
                                         Story{"order_page", "FROM order_items WHERE order_id"},
                                         Story{"report", "FROM order_items a JOIN order_items b"}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(GoldenPoolExhaustion, CheckoutIsTheFirstHolderByFar) {
  const TransactionRow& first = shop().transactions.at(0);
  EXPECT_NE(first.label.find("UPDATE orders SET status"), std::string::npos) << first.label;
  EXPECT_GT(first.hold, 5 * shop().transactions.at(1).hold);
  EXPECT_EQ(shop().transactions.at(0).applications, std::vector<std::string>{"checkout-api"});
}

TEST(GoldenPoolExhaustion, AllHoldsTogetherAreThoseOfWitnessAndPooler) {
  double held = 0;
  for (const TransactionRow& row : shop().transactions) {
    if (row.users == std::vector<std::string>{"shop"}) held += seconds(row.hold);
  }
  const double expected = std::stod(truth("t[\"from_log_by_python\"][\"held_s_all\"]"));
  EXPECT_NEAR(held, expected, expected * 0.01);
  const double pooler = std::stod(truth("t[\"from_log_by_python\"][\"held_s_by_pgbouncer\"]"));
  EXPECT_NEAR(held, pooler, pooler * 0.02);  // it also counts the way to the server
}

TEST(GoldenPoolExhaustion, SessionsAndLocksAreThoseOfTheLog) {
  const std::string sessions = "t[\"from_log_by_python\"][\"sessions\"]";
  const Connections& connections = shop().connections;
  EXPECT_EQ(connections.received, truth_count(sessions + "[\"connection_received\"]"));
  EXPECT_EQ(connections.authorized, truth_count("sum(v for k, v in " + sessions +
                                                ".items() if k.startswith(\"authorized_\"))"));
  EXPECT_EQ(connections.refused, truth_count(sessions + "[\"password_failed\"]"));
  EXPECT_EQ(errors_of("FATAL", "28P01"), connections.refused);
  // Ten of the pool, and beside them the monitor.
  ASSERT_TRUE(connections.peak.has_value());
  EXPECT_GE(*connections.peak, truth_count("t[\"pool\"][\"size\"]"));
  EXPECT_LE(*connections.peak, truth_count("t[\"pool\"][\"size\"]") + 3);
  const std::string locks = "t[\"from_log_by_python\"][\"lock_waits\"]";
  EXPECT_EQ(events_of("lock_wait"), truth_count(locks + "[\"logged\"]"));
  Micros waited{0};
  for (const QueryRow& query : shop().queries) waited += query.lock_wait;
  EXPECT_NEAR(seconds(waited) * 1000, std::stod(truth(locks + "[\"logged_ms\"]")), 0.001);
  EXPECT_EQ(events_of("temp_file"),
            truth_count("next(s[\"calls\"] for s in "
                        "t[\"pg_stat_statements\"] if \"a JOIN order_items b\" "
                        "in s[\"query\"])"));
}

}  // namespace
}  // namespace pgcounsel
