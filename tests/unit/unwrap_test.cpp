#include "parser/log/envelope/unwrap.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "parser/log/envelope/text_envelope.h"
#include "parser/log/stderr_log.h"

namespace pgcounsel {
namespace {

// A log of `postgres` with a prefix.
struct Inside {
  std::vector<PrefixMatcher> prefixes;
  InnerLog log;
  InnerLogs logs;

  explicit Inside(std::string_view prefix) : prefixes{*PrefixMatcher::compile(prefix)} {
    log.read = [this](const Chunk& chunk, ChunkRecords& out) {
      return read_stderr(prefixes, chunk, out);
    };
    log.begins_entry = [this](std::string_view line) {
      PrefixMatch match;
      return prefixes.front().match(line, match);
    };
    logs = [this](std::string_view program) {
      return program.empty() || program == "postgres" ? &log : nullptr;
    };
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
};

TextEnvelopeFormat format_of(TextEnvelopeKind kind) {
  TextEnvelopeFormat format;
  format.kind = kind;
  format.dialect.start = SyslogStart{2026, 11, 22, false};
  return format;
}

struct Answer {
  std::unique_ptr<std::string> log;  // records are views
  ChunkRecords records;
  std::size_t taken = 0;
};

Answer read(const Inside& inside, const TextEnvelopeFormat& format, const Chunk& chunk) {
  Answer answer;
  answer.log = std::make_unique<std::string>(chunk.bytes);
  const std::string_view bytes = *answer.log;
  Envelopes envelopes;
  const std::size_t taken =
      read_text_envelopes(format, Chunk{bytes, chunk.first_line, chunk.last}, envelopes);
  answer.taken = unwrap(envelopes, Chunk{bytes.substr(0, taken), chunk.first_line, chunk.last},
                        inside.logs, answer.records);
  return answer;
}

Answer read_syslog(const Inside& inside, std::string_view log, bool last = true) {
  return read(inside, format_of(TextEnvelopeKind::kSyslog), Chunk{log, 1, last});
}

// `line user@database pid: message/detail/statement`
std::string shown(const LogRecord& r) {
  return fmt::format("{} {}{}@{} {}: {}/{}/{}", r.line, r.server, r.user, r.database, r.pid,
                     r.message, r.detail, r.statement);
}

std::vector<std::string> shown(const ChunkRecords& read) {
  std::vector<std::string> all;
  for (const LogRecord& record : read.records) all.push_back(shown(record));
  return all;
}

using Strings = std::vector<std::string>;

std::string entry(int pid, std::string_view text, std::string_view host = "h") {
  return fmt::format("Nov 22 10:00:00 {} postgres[{}]: {}\n", host, pid, text);
}

// What the server sends for one report, each part with the function of the C library.
Strings sent_by_server(std::string_view report) {
  constexpr std::size_t kLimit = 900;
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  Strings parts;
  while (!report.empty()) {
    if (report.front() == '\n') {
      report.remove_prefix(1);
      continue;
    }
    std::size_t length = std::min({report.find('\n'), report.size(), kLimit});
    const auto is_inner_byte = [&](std::size_t at) {
      return at < report.size() && (static_cast<unsigned char>(report[at]) & 0xC0) == 0x80;
    };
    while (is_inner_byte(length)) --length;
    if (length < report.size() && !is_space(report[length])) {
      std::size_t i = length - 1;
      while (i > 0 && !is_space(report[i])) --i;
      if (i > 0) length = i;
    }
    parts.emplace_back(report.substr(0, length));
    report.remove_prefix(length);
  }
  return parts;
}

TEST(Unwrap, JoinsThePartsOfInterleavedProcesses) {
  const Inside inside("%q%u@%d ");
  const Answer found = read_syslog(
      inside, entry(1, "[5-1] web@shop ERROR:  one") +
                  entry(2, "[5-1] ann@shop LOG:  statement: A") +
                  entry(1, "[5-2] web@shop DETAIL:  d") + entry(2, "[5-2] #011B") +
                  entry(1, "[5-3] web@shop STATEMENT:  S") + entry(1, "[6-1] LOG:  end"));
  EXPECT_EQ(shown(found.records), (Strings{"1 hweb@shop 1: one/d/S",
                                           "2 hann@shop 2: statement: A\nB//", "6 h@ 1: end//"}));
  EXPECT_EQ(found.records.unparsed, 0U);
  EXPECT_EQ(found.records.lines, 6U);
}

TEST(Unwrap, FillsInWhatOnlyTheEnvelopeTells) {
  const Inside bare("");
  const Answer outer = read_syslog(bare, entry(7, "[1-1] LOG:  a"));
  ASSERT_EQ(outer.records.records.size(), 1U);
  const LogRecord& record = outer.records.records[0];
  EXPECT_EQ(iso_milliseconds(record.time), "2026-11-22T10:00:00.000Z");
  EXPECT_TRUE(record.has_time);
  EXPECT_FALSE(record.has_fraction);
  EXPECT_EQ(record.pid, 7U);
  EXPECT_EQ(record.session, session_of_pid(7));
  EXPECT_EQ(record.server, "h");

  const Inside full("%m [%p] ");
  const Answer inner = read_syslog(full, entry(7, "[1-1] 2026-11-22 09:59:59.125 UTC [8] LOG:  a"));
  ASSERT_EQ(inner.records.records.size(), 1U);
  EXPECT_EQ(iso_milliseconds(inner.records.records[0].time), "2026-11-22T09:59:59.125Z");
  EXPECT_EQ(inner.records.records[0].pid, 8U);
}

TEST(Unwrap, JoinsPartsOfMessagesWithoutANumber) {
  const Inside inside("%q%u@%d ");
  const Answer found =
      read_syslog(inside, entry(1, "[1] a@x LOG:  one") + entry(2, "[1] b@x LOG:  two") +
                              entry(1, "[2] #011more") + entry(1, "[1] a@x LOG:  three") +
                              entry(2, "[3] b@x DETAIL:  d") + entry(1, "[3] #011of what"));
  EXPECT_EQ(shown(found.records),
            (Strings{"1 ha@x 1: one\nmore//", "2 hb@x 2: two/d/", "4 ha@x 1: three//"}));
  EXPECT_EQ(found.records.torn_messages, 2U);
}

TEST(Unwrap, DoesNotMixServers) {
  const Inside inside("%q%u@%d ");
  const Answer found = read_syslog(
      inside, entry(1, "[5-1] a@x LOG:  one", "h1") + entry(1, "[5-1] b@x LOG:  two", "h2") +
                  entry(1, "[5-2] #011more", "h1") + entry(1, "[5-2] #011more", "h2"));
  EXPECT_EQ(shown(found.records), (Strings{"1 h1a@x 1: one\nmore//", "2 h2b@x 1: two\nmore//"}));
}

TEST(Unwrap, ReadsWhatIsThereOfATornMessage) {
  const Inside inside("%q%u@%d ");
  const Answer found = read_syslog(
      inside, entry(1, "[4-2] a@x DETAIL:  of what") + entry(1, "[4-3] a@x STATEMENT:  S") +
                  entry(1, "[5-1] a@x LOG:  one") + entry(1, "[5-3] #011behind a gap") +
                  entry(1, "[5-4] a@x STATEMENT:  T") + entry(1, "[6-1] rubbish") +
                  entry(1, "[6-2] a@x STATEMENT:  U"));
  EXPECT_EQ(shown(found.records), Strings{"3 ha@x 1: one//T"});
  EXPECT_EQ(found.records.unparsed, 2U);
  EXPECT_EQ(found.records.first_unparsed, 1U);
  EXPECT_EQ(found.records.torn_messages, 2U);
}

TEST(Unwrap, AnotherMessageOfTheSameNumberIsAnother) {
  const Inside inside("%q%u@%d ");
  const Answer found =
      read_syslog(inside, entry(1, "[5-1] a@x LOG:  one") + entry(1, "[5-1] a@x LOG:  two") +
                              entry(1, "[5-2] #011more"));
  EXPECT_EQ(shown(found.records), (Strings{"1 ha@x 1: one//", "2 ha@x 1: two\nmore//"}));
}

TEST(Unwrap, KeepsUnnumberedLinesOfEachProcessTogether) {
  const Inside inside("%q%u@%d ");
  const Answer found =
      read_syslog(inside, entry(1, "a@x LOG:  statement: A") + entry(2, "b@x LOG:  statement: B") +
                              entry(1, "#011a") + entry(2, "#011b") + entry(1, "a@x DETAIL:  d") +
                              entry(2, "rubbish"));
  EXPECT_EQ(shown(found.records),
            (Strings{"1 ha@x 1: statement: A\na/d/", "2 hb@x 2: statement: B\nb//"}));
  EXPECT_EQ(found.records.unparsed, 1U);
  EXPECT_EQ(found.records.first_unparsed, 6U);
}

TEST(Unwrap, JoinsThePiecesOfALineOfAContainer) {
  const Inside inside("%m [%p] ");
  const auto piece = [](std::string_view stream, std::string_view tag, std::string_view text) {
    return fmt::format("2025-08-29T14:15:10.123456789Z {} {} {}\n", stream, tag, text);
  };
  const Answer found =
      read(inside, format_of(TextEnvelopeKind::kCri),
           Chunk{piece("stderr", "P", "2026-11-22 09:59:59.125 UTC [8] LOG:  a") +
                     piece("stdout", "F", "2026-11-22 09:59:59.125 UTC [9] LOG:  other") +
                     piece("stderr", "P", " b") + piece("stderr", "F", " c") +
                     piece("stderr", "F", "\td"),
                 1, true});
  EXPECT_EQ(shown(found.records), (Strings{"1 @ 8: a b c\nd//", "2 @ 9: other//"}));
}

TEST(Unwrap, CountsForeignStrayAndLostEntries) {
  const Inside inside("%q%u@%d ");
  const std::string log =
      "torn line\nNov 22 10:00:00 h sshd[3]: hello\n" + entry(1, "[1-1] a@x LOG:  one") +
      "Nov 22 10:00:00 h rsyslogd: imuxsock lost 5 messages from pid 1 due to x\n";
  const Answer found = read_syslog(inside, log);
  EXPECT_EQ(found.records.records.size(), 1U);
  EXPECT_EQ(found.records.foreign, 2U);
  EXPECT_EQ(found.records.unparsed, 1U);
  EXPECT_EQ(found.records.lost_messages, 5U);
  EXPECT_EQ(found.records.unparsed_lines, std::vector<std::string_view>{"torn line"});
}

TEST(Unwrap, LeavesWhatIsNotCompleteForTheNextChunk) {
  const Inside inside("%q%u@%d ");
  const std::string one = entry(1, "[1-1] a@x LOG:  one");
  const std::string log = one + entry(1, "[2-1] a@x LOG:  two") + entry(2, "[7-1] b@x LOG:  x") +
                          entry(2, "[8-1] b@x LOG:  y");
  const Answer found = read_syslog(inside, log, false);
  EXPECT_EQ(found.taken, one.size());
  EXPECT_EQ(shown(found.records), Strings{"1 ha@x 1: one//"});
  EXPECT_EQ(found.records.lines, 1U);
  EXPECT_EQ(read_syslog(inside, one, false).taken, 0U);
  EXPECT_EQ(read_syslog(inside, "", true).taken, 0U);
}

TEST(Unwrap, WhatComesFarBehindDoesNotBelong) {
  const Inside inside("%q%u@%d ");
  std::string between;
  for (int i = 1; between.size() <= kFarthestPiece; ++i) {
    between += entry(2, fmt::format("[{}-1] b@x LOG:  {}", i, std::string(800, 'x')));
  }
  const std::string log = entry(1, "[1-1] a@x LOG:  one") + between + entry(1, "[1-2] #011late");
  const Answer found = read_syslog(inside, log);
  EXPECT_EQ(shown(found.records.records[0]), "1 ha@x 1: one//");
  EXPECT_EQ(found.records.unparsed, 1U);
  EXPECT_EQ(found.records.torn_messages, 1U);
}

std::string random_words(std::mt19937& random, std::size_t most) {
  const Strings words = {"a",
                         "SELECT",
                         "'Straße'",
                         "東京",
                         "x=1,",
                         "\t",
                         "",
                         std::string(40, 'w'),
                         std::string(300, 'L'),
                         "é"};
  std::string text;
  const std::size_t size = random() % most;
  while (text.size() < size) {
    text += words[random() % words.size()];
    if (random() % 4 != 0) text += ' ';
    if (random() % 40 == 0) text += "\nx";  // no tab at a cut, no blank line
  }
  return text + ".";
}

std::string with_tabs(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += '\t';
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\t' ? "#011" : std::string(1, c);
  return out;
}

// A tab at a cut inside a line cannot be told from a newline: these texts have none there.
bool has_tab_at_cut(const Strings& parts, std::string_view report) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    while (report[at] == '\n') ++at;
    if (at > 0 && report[at] == '\t' && report[at - 1] != '\n') return true;
    at += part.size();
  }
  return false;
}

TEST(Unwrap, PutsTogetherWhatTheServerCut) {
  const Inside inside("%q%u@%d ");
  std::mt19937 random(7);
  int tried = 0;
  while (tried < 400) {
    const std::string message = random_words(random, 4000);
    const std::string detail = random_words(random, 1500);
    const std::string report =
        "a@x LOG:  " + with_tabs(message) + "\na@x DETAIL:  " + with_tabs(detail) + "\n";
    const Strings parts = sent_by_server(report);
    if (has_tab_at_cut(parts, report)) continue;
    ++tried;
    for (const char* number : {"[9-{}] ", "[{}] ", ""}) {
      std::string log;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        log += entry(1, fmt::format(fmt::runtime(number), i + 1) + escaped(parts[i]));
      }
      const Answer found = read_syslog(inside, log);
      ASSERT_EQ(found.records.records.size(), 1U) << log;
      ASSERT_EQ(found.records.records[0].message, message) << log;
      ASSERT_EQ(found.records.records[0].detail, detail) << log;
    }
  }
}

