#include "parser/log/pooler/pooler_log.h"

#include <gtest/gtest.h>

#include <string>

namespace pgcounsel {
namespace {

ChunkRecords read(std::string_view bytes, bool last = true) {
  ChunkRecords out;
  read_pooler(Zone{}, PoolerLine::kTime, Chunk{bytes, 1, last}, out);
  return out;
}

constexpr std::string_view kTime = "2026-03-13 07:00:00.250 UTC [4711] LOG ";

TEST(PoolerLog, ReadsTheLineOfEachVersion) {
  const std::string_view lines[] = {
      "2026-03-13 07:00:00.250 4711 LOG got SIGHUP, re-reading config",
      "2026-03-13 07:00:00.250 UTC [4711] LOG got SIGHUP, re-reading config",
      "2026-03-13 08:00:00.250 CET [4711] LOG got SIGHUP, re-reading config\r\n",
  };
  for (const std::string_view line : lines) {
    const ChunkRecords out = read(line);
    ASSERT_EQ(out.records.size(), 1U) << line;
    const LogRecord& record = out.records.front();
    EXPECT_EQ(iso_milliseconds(record.time), "2026-03-13T07:00:00.250Z") << line;
    EXPECT_TRUE(record.has_fraction);
    EXPECT_EQ(record.pid, 4711U);
    EXPECT_EQ(record.origin, Origin::kPooler);
    EXPECT_EQ(record.severity, Severity::kLog);
    EXPECT_EQ(record.message, "got SIGHUP, re-reading config");
    EXPECT_EQ(record.side, PoolerSide::kNone);
    EXPECT_FALSE(record.session.known());
  }
}

TEST(PoolerLog, TakesTheConnectionOffTheMessage) {
  struct Case {
    std::string_view line;
    PoolerSide side;
    std::uint64_t connection;
    std::string_view database, user, host, message;
  };
  const Case cases[] = {
      {"C-0x1f: shop/web@10.0.0.7:5001 login attempt: db=shop user=web tls=no", PoolerSide::kClient,
       0x1f, "shop", "web", "10.0.0.7:5001", "login attempt: db=shop user=web tls=no"},
      {"S-0x7fffffffffff: shop/web@127.0.0.1:5432 new connection to server (from 127.0.0.1:9)",
       PoolerSide::kServer, 0x7fffffffffff, "shop", "web", "127.0.0.1:5432",
       "new connection to server (from 127.0.0.1:9)"},
      {"C-0xa: (nodb)/(nouser)@10.0.0.7:1 closing because: x (age=0s)", PoolerSide::kClient, 0xa,
       "", "", "10.0.0.7:1", "closing because: x (age=0s)"},
      {"C-0xa: shop/web@unix(4711):6432 x", PoolerSide::kClient, 0xa, "shop", "web",
       "unix(4711):6432", "x"},
      {"C-0xa: shop/web@unix:6432 x", PoolerSide::kClient, 0xa, "shop", "web", "unix:6432", "x"},
      {"C-0xa: shop/web@[fe80::1]:6432 x", PoolerSide::kClient, 0xa, "shop", "web",
       "[fe80::1]:6432", "x"},
      {"C-0xa: shop/web@fe80::1:6432 x", PoolerSide::kClient, 0xa, "shop", "web", "fe80::1:6432",
       "x"},
      {"C-0xa: my shop/jo@corp.example@10.0.0.7:5 x@y:1 z", PoolerSide::kClient, 0xa, "my shop",
       "jo@corp.example", "10.0.0.7:5", "x@y:1 z"},
      {"C-0xa: shop/a: b/c d@10.0.0.7:5", PoolerSide::kClient, 0xa, "shop", "a: b/c d",
       "10.0.0.7:5", ""},
      // No connection: the whole text is the message.
      {"C-0xa: shop/web", PoolerSide::kNone, 0, "", "", "", "C-0xa: shop/web"},
      {"C-0x: shop/web@1:2 x", PoolerSide::kNone, 0, "", "", "", "C-0x: shop/web@1:2 x"},
      {"C-0xffffffffffffffffff: a/b@1:2 x", PoolerSide::kNone, 0, "", "", "",
       "C-0xffffffffffffffffff: a/b@1:2 x"},
  };
  for (const Case& c : cases) {
    const std::string line = std::string(kTime) + std::string(c.line);
    const ChunkRecords out = read(line);
    ASSERT_EQ(out.records.size(), 1U) << c.line;
    const LogRecord& record = out.records.front();
    EXPECT_EQ(record.side, c.side) << c.line;
    EXPECT_EQ(record.connection, c.connection) << c.line;
    EXPECT_EQ(record.database, c.database) << c.line;
    EXPECT_EQ(record.user, c.user) << c.line;
    EXPECT_EQ(record.host, c.host) << c.line;
    EXPECT_EQ(record.message, c.message) << c.line;
  }
}

TEST(PoolerLog, KnowsEveryLevel) {
  const std::pair<std::string_view, Severity> cases[] = {
      {"LOG", Severity::kLog},     {"WARNING", Severity::kWarning}, {"ERROR", Severity::kError},
      {"FATAL", Severity::kFatal}, {"DEBUG", Severity::kDebug},     {"NOISE", Severity::kDebug},
      {"INFO", Severity::kInfo}};
  for (const auto& [word, severity] : cases) {
    const std::string line = "2026-03-13 07:00:00.250 UTC [1] " + std::string(word) + " x";
    const ChunkRecords out = read(line);
    ASSERT_EQ(out.records.size(), 1U) << word;
    EXPECT_EQ(out.records.front().severity, severity) << word;
  }
}

TEST(PoolerLog, ReadsWhatStandsInsideAnEnvelope) {
  const std::string_view text = "C-0xa: shop/web@10.0.0.7:5 closing because: x (age=1s)";
  const std::string level = "WARNING " + std::string(text);
  LogRecord record;
  EXPECT_FALSE(parse_pooler_line(text, PoolerLine::kTime, Zone{}, record));
  EXPECT_FALSE(parse_pooler_line(text, PoolerLine::kLevel, Zone{}, record));
  EXPECT_FALSE(parse_pooler_line(level, PoolerLine::kTime, Zone{}, record));
  ASSERT_TRUE(parse_pooler_line(level, PoolerLine::kLevel, Zone{}, record));
  EXPECT_EQ(record.severity, Severity::kWarning);
  EXPECT_FALSE(record.has_time);
  LogRecord bare;
  ASSERT_TRUE(parse_pooler_line(text, PoolerLine::kText, Zone{}, bare));
  EXPECT_EQ(bare.user, "web");
  EXPECT_EQ(bare.message, "closing because: x (age=1s)");
}

TEST(PoolerLog, CountsWhatIsNoRecord) {
  const std::string nul("\0\0\xff\xfe\n", 5);
  const std::string bytes = "stack trace\n\n" + std::string(kTime) + "x\n" + nul +
                            "2026-03-13 07:00:00.250 UTC [4711 LOG x\n"
                            "2026-03-13 07:00:00.250 UTC [4711] LOG:  a server's line\n";
  const ChunkRecords out = read(bytes);
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records.front().line, 3U);
  EXPECT_EQ(out.unparsed, 4U);
  EXPECT_EQ(out.first_unparsed, 1U);
  EXPECT_EQ(out.lines, 6U);
}

TEST(PoolerLog, LeavesACutLineForTheNextChunk) {
  const std::string whole = std::string(kTime) + "one\n";
  const std::string bytes = whole + std::string(kTime) + "tw";
  ChunkRecords out;
  EXPECT_EQ(read_pooler(Zone{}, PoolerLine::kTime, Chunk{bytes, 1, false}, out), whole.size());
  EXPECT_EQ(out.records.size(), 1U);
  EXPECT_EQ(read(bytes).records.size(), 2U);
  EXPECT_EQ(read("").records.size(), 0U);
}

TEST(PoolerLog, TakesAHugeLineInOneGo) {
  const std::string line =
      std::string(kTime) + "C-0xa: " + std::string(1 << 20, '@') + "/ " + std::string(1 << 20, ':');
  EXPECT_EQ(read(line).records.size(), 1U);
}

TEST(PoolerLog, IsTold) {
  const std::pair<std::string_view, bool> cases[] = {
      {"2026-03-13 07:00:00.250 4711 LOG x", true},
      {"2026-03-13 07:00:00.250 CET [4711] WARNING x", true},
      {"LOG C-0xa: shop/web@10.0.0.7:5 x", true},
      {"C-0xa: shop/web@10.0.0.7:5 x", true},
      {"LOG stats: 1 xacts/s", true},
      {"2026-03-13 07:00:00.250 UTC [4711] LOG:  x", false},
      {"2026-03-13 07:00:00.250 UTC [4711] web@shop LOG:  x", false},
      {"LOG x", false},
      {"", false},
  };
  for (const auto& [line, expected] : cases) EXPECT_EQ(looks_like_pooler(line), expected) << line;
}

}  // namespace
}  // namespace pgcounsel
