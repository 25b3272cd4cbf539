#include "parser/log/prefix/prefix.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/unit/prefix_fixture.h"

namespace pgcounsel {
namespace {

struct Case {
  std::string_view prefix, line, want;
};

void expect_all(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(shown(compiled(c.prefix), c.line), c.want) << c.prefix << "\n" << c.line;
  }
}

TEST(Prefix, MatchesTheWellKnownOnes) {
  expect_all({
      {"%m [%p] ", "2026-11-22 07:48:43.355 UTC [4711] LOG:  hello",
       "time=07:48:43.355 pid=4711 LOG <hello>"},
      {"%m [%p] %q%u@%d ", "2026-11-22 07:48:43.355 UTC [4711] bob@shop ERROR:  no",
       "time=07:48:43.355 pid=4711 user=bob db=shop ERROR <no>"},
      {"%t:%r:%u@%d:[%p]:", "2026-11-22 07:48:43 UTC:10.0.0.1(5312):bob@shop:[4711]:LOG:  hello",
       "time=07:48:43.000 pid=4711 user=bob db=shop host=10.0.0.1 LOG <hello>"},
      {"%t-%c-", "2026-11-22 07:48:43 UTC-6b029e2a.68d2-LOG:  hello",
       "time=07:48:43.000 pid=26834 sid=6b029e2a.68d2 LOG <hello>"},
      {"%m [%p] %q[user=%u,db=%d,app=%a] ",
       "2026-11-22 07:48:43.355 UTC [4711] [user=bob,db=shop,app=[unknown]] LOG:  hello",
       "time=07:48:43.355 pid=4711 user=bob db=shop app=[unknown] LOG <hello>"},
      {"%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ",
       "2026-11-22 07:48:43.355 UTC [4711] [user=bob,db=shop,app=psql,host=[local]] LOG:  hello",
       "time=07:48:43.355 pid=4711 user=bob db=shop app=psql host=[local] LOG <hello>"},
      {"%m [%p][%v] : [%l-1] %q[app=%a] ",
       "2026-11-22 07:48:43.355 UTC [4711][3/17] : [5-1] [app=psql] LOG:  hello",
       "time=07:48:43.355 pid=4711 app=psql vxid=3/17 line=5 LOG <hello>"},
      {"%m [%p][%v] : [%l-1] %q[app=%a] ",
       "2026-11-22 07:48:43.355 UTC [4711][] : [5-1] LOG:  hello",
       "time=07:48:43.355 pid=4711 line=5 LOG <hello>"},
      {"%t [%p-%l] %q%u@%d ", "2026-11-22 07:48:43 UTC [4711-3] bob@shop LOG:  hello",
       "time=07:48:43.000 pid=4711 user=bob db=shop line=3 LOG <hello>"},
      {"%t [%p]: [%l-1] user=%u,db=%d - PG-%e ",
       "2026-11-22 07:48:43 UTC [4711]: [3-1] user=bob,db=shop - PG-42P01 ERROR:  no",
       "time=07:48:43.000 pid=4711 user=bob db=shop state=42P01 line=3 ERROR <no>"},
      {"%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
       "2026-11-22 07:48:43 UTC [4711]: [3-1] user=bob,db=shop,app=psql,client=::1 LOG:  hello",
       "time=07:48:43.000 pid=4711 user=bob db=shop app=psql host=::1 line=3 LOG <hello>"},
      {"%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
       "2026-11-22 07:48:43 UTC [4711]: [3-1] user=,db=,app=,client= LOG:  hello",
       "time=07:48:43.000 pid=4711 line=3 LOG <hello>"},
      {"%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d ",
       "2026-11-22 07:48:43 UTC [4711]: [3-1] [trx_id=0] user=bob,db=shop LOG:  hello",
       "time=07:48:43.000 pid=4711 user=bob db=shop line=3 LOG <hello>"},
      {"[%p]: [%l-1] db=%d,user=%u ", "[4711]: [3-1] db=shop,user=bob LOG:  hello",
       "pid=4711 user=bob db=shop line=3 LOG <hello>"},
      {"%m %r %u %a [%c] [%p] ",
       "2026-11-22 07:48:43.355 UTC 10.0.0.1(5312) bob check out [6b029e2a.68d2] [26834] LOG:  "
       "hello",
       "time=07:48:43.355 pid=26834 user=bob app=check out host=10.0.0.1 sid=6b029e2a.68d2 LOG "
       "<hello>"},
      {"%m [%p]: [%l-1] db=%d,user=%u ",
       "2026-11-22 07:48:43.355 UTC [4711]: [3-1] db=shop,user=bob LOG:  hello",
       "time=07:48:43.355 pid=4711 user=bob db=shop line=3 LOG <hello>"},
      {"pid=%p,user=%u,db=%d,app=%a,client=%h ",
       "pid=4711,user=bob,db=shop,app=a,b,client=10.0.0.1 LOG:  hello",
       "pid=4711 user=bob db=shop app=a,b host=10.0.0.1 LOG <hello>"},
      {"user=%u,db=%d,app=%a,client=%h ", "user=bob,db=shop,app=,client=[local] LOG:  hello",
       "user=bob db=shop host=[local] LOG <hello>"},
      {"%p-%s-%c-%l-%h-%u-%d-%m ",
       "26834-2026-11-22 07:40:00 UTC-6b029e2a.68d2-9-10.0.0.1-bob-shop-"
       "2026-11-22 07:48:43.355 UTC LOG:  hello",
       "time=07:48:43.355 pid=26834 user=bob db=shop host=10.0.0.1 sid=6b029e2a.68d2 line=9 LOG "
       "<hello>"},
      {"%m [%p][%b][%v][%x] %q[user=%u,db=%d,app=%a] ",
       "2026-11-22 07:48:43.355 UTC [4711][client backend][3/17][0] [user=bob,db=shop,app=x] LOG:  "
       "hello",
       "time=07:48:43.355 pid=4711 user=bob db=shop app=x vxid=3/17 type=client backend LOG "
       "<hello>"},
      {"%t [%p] %q%u@%d %h ", "2026-11-22 07:48:43 UTC [4711] bob@shop 10.0.0.1 LOG:  hello",
       "time=07:48:43.000 pid=4711 user=bob db=shop host=10.0.0.1 LOG <hello>"},
      {" sql_error_code = %e ", " sql_error_code = 00000 LOG:  hello", "state=00000 LOG <hello>"},
      {"%m [%p]: [%l-1] sid=%c,vxid=%v,xid=%x,user=%u,db=%d,app=%a,client=%r,e=%e ",
       "2026-11-22 07:48:43.355 UTC [26834]: [2-1] "
       "sid=6b029e2a.68d2,vxid=3/0,xid=0,user=bob,db=shop,"
       "app=x,client=host-1(99),e=57P03 FATAL:  no",
       "time=07:48:43.355 pid=26834 user=bob db=shop app=x host=host-1 sid=6b029e2a.68d2 vxid=3/0 "
       "state=57P03 line=2 FATAL <no>"},
      {"", "LOG:  hello", "LOG <hello>"},
  });
}

TEST(Prefix, EndsNamesWhereTheRestFits) {
  constexpr std::string_view kFull = "%m [%p] %q%u@%d/%a %c ";
  constexpr std::string_view kRds = "%t:%r:%u@%d:[%p]:";
  expect_all({
      {kFull,
       "2026-11-22 07:48:43.355 UTC [26834] web@shop/sidekiq 7.1 shop [3 of 10 busy] 6b029e2a.68d2 "
       "LOG:  x",
       "time=07:48:43.355 pid=26834 user=web db=shop app=sidekiq 7.1 shop [3 of 10 busy] "
       "sid=6b029e2a.68d2 LOG <x>"},
      {kFull,
       "2026-11-22 07:48:43.355 UTC [26834] web@shop/puma: cluster worker 0: 4242 [shop] "
       "6b029e2a.68d2 STATEMENT:  x",
       "time=07:48:43.355 pid=26834 user=web db=shop app=puma: cluster worker 0: 4242 [shop] "
       "sid=6b029e2a.68d2 STATEMENT <x>"},
      {kFull,
       "2026-11-22 07:48:43.355 UTC [26834] web@shop/a@b/c LOG:  \"d\"|e 6b029e2a.68d2 LOG:  x",
       "time=07:48:43.355 pid=26834 user=web db=shop app=a@b/c LOG:  \"d\"|e sid=6b029e2a.68d2 LOG "
       "<x>"},
      {kFull, "2026-11-22 07:48:43.355 UTC [26834] me@corp@shop/psql 6b029e2a.68d2 LOG:  x",
       "time=07:48:43.355 pid=26834 user=me@corp db=shop app=psql sid=6b029e2a.68d2 LOG <x>"},
      {kFull, "2026-11-22 07:48:43.355 UTC [26834] größe@köln/Länge 文 6b029e2a.68d2 LOG:  x",
       "time=07:48:43.355 pid=26834 user=größe db=köln app=Länge 文 sid=6b029e2a.68d2 LOG <x>"},
      {kFull,
       "2026-11-22 07:48:43.355 UTC [26834] [unknown]@[unknown]/[unknown] 6b029e2a.68d2 LOG:  x",
       "time=07:48:43.355 pid=26834 user=[unknown] db=[unknown] app=[unknown] sid=6b029e2a.68d2 "
       "LOG "
       "<x>"},
      {kFull, "2026-11-22 07:48:43.355 UTC [26834] LOG:  web@shop/psql 6b029e2a.68d2 LOG:  x",
       "time=07:48:43.355 pid=26834 LOG <web@shop/psql 6b029e2a.68d2 LOG:  x>"},
      {kRds, "2026-11-22 07:49:46 UTC::@:[29556]:LOG:  starting",
       "time=07:49:46.000 pid=29556 LOG <starting>"},
      {kRds, "2026-11-22 07:49:46 UTC:10.0.0.1(99):me@corp.example@shop:[29556]:LOG:  x",
       "time=07:49:46.000 pid=29556 user=me@corp.example db=shop host=10.0.0.1 LOG <x>"},
      {kRds, "2026-11-22 07:49:46 UTC:10.0.0.1(99):a:b@c:d:[1]:e:[29556]:LOG:  x",
       "time=07:49:46.000 pid=29556 user=a:b db=c:d:[1]:e host=10.0.0.1 LOG <x>"},
      {kRds, "2026-11-22 07:49:46 UTC:[local]:bob@shop:[29556]:LOG:  x",
       "time=07:49:46.000 pid=29556 user=bob db=shop host=[local] LOG <x>"},
      {kRds, "2026-11-22 07:49:46 UTC:fe80::1:2(99):bob@shop:[29556]:LOG:  x",
       "time=07:49:46.000 pid=29556 user=bob db=shop host=fe80::1:2 LOG <x>"},
      {kRds, "2026-11-22 07:49:46 UTC:10.0.0.1:bob@shop:[29556]:LOG: one blank",
       "time=07:49:46.000 pid=29556 user=bob db=shop host=10.0.0.1 LOG <one blank>"},
      {"%t:%h:%u@%d:[%p]:", "2026-11-22 07:49:46 UTC:::1:beef@shop:[29556]:LOG:  x",
       "time=07:49:46.000 pid=29556 user=beef db=shop host=::1 LOG <x>"},
      {"%m [%p] %q%u@%d ", "2026-11-22 07:48:43.355 UTC [1] a b@c [d] e ERROR:  x",
       "time=07:48:43.355 pid=1 user=a b db=c [d] e ERROR <x>"},
      {"%m [%p] %q[user=%u,db=%d,app=%a] ",
       "2026-11-22 07:48:43.355 UTC [1] [user=a,b,db=c,app=x] y [z]] LOG:  x",
       "time=07:48:43.355 pid=1 user=a,b db=c app=x] y [z] LOG <x>"},
      {"app=%a ", "app= LOG:  x", "LOG <x>"},
  });
}

TEST(Prefix, UnderstandsEveryEscape) {
  expect_all({
      {"%n %p ", "1795333723.355 7 LOG:  x", "time=07:48:43.355 pid=7 LOG <x>"},
      {"%s %p ", "2026-11-22 07:40:00 UTC 7 LOG:  x", "time=07:40:00.000 pid=7 LOG <x>"},
      {"%s %t ", "2026-11-22 07:40:00 UTC 2026-11-22 07:48:43 UTC LOG:  x",
       "time=07:48:43.000 LOG <x>"},
      {"%p %P %Q ", "7 6 -4266247047529477710 LOG:  x", "pid=7 qid=-4266247047529477710 LOG <x>"},
      {"%p %P %Q ", "7  0 LOG:  x", "pid=7 LOG <x>"},
      {"%p %i %x ", "7 SELECT waiting 4711 LOG:  x", "pid=7 LOG <x>"},
      {"%p %L %u ", "7 10.0.0.9 bob LOG:  x", "pid=7 user=bob LOG <x>"},
      {"%p %b: ", "7 autovacuum worker: LOG:  x", "pid=7 type=autovacuum worker LOG <x>"},
      {"100%% %p ", "100% 7 LOG:  x", "pid=7 LOG <x>"},
      {"%c ", "6b029e2a.68d2 LOG:  x", "pid=26834 sid=6b029e2a.68d2 LOG <x>"},
      {"[%e] ", "[57P03] FATAL:  x", "state=57P03 FATAL <x>"},
      {"%m [%p]", "2026-11-22 07:48:43.355 UTC [7] LOG:  x", "time=07:48:43.355 pid=7 LOG <x>"},
      {"%u", "bob LOG:  x", "user=bob LOG <x>"},
      {"%m ", "2026-11-22 09:48:43.355 +02 LOG:  x", "time=07:48:43.355 LOG <x>"},
  });
}

TEST(Prefix, TakesPaddingOff) {
  expect_all({
      {"%-10u|%5p|", "bob       |   42|LOG:  x", "pid=42 user=bob LOG <x>"},
      {"%-10u|%5p|", "much_longer_than_ten|123456|LOG:  x",
       "pid=123456 user=much_longer_than_ten LOG <x>"},
      {"%10u|%-5p|", "       bob|42   |LOG:  x", "pid=42 user=bob LOG <x>"},
      {"%-6p%-8u ", "42    bob      LOG:  x", "pid=42 user=bob LOG <x>"},
      {"%5p %6v|", "   42       |LOG:  x", "pid=42 LOG <x>"},
      {"%5p %6v|", "   42   3/17|LOG:  x", "pid=42 vxid=3/17 LOG <x>"},
      {"%-30t|", "2026-11-22 07:48:43 UTC       |LOG:  x", "time=07:48:43.000 LOG <x>"},
      {"%5p|", "  42|LOG:  x", "no match"},
      {"%-5p|", "42  |LOG:  x", "no match"},
      {"%-10u|", "bob|LOG:  x", "no match"},
  });
}

TEST(Prefix, KnowsSeveritiesAndTagsInManyLanguages) {
  expect_all({
      {"[%p] ", "[7] DEBUG1:  x", "pid=7 DEBUG <x>"},
      {"[%p] ", "[7] INFO:  x", "pid=7 INFO <x>"},
      {"[%p] ", "[7] NOTICE:  x", "pid=7 NOTICE <x>"},
      {"[%p] ", "[7] WARNING:  x", "pid=7 WARNING <x>"},
      {"[%p] ", "[7] PANIC:  x", "pid=7 PANIC <x>"},
      {"[%p] ", "[7] DETAIL:  x", "pid=7 DETAIL <x>"},
      {"[%p] ", "[7] HINT:  x", "pid=7 HINT <x>"},
      {"[%p] ", "[7] QUERY:  x", "pid=7 QUERY <x>"},
      {"[%p] ", "[7] CONTEXT:  x", "pid=7 CONTEXT <x>"},
      {"[%p] ", "[7] BACKTRACE:  x", "pid=7 BACKTRACE <x>"},
      {"[%p] ", "[7] LOCATION:  exec_simple_query, postgres.c:1193",
       "pid=7 LOCATION <exec_simple_query, postgres.c:1193>"},
      {"[%p] ", "[7] LOG:  00000: x", "pid=7 LOG <00000: x>"},
      {"[%p] ", "[7] STATEMENT:  ", "pid=7 STATEMENT <>"},
      {"[%p] ", "[7] STATEMENT:", "pid=7 STATEMENT <>"},
      {"[%p] ", "[7] LOG:    x", "pid=7 LOG <  x>"},
      {"[%p] ", "[7] FEHLER:  x", "pid=7 ERROR <x>"},
      {"[%p] ", "[7] HINWEIS:  x", "pid=7 NOTICE <x>"},
      {"[%p] ", "[7] TIPP:  x", "pid=7 HINT <x>"},
      {"[%p] ", "[7] ANWEISUNG:  x", "pid=7 STATEMENT <x>"},
      {"[%p] ", "[7] ERREUR:  x", "pid=7 ERROR <x>"},
      {"[%p] ", "[7] DÉTAIL:  x", "pid=7 DETAIL <x>"},
      {"[%p] ", "[7] INSTRUCTION :  x", "pid=7 STATEMENT <x>"},
      {"[%p] ", "[7] ASTUCE\u00A0:  x", "pid=7 HINT <x>"},
      {"[%p] ", "[7] SENTENCIA:  x", "pid=7 STATEMENT <x>"},
      {"[%p] ", "[7] ОШИБКА:  x", "pid=7 ERROR <x>"},
      {"[%p] ", "[7] 语句:  x", "pid=7 STATEMENT <x>"},
  });
}

TEST(Prefix, RefusesOtherLines) {
  PrefixMatcher debian = compiled("%m [%p] %q%u@%d ");
  for (std::string_view line :
       {"", " ", "\t", "LOG:  x", "2026-11-22 07:48:43.355 UTC", "2026-11-22 07:48:43.355 UTC [7] ",
        "2026-11-22 07:48:43.355 UTC [7] bob@shop LOG",
        "2026-11-22 07:48:43.355 UTC [7] bob@shop LOGS:  x",
        "2026-11-22 07:48:43.355 UTC [x] bob@shop LOG:  x",
        "2026-11-22 07:48:43.355 UTC [7] bob@shop LOG:x",
        "2026-11-22 07:48:43.355 UTC [7] bob shop LOG:  x",
        "\t2026-11-22 07:48:43.355 UTC [7] LOG:  x",
        "2026-11-22 07:48:43.355 UTC [7] bob@shop log:  x", "pg_ctl: could not start server"}) {
    EXPECT_EQ(shown(debian, line), "no match") << line;
  }
}

TEST(Prefix, ReadsEveryCutOfALineWithoutHarm) {
  std::string line = "2026-11-22 07:48:43.355 UTC [26834] web@shop/a b 6b029e2a.68d2 LOG:  x";
  PrefixMatcher matcher = compiled("%m [%p] %q%u@%d/%a %c ");
  for (std::size_t size = 0; size <= line.size(); ++size) {
    std::string cut = line.substr(0, size);  // its own buffer: a sanitizer sees what is read behind
    cut.shrink_to_fit();
    EXPECT_EQ(shown(matcher, cut) != "no match", size + 3 >= line.size()) << cut;
  }
}

TEST(Prefix, StaysFastOnHugeAndHostileLines) {
  std::string blanks(1 << 20, ' ');
  std::string names = "7 ";
  while (names.size() < (1 << 20)) names += "a@b/c d:e ";
  auto start = std::chrono::steady_clock::now();
  for (std::string_view prefix : {"%u %d %a %h %b %i %L %r ", "%p %u %d %a %h %b [%c] ",
                                  "%u@%d@%a@%h@%b@%i@", "%a%u%d%h%b", "%a:%u:%d:%h:%b:%i"}) {
    PrefixMatcher matcher = compiled(prefix);
    EXPECT_EQ(shown(matcher, blanks), "no match");
    EXPECT_EQ(shown(matcher, names), "no match");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
  std::string sql = "2026-11-22 07:48:43.355 UTC [7] a@b LOG:  " + names;
  PrefixMatch match;
  ASSERT_TRUE(compiled("%m [%p] %q%u@%d ").match(sql, match));
  EXPECT_EQ(match.body, 42U);
}

TEST(Prefix, NamesTheEscapeItDoesNotKnow) {
  for (std::string_view prefix : {"%m [%z] ", "%m %", "%m %-", "%m %5", "%-5%", "%99999u"}) {
    Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix);
    ASSERT_FALSE(matcher) << prefix;
    EXPECT_NE(matcher.error().message.find(prefix), std::string::npos);
  }
  EXPECT_NE(PrefixMatcher::compile("%m [%z] ").error().message.find("escape %z"),
            std::string::npos);
}

TEST(Prefix, SaysWhatItCarries) {
  PrefixMatcher matcher = compiled("%m [%5p] %q%c 100%%d ");
  EXPECT_EQ(matcher.text(), "%m [%5p] %q%c 100%%d ");
  EXPECT_TRUE(matcher.has_escape('c'));
  EXPECT_TRUE(matcher.has_escape('p'));
  EXPECT_FALSE(matcher.has_escape('d'));
  EXPECT_FALSE(matcher.has_escape('%'));
  EXPECT_FALSE(matcher.has_escape('\xFF'));
}

TEST(Prefix, ReadsBackWhatASessionPrints) {
  for (std::string_view prefix : kPrefixes) {
    PrefixMatcher matcher = compiled(prefix);
    for (const PrintedSession& s : kSessions) {
      std::string line = printed(prefix, s, 12) + "ERROR:  no";
      PrefixMatch m;
      ASSERT_TRUE(matcher.match(line, m)) << prefix << "\n" << line;
      bool stopped = s.background && matcher.has_escape('q');
      auto expect = [&](char escape, std::string_view got, std::string_view want) {
        if (!matcher.has_escape(escape) || stopped) return;
        EXPECT_EQ(got, want) << prefix << "\n" << line;
      };
      expect('u', m.user, s.user);
      expect('d', m.database, s.database);
      expect('a', m.application, s.application);
      expect('h', m.host, s.host);
      expect('r', m.host, s.host);
      if (matcher.has_escape('p')) {
        EXPECT_EQ(m.pid, static_cast<std::uint32_t>(s.pid)) << line;
      }
      EXPECT_EQ(line.substr(m.body), "no");
    }
  }
}

TEST(SeverityNames, GoBothWays) {
  for (Severity severity :
       {Severity::kDebug, Severity::kLog, Severity::kInfo, Severity::kNotice, Severity::kWarning,
        Severity::kError, Severity::kFatal, Severity::kPanic}) {
    EXPECT_EQ(severity_named(name_of(severity)), severity);
  }
  EXPECT_EQ(severity_named("DEBUG5"), Severity::kDebug);
  EXPECT_EQ(severity_named("FEHLER"), Severity::kError);
  EXPECT_EQ(severity_named("log"), Severity::kUnknown);
  EXPECT_EQ(severity_named(""), Severity::kUnknown);
}

TEST(SessionKeys, HoldStartAndProcess) {
  EXPECT_EQ(session_of_id("6b029e2a.68d2"), SessionKey{0x6b029e2a000068d2});
  for (std::string_view text : {"", ".", "6b029e2a", "6b029e2a.", ".68d2", "0.68d2",
                                "6b029e2a.68d2 ", "6b029e2g.68d2", "16b029e2a.68d2", "-1.2"}) {
    EXPECT_EQ(session_of_id(text), std::nullopt) << text;
  }
  EXPECT_NE(session_of_pid(0x68d2), *session_of_id("1.68d2"));
  EXPECT_FALSE(session_of_pid(0).known());
  EXPECT_TRUE(session_of_pid(1).known());
}

}  // namespace
}  // namespace pgcounsel
