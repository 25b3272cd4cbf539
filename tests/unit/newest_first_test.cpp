#include "parser/log/envelope/newest_first.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "parser/log/reader.h"

namespace pgcounsel {
namespace {

using Strings = std::vector<std::string>;

std::string entry(int second, std::string_view text, std::string_view host = "shop") {
  return fmt::format(
      R"({{"insertId":"i","logName":"l/postgres.log","timestamp":"2026-11-22T10:{:02}:{:02}.5Z",)"
      R"("resource":{{"labels":{{"database_id":"p:{}"}}}},"textPayload":"{}"}})",
      second / 60 % 60, second % 60, host, text);
}

// Every fourth record is an error with a line of its own for its second line and its statement.
Strings entries_of(int count, std::string_view host = "shop") {
  Strings entries;
  for (int i = 0; i < count; ++i) {
    const std::string head =
        fmt::format("2026-11-22 10:{:02}:{:02}.5 UTC [7] ", i / 60 % 60, i % 60);
    if (i % 4 != 0) {
      entries.push_back(entry(i, fmt::format("{}LOG:  message {}", head, i), host));
      continue;
    }
    entries.push_back(entry(i, fmt::format("{}ERROR:  message {}", head, i), host));
    entries.push_back(entry(i, "\\tsecond line", host));
    entries.push_back(entry(i, fmt::format("{}STATEMENT:  SELECT {}", head, i), host));
  }
  return entries;
}

std::string lines_of(const Strings& entries) {
  std::string log;
  for (const std::string& one : entries) log.append(one).push_back('\n');
  return log;
}

struct Shown {
  Strings records;  // oldest first
  std::uint64_t unparsed = 0, lines = 0;
};

// Reads in chunks of this size, which grow where nothing can be taken.
Shown read(const std::string& log, bool newest_first, std::size_t chunk_size) {
  FormatHints hints;
  const auto format = recognise(std::string_view(log).substr(0, 100'000), false, hints);
  EXPECT_TRUE(format && *format && (*format)->newest_first == newest_first);
  Shown shown;
  std::size_t at = 0, wanted = chunk_size;
  while (at < log.size()) {
    const std::string_view bytes = std::string_view(log).substr(at, wanted);
    ChunkRecords records;
    const bool last = at + bytes.size() == log.size();
    const std::size_t taken = read_chunk(**format, Chunk{bytes, shown.lines + 1, last}, records);
    Strings texts;
    for (const LogRecord& r : records.records) {
      texts.push_back(fmt::format("{} {}|{}", r.server, r.message, r.statement));
    }
    const auto place = newest_first ? shown.records.begin() : shown.records.end();
    shown.records.insert(place, texts.begin(), texts.end());
    shown.unparsed += records.unparsed;
    shown.lines += records.lines;
    at += taken;
    wanted = taken == 0 ? wanted + chunk_size : chunk_size;
    if (last && taken == 0) break;
  }
  EXPECT_EQ(at, log.size());
  return shown;
}

Strings reversed(Strings entries) {
  std::reverse(entries.begin(), entries.end());
  return entries;
}

TEST(NewestFirst, PutsTogetherWhatCameInSeveralEntries) {
  const Shown shown = read(lines_of(reversed(entries_of(8))), true, 1 << 20);
  ASSERT_EQ(shown.records.size(), 8U);
  EXPECT_EQ(shown.records[0], "shop message 0\nsecond line|SELECT 0");
  EXPECT_EQ(shown.records[1], "shop message 1|");
  EXPECT_EQ(shown.records[4], "shop message 4\nsecond line|SELECT 4");
  EXPECT_EQ(shown.unparsed, 0U);
  EXPECT_EQ(shown.lines, 12U);
}

TEST(NewestFirst, IsTheLogInAnyChunks) {
  const Strings entries = entries_of(3000);
  const Shown wanted = read(lines_of(entries), false, 1 << 20);
  ASSERT_EQ(wanted.records.size(), 3000U);
  for (const std::size_t chunk : {300'000U, 333'333U, 500'000U, 10'000'000U}) {
    const Shown shown = read(lines_of(reversed(entries)), true, chunk);
    EXPECT_EQ(shown.records, wanted.records) << chunk;
    EXPECT_EQ(shown.unparsed, 0U) << chunk;
    EXPECT_EQ(shown.lines, entries.size()) << chunk;
  }
}

TEST(NewestFirst, KeepsTwoHostsApart) {
  Strings entries;
  const Strings a = entries_of(2000, "a"), b = entries_of(2000, "b");
  for (std::size_t i = 0; i < a.size(); ++i) {
    entries.push_back(a[i]);
    entries.push_back(b[i]);
  }
  Strings wanted = read(lines_of(entries), false, 1 << 20).records;
  Strings shown = read(lines_of(reversed(entries)), true, 400'000).records;
  std::sort(wanted.begin(), wanted.end());
  std::sort(shown.begin(), shown.end());
  EXPECT_EQ(wanted.size(), 4000U);
  EXPECT_EQ(shown, wanted);
}

TEST(NewestFirst, CountsWhatIsNoEntryOnce) {
  Strings entries = entries_of(3000);
  for (const std::size_t at : {0U, 1500U, 3500U, 4000U}) {
    entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(at),
                   std::string("\0 no entry", 10));
  }
  entries.insert(entries.begin() + 2502, std::string(1'000'000, 'x'));
  for (const std::size_t chunk : {300'000U, 10'000'000U}) {
    const Shown shown = read(lines_of(reversed(entries)), true, chunk);
    EXPECT_EQ(shown.records.size(), 3000U) << chunk;
    EXPECT_EQ(shown.unparsed, 5U) << chunk;
    EXPECT_EQ(shown.lines, entries.size()) << chunk;
  }
}

TEST(NewestFirst, IsToldFromTimesThatFall) {
  const auto told = [](std::initializer_list<int> seconds) {
    Envelopes envelopes;
    for (const int second : seconds) {
      envelopes.list.emplace_back();
      if (second >= 0) envelopes.list.back().time = LogTime{Time{second * kSecond}, true, 1};
    }
    return is_newest_first(envelopes);
  };
  EXPECT_FALSE(told({}));
  EXPECT_FALSE(told({5}));
  EXPECT_FALSE(told({5, 5, 5, 5, 5, 5}));
  EXPECT_FALSE(told({1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(told({5, 4, 3, 2}));  // may be the disorder of processes
  EXPECT_TRUE(told({5, 4, 3, 2, 1}));
  EXPECT_TRUE(told({9, 8, -1, 8, 7, -1, 6, 5}));
  EXPECT_FALSE(told({9, 8, 7, 6, 5, 9, 4}));
}

}  // namespace
}  // namespace pgcounsel
