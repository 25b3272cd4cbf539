#include "parser/log/prefix/head_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/prefix_fixture.h"

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 8> kTags = {
    "LOG:  ",    "DETAIL:  ",       "STATEMENT:  ", "ERROR:  ",
    "FEHLER:  ", "INSTRUCTION :  ", "语句:  ",      "LOG: "};
constexpr std::array<std::string_view, 5> kTexts = {
    "duration: 0.319 ms  statement: SELECT 1", "a@b/c 6b029e2a.68d2 LOG:  x@y", "",
    "]:[7]:LOG:  [1] ERROR:  no", "user=u,db=d,app=a,client=[local] DETAIL:  a/b c.d LOG:  z"};

// Everything that a head says, with times to the microsecond.
std::string all_of(const LineHead* head, std::string_view line) {
  if (head == nullptr) return "no match";
  LogRecord r = head->record;
  head->complete(r);
  const auto time = r.has_time ? r.time.time_since_epoch().count() : -1;
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", time, r.has_fraction,
                     r.zone_is_certain, r.user, r.database, r.application, r.host,
                     r.in_transaction ? static_cast<int>(*r.in_transaction) : -1, r.sqlstate, r.pid,
                     r.session.id, r.query_id, r.session_line, static_cast<int>(head->kind),
                     static_cast<int>(r.severity), r.localised, line.substr(head->body));
}

std::string all_of(const PrefixMatch& match, std::string_view line) {
  const LineHead head = head_of(match);
  return all_of(&head, line);
}

std::string alone(std::span<const PrefixMatcher> prefixes, std::string_view line) {
  PrefixMatch match;
  for (const PrefixMatcher& prefix : prefixes) {
    if (prefix.match(line, match)) return all_of(match, line);
  }
  return "no match";
}

void expect_same(std::span<const PrefixMatcher> prefixes, const std::deque<std::string>& lines) {
  HeadReader reader(prefixes);
  for (const std::string& line : lines) {
    const std::string read = all_of(reader.read(line), line);
    ASSERT_EQ(read, alone(prefixes, line)) << prefixes.front().text() << "\n" << line;
  }
}

std::string random_name(std::mt19937& random) {
  constexpr std::array<std::string_view, 20> kPieces = {
      "web",  "shop", " ",     "@",      "/",  "[",     "]",         ":", ",",           "=",
      "LOG:", "-",    "6b0a.", "DETAIL", "  ", "größe", "[unknown]", "7", "10.0.0.1(5)", "LOG:  "};
  std::string name;
  for (auto pieces = random() % 5; pieces > 0; --pieces) name += kPieces[random() % kPieces.size()];
  return name;
}

std::deque<std::string> random_lines(std::string_view prefix, std::mt19937& random) {
  std::vector<PrintedSession> sessions = kSessions;
  for (int i = 0; i < 20; ++i) {
    const std::string host = random_name(random);
    sessions.push_back({false, random_name(random), random_name(random), random_name(random), host,
                        host + "(5501)", static_cast<int>(random() % 3 + 4711)});
  }
  std::deque<std::string> lines;
  for (int i = 0; i < 200; ++i) {
    const PrintedSession& session = sessions[random() % sessions.size()];
    std::string line = printed(prefix, session, static_cast<int>(random() % 900 + 100));
    line += kTags[random() % kTags.size()];
    line += kTexts[random() % kTexts.size()];
    if (random() % 16 == 0) line.resize(random() % (line.size() + 1));
    lines.push_back(std::move(line));
  }
  return lines;
}

TEST(HeadReader, ReadsEveryLineAsIfItWereAlone) {
  std::mt19937 random(7);
  for (const std::string_view prefix : kPrefixes) {
    const std::vector<PrefixMatcher> one{compiled(prefix)};
    expect_same(one, random_lines(prefix, random));
  }
}

TEST(HeadReader, ReadsLinesOfSeveralPrefixes) {
  std::mt19937 random(8);
  for (std::size_t i = 0; i + 1 < kPrefixes.size(); ++i) {
    const std::vector<PrefixMatcher> two{compiled(kPrefixes[i]), compiled(kPrefixes[i + 1])};
    std::deque<std::string> lines = random_lines(kPrefixes[i], random);
    for (std::string& line : random_lines(kPrefixes[i + 1], random)) {
      lines.push_back(std::move(line));
    }
    std::shuffle(lines.begin(), lines.end(), random);
    expect_same(two, lines);
  }
}

