#include "parser/csv_cells.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "parser/csv.h"

namespace pgcounsel {
namespace {

// The size of a first cell without quotes that others follow, as the reader of rows must be told.
std::size_t first_cell(std::string_view row) {
  const std::size_t end = row.find_first_of(",\n\"");
  return end != std::string_view::npos && row[end] == ',' ? end : std::string_view::npos;
}

struct PlainRow {
  std::vector<CsvCell> cells;
  const char* end = nullptr;
  bool has_newlines = false;
};

// The row at `at`, whose first cell has `first` bytes. Moves over empty cells at once where asked
// to.
bool read_plain(std::string_view bytes, const char* at, std::size_t first, bool skips,
                PlainRow& row) {
  const char* const limit = last_row_end(bytes);
  if (limit == nullptr || at + first >= limit) return false;
  CsvCells cells(at + first, limit);
  row.cells = {{{at, first}, false}};
  while (!cells.at_row_end()) {
    if (skips) row.cells.resize(row.cells.size() + cells.skip_empty());
    if (!cells.next()) return false;
    row.cells.push_back({cells.text(), cells.is_doubled()});
  }
  row.end = cells.at() + 1;
  row.has_newlines = cells.has_newlines();
  return true;
}

// What both scanners say of the row at `at`; the quick one may leave it to the other.
void expect_equal_rows(std::string_view bytes, const char* at, bool must_be_plain) {
  const std::string_view rest(at, static_cast<std::size_t>(bytes.data() + bytes.size() - at));
  CsvRow wanted;
  const CsvEnd end = scan_csv_row(rest, CsvForm{}, wanted);
  const std::size_t first = first_cell(rest);
  for (const bool skips : {false, true}) {
    PlainRow row;
    if (first == std::string_view::npos || !read_plain(bytes, at, first, skips, row)) {
      EXPECT_FALSE(must_be_plain) << bytes;
      continue;
    }
    ASSERT_EQ(end, CsvEnd::kNewline) << bytes;
    ASSERT_EQ(row.end, wanted.end) << bytes;
    ASSERT_EQ(row.cells.size(), wanted.count) << bytes;
    EXPECT_EQ(row.has_newlines, wanted.lines > 1) << bytes;
    for (std::size_t i = 0; i < wanted.count; ++i) {
      EXPECT_EQ(row.cells[i].text, wanted.cells[i].text) << bytes;
      EXPECT_EQ(row.cells[i].has_quotes, wanted.cells[i].has_quotes) << bytes;
    }
  }
}

// Reads row by row, wherever the plain scanner says that the next begins.
void expect_equal_walk(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    ASSERT_NO_FATAL_FAILURE(expect_equal_rows(bytes, at, false));
    CsvRow row;
    const CsvEnd row_end = scan_csv_row({at, static_cast<std::size_t>(end - at)}, CsvForm{}, row);
    at = row_end == CsvEnd::kNewline ? row.end : at + 1;
  }
}

// What must stand behind rows that are read.
const std::string kBehind(kCsvMargin, '"');

TEST(CsvCells, FindsPlainRows) {
  for (const std::string row : {
           "t,\n",
           ",\n",
           ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n",
           "a,b\n",
           "a,b\r\n",
           "a,\r\n",
           "t,\"\",\"a\n\n,\"\"b\"\"\",\"\"\"\"\n",
           "a\rb,\"\r\"\n",
           "t,a\"b, \"c\"\n",
           "t,0123456789012345678901234567890123456789,\"0123456789012345678901234567\n9\"\n",
       }) {
    // Behind each other, so that they lie across the edges of blocks in all ways.
    std::string bytes;
    for (int i = 0; i < 80; ++i) bytes += row;
    const std::size_t end = bytes.size();
    bytes += kBehind;
    for (std::size_t at = 0; at < end; at += row.size()) {
      expect_equal_rows(bytes, bytes.data() + at, true);
    }
  }
}

TEST(CsvCells, LeavesWhatIsNotPlain) {
  for (const std::string row : {"t,\"a\"b,c\n", "t,\"a\" ,c\n", "t,\"a\"\r\n", "t,\"a\n", "t,b",
                                "t,\"a\"", "t,", "t,\"a\"\"b\n", "t,,,,,,,,,,,,,,,,,,,,,,,,,,,,,",
                                "t,\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\n"}) {
    for (const std::string& bytes : {row, row + kBehind, row + "\n", row + "\n" + kBehind}) {
      expect_equal_rows(bytes, bytes.data(), false);
    }
    PlainRow read;
    EXPECT_FALSE(read_plain(row, row.data(), 1, false, read)) << row;
    const std::string behind = row + std::string(20, 'x');
    EXPECT_FALSE(read_plain(behind, behind.data(), 1, false, read)) << row;
  }
}

TEST(CsvCells, LeavesRowsNearTheEnd) {
  const std::string row = "t,a\n";
  for (std::size_t behind = 0; behind < 40; ++behind) {
    const std::string bytes = row + std::string(behind, 'x');
    PlainRow read;
    EXPECT_EQ(read_plain(bytes, bytes.data(), 1, false, read), behind >= std::size_t{kCsvMargin});
  }
}

TEST(CsvCells, CompareWithKnownTextsBeforeTheLimitOnly) {
  const std::string bytes = "t,a,b\n" + kBehind;
  const CsvCells cells(bytes.data() + 1, bytes.data() + 5);
  EXPECT_TRUE(cells.stands_here(",a", 2));
  EXPECT_TRUE(cells.stands_here(",a,", 3));
  EXPECT_FALSE(cells.stands_here(",b", 2));
  EXPECT_FALSE(cells.stands_here(",a,b", 4));
}

TEST(CsvCells, AgreesWithTheOtherScannerOverRandomBytes) {
  std::minstd_rand random(17);
  constexpr std::string_view kAlphabets[] = {",\"\n\ra ", ",\"\naaaaaaaaaaaaaaa", "\"\"\"\"\",\n"};
  for (const std::string_view alphabet : kAlphabets) {
    for (int i = 0; i < 2000; ++i) {
      std::string bytes(random() % 300, ' ');
      for (char& c : bytes) c = alphabet[random() % alphabet.size()];
      ASSERT_NO_FATAL_FAILURE(expect_equal_walk(bytes));
    }
  }
}

// Cells as a server writes them: each row is plain.
TEST(CsvCells, FindsAllRowsOfWellFormedTables) {
  std::minstd_rand random(18);
  constexpr std::string_view kInside = ",\n\r \"abc";
  for (int i = 0; i < 500; ++i) {
    std::string bytes;
    std::vector<std::size_t> begins;
    for (int rows = 0; rows < 12; ++rows) {
      begins.push_back(bytes.size());
      bytes += "t,";
      for (std::size_t cells = random() % 30; cells > 0; --cells) {
        if (random() % 2 == 0)
          bytes.append(random() % 9, 'x');
        else {
          bytes += '"';
          for (std::size_t size = random() % 90; size > 0; --size) {
            const char c = kInside[random() % kInside.size()];
            bytes += c;
            if (c == '"') bytes += c;
          }
          bytes += '"';
        }
        bytes += ',';
      }
      bytes += "z\n";
    }
    bytes += kBehind;
    for (const std::size_t begin : begins) {
      ASSERT_NO_FATAL_FAILURE(expect_equal_rows(bytes, bytes.data() + begin, true));
    }
  }
}

}  // namespace
}  // namespace pgcounsel
