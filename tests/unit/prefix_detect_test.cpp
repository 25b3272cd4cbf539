#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "parser/log/prefix/prefix.h"
#include "tests/unit/prefix_fixture.h"

namespace pgcounsel {
namespace {

std::vector<std::string> log_of(std::string_view prefix) {
  std::vector<std::string> lines;
  int number = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    const PrintedSession& s = kSessions[i % kSessions.size()];
    lines.push_back(printed(prefix, s, ++number) + "LOG:  duration: 1.2 ms  statement: SELECT 1,");
    lines.push_back("\t2026-11-22 07:00:00.000 UTC [1] eve@evil LOG:  statement: DROP");
    if (i % 5 == 0) lines.push_back(printed(prefix, s, ++number) + "DETAIL:  a: b");
  }
  return lines;
}

std::string detected(const std::vector<std::string>& lines) {
  std::vector<std::string_view> views(lines.begin(), lines.end());
  std::optional<PrefixMatcher> matcher = detect_prefix(views);
  return matcher ? matcher->text() : "none";
}

// The prefix that is found reads the same as the one that wrote the lines.
void expect_same_reading(std::string_view prefix) {
  std::vector<std::string> lines = log_of(prefix);
  std::string found = detected(lines);
  ASSERT_NE(found, "none") << prefix;
  PrefixMatcher matcher = compiled(found);
  PrefixMatcher truth = compiled(prefix);
  for (const std::string& line : lines) {
    if (line.front() == '\t') continue;
    ASSERT_EQ(shown(matcher, line), shown(truth, line)) << prefix << "\n" << found << "\n" << line;
  }
}

TEST(PrefixDetection, ReadsEveryLogAsItsOwnPrefixDoes) {
  for (std::string_view prefix : kPrefixes) expect_same_reading(prefix);
}

TEST(PrefixDetection, FindsThePrefixItself) {
  for (std::string_view prefix :
       {"%m [%p] ", "%m [%p] %q%u@%d ", "%m [%p] %q%u@%d/%a %c ", "%t:%r:%u@%d:[%p]:",
        "%m [%p] %q[user=%u,db=%d,app=%a] ", "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
        "%m rhost=%r app=%a:user=%u:db=%d:", "%p-%s-%c-%l-%h-%u-%d-%m ",
        "%m [%p] [%c] [%v] %e %q<%u@%d/%a@%h> ", "pg01 %m [%p] %q%u@%d "}) {
    EXPECT_EQ(detected(log_of(prefix)), prefix);
  }
}

// As syslog carries them: its header tells time and process.
TEST(PrefixDetection, FindsPrefixesWithoutTimeAndProcess) {
  for (std::string_view prefix : {"user=%u,db=%d,app=%a,client=%h ", "db=%d,user=%u ", "%q%u@%d ",
                                  "%q[user=%u,db=%d,app=%a] ", ""}) {
    EXPECT_EQ(detected(log_of(prefix)), prefix);
  }
}

TEST(PrefixDetection, LetsProcessesWithoutSessionHaveNoPrefixAtAll) {
  const std::vector<std::string> lines = {"LOG:  checkpoint starting: time",
                                          "web@shop LOG:  duration: 0.1 ms  statement: SELECT 1",
                                          "ann@audit ERROR:  relation \"x\" does not exist",
                                          "ann@audit STATEMENT:  SELECT * FROM x",
                                          "LOG:  automatic vacuum of table \"shop.public.t\"",
                                          "web@shop LOG:  duration: 0.2 ms  statement: SELECT 2"};
  EXPECT_EQ(detected(lines), "%q%u@%d ");
}

TEST(PrefixDetection, WorksAmongGarbage) {
  std::vector<std::string> lines;
  for (const std::string& line : log_of("%m [%p] %q%u@%d ")) {
    lines.push_back(line);
    lines.push_back("pg_ctl: another server might be running");
    lines.push_back("");
  }
  lines.push_back("2026-11-22 07:48:43 app ERROR: something of the application");
  EXPECT_EQ(detected(lines), "%m [%p] %q%u@%d ");
}

TEST(PrefixDetection, LetsLinesWithoutSessionStopThoughTheSampleHasNone) {
  std::vector<std::string> lines;
  for (int i = 10; i < 40; ++i) {
    lines.push_back("2026-11-22 07:48:43.3" + std::to_string(i) +
                    " UTC [77] web@shop/api 6b029e2a.4d " +
                    "LOG:  duration: 0.1 ms  statement: SELECT " + std::to_string(i));
  }
  EXPECT_EQ(detected(lines), "%m [%p] %q%u@%d/%a %c ");
}

// The log of a session, as its own prefix and with names that hold anything.
std::vector<std::string> odd_log(std::string_view prefix, bool tells_names) {
  const PrintedSession nobody{true, "", "", "", "", "", 4700};
  const PrintedSession early{false,     "[unknown]", "[unknown]", "[unknown]",
                             "[local]", "[local]",   4711};
  const PrintedSession unnamed{false,     "web app", "shop [new]", "[unknown]",
                               "[local]", "[local]", 4711};
  const PrintedSession named{false,     "web app", "shop [new]", "check out, v2",
                             "[local]", "[local]", 4711};
  std::vector<std::string> lines = {printed(prefix, nobody, 1) + "LOG:  starting"};
  if (tells_names) {
    lines.push_back(printed(prefix, early, 1) + "LOG:  connection received: host=[local]");
    lines.push_back(printed(prefix, unnamed, 2) +
                    "LOG:  connection authorized: user=web app database=shop [new] "
                    "application_name=check out, v2");
  }
  for (int i = 3; i < 40; ++i) {
    lines.push_back(printed(prefix, named, i) + "LOG:  duration: 1.2 ms  statement: SELECT 1");
  }
  if (tells_names) {
    lines.push_back(printed(prefix, named, 40) +
                    "LOG:  disconnection: session time: 0:00:00.013 user=web app "
                    "database=shop [new] host=[local]");
  }
  return lines;
}

TEST(PrefixDetection, BelievesTheMessagesThatTellNames) {
  for (std::string_view prefix :
       {"%m [%p] %q%u@%d ", "%t:%r:%u@%d:[%p]:", "%m [%p] %q%u@%d/%a %c ", "%m\t%p\t%u\t%d\t%a\t",
        "{\"t\":\"%m\",\"pid\":%p,\"user\":\"%u\",\"db\":\"%d\"} ", "%m [%p] %q%d ",
        "%m [%p] %q%d %u ", "%m [%p] %q%d/%u (%a) ", "%m {%p} «%u» in «%d» as «%a» ",
        "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h "}) {
    EXPECT_EQ(detected(odd_log(prefix, true)), prefix);
  }
}

TEST(PrefixDetection, LooksBehindANameThatHoldsATag) {
  const std::string_view application = "check out, \"app\"|x @ [2] / LOG:  ";
  const std::string_view prefix = "%m [%p:%l] %c %quser=%u,db=%d,app=%a,client=%r>";
  std::vector<std::string> log;
  for (int i = 0; i < 100; ++i) {
    const std::string_view app = i % 2 == 0 ? "psql" : application;
    log.push_back(
        fmt::format("2026-03-12 10:00:{:02}.000 UTC [7{}:{}] 69b28d2a.{:x} user=web,db=shop,"
                    "app={},client=10.0.0.1(4711)>LOG:  {}",
                    i % 60, i % 5, i / 5 + 1, 0x46 + i % 5, app,
                    i < 5 ? "connection authorized: user=web database=shop"
                          : "duration: 1.000 ms  statement: SELECT 1"));
  }
  const std::vector<std::string_view> lines(log.begin(), log.end());
  const auto matcher = detect_prefix(lines);
  ASSERT_TRUE(matcher.has_value());
  for (const std::string& line : log) {
    EXPECT_EQ(shown(*matcher, line), shown(compiled(prefix), line));
  }
}

TEST(PrefixDetection, PrefersWellKnownOnesToInventions) {
  for (std::string_view prefix : {"%m [%p] %q%u@%d ", "%t:%r:%u@%d:[%p]:", "%m [%p] %q%u@%d/%a %c ",
                                  "%m [%p] %q[user=%u,db=%d,app=%a] ", "%m\t%p\t%u\t%d\t%a\t",
                                  "{\"t\":\"%m\",\"pid\":%p,\"user\":\"%u\",\"db\":\"%d\"} "}) {
    EXPECT_EQ(detected(odd_log(prefix, false)), prefix);
  }
}

TEST(PrefixDetection, TellsTheProcessByItsSessionId) {
  EXPECT_EQ(detected(log_of("%n %c %l %x %v %p %q%d %u ")), "%n %c %l %x %v %p %q%u %d ");
  EXPECT_EQ(detected(log_of("%m %l %p %c ")), "%m %l %p %c ");
  EXPECT_EQ(detected(log_of("%m %l %p [%c] %q%u@%d ")), "%m %l %p [%c] %q%u@%d ");
}

TEST(PrefixDetection, TakesRunsOfBlanksForPadding) {
  for (std::string_view prefix : {"%m [%8p] %-24u|%-16d|%6l ", "%m [%-8p] %q%20u@%d ",
                                  "%t %6p: user=%-10u,db=%-20d ", "%m [%p] %q%-10u %-20d "}) {
    std::vector<std::string> lines = log_of(prefix);
    std::string found = detected(lines);
    EXPECT_EQ(found, prefix);
    PrefixMatcher matcher = compiled(found);
    PrefixMatcher truth = compiled(prefix);
    for (const std::string& line : lines) {
      if (line.front() == '\t') continue;
      ASSERT_EQ(shown(matcher, line), shown(truth, line)) << prefix << "\n"
                                                          << found << "\n"
                                                          << line;
    }
  }
}

// A line of some other program is matched by a guess that takes all before the severity for a name.
TEST(PrefixDetection, IsNotLedAstrayByOneLine) {
  std::vector<std::string> lines = odd_log("%m [%p] %q%u@%d ", false);
  for (std::string_view other :
       {"P00   INFO: archive-push command begin", "app ERROR:  x",
        "2026-11-22 07:48:43.123 app ERROR:  x", "2026-11-22 07:48:43.123 UTC [77] app INFO: x"}) {
    lines.emplace_back(other);
    EXPECT_EQ(detected(lines), "%m [%p] %q%u@%d ") << other;
    lines.pop_back();
  }
}

TEST(PrefixDetection, GivesUpWhereNothingFits) {
  EXPECT_EQ(detected({}), "none");
  EXPECT_EQ(detected({"", "\tLOG:  x"}), "none");
  EXPECT_EQ(detected({"hello", "world"}), "none");
  EXPECT_EQ(
      detected({"2026-11-22 07:13:44.120 GMT,\"u\",\"d\",7,\"h:1\",60e2b128.1308a,13,\"SELECT\","
                "2021-07-05 07:13:44 GMT,4/18,0,LOG,00000,\"duration: 0.576 ms\""}),
      "none");
}

TEST(PrefixDetection, AFirstLineThatIsTornDoesNotDecide) {
  std::vector<std::string> lines = {
      "026-11-25 10:00:00.400 UTC [1] LOG:  duration: 1.0 ms  statement: SELECT 1"};
  for (int i = 1; i < 10; ++i) {
    lines.push_back("2026-11-25 10:00:0" + std::to_string(i) +
                    ".700 UTC [1] LOG:  duration: 1.0 ms  statement: SELECT 2");
  }
  EXPECT_EQ(detected(lines), "%m [%p] ");
}

}  // namespace
}  // namespace pgcounsel
