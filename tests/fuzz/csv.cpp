// csvlog, and rows of tables with delimiters and quotes.
#include "parser/csv.h"

#include "parser/lines.h"
#include "parser/log/csv_log.h"
#include "parser/log/envelope/insights_csv.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

void expect_rows(std::string_view bytes, char delimiter) {
  CsvReader reader(bytes, delimiter);
  std::vector<std::string> fields;
  std::size_t rows = 0;
  while (reader.next(fields)) {
    expect(!fields.empty() && fields.size() <= kMostCsvCells, "a row has cells");
    expect(++rows <= newlines_in(bytes) + 1, "there are no more rows than lines");
  }
}

void expect_scan_ends(std::string_view bytes, CsvForm form) {
  CsvRow row;
  const CsvEnd end = scan_csv_row(bytes, form, row);
  const std::string_view taken = bytes.substr(0, static_cast<std::size_t>(row.end - bytes.data()));
  expect(row.end >= bytes.data() && taken.size() <= bytes.size(), "a row ends inside its bytes");
  expect(end != CsvEnd::kNewline || taken.ends_with('\n'), "a complete row ends with a newline");
  for (const CsvCell& cell : row.cells) {
    expect(lies_in(cell.text, bytes), "a cell stands in the bytes");
    expect(unquoted(cell.text).size() <= cell.text.size(), "quotes make no cell longer");
  }
}

}  // namespace

void fuzz_csv(std::string_view bytes) {
  const auto read = [](const Chunk& chunk, ChunkRecords& out) {
    return read_csv(Zone{}, chunk, out);
  };
  expect_same_in_pieces(read, bytes, kForCsv);
  for (const char delimiter : {',', ';', '\t', '|'}) expect_rows(bytes, delimiter);
  for (const CsvForm form :
       {CsvForm{',', true, false}, CsvForm{',', true, true}, CsvForm{';', false, false}}) {
    expect_scan_ends(bytes, form);
  }
  if (const auto columns = recognise_insights_csv(bytes)) {
    Envelopes envelopes;
    const std::size_t taken = read_insights_csv(*columns, Chunk{bytes, 1, true}, envelopes);
    expect(taken == bytes.size(), "an export is read to its end");
  }
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_csv);
