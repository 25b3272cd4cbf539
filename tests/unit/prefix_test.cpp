#include "parser/log/prefix.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

PrefixMatcher compiled(std::string_view prefix) {
  Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix);
  EXPECT_TRUE(matcher) << prefix;
  return matcher ? *matcher : *PrefixMatcher::compile("");
}

// The fields of a match that are there, and the text behind the severity.
std::string shown(const PrefixMatcher& matcher, std::string_view line) {
  PrefixMatch m;
  if (!matcher.match(line, m)) return "no match";
  std::string out;
  auto add = [&out](std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format("{}={} ", name, value);
  };
  auto add_number = [&out](std::string_view name, auto value) {
    if (value != 0) out += fmt::format("{}={} ", name, value);
  };
  if (m.time) add("time", iso_milliseconds(m.time->time).substr(11, 12));
  add_number("pid", m.pid);
  add("user", m.user);
  add("db", m.database);
  add("app", m.application);
  add("host", m.host);
  add("sid", m.session_id);
  add("vxid", m.virtual_xid);
  add("state", m.sqlstate);
  add("type", m.backend_type);
  add_number("qid", m.query_id);
  add_number("line", m.line_number);
  constexpr std::string_view kKinds[] = {"",        "DETAIL",    "HINT",     "QUERY",
                                         "CONTEXT", "STATEMENT", "LOCATION", "BACKTRACE"};
  out += m.kind == LineKind::kRecord ? name_of(m.severity) : kKinds[static_cast<int>(m.kind)];
  return out + " <" + std::string(line.substr(m.body)) + ">";
}

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

// What a session would print: the printer is the second opinion on the matcher.
struct Session {
  bool background = false;
  std::string user, database, application, host, remote;
  int pid = 0;
};

std::string printed(std::string_view prefix, const Session& s, int number) {
  std::string out;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (prefix[i] != '%') {
      out += prefix[i];
      continue;
    }
    switch (prefix[++i]) {
      case 'q':
        if (s.background) return out;
        break;
      case 'u':
        out += s.user;
        break;
      case 'd':
        out += s.database;
        break;
      case 'a':
        out += s.application;
        break;
      case 'h':
        out += s.host;
        break;
      case 'r':
        out += s.remote;
        break;
      case 'b':
        out += s.background ? "checkpointer" : "client backend";
        break;
      case 'p':
        out += fmt::format("{}", s.pid);
        break;
      case 'm':
        out += fmt::format("2026-11-22 07:48:{:02}.{:03} UTC", number % 60, number);
        break;
      case 't':
        out += fmt::format("2026-11-22 07:48:{:02} UTC", number % 60);
        break;
      case 'n':
        out += fmt::format("1795333{:03}.{:03}", number, number);
        break;
      case 's':
        out += "2026-11-22 07:40:00 UTC";
        break;
      case 'c':
        out += fmt::format("6b029e2a.{:x}", s.pid);
        break;
      case 'l':
        out += fmt::format("{}", number);
        break;
      case 'v':
        out += s.background ? "" : fmt::format("{}/{}", s.pid % 9, number);
        break;
      case 'x':
        out += "0";
        break;
      case 'e':
        out += "00000";
        break;
      case 'Q':
        out += fmt::format("-42662470475294777{}", number);
        break;
      case 'P':
        break;
      default:
        ADD_FAILURE() << "no printer for " << prefix[i];
    }
  }
  return out;
}

const std::vector<Session> kSessions = {
    {true, "", "", "", "", "", 4700},
    {false, "[unknown]", "[unknown]", "[unknown]", "10.0.0.7", "10.0.0.7(5501)", 4711},
    {false, "bob", "shop", "[unknown]", "10.0.0.7", "10.0.0.7(5501)", 4711},
    {false, "bob", "shop", "psql", "10.0.0.7", "10.0.0.7(5501)", 4711},
    {false, "web", "shop", "puma: cluster worker 0: 4242 [shop]", "::1", "::1(77)", 4712},
    {false, "web", "shop_analytics", "sidekiq 7.1 shop [3 of 10 busy]", "[local]", "[local]", 4713},
    {false, "app_1", "my_db", "node-postgres pool", "db1.example.com", "db1.example.com(1)", 4714},
};

std::vector<std::string> log_of(std::string_view prefix) {
  std::vector<std::string> lines;
  int number = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    const Session& s = kSessions[i % kSessions.size()];
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

const std::vector<std::string_view> kPrefixes = {
    // in use
    "%m [%p] ",
    "%m [%p] %q%u@%d ",
    "%m [%p] %q%u@%d/%a %c ",
    "%t:%r:%u@%d:[%p]:",
    "%t-%c-",
    "%m [%p] %q[user=%u,db=%d,app=%a] ",
    "%m [%p] %q[user=%u,db=%d,app=%a,host=%h] ",
    "%m [%p][%v] : [%l-1] %q[app=%a] ",
    "%t [%p-%l] %q%u@%d ",
    "%t [%p]: [%l-1] user=%u,db=%d - PG-%e ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] [trx_id=%x] user=%u,db=%d ",
    "[%p]: [%l-1] db=%d,user=%u ",
    "%m %r %u %a [%c] [%p] ",
    "%m [%p]: [%l-1] db=%d,user=%u ",
    "pid=%p,user=%u,db=%d,app=%a,client=%h ",
    "user=%u,db=%d,app=%a,client=%h ",
    "%p-%s-%c-%l-%h-%u-%d-%m ",
    "%m [%p][%b][%v][%x] %q[user=%u,db=%d,app=%a] ",
    "%t [%p] %q%u@%d %h ",
    " sql_error_code = %e ",
    "%t [%p]: ",
    "",
    "%m [%p]: [%l-1] sid=%c,vxid=%v,xid=%x,user=%u,db=%d,app=%a,client=%r,e=%e ",
    // in no list
    "%m rhost=%r app=%a:user=%u:db=%d:",
    "%n|%p|%u@%d|%c|%l ",
    "%m pid=%p %q%u@%d app=%a qid=%Q ",
    "%t [%p] %b %q%u@%d ",
    "%m %p %l %q%u@%d ",
    "pg01 %m [%p] %q%u@%d ",
    "<%t %p %c> usr=%u database=%d remote=%h ",
    "%m [%p] [%c] [%v] %e %q<%u@%d/%a@%h> ",
    "%m [%p] %q[host=%r user=\"%u\" db=\"%d\" app=\"%a\"] ",
    "%t:%h:%u@%d:[%p]:%l:",
    "pid = %p user = %u db = %d ",
    "%m [%p] state=%e queryid=%Q %q%u@%d from %r ",
    "%m [%p] %q[%u@%d/%a] ",
    "%t %u %d [%p] ",
};

TEST(Prefix, ReadsBackWhatASessionPrints) {
  for (std::string_view prefix : kPrefixes) {
    PrefixMatcher matcher = compiled(prefix);
    for (const Session& s : kSessions) {
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

TEST(PrefixDetection, GivesUpWhereNothingFits) {
  EXPECT_EQ(detected({}), "none");
  EXPECT_EQ(detected({"", "\tLOG:  x"}), "none");
  EXPECT_EQ(detected({"hello", "world"}), "none");
  EXPECT_EQ(
      detected({"2026-11-22 07:13:44.120 GMT,\"u\",\"d\",7,\"h:1\",60e2b128.1308a,13,\"SELECT\","
                "2021-07-05 07:13:44 GMT,4/18,0,LOG,00000,\"duration: 0.576 ms\""}),
      "none");
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
