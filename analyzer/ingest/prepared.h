// The second stage of an ingest: all that can be told of a piece of an input by itself. Any thread
// may do it, for several pieces at a time; the summing stage takes them in their order.
#pragma once
#include <string_view>
#include <vector>

#include "analyzer/ingest/chunk_reader.h"
#include "analyzer/ledger/identity.h"
#include "analyzer/workload/reading.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {

struct PreparedChunk {
  InputChunk input;
  std::vector<RecordKey> keys;  // as many as records
  std::vector<RecordReading> readings;
  ReadingFacts facts;
  bool one_server = true;
  bool any_localised = false;
  bool any_uncertain_zone = false;

  std::vector<LogRecord>& records() { return input.records.records; }
};

// Records are read where finding the end of the chunk did not take that already.
void prepare(PreparedChunk& chunk, const LogFormat& format, StatementBook& book);

}  // namespace pgcounsel