TEST(Unwrap, PutsBackBlanksThatACarrierCutOff) {
  const Inside inside("%q%u@%d ");
  const std::string word(500, 'w');
  const Answer found =
      read_syslog(inside, entry(1, "[1-1] a@x LOG:  " + word) + entry(1, "[1-2] " + word) +
                              entry(1, "[2-1] a@x LOG:  SELECT") + entry(1, "[2-2] FROM t"));
  ASSERT_EQ(found.records.records.size(), 2U);
  EXPECT_EQ(found.records.records[0].message, word + " " + word);
  EXPECT_EQ(found.records.records[1].message, "SELECT\nFROM t");
}

// A log of some processes that write numbered messages or plain lines, of two hosts, with rubbish.
std::string busy_log(bool numbered, std::size_t size) {
  std::mt19937 random(numbered ? 3 : 4);
  struct Process {
    int pid;
    std::string host;
    int message = 0;
    Strings rest;
    std::size_t part = 0;
  };
  std::vector<Process> processes;
  for (int i = 0; i < 7; ++i) processes.push_back({100 + i % 5, i < 5 ? "h1" : "h2", 0, {}, 0});
  std::string log = entry(100, "[1-7] a@x DETAIL:  torn") + "\tbegins in the middle\n";
  while (log.size() < size) {
    const std::size_t chosen = random() % 20;
    Process& p = processes[chosen < 15 ? chosen % 2 : chosen % processes.size()];
    if (p.part == p.rest.size()) {
      p.rest = sent_by_server(
          "a@x LOG:  " + with_tabs(random_words(random, 2500)) +
          (random() % 2 == 0 ? "\na@x DETAIL:  " + random_words(random, 50) : std::string()) +
          "\n");
      if (random() % 30 == 0) p.rest = {"rubbish", "\tgoes on"};
      if (random() % 30 == 0) p.rest.insert(p.rest.begin(), "a@x HINT:  of nothing");
      p.part = 0;
      ++p.message;
    }
    const std::string number =
        numbered ? fmt::format("[{}-{}] ", p.message, p.part + 1) : std::string();
    log += entry(p.pid, number + escaped(p.rest[p.part++]), p.host);
    if (random() % 50 == 0) log += "rubbish\n";
    if (random() % 50 == 0) log += "Nov 22 10:00:00 h1 sshd[9]: x\n";
    if (random() % 99 == 0) log += "Nov 22 10:00:00 h1 rsyslogd: x lost 2 messages from pid 1\n";
  }
  return log;
}

