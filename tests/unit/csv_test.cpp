#include "parser/csv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace pgcounsel {
namespace {

TEST(Csv, ReadsQuotesNewlinesAndOddEnds) {
  const std::pair<std::string_view, std::vector<std::vector<std::string>>> cases[] = {
      {"a,b\n1,\"x\ny\"\n", {{"a", "b"}, {"1", "x\ny"}}},
      {"\"a\"\"b\",\r\nc", {{"a\"b", ""}, {"c"}}},
      {"\"a\"x,b\n", {{"ax", "b"}}},
      {"\"open,b\nc,\"d\"\n", {{"open,b\nc,d\""}}},
      {"x,\"open\ny,z\n", {{"x", "\"open"}, {"y", "z"}}},
      {"", {}},
      {",\n", {{"", ""}}},
  };
  for (const auto& [bytes, expected] : cases) {
    CsvReader reader(bytes, ',');
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> fields;
    while (reader.next(fields)) rows.push_back(fields);
    EXPECT_EQ(rows, expected) << bytes;
  }
}

TEST(Csv, TellsHowARowEnds) {
  struct Case {
    std::string_view bytes;
    CsvEnd end;
    std::size_t taken;
    std::uint64_t lines;
    std::vector<std::string_view> cells;
  };
  const Case cases[] = {
      {"a,\"b\"\nc", CsvEnd::kNewline, 6, 1, {"a", "b"}},
      {"\"a\n\n\",b\r\nc", CsvEnd::kNewline, 9, 3, {"a\n\n", "b"}},
      {"a,\"b\"\r\n", CsvEnd::kNewline, 7, 1, {"a", "b"}},
      {"a,\"b\r\"\r\n", CsvEnd::kNewline, 8, 1, {"a", "b\r"}},
      {"a\rb,c\r", CsvEnd::kBytes, 6, 1, {"a\rb", "c\r"}},
      {"a,", CsvEnd::kBytes, 2, 1, {"a", ""}},
      {"", CsvEnd::kBytes, 0, 1, {""}},
      {"\n", CsvEnd::kNewline, 1, 1, {""}},
      {"a,\"\"\"b\"\",c", CsvEnd::kOpen, 2, 0, {"a"}},
      {"a,\"b\"\"", CsvEnd::kOpen, 2, 0, {"a"}},
      {"a,\"b\" ,c\n", CsvEnd::kBroken, 5, 0, {"a", "b"}},
      {"a,\"b\"\r,c\n", CsvEnd::kBroken, 5, 0, {"a", "b"}},
  };
  for (const Case& c : cases) {
    CsvRow row;
    EXPECT_EQ(scan_csv_row(c.bytes, CsvForm{}, row), c.end) << c.bytes;
    EXPECT_EQ(row.end - c.bytes.data(), static_cast<std::ptrdiff_t>(c.taken)) << c.bytes;
    if (c.lines != 0) {
      EXPECT_EQ(row.lines, c.lines) << c.bytes;
    }
    std::vector<std::string_view> cells;
    for (const CsvCell& cell : row.cells) cells.push_back(cell.text);
    EXPECT_EQ(cells, c.cells) << c.bytes;
    EXPECT_EQ(row.count, c.cells.size()) << c.bytes;
  }
}

struct PlainRow {
  CsvEnd end = CsvEnd::kBytes;
  std::size_t taken = 0;
  std::vector<std::string> cells;  // unquoted
};

// A row of a strict form, character by character.
PlainRow plain_row(std::string_view bytes) {
  enum class At { kBegin, kPlain, kQuoted, kBehind } state = At::kBegin;
  PlainRow row;
  std::string cell;
  std::size_t begin = 0, at = 0;
  const auto drop_return = [&] {
    if (state == At::kPlain && cell.ends_with('\r')) cell.pop_back();
  };
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (state == At::kQuoted) {
      if (c == '"')
        state = At::kBehind;
      else
        cell += c;
    } else if (state == At::kBegin && c == '"') {
      state = At::kQuoted;
      begin = at;
    } else if (c == ',') {
      row.cells.push_back(cell);
      cell.clear();
      state = At::kBegin;
    } else if (c == '\n') {
      drop_return();
      row.cells.push_back(cell);
      row.end = CsvEnd::kNewline;
      row.taken = at + 1;
      return row;
    } else if (state != At::kBehind) {
      state = At::kPlain;
      cell += c;
    } else if (c == '"') {
      state = At::kQuoted;
      cell += c;
    } else if (c == '\r' && bytes.substr(at + 1).starts_with('\n')) {
      continue;
    } else {
      row.cells.push_back(cell);
      row.end = CsvEnd::kBroken;
      row.taken = at;
      return row;
    }
  }
  row.end = state == At::kQuoted ? CsvEnd::kOpen : CsvEnd::kBytes;
  row.taken = state == At::kQuoted ? begin : at;
  if (state != At::kQuoted) row.cells.push_back(cell);
  return row;
}