TEST(HeadReader, TellsTheTimesOfOneSessionApart) {
  const std::vector<PrefixMatcher> prefixes{compiled("%m [%p] %q%u@%d ")};
  HeadReader reader(prefixes);
  const std::array<std::string_view, 4> lines = {
      "2026-11-22 07:48:43.355 UTC [7] bob@shop LOG:  a",
      "2026-11-22 07:48:59.001 UTC [7] bob@shop DETAIL:  b",
      "2026-11-22 07:49:00.000 UTC [7] bob@shop ERROR:  c",
      "2026-11-22 07:49:00.000 CET [8] eve@shop LOG:  d"};
  const std::array<std::string_view, 4> want = {"07:48:43.355", "07:48:59.001", "07:49:00.000",
                                                "06:49:00.000"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const LineHead* head = reader.read(lines[i]);
    ASSERT_NE(head, nullptr);
    EXPECT_EQ(iso_milliseconds(head->time).substr(11, 12), want[i]);
    EXPECT_EQ(head->record.user, i < 3 ? "bob" : "eve");
    EXPECT_EQ(head->record.pid, i < 3 ? 7U : 8U);
    EXPECT_EQ(head->record.session, session_of_pid(head->record.pid));
  }
  EXPECT_EQ(reader.read("2026-11-22 07:49:00.000 UTC [7] bob@shop LOGS:  x"), nullptr);
}

TEST(HeadReader, TakesTheIdsInFrontOfTheNamesFromEachLine) {
  const std::vector<PrefixMatcher> prefixes{compiled("%n %p %c %v %l %q%u@%d ")};
  HeadReader reader(prefixes);
  const LineHead* head = reader.read("1795333723.355 16 6b029e2a.10 3/7 1 bob@shop LOG:  a");
  ASSERT_NE(head, nullptr);
  EXPECT_EQ(head->record.session, session_of_id("6b029e2a.10"));
  EXPECT_EQ(head->record.in_transaction, true);
  head = reader.read("1795333723.356 17 6b029e2a.11  2 bob@shop LOG:  b");
  ASSERT_NE(head, nullptr);
  EXPECT_EQ(head->record.session, session_of_id("6b029e2a.11"));
  EXPECT_EQ(head->record.pid, 17U);
  EXPECT_EQ(head->record.session_line, 2U);
  EXPECT_EQ(head->record.in_transaction, std::nullopt);
  EXPECT_EQ(head->record.user, "bob");
}

// A DETAIL line has the head of its record; a line of another prefix between them does not matter.
TEST(HeadReader, ReadsARepeatedHeadByItsOwnTag) {
  const std::vector<PrefixMatcher> prefixes{compiled("%m [%p] %q%u@%d "), compiled("[%p] ")};
  HeadReader reader(prefixes);
  const std::string head = "2026-11-22 07:48:43.355 UTC [7] bob@shop ";
  const std::array<std::string, 7> lines = {
      head + "LOG:  a",   head + "DETAIL:  b", "[8] LOG:  c",        head + "STATEMENT:  d",
      head + "DETAIL: e", head + "FEHLER:  f", head + "STATEMENT:  "};
  for (const std::string& line : lines) {
    ASSERT_EQ(all_of(reader.read(line), line), alone(prefixes, line)) << line;
  }
  EXPECT_EQ(reader.read(head), nullptr);
  EXPECT_EQ(reader.read(head + "DETAI"), nullptr);
}

TEST(HeadReader, WhatStandsBehindTheTagHasNoSay) {
  std::mt19937 random(9);
  for (const std::string_view prefix : kPrefixes) {
    const PrefixMatcher matcher = compiled(prefix);
    for (const std::string& line : random_lines(prefix, random)) {
      PrefixMatch match;
      if (!matcher.match(line, match) || !line.substr(0, match.body).ends_with("  ")) continue;
      for (const std::string_view text : kTexts) {
        if (text.empty()) continue;  // the end of the line ends a tag, too
        const std::string other = line.substr(0, match.body) + std::string(text);
        PrefixMatch again;
        ASSERT_TRUE(matcher.match(other, again)) << other;
        ASSERT_EQ(all_of(again, other.substr(0, match.body)),
                  all_of(match, line.substr(0, match.body)))
            << prefix << "\n"
            << other;
      }
    }
  }
}

TEST(HeadReader, ForgetsHeadsRatherThanGrow) {
  const std::vector<PrefixMatcher> prefixes{compiled("%m [%p] ")};
  std::deque<std::string> lines;
  for (int i = 0; i < 20'000; ++i) {
    lines.push_back(fmt::format("2026-11-22 07:48:43.355 UTC [{}] LOG:  x", i % 7000 + 1));
  }
  expect_same(prefixes, lines);
}

TEST(HeadReader, IsDoneSoonWithLinesFullOfTags) {
  std::string line = "2026-11-22 07:48:43.355 UTC [7] ";
  while (line.size() < (1 << 20)) line += "a b LOG:  ";
  const std::vector<PrefixMatcher> prefixes{compiled("%m [%p] %q%u@%d/%a %c ")};
  HeadReader reader(prefixes);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(reader.read(line), nullptr);
}

}  // namespace
}  // namespace pgcounsel
