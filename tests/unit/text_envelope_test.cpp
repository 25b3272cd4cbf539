#include "parser/log/envelope/text_envelope.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "parser/log/envelope/carrier_notice.h"
#include "parser/log/envelope/message_number.h"

namespace pgcounsel {
namespace {

Time day(int year, unsigned month, unsigned date) {
  return Time{std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} /
                                    std::chrono::day{date}}};
}

TextEnvelopeFormat syslog_of_2026() {
  TextEnvelopeFormat format;
  format.dialect.start = SyslogStart{2026, 11, 22, false};
  return format;
}

Envelopes read(const TextEnvelopeFormat& format, std::string_view log, bool last = true) {
  static std::deque<std::string> kept;  // envelopes are views
  Envelopes out;
  read_text_envelopes(format, Chunk{kept.emplace_back(log), 1, last}, out);
  return out;
}

// `time|host|program|pid|message-part|stream|text`
std::string shown(const Envelope& e) {
  return fmt::format("{}|{}|{}|{}|{}-{}|{}|{}", e.time ? iso_milliseconds(e.time->time) : "",
                     e.host, e.program, e.pid, e.message, e.part, e.stream, e.text);
}

std::string only(const Envelopes& read) {
  return read.list.size() == 1
             ? shown(read.list[0])
             : fmt::format("{} entries, {} strays", read.list.size(), read.strays.size());
}

TEST(TextEnvelope, ReadsTheHeadersOfSyslog) {
  struct Case {
    const char *line, *wanted;
  };
  constexpr Case kCases[] = {
      {"Nov 22 13:15:39 db1 postgres[108]: [5-2] x y",
       "2026-11-22T13:15:39.000Z|db1|postgres|108|5-2||x y"},
      {"<134>Dec  1 13:15:39 db1 postgres[108]: x",
       "2026-12-01T13:15:39.000Z|db1|postgres|108|0-0||x"},
      {"Jan  2 03:04:05.123456 db1 postgres[108]: x",
       "2027-01-02T03:04:05.123Z|db1|postgres|108|0-0||x"},
      {"2026-11-22T07:47:54.730960+00:00 db1 postgres[26]: [7] x",
       "2026-11-22T07:47:54.730Z|db1|postgres|26|0-7||x"},
      {"2026-11-22T07:47:54+0100 db1 postgresql@15-main[26]: x",
       "2026-11-22T06:47:54.000Z|db1|postgresql@15-main|26|0-0||x"},
      {"Sun 2026-11-22 07:47:54 UTC db1 postgres-15[26]: x",
       "2026-11-22T07:47:54.000Z|db1|postgres-15|26|0-0||x"},
      {"<134>1 2023-06-05T19:33:14.5+00:00 db1 postgres 26 - - \xEF\xBB\xBF[5-1] x",
       "2023-06-05T19:33:14.500Z|db1|postgres|26|5-1||x"},
      {"<134>1 2023-06-05T19:33:14Z db1 postgres 26 - [12-1] x",
       "2023-06-05T19:33:14.000Z|db1|postgres|26|12-1||x"},
      {"<134>1 - - pg - ID47 [a@1 k=\"v \\\"] \"][b@2] x", "||pg|0|0-0||x"},
      {"2019-03-14T00:22:56+00:00 app[postgres.48]: [GREEN] [15-1]  sql_error_code = 0",
       "2019-03-14T00:22:56.000Z|GREEN|postgres|48|15-1|app| sql_error_code = 0"},
      {"<134>1 2019-03-14T00:22:56+00:00 d.af28 app postgres.59 - [AQUA] [9-1]  x",
       "2019-03-14T00:22:56.000Z|AQUA|postgres|59|9-1|app| x"},
      {"2021-09-07T04:01:27+00:00 d.af28b app[postgres.59] [AQUA] [92-1]  x",
       "2021-09-07T04:01:27.000Z|AQUA|postgres|59|92-1|app| x"},
      {"2019-03-14T00:22:56+00:00 app[heroku-postgres]: source=DATABASE sample#a=1",
       "2019-03-14T00:22:56.000Z||heroku-postgres|0|0-0|app|source=DATABASE sample#a=1"},
      {"Nov 22 13:15:39 db1 kernel: [12.5] x",
       "2026-11-22T13:15:39.000Z|db1|kernel|0|0-0||[12.5] x"},
      {"Nov 22 13:15:39 db1 postgres[1]:", "2026-11-22T13:15:39.000Z|db1|postgres|1|0-0||"},
      {"Nov 22 13:15:39 db1 postgres[9]: a#011b#012c #1 #099 #303 #011",
       "2026-11-22T13:15:39.000Z|db1|postgres|9|0-0||a\tb\nc #1 #099 #303 \t"},
  };
  for (const Case& c : kCases) EXPECT_EQ(only(read(syslog_of_2026(), c.line)), c.wanted) << c.line;
}

