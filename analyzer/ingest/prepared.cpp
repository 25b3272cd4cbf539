#include "analyzer/ingest/prepared.h"

#include "parser/log/reader.h"
#include "parser/same_text.h"

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
  chunk.one_server = true;
  chunk.any_localised = chunk.any_uncertain_zone = false;
  for (const LogRecord& record : records) {
    set_key(record, chunk.keys.emplace_back());
    read_record(record, book, chunk.facts, chunk.readings.emplace_back());
    chunk.one_server = chunk.one_server && same_text(record.server, records.front().server);
    chunk.any_localised |= record.localised;
    chunk.any_uncertain_zone |= !record.zone_is_certain;
  }
}

}  // namespace pgcounsel
