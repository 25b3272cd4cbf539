#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "analyzer/report/notes.h"
#include "analyzer/report/pooler_words.h"
#include "analyzer/report/report.h"
#include "tests/unit/report_samples.h"

namespace pgcounsel {
namespace {

ServerReport with_pooler() {
  ServerReport report = quiet_night();
  PoolerReport pooler;
  pooler.versions = {"1.18.0"};
  pooler.max_client_conn = 45;
  pooler.refused = 925;
  pooler.most_refused = 64;
  pooler.most_refused_at = at(13, 8, 20);
  pooler.events = {{"max_client_conn", PoolerConcern::kRefused, "client", "", "", 924},
                   {"login_attempt", PoolerConcern::kNone, "client", "shop", "web", 400},
                   {"server_crashed", PoolerConcern::kFault, "server", "shop", "a|b\n# c", 5},
                   {"query_wait_timeout", PoolerConcern::kRefused, "client", "shop", "web", 1},
                   {"pause", PoolerConcern::kAdmin, "server", "shop", "web", 3}};
  pooler.waits = PoolerWaits{12, 0, ms(153), ms(107), ms(171), at(13, 8, 20), 13'500};
  report.workload.pooler = pooler;
  return report;
}

std::string section(const std::string& page, const std::string& title) {
  const std::size_t begin = page.find("\n## " + title + "\n");
  if (begin == std::string::npos) return "";
  return page.substr(begin, page.find("\n## ", begin + 1) - begin);
}

TEST(PoolerReport, IsSilentWithoutAPooler) {
  const Report report{{quiet_night()}, {}};
  EXPECT_EQ(render_markdown(report).find("PgBouncer"), std::string::npos);
  EXPECT_EQ(render_json(report).find("\"pooler\""), std::string::npos);
  EXPECT_EQ(render_json(report).find("\"samples\""), std::string::npos);
}

TEST(PoolerReport, SaysFirstThatClientsWereRefused) {
  const Report report{{with_pooler()}, {}};
  const std::string page = render_markdown(report);
  EXPECT_LT(page.find("PgBouncer refused 925 clients"), page.find("| measure"));
  EXPECT_NE(render_text(report, false).find("PgBouncer refused 925 clients"), std::string::npos);
  const std::string text = section(page, "PgBouncer");
  for (const char* words :
       {"**925 clients were refused**: `max_client_conn` 924 (the limit is 45), "
        "`query_wait_timeout` 1.",
        "Most in one second: 64 (2026-03-13 08:20:00 UTC)", "waited 107 ms", "**171 ms**",
        "13.5 clients stood in line", "`pause` 3"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << " is not in " << text;
  }
  // What is as it should be has no row, and a name cannot break the table.
  EXPECT_EQ(text.find("login_attempt"), std::string::npos);
  EXPECT_EQ(text.find("\n# c"), std::string::npos);
}

// A report of a pooler's log alone.
ServerReport only_pooler() {
  ServerReport report = with_pooler();
  Workload alone;
  alone.server = report.workload.server;
  alone.period = report.workload.period;
  alone.pooler = report.workload.pooler;
  alone.pooler->records = 2772;
  alone.pooler->first = at(13, 8, 20);
  alone.pooler->last = at(13, 8, 21);
  report.workload = std::move(alone);
  report.findings.clear();
  return report;
}

TEST(PoolerReport, AloneItSaysNothingOfTheServer) {
  const std::string page = render_markdown({{only_pooler()}, {}});
  for (const char* words :
       {"PgBouncer refused 925 clients", "read the server's log together with it",
        "PgBouncer's log covers 2026-03-13 08:20:00 to 2026-03-13 08:21:00",
        "PgBouncer 1.18.0: 2,772 lines in 1 m, 400 logins of clients (6 a second)."}) {
    EXPECT_NE(page.find(words), std::string::npos) << words << " is not in " << page;
  }
  for (const char* words : {"| Records |", "| Connections |", "| measure |", "0 received"}) {
    EXPECT_EQ(page.find(words), std::string::npos) << words << " is in " << page;
  }
}

TEST(PoolerReport, SaysThatClientsWaited) {
  ServerReport report = only_pooler();
  report.workload.pooler->refused = 0;
  report.workload.pooler->events.clear();
  EXPECT_NE(render_markdown({{report}, {}}).find("Transactions waited 171 ms on average"),
            std::string::npos);
  report.workload.pooler->waits->worst_wait = ms(99);
  const std::string calm = render_markdown({{report}, {}});
  EXPECT_EQ(calm.find("Transactions waited"), std::string::npos);
  EXPECT_NE(calm.find("> [!NOTE]"), std::string::npos);
}

TEST(PoolerReport, TellsItsFiguresToScripts) {
  const std::string json = render_json({{with_pooler()}, {}});
  for (const char* words :
       {"\"refused\": 925", "\"mean_wait_ms\": 107.000", "\"worst_waiting\": 13.5",
        "\"class\": \"server_crashed\"", "\"most_refused_at\": \"2026-03-13T08:20:00.000Z\""}) {
    EXPECT_NE(json.find(words), std::string::npos) << words;
  }
}

TEST(PoolerReport, ShowsSamplesWhereThereAreSome) {
  ServerReport server = quiet_night();
  SamplesReport samples;
  samples.pools = {{"shop",
                    "web",
                    "transaction",
                    55,
                    18,
                    {18, at(13, 8)},
                    {6, at(13, 8)},
                    {ms(729), at(13, 8)}}};
  samples.activity_samples = 55;
  samples.states = {{"idle in transaction", {22, at(13, 9)}}};
  samples.longest_idle = IdleSession{{sec(10), at(13, 9)}, "shop", "web", "nightly"};
  samples.statements = {{Fingerprint{7}, "SELECT hidden FROM t", 3, 0, 0, sec(9), false},
                        {Fingerprint{8}, "SELECT a FROM t", 3, 0, 0, sec(1), true}};
  server.workload.samples = samples;
  const std::string page = render_markdown({{server}, {}});
  EXPECT_NE(section(page, "PgBouncer").find("18 (2026-03-13 08:00:00 UTC)"), std::string::npos);
  const std::string text = section(page, "Samples");
  EXPECT_NE(text.find("22 `idle in transaction`"), std::string::npos) << text;
  EXPECT_NE(text.find("90 % of it"), std::string::npos) << text;
  EXPECT_NE(text.find("hidden"), std::string::npos) << text;
  EXPECT_EQ(text.find("SELECT a FROM t"), std::string::npos) << text;
}

// 2.5 connections in use on average of a minute, of which the log shows so many.
ServerReport with_database(Micros shown) {
  ServerReport server = quiet_night();
  SamplesReport samples;
  DatabaseLoad load;
  load.database = "shop";
  load.samples = 2;
  load.length = sec(60);
  load.transactions = 4711;
  load.has_times = true;
  load.active = sec(120);
  load.idle = sec(30);
  load.in_log = LoadInLog{sec(150), shown};
  samples.databases = {load};
  server.workload.samples = samples;
  return server;
}

TEST(PoolerReport, ComparesTheLoadThatTheServerCountedWithTheLog) {
  const Report report{{with_database(sec(90))}, {}};
  const std::string page = render_markdown(report);
  EXPECT_NE(section(page, "Samples").find("| 4,711 | 2.5 | 20 % | 60 % |"), std::string::npos)
      << section(page, "Samples");
  constexpr std::string_view kNote =
      "It shows 60 % of the load that pg_stat_database counted for shop.";
  const auto has_note = [&kNote](const Workload& workload) {
    const auto notes = notes_on(workload);
    return std::any_of(notes.begin(), notes.end(),
                       [&kNote](const Note& note) { return note.hidden == kNote; });
  };
  EXPECT_TRUE(has_note(report.servers[0].workload));
  EXPECT_FALSE(has_note(with_database(sec(135)).workload)) << "nine tenths are enough";
  const std::string json = render_json(report);
  for (const char* part :
       {"\"load\": 2.5", "\"idle_in_transaction_share\": 0.2", "\"load_coverage\": 0.6"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << " is not in " << json;
  }
}

TEST(PoolerReport, WritesNamesOfDatabasesAsText) {
  ServerReport server = with_database(sec(90));
  server.workload.samples->databases.front().database = "a|b\n# c <b>";
  const std::string page = render_markdown({{server}, {}});
  EXPECT_EQ(page.find("\n# c"), std::string::npos);
  EXPECT_EQ(page.find(" <b>."), std::string::npos);
}

TEST(PoolerReport, LeavesOutTheLoadThatAnOldServerDoesNotCount) {
  ServerReport server = with_database(sec(90));
  DatabaseLoad& load = server.workload.samples->databases.front();
  load.has_times = false;
  load.active = load.idle = Micros{0};
  load.in_log.reset();
  const Report report{{server}, {}};
  EXPECT_NE(section(render_markdown(report), "Samples").find("| 4,711 | — | — | — |"),
            std::string::npos);
  for (const char* part : {"\"load\": null", "\"load_coverage\": null"}) {
    EXPECT_NE(render_json(report).find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace pgcounsel
