#include "analyzer/ingest/prepared.h"

#include <algorithm>

#include "parser/log/reader.h"

namespace pgcounsel {

void prepare(PreparedChunk& chunk, const LogFormat& format, StatementBook& book) {
  InputChunk& input = chunk.input;
  if (!input.is_read) {
    input.records.clear();
    read_chunk(format, Chunk{input.text(), 1, true}, input.records);
    input.is_read = true;
  }
  const std::vector<LogRecord>& records = chunk.records();
  chunk.keys.clear();
  chunk.keys.reserve(records.size());
  chunk.readings.clear();
  chunk.readings.reserve(records.size());
  chunk.facts.clear();
  for (const LogRecord& record : records) {
    chunk.keys.push_back(key_of(record));
    chunk.readings.push_back(read_record(record, book, chunk.facts));
  }
  chunk.one_server = std::all_of(records.begin(), records.end(), [&](const LogRecord& record) {
    return record.server == records.front().server;
  });
}

}  // namespace pgcounsel
