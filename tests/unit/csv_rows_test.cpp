#include "parser/csv_rows.h"

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

// What both scanners say of the row at `at`; the quick one may leave it to the other.
void expect_equal_rows(std::string_view bytes, const char* at, bool must_be_plain) {
  const std::string_view rest(at, static_cast<std::size_t>(bytes.data() + bytes.size() - at));
  CsvRow wanted;
  const CsvEnd end = scan_csv_row(rest, CsvForm{}, wanted);
  const std::size_t first = first_cell(rest);
  PlainCsvRow row;
  if (first == std::string_view::npos || !PlainCsvRows(bytes).read(at, first, row)) {
    EXPECT_FALSE(must_be_plain) << bytes;
    return;
  }
  ASSERT_EQ(end, CsvEnd::kNewline) << bytes;
  ASSERT_EQ(row.end, wanted.end) << bytes;
  ASSERT_EQ(row.count, wanted.count) << bytes;
  EXPECT_EQ(row.lines, wanted.lines) << bytes;
  for (std::size_t i = 0; i < row.count; ++i) {
    EXPECT_EQ(row.text(i), wanted.cells[i].text) << bytes;
    EXPECT_EQ(row.has_quotes(i), wanted.cells[i].has_quotes) << bytes;
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
const std::string kBehind(PlainCsvRows::kMargin, '"');

TEST(CsvRows, FindsPlainRows) {
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

TEST(CsvRows, LeavesWhatIsNotPlain) {
  for (const std::string row : {"t,\"a\"b,c\n", "t,\"a\" ,c\n", "t,\"a\"\r\n", "t,\"a\n", "t,b",
                                "t,\"a\"", "t,", "t,\"a\"\"b\n", "t,,,,,,,,,,,,,,,,,,,,,,,,,,,,,",
                                "t,\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\n"}) {
    for (const std::string& bytes : {row, row + kBehind, row + "\n", row + "\n" + kBehind}) {
      expect_equal_rows(bytes, bytes.data(), false);
    }
    PlainCsvRow read;
    EXPECT_FALSE(PlainCsvRows(row).read(row.data(), 1, read)) << row;
    const std::string behind = row + std::string(20, 'x');
    EXPECT_FALSE(PlainCsvRows(behind).read(behind.data(), 1, read)) << row;
  }
}

TEST(CsvRows, LeavesRowsNearTheEndAndVeryWideOnes) {
  const std::string row = "t,a\n";
  for (std::size_t behind = 0; behind < 40; ++behind) {
    const std::string bytes = row + std::string(behind, 'x');
    PlainCsvRow read;
    EXPECT_EQ(PlainCsvRows(bytes).read(bytes.data(), 1, read), behind >= PlainCsvRows::kMargin);
  }
  const std::string wide = std::string(PlainCsvRow::kMostCells, ',') + "\n" + kBehind;
  PlainCsvRow read;
  EXPECT_FALSE(PlainCsvRows(wide).read(wide.data(), 0, read));
  EXPECT_TRUE(PlainCsvRows(wide).read(wide.data() + 1, 0, read));
  EXPECT_EQ(read.count, PlainCsvRow::kMostCells);
}

TEST(CsvRows, AgreesWithTheOtherScannerOverRandomBytes) {
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
TEST(CsvRows, FindsAllRowsOfWellFormedTables) {
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