TEST(Csv, SaysOfRandomBytesWhatAPlainScannerSays) {
  std::minstd_rand random(17);
  constexpr std::string_view kAlphabets[] = {",\"\n\ra ", ",\"\naaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                             "\"\"\"\"\"\",,,a"};
  CsvRow row;
  for (const std::string_view alphabet : kAlphabets) {
    for (int i = 0; i < 20'000; ++i) {
      std::string bytes(random() % 100, ' ');
      for (char& c : bytes) c = alphabet[random() % alphabet.size()];
      const PlainRow expected = plain_row(bytes);
      ASSERT_EQ(scan_csv_row(bytes, CsvForm{}, row), expected.end) << bytes;
      ASSERT_EQ(row.end - bytes.data(), static_cast<std::ptrdiff_t>(expected.taken)) << bytes;
      ASSERT_EQ(row.count, expected.cells.size()) << bytes;
      for (std::size_t cell = 0; cell < row.count; ++cell) {
        const CsvCell& found = row.cells[cell];
        ASSERT_EQ(found.has_quotes ? unquoted(found.text) : std::string(found.text),
                  expected.cells[cell])
            << bytes;
      }
      if (expected.end == CsvEnd::kNewline) {
        const auto lines =
            std::count(bytes.begin(), bytes.begin() + (row.end - bytes.data()), '\n');
        ASSERT_EQ(row.lines, static_cast<std::uint64_t>(lines)) << bytes;
      }
    }
  }
}

TEST(Csv, UnquotesUpToALoneQuote) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},         {"a", "a"},
      {"\"\"", "\""},   {"a\"\"b\"\"", "a\"b\""},
      {"a\"b", "ab"},   {"a\"b\"\"", "ab\"\""},
      {"\"\"\"", "\""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(unquoted(text), expected) << text;
  // Texts of all lengths, with quotes wherever they may stand.
  TextArena arena;
  for (std::size_t size = 0; size < 70; ++size) {
    for (std::size_t at = 0; at <= size; ++at) {
      const std::string front(at, 'a'), back(size - at, 'b');
      EXPECT_EQ(unquoted(front + "\"\"" + back + "\"\"", arena), front + '"' + back + '"');
    }
  }
}

TEST(Csv, KeepsNoMoreCellsThanNeeded) {
  CsvRow row;
  const std::string commas(100'000, ',');
  EXPECT_EQ(scan_csv_row(commas, CsvForm{}, row), CsvEnd::kBytes);
  EXPECT_EQ(row.count, 100'001U);
  EXPECT_EQ(row.cells.size(), kMostCsvCells);
}

// Each line closes a quote and opens another, and the last one stays open.
TEST(Csv, IsLinearInQuotesThatAreNotClosed) {
  std::string bytes;
  constexpr std::size_t kTimes = 200'000;
  for (std::size_t i = 0; i < kTimes; ++i) bytes += "x\",\"\n";
  bytes += "a,b\n";
  CsvReader reader(bytes, ',');
  std::vector<std::string> fields;
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(fields.size(), kMostCsvCells + 1);  // and the open one
  EXPECT_EQ(fields.back(), "\"");
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(reader.next(fields));
}

}  // namespace
}  // namespace pgcounsel
