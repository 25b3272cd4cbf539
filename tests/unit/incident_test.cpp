#include "analyzer/report/incident.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/report/incident_gantt.h"
#include "analyzer/report/runbook.h"
#include "tests/unit/incident_night.h"

namespace pgcounsel {
namespace {

std::string page_of(const ServerReport& night) {
  return render_markdown({{night}, {}});
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

PoolWindow window_at(int hour, Micros length, std::string cause) {
  PoolWindow window;
  window.start = at(13, hour);
  window.end = window.start + length;
  window.cause = std::move(cause);
  window.confidence = "high";
  return window;
}

// ---- the words

TEST(Incident, TheHeadlineSaysWhatHowLongAndWhy) {
  ServerReport night = incident_night();
  EXPECT_EQ(full_pool_headline(night.workload),
            "Pool shop · web full for 1 m 14 s (10:04:20–10:05:34 UTC), 18,204 clients refused: "
            "idle in transaction.");
  night.workload.pools[0].windows[0].refused.reset();
  night.workload.period.since -= kDay;
  EXPECT_EQ(full_pool_headline(night.workload),
            "Pool shop · web full for 1 m 14 s (2026-03-13 10:04:20–10:05:34 UTC): idle in "
            "transaction.");
  night.workload.pools[0].windows.clear();
  EXPECT_EQ(full_pool_headline(night.workload), "");
}

TEST(Incident, SeveralWindowsAreAddedUpAndTheLongestIsNamed) {
  ServerReport night = incident_night();
  night.workload.pools[0].windows.push_back(window_at(12, sec(16), "slow_query"));
  EXPECT_EQ(full_pool_headline(night.workload),
            "Pool shop · web full for 1 m 30 s in 2 windows, the longest 1 m 14 s "
            "(10:04:20–10:05:34 UTC), 18,204 clients refused: idle in transaction.");
  PoolRow other = web_pool();
  other.user = "batch";
  other.windows = {window_at(12, sec(20), "lock_wait")};  // 16 of these seconds are told already
  night.workload.pools.push_back(other);
  EXPECT_TRUE(full_pool_headline(night.workload)
                  .starts_with("2 pools full for 1 m 34 s in 3 windows, the longest shop · web 1 m "
                               "14 s"));
}

TEST(Incident, AnUncertainCauseSaysSo) {
  const struct {
    std::string cause, confidence, words;
  } cases[] = {{"slow_query", "high", "slow queries"},
               {"slow_query", "low", "probably slow queries"},
               {"mixed", "medium", "several causes, none of them alone"},
               {"mixed", "low", "the log does not tell why"},
               {"", "low", "the log does not tell why"},
               {"bad_moon", "high", "bad moon"}};
  for (const auto& [cause, confidence, words] : cases) {
    PoolWindow window;
    window.cause = cause;
    window.confidence = confidence;
    EXPECT_EQ(cause_words(window), words);
  }
}

TEST(Incident, TheThreeLikeliestSuspectsAreDenied) {
  EXPECT_EQ(innocent_words(idle_window()), "Not a deploy, not a traffic surge, not slow queries");
  EXPECT_EQ(innocent_words({}), "");
}

TEST(Incident, AHolderMovesAgainstCalmTimes) {
  PoolWindow window = idle_window();
  WindowHolder& holder = window.holders[0];
  EXPECT_EQ(move_words(holder, window),
            "came ×0.8 as often, each held ×51 as long (idle in transaction ×54)");
  holder.hold_ratio.reset();
  EXPECT_EQ(move_words(holder, window), "came ×0.8 as often");
  holder.arrival_ratio.reset();
  EXPECT_EQ(move_words(holder, window), "");
  EXPECT_EQ(times_words(1e300), "×1,000,000,000");
  EXPECT_EQ(times_words(-1.0), "—");
}

TEST(Incident, WhatDidNotMoveHasNoFactor) {
  PoolWindow window = idle_window();
  window.holders[0].arrival_ratio = 1.04;
  EXPECT_EQ(move_words(window.holders[0], window),
            "came as often, each held ×51 as long (idle in transaction ×54)");
  window.holders[0].hold_ratio = 0.96;
  EXPECT_EQ(move_words(window.holders[0], window), "came as often, each held as long as then");
}

TEST(Incident, WhatIsNotRuledOutIsTold) {
  PoolWindow window = idle_window();
  EXPECT_EQ(open_words(window), "");
  window.evidence.push_back("not ruled out: starved_host: all took 20 times as long");
  window.evidence.push_back("not ruled out: retry_storm: 495 failed");
  EXPECT_EQ(open_words(window), "Not ruled out: CPU and disks of the host, clients that try again");
}

TEST(Incident, OneFigureClearsSeveralSuspectsInOneRow) {
  PoolWindow window;
  window.ruled_out = {
      {"plan_change", "ran as usual"}, {"deploy", "none is new"}, {"autovacuum", "ran as usual"}};
  const std::vector<Innocents> rows = innocents_of(window);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].names, "changed plan, autovacuum");
  EXPECT_EQ(rows[0].because, "ran as usual");
  EXPECT_EQ(rows[1].names, "deploy / new statements");
}

TEST(Incident, CausesAreWordsAndPartsOfNamesAreNot) {
  EXPECT_EQ(with_words_for_causes("5 slow_query, 1 lock_wait"), "5 slow queries, 1 lock waits");
  EXPECT_EQ(with_words_for_causes("log_lock_waits = on"), "log_lock_waits = on");
  EXPECT_EQ(with_words_for_causes("idle_in_transaction_session_timeout"),
            "idle_in_transaction_session_timeout");
}

TEST(Incident, AForgottenTransactionIsNamedBeforeItsVictims) {
  const std::string text = render_text({{forgotten_night()}, {}}, false);
  const std::size_t named = text.find("was for a transaction left open:");
  ASSERT_NE(named, text.npos);
  EXPECT_LT(named, text.find("94 % of it held by"));
  const ServerReport night = forgotten_night();
  EXPECT_EQ(cause_words(night.workload.pools[0].windows[0]),
            "idle in transaction, with locks that others wait for");
  EXPECT_EQ(forgotten_words(night.workload.pools[0].windows[0]),
            "100 % of the time that others waited for locks was for a transaction left open: "
            "`UPDATE carts SET note = $1` of the user `anna`, idle for 100 % of its time");
  PoolWindow window = idle_window();
  EXPECT_EQ(forgotten_words(window), "");
  window.waits_for_forgotten = true;
  EXPECT_EQ(forgotten_words(window), "") << "nobody is known";
}

TEST(Incident, WhatIsTheSameAgainIsNoStoryOfItsOwn) {
  ServerReport night = incident_night();
  auto& windows = night.workload.pools[0].windows;
  windows.push_back(window_at(11, sec(60), "idle_in_transaction"));  // the same again
  windows.push_back(window_at(12, sec(30), "slow_query"));           // another cause
  windows.push_back(window_at(13, sec(24), "lock_wait"));            // too short beside 74 s
  const IncidentStories stories = stories_of(night.workload);
  ASSERT_EQ(stories.told.size(), 2U);
  EXPECT_EQ(stories.told[1].window->cause, "slow_query");
  ASSERT_EQ(stories.others.size(), 2U);
  EXPECT_EQ(stories.others[0].window->start, at(13, 11));
}

// ---- the page

TEST(Incident, AFullPoolOutranksEverything) {
  const std::string page = page_of(incident_night());
  EXPECT_TRUE(has(page, "> [!CAUTION]\n> **Pool shop · web full for 1 m 14 s"));
  EXPECT_TRUE(has(page,
                  "[`0b7e55aa`](#t-0b7e55aa) `SELECT carts FOR UPDATE; UPDATE carts` held "
                  "**94 %** of the connections in use; against calm times it came ×0.8"))
      << page.substr(0, 1200);
  EXPECT_TRUE(has(page,
                  "](#r1-transaction-idles-20-s-after-select-for-update-on-carts) says what "
                  "to do"));
  EXPECT_TRUE(has(page, "not slow queries: see [what was ruled out](#ruled-out)."));
  EXPECT_TRUE(has(page, "| Time with a full pool | **1\u00A0m\u00A014\u00A0s** | — | 🔴 "));
  EXPECT_TRUE(has(page, "[Incident](#incident-timeline)"));
  EXPECT_TRUE(has(page, "[If it happens again](#if-it-happens-again)"));
}

TEST(Incident, StandsBetweenWhatChangedAndTheHolders) {
  const std::string page = page_of(incident_night());
  std::size_t last = 0;
  for (const char* part :
       {"\n## What changed\n", "\n## Incident timeline\n", "```mermaid\ngantt\n",
        "| UTC | event | evidence |", "\n### Ruled out\n", "\n### Who held the pool meanwhile\n",
        "\n## Who held the connections\n", "\n## Recommendations\n", "\n## If it happens again\n",
        "\n## Appendix\n"}) {
    const std::size_t at = page.find(part);
    ASSERT_NE(at, page.npos) << part;
    EXPECT_GT(at, last) << part;
    last = at;
  }
}

TEST(Incident, TheTablesTellTheEvidence) {
  const std::string page = page_of(incident_night());
  for (const char* row :
       {"| 10:04:32 | first client refused: query_wait_timeout | 18,204 log lines, first "
        "`pgbouncer.log:1234` |",
        "| 10:04:20\u00A0–\u00A010:05:34 | **all 20 connections in use** |  |",
        "| idle in transaction | **cause** | \\+15.00 of 16.00 connections |",
        "| traffic surge | **no** | 31.0 a second against 33.0 |",
        "| connections not given back | not known | lacks: what clients do between "
        "transactions |",
        "`█████████░`\u00A094\u00A0% | 1,391\u00A0s | ×0.8 | ×51 | ×1.8 · ×54 · — |",
        "| 3 | others | | `░░░░░░░░░░`\u00A02\u00A0% | | | | |"}) {
    EXPECT_TRUE(has(page, row)) << row;
  }
}

TEST(Incident, WithoutWindowsThereIsNoSection) {
  for (const ServerReport& night : {quiet_night(), busy_night()}) {
    const std::string page = page_of(night);
    EXPECT_FALSE(has(page, "Incident timeline"));
    EXPECT_FALSE(has(page, "If it happens again"));
    EXPECT_FALSE(has(page, "full pool"));
  }
}

TEST(Incident, EmptyListsMakeNoTables) {
  ServerReport night = incident_night();
  PoolRow& pool = night.workload.pools[0];
  pool.windows = {window_at(10, sec(60), "mixed")};
  pool.size.reset();
  pool.healthy.reset();
  const std::string page = page_of(night);
  EXPECT_FALSE(has(page, "### Ruled out"));
  EXPECT_FALSE(has(page, "### Who held the pool meanwhile"));
  EXPECT_TRUE(has(page, "all connections in use"));
  EXPECT_TRUE(has(page, "several causes, none of them alone"));
}

TEST(Incident, OtherWindowsStandInATableAndManyAreNotAllShown) {
  ServerReport night = incident_night();
  auto& windows = night.workload.pools[0].windows;
  for (int i = 0; i < 30; ++i) windows.push_back(window_at(11, sec(5 + i), "idle_in_transaction"));
  const std::string page = page_of(night);
  EXPECT_TRUE(has(page, "Also full 30 times:"));
  EXPECT_TRUE(
      has(page, "| 11:00:00–11:00:34 | shop · web | 34\u00A0s | — | idle in transaction |"));
  EXPECT_FALSE(has(page, "11:00:00–11:00:05"));
  EXPECT_TRUE(has(page, "The 20 longest of them are shown."));
}

TEST(Incident, TheServersOwnLimitIsToldToo) {
  ServerReport night = busy_night();
  ConnectionLimit limit;
  limit.refused = 18'204;
  limit.first = at(13, 10, 4);
  limit.last = at(13, 10, 30);
  limit.limit = 97;
  limit.sessions = {{"shop", "web", 78}, {"shop", "we|b", 19}};
  night.workload.connection_limit = limit;
  const std::string page = page_of(night);
  EXPECT_TRUE(has(page, "refused 18,204 connections** (2026-03-13 10:04 to 2026-03-13 10:30 UTC)"));
  EXPECT_TRUE(has(page, "| `shop` | `we\\|b` | 19 |"));
  EXPECT_FALSE(has(page, "If it happens again"));
}

TEST(Incident, TheSummaryForATerminalSaysIt) {
  const std::string text = render_text({{incident_night()}, {}}, false);
  EXPECT_TRUE(has(text, "\nPool shop · web full for 1 m 14 s"));
  EXPECT_TRUE(has(
      text,
      "94 % of it held by SELECT carts FOR UPDATE; UPDATE carts; against calm times it came ×0.8"));
  EXPECT_TRUE(has(text, "\nNot a deploy, not a traffic surge, not slow queries.\n"));
  EXPECT_TRUE(has(render_markdown({{incident_night(), quiet_night()}, {}}),
                  "🔴 Pool shop · web full for 1 m 14 s"));
}

// ---- the picture

TEST(IncidentGantt, LabelsHoldNothingThatMermaidTakesForItsOwn) {
  const struct {
    std::string text, label;
  } cases[] = {
      {"`a1` waits: 3 of 4; #1", "a1 waits 3 of 4 1"},
      {"section of it", "– section of it"},
      {"TITLE", "– TITLE"},
      {"clicks more", "– clicks more"},
      {"2026-03-13 is over", "– 2026-03-13 is over"},
      {"%%{init: {'theme':'x'}}%%", "init 'theme' 'x' %"},
      {"<b>x</b>", "b x /b"},
      {"a\nb\tc", "a b c"},
      {":;#", "event"},
      {"SET used = used + $1 $$x$$", "SET used = used + $1 $x$"},
      {"", "event"},
      {"idles ×54 as long", "idles ×54 as long"},
      {std::string(100, 'x'), std::string(39, 'x') + "…"},
  };
  for (const auto& [text, label] : cases) {
    std::string expected = label;
    std::erase(expected, '\'');
    std::string got = gantt_label(text);
    EXPECT_EQ(got, gantt_label(got)) << "a label stays as it is";
    for (std::size_t at = 0; (at = expected.find("  ")) != expected.npos;) expected.erase(at, 1);
    EXPECT_EQ(got, expected);
  }
}

TEST(IncidentGantt, IsSmallHoweverMuchHappened) {
  std::vector<WindowEvent> events;
  for (int i = 0; i < 500; ++i) {
    events.push_back(pool_event(WindowEvent::Kind::kServer, at(13, 10) + kSecond * i, std::nullopt,
                                std::string(1000, 'w') + std::to_string(i)));
  }
  events[250].is_cause = true;
  events[250].text = "the cause";
  const std::string gantt = gantt_of(events);
  EXPECT_LT(gantt.size(), 2000U);
  EXPECT_TRUE(has(gantt, "the cause :crit, "));
  EXPECT_EQ(gantt_of({}), "");
}

TEST(IncidentGantt, ABarIsSeenAndEndsBehindItsStart) {
  const Time start = at(13, 10);
  EXPECT_EQ(gantt_of({pool_event(WindowEvent::Kind::kServer, start, std::nullopt, "checkpoint"),
                      pool_event(WindowEvent::Kind::kPool, start, start + sec(500), "full"),
                      pool_event(WindowEvent::Kind::kLoad, start, start - sec(5), "more")}),
            "```mermaid\ngantt\n  title 2026-03-13, UTC\n  dateFormat YYYY-MM-DD HH:mm:ss\n"
            "  axisFormat %H:%M:%S\n  todayMarker off\n"
            "  section Load\n  more :active, b1, 2026-03-13 10:00:00, 2026-03-13 10:00:05\n"
            "  section Server\n  checkpoint :b2, 2026-03-13 10:00:00, 2026-03-13 10:00:05\n"
            "  section Pool\n  full :crit, b3, 2026-03-13 10:00:00, 2026-03-13 10:08:20\n"
            "```\n\n");
}

// ---- the commands

std::vector<RunbookStep> steps_for(ServerReport night, std::string cause) {
  night.workload.pools[0].windows[0].cause = std::move(cause);
  return runbook_of(night.workload, incidents_of(night.workload).front());
}

std::string titles_for(const std::string& cause) {
  std::string titles;
  for (const RunbookStep& step : steps_for(incident_night(), cause)) {
    titles += step.title.substr(0, step.title.find(' ')) + " ";
  }
  return titles;
}

TEST(Runbook, BehindAForgottenTransactionNobodyThatWaitsIsCancelled) {
  const ServerReport night = forgotten_night();
  const auto steps = runbook_of(night.workload, incidents_of(night.workload).front());
  std::string titles, acts;
  for (const RunbookStep& step : steps) {
    titles += step.title.substr(0, step.title.find(' ')) + " ";
    acts += step.act;
  }
  EXPECT_EQ(titles, "See Find Set Look See ");
  EXPECT_TRUE(has(acts,
                  "ALTER ROLE \"anna\" IN DATABASE \"shop\" SET "
                  "idle_in_transaction_session_timeout = '1min';"));
  EXPECT_TRUE(has(acts, "ALTER ROLE \"web\" IN DATABASE \"shop\" SET lock_timeout = '5s';"));
}

TEST(Runbook, TheOrderIsThatOfTheCause) {
  EXPECT_EQ(titles_for("idle_in_transaction"), "See End Set Look See ");
  EXPECT_EQ(titles_for("slow_query"), "See Cancel Set Look See ");
  EXPECT_EQ(titles_for("lock_wait"), "See Find Cancel Set Look See ");
  EXPECT_EQ(titles_for("traffic_surge"), "See See Look See ");
  EXPECT_EQ(titles_for("connection_leak"), "See End Set Look See ");
  EXPECT_EQ(titles_for("mixed"), "See Find End Cancel Set Look See ");
  EXPECT_EQ(titles_for("something new"), titles_for("mixed"));
}

TEST(Runbook, LimitsCutLessThanAThousandthOfHealthyWork) {
  const PoolRow pool = web_pool();  // 10 of 10,000 are a thousandth, 9 are less
  EXPECT_EQ(harmless_limit(pool, &TimeoutStep::idle)->limit, sec(5));
  EXPECT_EQ(harmless_limit(pool, &TimeoutStep::waiting)->limit, sec(1));
  EXPECT_FALSE(harmless_limit(pool, &TimeoutStep::running));
  const std::vector<RunbookStep> steps = steps_for(incident_night(), "idle_in_transaction");
  EXPECT_EQ(steps[2].act,
            "ALTER ROLE \"web\" IN DATABASE \"shop\" SET idle_in_transaction_session_timeout = "
            "'5s';\n-- ALTER ROLE \"web\" IN DATABASE \"shop\" RESET "
            "idle_in_transaction_session_timeout;\n");
  EXPECT_TRUE(has(steps[2].text,
                  "9 of 10,000 healthy transactions had pauses above 5s (the "
                  "longest: 1.30 s)"));
  EXPECT_TRUE(has(steps_for(incident_night(), "slow_query")[2].text, "is a guess"));
}

TEST(Runbook, LooksBeforeItEndsAnything) {
  for (const char* cause : {"idle_in_transaction", "slow_query", "lock_wait", "traffic_surge",
                            "connection_leak", "mixed"}) {
    for (const RunbookStep& step : steps_for(incident_night(), cause)) {
      EXPECT_FALSE(has(step.look, "_backend(")) << step.look;
      EXPECT_FALSE(has(step.look, "ALTER")) << step.look;
      if (has(step.act, "_backend(pid)")) {
        EXPECT_NE(step.look, "") << step.title;
      }
    }
  }
}

TEST(Runbook, AStatementThatSaysTooLittleIsPassedOver) {
  ServerReport night = incident_night();
  for (TransactionRow& row : night.workload.transactions) {
    for (TransactionStep& step : row.steps) step.text = "SELECT $1";
  }
  for (const RunbookStep& step : steps_for(night, "slow_query")) {
    EXPECT_FALSE(has(step.look, "LIKE")) << step.look;
  }
}

TEST(Runbook, NamesThatAreNotKnownAreLeftOut) {
  ServerReport night = incident_night();
  night.workload.pools[0].user.clear();
  night.workload.pools[0].database.clear();
  const std::vector<RunbookStep> steps = steps_for(night, "lock_wait");
  EXPECT_TRUE(
      has(steps[0].look, "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"));
  EXPECT_TRUE(has(steps[1].look, "WHERE waiter.pid <> pg_backend_pid()"));
  for (const RunbookStep& step : steps) EXPECT_FALSE(has(step.act, "ALTER"));
}

// ---- the command

TEST(IncidentCommand, TellsOnlyWindowsThatTouchTheTime) {
  const struct {
    Time since, until;
    bool is_told;
  } cases[] = {{at(13, 10), at(13, 11), true},
               {at(13, 10, 5), at(13, 10, 6), true},
               {at(13, 9), at(13, 10, 4) + kSecond * 20, false},
               {at(13, 10, 5) + kSecond * 34, at(13, 11), false}};
  for (const auto& [since, until, is_told] : cases) {
    const IncidentReport incident = only_incidents({{incident_night()}, {}}, {since, until});
    EXPECT_EQ(has(render_incident_markdown(incident), "## Incident timeline"), is_told);
    EXPECT_EQ(has(render_incident_text(incident, false), "\nTimeline\n"), is_told);
    EXPECT_EQ(has(render_incident_json(incident), "\"cause\": \"idle_in_transaction\""), is_told);
    EXPECT_EQ(has(render_incident_text(incident, false),
                  "No pool was full. Outside of this time, in the same hours: shop · web "
                  "10:04:20–10:05:34 UTC.\n  shop · web: 20.0 of 20 connections"),
              !is_told);
  }
}

TEST(IncidentCommand, HasNothingThatAResponderDoesNotNeed) {
  const std::string page = render_incident_markdown(only_incidents({{incident_night()}, {}}, {}));
  EXPECT_TRUE(
      page.starts_with("# shop-prod-1 · 2026-03-13 (Fri) · incident\n\n2026-03-13 00:00 – "
                       "2026-03-14 00:00 UTC\n\n> [!CAUTION]\n> **Pool shop · web"));
  for (const char* part :
       {"## Incident timeline", "### Ruled out", "### Who held the pool",
        "What `0b7e55aa` runs:", "## If it happens again", "### R1 Transaction idles"}) {
    EXPECT_TRUE(has(page, part)) << part;
  }
  for (const char* part : {"| measure |", "Top slow queries", "### R2", "## Appendix"}) {
    EXPECT_FALSE(has(page, part)) << part;
  }
}

TEST(IncidentCommand, OfAQuietNightSaysHowFullThePoolsWere) {
  ServerReport night = incident_night();
  night.workload.pools[0].windows.clear();
  night.workload.pools[0].peak = 12.34;
  const std::string page = render_incident_markdown(only_incidents({{night}, {}}, {}));
  EXPECT_TRUE(has(page, "> **No pool was full.**"));
  EXPECT_TRUE(has(page, "| shop · web | transaction | 12.3\u00A0of\u00A020 |"));
  EXPECT_FALSE(has(render_incident_json(only_incidents({{night}, {}}, {})), "\"web\""));
}

TEST(IncidentCommand, HostileTextSteersNoTerminalAndIsNoMarkup) {
  const IncidentReport incident = only_incidents({{hostile_night()}, {}}, {});
  const std::string text = render_incident_text(incident, false);
  for (const char* control : {"\x1b", "\xc2\x9b", "\xe2\x80\xae", "\xff"}) {
    EXPECT_FALSE(has(text, control));
    EXPECT_FALSE(has(render_incident_markdown(incident), control));
  }
  EXPECT_TRUE(has(text, "\nAlso full\n"));
  EXPECT_LT(render_incident_markdown(incident).size(), 200'000U);
}

TEST(IncidentCommand, SeveralServersHaveASectionEach) {
  ServerReport other = incident_night();
  other.workload.server = "shop-prod-2";
  const IncidentReport both = only_incidents({{incident_night(), other}, {}}, {});
  const std::string page = render_incident_markdown(both);
  EXPECT_TRUE(page.starts_with("# Incident\n\n## Server shop-prod-1\n"));
  EXPECT_TRUE(has(page, "\n## Server shop-prod-2\n"));
  EXPECT_TRUE(has(page, "](#if-it-happens-again-1)"));
  EXPECT_TRUE(has(render_incident_json(both), "\"servers\": ["));
}

}  // namespace
}  // namespace pgcounsel
