#include "analyzer/ledger/identity.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

// A ledger's memory of records, and sources that are read into it.
class Memory {
 public:
  // Reads a source in chunks of `chunk` records; answers how many records were new.
  std::size_t read(const std::vector<RecordKey>& keys, std::size_t chunk = 1000) {
    RecordFilter filter([this](std::int64_t minute) -> RecordFilter::Known {
      const auto it = minutes_.find(minute);
      if (it == minutes_.end()) return {};
      auto decoded = decode_minute(it->second);
      EXPECT_TRUE(decoded.has_value());
      return {*decoded, false};
    });
    told.clear();
    std::size_t fresh = 0;
    std::size_t at = 0, size = chunk;
    while (true) {
      const bool last = at + size >= keys.size();
      const std::span<const RecordKey> all(keys.data() + at, last ? keys.size() - at : size);
      const std::size_t count = filter.decidable(all, last);
      const auto is_new = filter.tell(all.first(count), last);
      for (const bool one : is_new) fresh += one ? 1 : 0;
      told.insert(told.end(), is_new.begin(), is_new.end());
      at += count;
      size = count == 0 ? size + chunk : chunk;
      for (const auto& [number, minute] : filter.take_changed()) minutes_[number] = minute;
      if (last) return fresh;
    }
  }

  std::vector<bool> told;  // of the last source: whether each record was new

 private:
  std::map<std::int64_t, std::string> minutes_;
};

using Keys = std::vector<RecordKey>;

Keys part(const Keys& keys, std::size_t from, std::size_t to) {
  return {keys.begin() + static_cast<std::ptrdiff_t>(from),
          keys.begin() + static_cast<std::ptrdiff_t>(to)};
}

// A log in which one record in three is a repetition of one before it.
Keys log(std::size_t count, bool milliseconds) {
  Keys keys;
  for (std::size_t i = 0; i < count; ++i) {
    RecordKey key;
    key.second = 1'000'000 + static_cast<std::int64_t>(i / 7);
    key.millisecond = milliseconds ? static_cast<std::int16_t>((i % 7) * 140) : std::int16_t{-1};
    key.hash = i % 3 == 0 ? 77 : 1000 + i;
    keys.push_back(key);
  }
  return keys;
}

class Identity : public testing::TestWithParam<bool> {};

TEST_P(Identity, ARepetitionAddsNothing) {
  const Keys keys = log(500, GetParam());
  for (const std::size_t chunk : {1U, 7U, 100U, 1000U}) {
    Memory memory;
    EXPECT_EQ(memory.read(keys, chunk), keys.size()) << chunk;
    EXPECT_EQ(memory.read(keys, chunk + 3), 0U) << chunk;
  }
}

TEST_P(Identity, TwoPartsInEitherOrderAreTheWhole) {
  const Keys keys = log(60, GetParam());
  for (std::size_t cut = 1; cut < keys.size(); ++cut) {
    for (const bool forward : {true, false}) {
      Memory memory;
      const Keys left = part(keys, 0, cut), right = part(keys, cut, keys.size());
      std::size_t fresh = memory.read(forward ? left : right, 9);
      fresh += memory.read(forward ? right : left, 9);
      ASSERT_EQ(fresh, keys.size()) << "cut " << cut << (forward ? "" : ", other way round");
      ASSERT_EQ(memory.read(keys), 0U) << cut;
    }
  }
}

TEST_P(Identity, OverlappingPartsAreTheWhole) {
  const Keys keys = log(60, GetParam());
  for (std::size_t from = 0; from < 40; ++from) {
    for (const bool forward : {true, false}) {
      Memory memory;
      const Keys left = part(keys, 0, 45), right = part(keys, from, keys.size());
      std::size_t fresh = memory.read(forward ? left : right, 11);
      fresh += memory.read(forward ? right : left, 11);
      ASSERT_EQ(fresh, keys.size()) << "from " << from << (forward ? "" : ", other way round");
    }
  }
}

TEST_P(Identity, AFilteredLogThatComesAgainWholeAddsWhatWasMissing) {
  const Keys keys = log(200, GetParam());
  Keys filtered;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i % 2 == 0) filtered.push_back(keys[i]);
  }
  Memory memory;
  EXPECT_EQ(memory.read(filtered), filtered.size());
  EXPECT_EQ(memory.read(keys), keys.size() - filtered.size());
}

std::string resolution(const testing::TestParamInfo<bool>& milliseconds) {
  return milliseconds.param ? "Milliseconds" : "WholeSeconds";
}

INSTANTIATE_TEST_SUITE_P(Resolution, Identity, testing::Bool(), resolution);

TEST(Identity, WholeSecondsAndMillisecondsOfOneLogAreTheSameRecords) {
  const Keys precise = log(100, true), coarse = log(100, false);
  Memory memory;
  EXPECT_EQ(memory.read(precise), 100U);
  EXPECT_EQ(memory.read(coarse), 0U);
  Memory other;
  EXPECT_EQ(other.read(coarse), 100U);
  EXPECT_EQ(other.read(precise), 0U);
}

