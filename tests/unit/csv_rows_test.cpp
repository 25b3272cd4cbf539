#include "parser/csv_rows.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pgcounsel {
namespace {

// What both scanners say of the row at `at`; the quick one may leave it to the other.
void expect_equal_rows(std::string_view bytes, const char* at, bool must_be_plain) {
  CsvRow wanted;
  const auto left = static_cast<std::size_t>(bytes.data() + bytes.size() - at);
  const CsvEnd end = scan_csv_row({at, left}, CsvForm{}, wanted);
  PlainCsvRow row;
  if (!read_plain_csv_row({at, left}, row)) {
    EXPECT_FALSE(must_be_plain) << bytes;
    return;
  }
  ASSERT_EQ(end, CsvEnd::kNewline) << bytes;
  ASSERT_EQ(row.end, wanted.end) << bytes;
  ASSERT_EQ(row.count, wanted.count) << bytes;
  EXPECT_EQ(row.lines, wanted.lines) << bytes;
  for (std::size_t i = 0; i < row.count; ++i) {
    EXPECT_EQ(row.cell(i).text, wanted.cells[i].text) << bytes;
    EXPECT_EQ(row.cell(i).has_quotes, wanted.cells[i].has_quotes) << bytes;
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

TEST(CsvRows, FindsPlainRows) {
  for (const std::string row : {
           "\n",
           ",\n",
           "a,b\n",
           "a,b\r\n",
           "\"\",\"a\n\n,\"\"b\"\"\",\"\"\"\"\n",
           "a\rb,\"\r\"\n",
       }) {
    // Behind each other, so that they lie across the edges of blocks in all ways.
    std::string bytes;
    for (int i = 0; i < 80; ++i) bytes += row;
    for (std::size_t at = 0; at < bytes.size(); at += row.size()) {
      expect_equal_rows(bytes, bytes.data() + at, true);
    }
  }
}

TEST(CsvRows, LeavesWhatIsNotPlain) {
  for (const std::string_view bytes :
       {"\"a\"b,c\n", "\"a\" ,c\n", "\"a\"\r\n", "\"a\n", "a,b", "\"a\"", "", "\"a\"\"b\n"}) {
    PlainCsvRow row;
    EXPECT_FALSE(read_plain_csv_row(bytes, row)) << bytes;
  }
  const std::string wide = std::string(PlainCsvRow::kMostCells, ',') + "\n";
  PlainCsvRow row;
  EXPECT_FALSE(read_plain_csv_row(wide, row));
  EXPECT_TRUE(read_plain_csv_row(std::string_view(wide).substr(1), row));
  EXPECT_EQ(row.count, PlainCsvRow::kMostCells);
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
    for (const std::size_t begin : begins) {
      ASSERT_NO_FATAL_FAILURE(expect_equal_rows(bytes, bytes.data() + begin, true));
    }
  }
}

}  // namespace
}  // namespace pgcounsel
