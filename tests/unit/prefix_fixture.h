// Lines as sessions print them under any log_line_prefix, and what a matcher reads in them.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/log/prefix/prefix.h"

namespace pgcounsel {

inline PrefixMatcher compiled(std::string_view prefix) {
  Result<PrefixMatcher> matcher = PrefixMatcher::compile(prefix);
  EXPECT_TRUE(matcher) << prefix;
  return matcher ? *matcher : *PrefixMatcher::compile("");
}

// The fields of a match that are there, and the text behind the severity.
inline std::string shown(const PrefixMatcher& matcher, std::string_view line) {
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

// What a session would print: the printer is the second opinion on the matcher.
struct PrintedSession {
  bool background = false;
  std::string user, database, application, host, remote;
  int pid = 0;
};

inline std::string printed(std::string_view prefix, const PrintedSession& s, int number) {
  std::string out;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (prefix[i] != '%') {
      out += prefix[i];
      continue;
    }
    const std::size_t start = out.size();
    const bool left = prefix[i + 1] == '-';
    if (left) ++i;
    std::size_t width = 0;
    for (; prefix[i + 1] >= '0' && prefix[i + 1] <= '9'; ++i) {
      width = width * 10 + static_cast<std::size_t>(prefix[i + 1] - '0');
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
    const std::size_t length = out.size() - start;
    if (length < width) out.insert(left ? out.size() : start, width - length, ' ');
  }
  return out;
}

inline const std::vector<PrintedSession> kSessions = {
    {true, "", "", "", "", "", 4700},
    {false, "[unknown]", "[unknown]", "[unknown]", "10.0.0.7", "10.0.0.7(5501)", 4711},
    {false, "bob", "shop", "[unknown]", "10.0.0.7", "10.0.0.7(5501)", 4711},
    {false, "bob", "shop", "psql", "10.0.0.7", "10.0.0.7(5501)", 4711},
    {false, "web", "shop", "puma: cluster worker 0: 4242 [shop]", "::1", "::1(77)", 4712},
    {false, "web", "shop_analytics", "sidekiq 7.1 shop [3 of 10 busy]", "[local]", "[local]", 4713},
    {false, "app_1", "my_db", "node-postgres pool", "db1.example.com", "db1.example.com(1)", 4714},
};

inline const std::vector<std::string_view> kPrefixes = {
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

}  // namespace pgcounsel