TEST(TextEnvelope, WhatIsNoEntryIsAStray) {
  for (const char* line :
       {"x", "Nov 22 13:15:39", "Nov 22 13:15:39 ", "Nov 22 13:15:39 db1",
        "Nov 22 13:15:39 db1 x y", "Nov 41 13:15:39 db1 postgres[1]: x",
        "Nox 22 13:15:39 db1 postgres[1]: x", "2026-11-22 07:47:54 db1 postgres[1]: x",
        "2026-11-22T07:47:54Z db1 LOG:  x", "<999999>Nov 22 13:15:39 db1 postgres[1]: x",
        "<134>1 2023-06-05T19:33:14Z db1", "<134", "<>", "451 <",
        "Nov 22 13:15:39 db1 postgres[1: x", "Nov 22 13:15:39 db1 []: x"}) {
    EXPECT_EQ(only(read(syslog_of_2026(), line)), "0 entries, 1 strays") << line;
  }
}

TEST(TextEnvelope, CountsOffTheBytesOfAFrame) {
  const std::string first = "<134>1 2023-06-05T19:33:14Z h pg 1 - - LOG:  a\n\tb";
  const std::string second = "<134>1 2023-06-05T19:33:15Z h pg 1 - - LOG:  c";
  const std::string log = fmt::format("{} {}{} {}\n", first.size(), first, second.size(), second);
  const Envelopes found = read(syslog_of_2026(), log);
  ASSERT_EQ(found.list.size(), 2U);
  EXPECT_EQ(found.list[0].text, "LOG:  a\n\tb");
  EXPECT_EQ(found.list[1].text, "LOG:  c");
  EXPECT_EQ(found.list[1].line, 2U);
  EXPECT_EQ(found.lines, 2U);
}

TEST(TextEnvelope, LinesThatBeginWithABlankGoOnInTheEntry) {
  const std::string header = "Nov 22 13:15:39 db1 postgres[1]: ";
  const Envelopes found =
      read(syslog_of_2026(), "-- Journal begins at x --\n" + header + "a\n\tb\n" + header + "c\n" +
                                 std::string(header.size(), ' ') + " d\n\n" + header + "e");
  ASSERT_EQ(found.list.size(), 3U);
  EXPECT_EQ(found.list[0].text, "a\n\tb");
  EXPECT_EQ(found.list[1].text, "c\n d");
  EXPECT_EQ(found.list[2].line, 7U);
  EXPECT_TRUE(found.strays.empty());
}

TEST(TextEnvelope, ReadsContainersLines) {
  TextEnvelopeFormat format;
  format.kind = TextEnvelopeKind::kCri;
  const Envelopes found = read(format,
                               "2025-08-29T14:15:10.123456789Z stderr P ab\n"
                               "2025-08-29T14:15:10.123456789+02:00 stdout F \tcd\n"
                               "2025-08-29T14:15:10.123456789Z stderr F\n"
                               "2025-08-29T14:15:10Z stderr X no\n");
  ASSERT_EQ(found.list.size(), 3U);
  EXPECT_EQ(shown(found.list[0]), "2025-08-29T14:15:10.123Z|||0|0-0|stderr|ab");
  EXPECT_TRUE(found.list[0].goes_on);
  EXPECT_EQ(shown(found.list[1]), "2025-08-29T12:15:10.123Z|||0|0-0|stdout|\tcd");
  EXPECT_FALSE(found.list[1].goes_on);
  EXPECT_EQ(found.list[2].text, "");
  EXPECT_EQ(found.strays.size(), 1U);
}

std::string binary_field(std::string_view name, std::string_view value) {
  std::string field = std::string(name) + "\n";
  for (int i = 0; i < 8; ++i) field += static_cast<char>(value.size() >> (8 * i) & 0xFF);
  return field + std::string(value) + "\n";
}