TEST(Identity, TheSecondOfAnotherFormatMayBeTheNeighbour) {
  // The server takes the times of %t and of csvlog one after the other.
  RecordKey precise{100, 1, 5};
  RecordKey coarse{99, -1, 5};
  Memory memory;
  EXPECT_EQ(memory.read({precise}), 1U);
  EXPECT_EQ(memory.read({coarse}), 0U);
}

// Three equal records of one millisecond, as a fast client makes them.
TEST(Identity, EqualRecordsOfOneMillisecondAreToldApartByTheirLines) {
  Keys keys;
  for (std::uint8_t line = 1; line <= 3; ++line) keys.push_back({100, 5, 77, line});
  for (std::size_t cut = 1; cut < keys.size(); ++cut) {
    Memory memory;
    EXPECT_EQ(memory.read(part(keys, cut, 3)) + memory.read(part(keys, 0, cut)), 3U);
    EXPECT_EQ(memory.read(keys), 0U);
  }
}

TEST(Identity, EqualRecordsOfOneMillisecondAtTheEdgeOfAFileAreTwo) {
  const Keys left = {{99, 1, 1}, {100, 5, 77}}, right = {{100, 5, 78}, {100, 5, 77}, {101, 1, 2}};
  Memory memory;
  EXPECT_EQ(memory.read(left), 2U);
  EXPECT_EQ(memory.read(right), 3U);
  Memory other;
  EXPECT_EQ(other.read(right), 3U);
  EXPECT_EQ(other.read(left), 2U);
  EXPECT_EQ(other.read(left), 0U);
}

TEST(Identity, OfEqualRecordsTheKnownOnesAreBehindWhereTheKnownSourceBegins) {
  for (const std::int16_t moment : {std::int16_t{10}, std::int16_t{-1}}) {
    const auto key = [moment](std::int64_t second, std::uint64_t hash) {
      return RecordKey{second, moment, hash, 0};
    };
    // The second 77 and all behind it were read before.
    const Keys keys = {key(1, 5), key(2, 77), key(2, 6), key(2, 77), key(2, 8), key(3, 9)};
    Memory memory;
    EXPECT_EQ(memory.read(part(keys, 3, 6)), 3U);
    EXPECT_EQ(memory.read(keys), 3U);
    EXPECT_EQ(memory.told, (std::vector<bool>{true, true, true, false, false, false})) << moment;
  }
}

// A record of a session that counts its lines.
RecordKey counted(LineCounter counter, std::uint64_t line) {
  LogRecord record;
  record.time = Time{Micros{1'700'000'000'355'000}};
  record.has_fraction = true;
  record.severity = Severity::kLog;
  record.message = "duration: 0.012 ms  statement: END";
  record.line_counter = counter;
  record.session_line = line;
  return key_of(record);
}

TEST(Identity, LineNumbersOfTwoFormatsAreNotCompared) {
  using enum LineCounter;
  for (const auto& [one, other] : {std::pair(kCsv, kText), {kCsv, kJson}, {kJson, kText}}) {
    Memory memory;
    EXPECT_EQ(memory.read({counted(one, 3)}), 1U);
    EXPECT_EQ(memory.read({counted(other, 8)}), 0U);
  }
}

TEST(Identity, LineNumbersTellEqualRecordsOfOneMomentApart) {
  using enum LineCounter;
  for (const LineCounter counter : {kCsv, kJson, kText}) {
    Memory memory;
    EXPECT_EQ(memory.read({counted(counter, 3), counted(counter, 6)}), 2U);
    EXPECT_EQ(memory.read({counted(counter, 87), counted(counter, 3)}), 1U);
    EXPECT_EQ(memory.read({counted(counter, 1365), counted(counter, 6)}), 1U);
  }
}

TEST(Identity, DoesNotDependOnTheFormat) {
  LogRecord text, csv;
  text.time = csv.time = Time{Micros{1'700'000'000'355'000}};
  text.has_fraction = csv.has_fraction = true;
  text.severity = csv.severity = Severity::kError;
  text.pid = csv.pid = 77;
  text.message = csv.message = "syntax error";
  csv.sqlstate = "42601";
  csv.user = "web";
  EXPECT_EQ(key_of(text).hash, key_of(csv).hash);
  csv.pid = 78;
  EXPECT_NE(key_of(text).hash, key_of(csv).hash);
}

TEST(Identity, RefusesDamagedBytes) {
  EXPECT_FALSE(decode_minute("\x01").has_value());
  EXPECT_FALSE(decode_minute(std::string("\0abc", 4)).has_value());
  EXPECT_TRUE(decode_minute(std::string("\0", 1)).has_value());
}

}  // namespace
}  // namespace pgcounsel