struct Sum {
  Strings records;
  std::uint64_t unparsed = 0, first_unparsed = 0, lines = 0, foreign = 0, lost = 0, torn = 0;
  std::size_t pieces = 0;

  void add(const ChunkRecords& read, std::size_t offset) {
    for (const LogRecord& record : read.records) {
      records.push_back(shown(record) + fmt::format(" at {}", offset + record.offset));
    }
    if (unparsed == 0) first_unparsed = read.first_unparsed;
    unparsed += read.unparsed;
    lines += read.lines;
    foreign += read.foreign;
    lost += read.lost_messages;
    torn += read.torn_messages;
    ++pieces;
  }
};

Sum read_in_chunks(const Inside& inside, std::string_view log, std::size_t size) {
  Sum sum;
  std::size_t at = 0;
  std::size_t wanted = size;
  while (at < log.size()) {
    const bool last = log.size() - at <= wanted;
    const Answer answer = read(inside, format_of(TextEnvelopeKind::kSyslog),
                               Chunk{log.substr(at, wanted), 1 + sum.lines, last});
    if (answer.taken == 0 && last) break;
    wanted = answer.taken == 0 ? wanted + size : size;
    if (answer.taken > 0) sum.add(answer.records, at);
    at += answer.taken;
  }
  return sum;
}