TEST(TextEnvelope, ReadsExportsOfTheJournal) {
  TextEnvelopeFormat format;
  format.kind = TextEnvelopeKind::kJournaldExport;
  const std::string log =
      "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795333674730000\n_HOSTNAME=db1\n_PID=1\nSYSLOG_PID=26\n"
      "SYSLOG_IDENTIFIER=postgres\nMESSAGE=[5-1] LOG:  a=b\n\n"
      "__CURSOR=s=2\n_COMM=postgres\n_PID=27\n" +
      binary_field("MESSAGE", "LOG:  a\n\n\tb") + "\n\n";
  const Envelopes found = read(format, log);
  ASSERT_EQ(found.list.size(), 2U);
  EXPECT_EQ(shown(found.list[0]), "2026-11-22T07:47:54.730Z|db1|postgres|26|5-1||LOG:  a=b");
  EXPECT_EQ(shown(found.list[1]), "||postgres|27|0-0||LOG:  a\n\n\tb");
  EXPECT_EQ(found.list[1].line, 9U);
  Envelopes none;
  EXPECT_EQ(read_text_envelopes(format, Chunk{std::string_view(log).substr(0, 60), 1, false}, none),
            0U);
}

TEST(TextEnvelope, ABrokenBlockOfAnExportIsOneStray) {
  TextEnvelopeFormat format;
  format.kind = TextEnvelopeKind::kJournaldExport;
  const std::string log =
      "__CURSOR=s=1\nMESSAGE\n\xff\xff\xff\xff\xff\xff\xff\x7fxxxx\n"
      "__CURSOR=s=2\nMESSAGE=x\n\n";
  const Envelopes found = read(format, log);
  EXPECT_EQ(found.strays.size(), 2U);  // the block up to the length, and the line that it is in
  ASSERT_EQ(found.list.size(), 1U);
  EXPECT_EQ(found.list[0].text, "x");
}

TEST(TextEnvelope, NotesWhatTheCarrierLost) {
  struct Case {
    const char *program, *text;
    int wanted;  // -1: none
  };
  constexpr Case kCases[] = {
      {"rsyslogd", "imuxsock lost 300 messages from pid 26 due to rate-limiting", 300},
      {"rsyslogd", "imuxsock[pid 26]: begin to drop messages due to rate-limiting", 0},
      {"rsyslogd", "imjournal: 45 messages lost due to rate-limiting (20000 allowed)", 45},
      {"systemd-journald", "Suppressed 1234 messages from postgresql.service", 1234},
      {"systemd-journald", "Suppressed 1234 messages from sshd.service", -1},
      {"logplex", "Error L10 (output buffer overflow): 500 messages dropped since x", 500},
      {"postgres", "LOG:  imuxsock lost 300 messages", -1},
      {"rsyslogd", "action resumed", -1},
  };
  for (const Case& c : kCases) {
    const auto lost = messages_lost(c.program, c.text);
    EXPECT_EQ(lost ? static_cast<int>(*lost) : -1, c.wanted) << c.text;
  }
  EXPECT_EQ(read(syslog_of_2026(),
                 "Nov 22 13:15:39 db1 rsyslogd: imuxsock lost 3 messages from pid 2 due to x\n")
                .losses.at(0)
                .messages,
            3U);
}

TEST(TextEnvelope, StandsForRepetitionsThatWereLeftOut) {
  const std::string header = "Nov 22 13:15:39 db1 postgres[1]: ";
  const Envelopes found =
      read(syslog_of_2026(), header + "message repeated 2 times: [ LOG:  a]\n" +
                                 "Nov 22 13:15:39 db1 last message repeated 4 times\n" + header +
                                 "message repeated 99999999999 times: [ LOG:  b]\n");
  ASSERT_EQ(found.list.size(), 1002U);
  EXPECT_EQ(found.list[1].text, "LOG:  a");
  ASSERT_EQ(found.losses.size(), 2U);
  EXPECT_EQ(found.losses[0].messages, 4U);
  EXPECT_EQ(found.losses[1].messages, 99999999999U - 1000U);
}

TEST(TextEnvelope, IsRecognisedByMostLines) {
  struct Case {
    const char *head, *wanted;
  };
  constexpr Case kCases[] = {
      {"Nov 22 13:15:39 db1 postgres[1]: LOG:  x\n", "syslog"},
      {"<134>1 2023-06-05T19:33:14Z db1 postgres 26 - - LOG:  x\n", "syslog"},
      {"49 <134>1 2023-06-05T19:33:14Z h pg 1 - - LOG:  a\n\tb", "syslog"},
      {"2019-03-14T00:22:56+00:00 app[postgres.48]: [GREEN] [15-1]  LOG:  x\n", "logplex"},
      {"2025-08-29T14:15:10.123456789Z stderr F LOG:  x\n", "CRI"},
      {"__CURSOR=s=1\nMESSAGE=x\n\n", "journald export"},
      {"2023-06-05T19:33:14.123000+00:00 shop.0 2023-06-05 19:33:14 UTC:[local]:u@d:[1]:LOG:  x\n",
       "aws logs tail"},
      {"2026-11-22 07:48:43.355 UTC [1] LOG:  x\n", ""},
      {"2023-06-05T19:33:14Z one two three\n", ""},
      {"2026-11-22 07:48:43.355 UTC,\"u\",\"d\",1,\"h:1\",6b029e2a.1,1\n", ""},
      {"", ""},
      {"\n\n", ""},
      {"a\nb\nNov 22 13:15:39 db1 postgres[1]: LOG:  x\n", ""},
  };
  for (const Case& c : kCases) {
    const auto format = recognise_text_envelope(c.head);
    EXPECT_EQ(format ? name_of(format->kind) : "", c.wanted) << c.head;
  }
  EXPECT_TRUE(recognise_text_envelope(kCases[0].head)->lacks_years);
  EXPECT_FALSE(recognise_text_envelope(kCases[3].head)->lacks_years);
}

TEST(TextEnvelope, TellsNumbersFromPrefixesThatLookAlike) {
  using enum MessageNumbers;
  const auto numbers = [](std::string_view one, std::string_view two, std::string_view three) {
    std::string log;
    for (const std::string_view text : {one, two, three}) {
      log += fmt::format("Nov 22 13:15:39 db1 postgres[108]: {}\n", text);
    }
    return recognise_text_envelope(log)->dialect.numbers;
  };
  EXPECT_EQ(numbers("[5-1] LOG:  a", "[5-2] #011b", "[6-1] LOG:  c"), kParts);
  EXPECT_EQ(numbers("[107-1] LOG:  a", "[108-1] LOG:  b", "[109-1] LOG:  c"), kParts);
  EXPECT_EQ(numbers("LOG:  a", "#011b", "LOG:  c"), kParts);
  EXPECT_EQ(numbers("[1] LOG:  a", "[2] #011b", "[3] DETAIL:  c"), kParts);
  EXPECT_EQ(numbers("[1] LOG:  a", "[2] DETAIL:  b", "[1] LOG:  c"), kParts);
  EXPECT_EQ(numbers("[5] LOG:  a#012#011b", "[6] LOG:  b", "[7] LOG:  c"), kMessages);
  EXPECT_EQ(numbers("[108] LOG:  a", "[108] DETAIL:  b", "[108] LOG:  c"), kNone);
  EXPECT_EQ(numbers("[108-1] LOG:  a", "[108-2] DETAIL:  b", "[108-3] LOG:  c"), kNone);
  EXPECT_EQ(numbers("[5-1] LOG:  a", "#011b", "[6-1] LOG:  c"), kNone);
}

TEST(TextEnvelope, DatesTimesWithoutAYear) {
  struct Case {
    SyslogStart start;
    const char *text, *wanted;
  };
  const Case kCases[] = {
      {{2026, 11, 22}, "Nov 22 10:00:00", "2026-11-22T10:00:00.000Z"},
      {{2026, 11, 22}, "Nov 21 10:00:00", "2026-11-21T10:00:00.000Z"},
      {{2026, 11, 22}, "Nov 20 10:00:00", "2027-11-20T10:00:00.000Z"},
      {{2026, 11, 22}, "Jan  1 10:00:00", "2027-01-01T10:00:00.000Z"},
      {{2027, 1, 1}, "Dec 31 23:59:59", "2026-12-31T23:59:59.000Z"},
      {{2027, 1, 1}, "Dec 30 23:59:59", "2027-12-30T23:59:59.000Z"},
      {{2028, 2, 28}, "Feb 29 10:00:00", "2028-02-29T10:00:00.000Z"},
      {{2027, 2, 28}, "Feb 29 10:00:00", "2027-03-01T10:00:00.000Z"},
  };
  for (const Case& c : kCases) {
    const auto time = parse_syslog_time(c.text);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(iso_milliseconds(syslog_time_of(*time, c.start, Zone{})), c.wanted) << c.text;
  }
}