TEST(Unwrap, ReadsTheSameInChunksOfAnySize) {
  const Inside inside("%q%u@%d ");
  for (const bool numbered : {true, false}) {
    const std::string log = busy_log(numbered, 1'200'000);
    const Sum whole = read_in_chunks(inside, log, log.size());
    ASSERT_GT(whole.records.size(), 500U);
    ASSERT_GT(whole.unparsed, 10U);
    ASSERT_GT(whole.lost, 10U);
    for (const std::size_t size : {100'000U, 299'999U, 400'001U, 777'777U}) {
      const Sum found = read_in_chunks(inside, log, size);
      ASSERT_GT(found.pieces, 1U);
      ASSERT_EQ(found.records, whole.records) << size;
      EXPECT_EQ(found.unparsed, whole.unparsed) << size;
      EXPECT_EQ(found.first_unparsed, whole.first_unparsed) << size;
      EXPECT_EQ(found.lines, whole.lines) << size;
      EXPECT_EQ(found.foreign, whole.foreign) << size;
      EXPECT_EQ(found.lost, whole.lost) << size;
      EXPECT_EQ(found.torn, whole.torn) << size;
    }
  }
}

TEST(Unwrap, SurvivesManyProcessesAndOddBytes) {
  const Inside inside("%q%u@%d ");
  std::string log;
  for (int i = 1; i < 20'000; ++i)
    log += entry(i, i % 2 == 0 ? "[1-1] a@x LOG:  a" : "a@x LOG:  b");
  log += entry(1, std::string_view("[2-1] a\0b\xff\xfe", 11));
  log += entry(1, "[18446744073709551615-18446744073709551615] x");
  EXPECT_EQ(read_syslog(inside, log).records.records.size(), 19'999U);
}

TEST(Unwrap, ShowsTheLinesInside) {
  const std::string log = entry(1, "[1-1] a@x LOG:  a") + entry(1, "[1-2] #011b") +
                          "Nov 22 10:00:00 h sshd[3]: hello\n" + entry(1, "[2-1] LOG:  c");
  Envelopes envelopes;
  read_text_envelopes(format_of(TextEnvelopeKind::kSyslog), Chunk{log, 1, true}, envelopes);
  const std::vector<InnerLines> found = inner_lines(envelopes);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].program, "postgres");
  EXPECT_EQ(found[0].lines, (std::vector<std::string_view>{"a@x LOG:  a", "LOG:  c"}));
  EXPECT_EQ(found[1].program, "sshd");
}

}  // namespace
}  // namespace pgcounsel