TEST(TextEnvelope, FindsTheYearOfALog) {
  const auto year = [](std::string_view head, std::optional<int> told, Time reference) {
    const auto start = syslog_start(head, told, reference);
    return start ? fmt::format("{}{}", start->year, start->assumed ? "?" : "") : "none";
  };
  const std::string plain = "Nov 22 10:00:00 db1 postgres[1]: LOG:  x\n";
  const std::string dated = "Jan  1 00:00:01 db1 postgres[1]: 2024-12-31 23:59:59 UTC LOG:  x\n";
  const std::string quoted = "Nov 22 10:00:00 db1 postgres[1]: SELECT '1999-05-05 00:00:00'\n";
  EXPECT_EQ(year(plain, 2019, day(2026, 12, 1)), "2019");
  EXPECT_EQ(year(plain, {}, day(2026, 12, 1)), "2026?");
  EXPECT_EQ(year(plain, {}, day(2026, 11, 21)), "2026?");  // clocks differ
  EXPECT_EQ(year(plain, {}, day(2026, 11, 20)), "2025?");
  EXPECT_EQ(year(dated, {}, day(2030, 1, 1)), "2025");
  EXPECT_EQ(year("Dec 31 23:00:00 db1 cron[1]: x\n" + dated, {}, day(2030, 1, 1)), "2024");
  EXPECT_EQ(year(quoted, {}, day(2026, 12, 1)), "2026?");
  EXPECT_EQ(year("Feb 29 10:00:00 db1 pg[1]: x\n", {}, day(2027, 1, 1)), "2024?");
  EXPECT_EQ(year("2026-11-22T07:47:54Z db1 postgres[1]: x\n", {}, day(2026, 12, 1)), "none");
}

TEST(TextEnvelope, ReadsTheSameWhereverItIsCut) {
  const std::string log =
      "Nov 22 13:15:39 db1 postgres[1]: [1-1] a\n\tb\nrubbish\n\nNov 22 13:15:40 db1 cron: c\r\n"
      "Nov 22 13:15:41 db1 postgres[1]: [2-1] #011d";
  const TextEnvelopeFormat format = syslog_of_2026();
  const Envelopes whole = read(format, log);
  ASSERT_EQ(whole.list.size(), 3U);
  for (std::size_t cut = 0; cut <= log.size(); ++cut) {
    Envelopes left, right;
    const std::string_view bytes = log;
    const std::size_t taken =
        read_text_envelopes(format, Chunk{bytes.substr(0, cut), 1, false}, left);
    read_text_envelopes(format, Chunk{bytes.substr(taken), 1 + left.lines, true}, right);
    ASSERT_EQ(left.strays.size() + right.strays.size(), 1U) << cut;
    ASSERT_EQ(left.lines + right.lines, whole.lines) << cut;
    ASSERT_EQ(left.list.size() + right.list.size(), 3U) << cut;
    for (std::size_t i = 0; i < 3; ++i) {
      const Envelope& e = i < left.list.size() ? left.list[i] : right.list[i - left.list.size()];
      ASSERT_EQ(shown(e), shown(whole.list[i])) << cut;
      ASSERT_EQ(e.line, whole.list[i].line) << cut;
    }
  }
}

TEST(TextEnvelope, SurvivesWhatIsNoLog) {
  const std::string long_line(1 << 20, 'x');
  std::vector<std::string> logs = {
      std::string(1000, '\0'),
      long_line,
      "Nov 22 13:15:39 db1 postgres[1]: " + long_line,
      std::string(1 << 20, '\n'),
      std::string(1 << 20, '<'),
      std::string(1 << 20, '['),
      "9999999 <1>",
      "99999999999999999999 <1>x",
      "<134>1 \xff\xfe\x80 [ [ [a@1 k=\"",
      "Nov 22 13:15:39 h p[99999999999999999999]: [99999999999999999999-1] x"};
  for (const std::string& log : logs) {
    for (int kind = 0; kind < 5; ++kind) {
      TextEnvelopeFormat format = syslog_of_2026();
      format.kind = static_cast<TextEnvelopeKind>(kind);
      Envelopes out;
      EXPECT_EQ(read_text_envelopes(format, Chunk{log, 1, true}, out), log.size());
    }
    recognise_text_envelope(log);
  }
}

}  // namespace
}  // namespace pgcounsel
